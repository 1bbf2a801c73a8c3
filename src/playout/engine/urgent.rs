//! What is urgent: it interrupts at once, also in quiet hours, and what it interrupts goes on behind it.
use super::live_airing::{AiringState, DeviceLoss, LiveAiring, ON_TIME_US, Playback};
use super::{Action, Engine, LineState};
use crate::airlog::entry::{Body, InterruptEntry, Outcome, Reason, ResumeEntry};
use crate::base::instant::SECOND_US;
use crate::library::Length;
use crate::plan::JOIN_LEAD_US;
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::{CueKey, CueStart};
use crate::schedule::InterruptPolicy;

/// What was interrupted goes on for so long after the beginning of its session: no session and nothing urgent lasts longer.
const RESUME_WINDOW_US: i64 = 86_400 * SECOND_US;

/// What is urgent waits so long for a lost device.
pub(super) const DEVICE_WAIT_US: i64 = 900 * SECOND_US;

impl Engine {
    /// Lines up the next urgent message that an operator has ordered, once none sounds.
    pub(super) fn cue_next_urgent(&mut self, now: ClockSnapshot) {
        if self.away_since.is_some() || self.unplanned.iter().any(|s| s.is_urgent() && s.has_cue()) {
            return;
        }
        let Some(index) = self.unplanned.iter().position(|s| s.is_urgent() && s.is_waiting()) else { return };
        for other in 0..self.airings.len() {
            match self.airings[other].state {
                AiringState::Sounding { key, .. } if !self.airings[other].is_urgent() => {
                    self.cut(other, key, Reason::Urgent)
                }
                AiringState::Cued { key, .. } if !self.airings[other].is_urgent() => self.uncue(other, key),
                _ => {}
            }
        }
        self.cut_unplanned(Reason::Urgent);
        // From silence the amplifier takes its time: the head of the message shall be heard.
        let due = now.boot.plus(self.warm_up_left_us(now));
        let key = self.new_cue_key();
        let slot = &mut self.unplanned[index];
        slot.set_cued(key, due);
        let cue = self.build_cue(&self.unplanned[index], key, CueStart::At(due), 0);
        self.actions.output.push(Action::Cue(cue));
    }

    /// Takes back what is lined up: its time comes again.
    pub(super) fn uncue(&mut self, index: usize, key: CueKey) {
        self.actions.output.push(Action::Cut(key));
        self.airings[index].state = self.state_without_cue(index);
    }

    /// The state of a slot that the output has no more, and that has no outcome.
    pub(super) fn state_without_cue(&self, index: usize) -> AiringState {
        if self.airings[index].played_before.is_some() { AiringState::Interrupted } else { AiringState::Waiting }
    }

    /// Something urgent has cut an airing that is to go on: how far it came is kept, and logged.
    pub(super) fn interrupt_for_urgent(&mut self, index: usize, part: Length, taken: Playback) {
        let by = self.active_urgent_id();
        let slot = &mut self.airings[index];
        let note = interrupt_note(slot, by, Reason::Urgent, &taken);
        slot.resume_at_us = slot.length.us() - slot.plays_us + part.us();
        slot.played_before = Some(taken);
        (slot.cut_reason, slot.joins_in_progress) = (None, false);
        slot.postponed = true;
        slot.state = AiringState::Interrupted;
        self.actions.log.push(Body::Interrupt(note));
    }

    /// The device was lost under an airing, which goes on once there is one again: at the place where it would be then,
    /// so that what follows keeps its time. What was lined up behind it is lined up again.
    pub(super) fn interrupt_for_device_loss(&mut self, index: usize, taken: Playback) {
        let slot = &mut self.airings[index];
        slot.device_loss = Some(DeviceLoss::AwaitingDevice);
        self.lost_while_sounding = true;
        let mut note = interrupt_note(slot, None, Reason::DeviceLost, &taken);
        note.then = InterruptPolicy::Resume;
        slot.played_before = Some(taken);
        slot.state = AiringState::Interrupted;
        self.actions.log.push(Body::Interrupt(note));
        for other in 0..self.airings.len() {
            if let AiringState::Cued { key, .. } = self.airings[other].state {
                self.uncue(other, key);
            }
        }
    }

    /// Once there is a device again: what had sounded on the lost one goes on where it would be by now. What would be over
    /// is over.
    pub(super) fn resume_after_device_loss(&mut self, now: ClockSnapshot) {
        for index in 0..self.airings.len() {
            let slot = &self.airings[index];
            if slot.device_loss != Some(DeviceLoss::AwaitingDevice) || slot.state != AiringState::Interrupted {
                continue;
            }
            let at = now.boot.plus(JOIN_LEAD_US);
            let left_us = slot.ends_at.since(at);
            let quiet = slot.planned.as_ref().is_none_or(|a| self.is_quiet_for(now.wall, a));
            if left_us <= 0 || quiet {
                self.close_missed(index, Reason::DeviceLost, None);
            } else if matches!(self.line, LineState::Open { .. })
                && !self.lost_while_sounding
                && !self.is_urgent_active()
            {
                let skip_us = slot.length.us() - left_us;
                // What the output has would not come behind it, but go.
                self.recue(true);
                self.airings[index].joins_in_progress = true;
                self.cue_airing(index, CueStart::At(at), at, skip_us);
            }
        }
    }

    /// The id of what is urgent and has the line.
    fn active_urgent_id(&self) -> Option<String> {
        let live = |s: &&LiveAiring| s.is_urgent() && !s.is_done() && s.cue_key().is_some();
        self.unplanned.iter().chain(&self.airings).find(live).map(|s| s.labels.id.clone())
    }

    /// Once nothing urgent has the line any more: what it had interrupted goes on.
    pub(super) fn resume_after_urgent(&mut self, now: ClockSnapshot) {
        if self.is_urgent_active() || self.all_airings().any(LiveAiring::has_cue) {
            return;
        }
        // Of several that something urgent has interrupted, one after the other, the one that need not wait.
        let goes_on = |s: &LiveAiring| {
            let interrupted = s.state == AiringState::Interrupted && s.device_loss != Some(DeviceLoss::AwaitingDevice);
            interrupted && s.planned.as_ref().is_some_and(|a| !self.must_wait(now, a))
        };
        let Some(index) = self.airings.iter().position(goes_on) else { return };
        let Some(airing) = self.airings[index].planned.clone() else { return };
        // Over a leap of the clock, or a sleep of the machine, its day has gone.
        if now.wall.since(airing.session_starts_at()) > RESUME_WINDOW_US {
            self.close_missed(index, Reason::Late, None);
            return;
        }
        if self.is_quiet_for(now.wall, &airing) {
            self.close_missed(index, Reason::QuietHours, None);
            return;
        }
        let slot = &self.airings[index];
        // A microsecond more: rounded down to frames it is where it stopped.
        let skip_us = if slot.restarts_after_interruption() { slot.skipped_us } else { slot.resume_at_us + 1 };
        let rest_us = slot.length.us() - skip_us;
        if !airing.would_end_in_time(now.wall, rest_us.max(0)) {
            self.close_missed(index, Reason::EndBy, None);
            return;
        }
        self.cue_airing(index, CueStart::At(now.boot), now.boot, skip_us);
    }

    /// An interrupted airing sounds again.
    pub(super) fn log_resumed(&mut self, index: usize) {
        let slot = &mut self.airings[index];
        slot.device_loss = slot.device_loss.map(|_| DeviceLoss::Resumed);
        let carried = slot.credited_before().unwrap_or(Length { frames: 0, rate: 0 });
        let note = ResumeEntry {
            id: slot.labels.id.clone(),
            frames: carried.frames,
            rate: carried.rate,
            from_ms: (slot.length.us() - slot.plays_us) / 1000,
        };
        self.actions.log.push(Body::Resume(note));
    }

    /// What an airing has taken in all: its earlier part and what followed; of one that began again, the part that
    /// came farther.
    pub(super) fn with_played_before(slot: &LiveAiring, taken: Playback) -> Playback {
        let Some(before) = &slot.played_before else { return taken };
        if taken.rate == 0 {
            return Playback { detail: taken.detail, ..before.clone() };
        }
        let at_rate = |frames| Length { frames, rate: before.rate }.frames_at(taken.rate);
        if slot.restarts_after_interruption() {
            let farther = taken.frames >= at_rate(before.frames);
            return if farther { taken } else { Playback { detail: taken.detail, ..before.clone() } };
        }
        Playback {
            frames: taken.frames + at_rate(before.frames),
            underrun_frames: taken.underrun_frames + at_rate(before.underrun_frames),
            underruns: taken.underruns + before.underruns,
            late_us: before.late_us.or(taken.late_us),
            drift_us: None,
            impaired: taken.impaired || before.impaired,
            ..taken
        }
    }

    /// What was ordered outside the plan sounds at once or not at all; what is urgent waits for its turn, and for a device,
    /// for a while.
    pub(super) fn settle_unplanned(&mut self, now: ClockSnapshot) {
        let stuck =
            |slot: &LiveAiring| matches!(slot.state, AiringState::Cued { due, .. } if now.boot.since(due) > ON_TIME_US);
        while let Some(index) = self.unplanned.iter().position(stuck) {
            if self.unplanned[index].is_urgent()
                && self.unplanned[index].cut_reason.is_none()
                && !matches!(self.line, LineState::Open { .. })
            {
                self.actions.output.extend(self.unplanned[index].cue_key().map(Action::Cut));
                self.await_device(index, now);
                continue;
            }
            let extra = self.unplanned.remove(index);
            self.actions.output.extend(extra.cue_key().map(Action::Cut));
            let reason = extra.cut_reason.unwrap_or_else(|| self.silence_reason(now.wall));
            self.close_unplanned(&extra, Playback::default(), Some(reason));
        }
    }

    /// Something urgent that could not sound for want of a device: it sounds when there is one.
    pub(super) fn await_device(&mut self, index: usize, now: ClockSnapshot) {
        self.unplanned[index].state = AiringState::Waiting;
        self.unplanned[index].awaiting_device_since.get_or_insert(now.boot);
        self.away_since.get_or_insert(now.boot);
    }

    /// What is urgent and has waited for a device for so long is not sounded any more: nobody would know why.
    pub(super) fn expire_waiting_urgent(&mut self, now: ClockSnapshot) {
        if self.away_since.is_none() {
            return;
        }
        for extra in self.unplanned.iter_mut().filter(|s| s.is_waiting()) {
            extra.awaiting_device_since.get_or_insert(now.boot);
        }
        let given_up = |s: &LiveAiring| {
            s.is_waiting() && s.awaiting_device_since.is_some_and(|since| now.boot.since(since) >= DEVICE_WAIT_US)
        };
        while let Some(index) = self.unplanned.iter().position(given_up) {
            let extra = self.unplanned.remove(index);
            self.close_unplanned(&extra, Playback::default(), Some(Reason::DeviceLost));
        }
    }

    /// Ends what was ordered outside the plan and has not been lined up.
    pub(super) fn close_waiting_unplanned(&mut self, reason: Reason) {
        while let Some(index) = self.unplanned.iter().position(LiveAiring::is_waiting) {
            let extra = self.unplanned.remove(index);
            self.close_unplanned(&extra, Playback::default(), Some(reason));
        }
    }

    /// Gives an unplanned play its outcome.
    pub(super) fn close_unplanned(&mut self, extra: &LiveAiring, taken: Playback, reason: Option<Reason>) {
        let result = match (taken.frames, reason) {
            (0, _) => Outcome::Missed,
            (_, None) => Outcome::Aired,
            (_, Some(_)) => Outcome::Partial,
        };
        let note = extra.outcome(result, reason, taken);
        self.settled_ids.insert(note.labels.id.clone());
        self.actions.after_log.push(Action::Notify(super::Notice::AiringEnded(Box::new(note.clone()))));
        self.actions.log.push(Body::Outcome(note));
    }
}

fn interrupt_note(slot: &LiveAiring, by: Option<String>, reason: Reason, taken: &Playback) -> InterruptEntry {
    InterruptEntry {
        id: slot.labels.id.clone(),
        by,
        reason,
        then: slot.interrupt_policy(),
        frames: taken.frames,
        rate: taken.rate,
        played_ms: Length { frames: taken.frames, rate: taken.rate }.ms(),
    }
}
