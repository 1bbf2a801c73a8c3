//! Interrupts airings when an urgent airing takes the line or the device is lost, and resumes them afterwards.
use super::Engine;
use super::live_airing::{AiringState, DeviceLoss, EarlierPart, LiveAiring, Playback};
use crate::airlog::entry::{Body, InterruptEntry, Reason, ResumeEntry};
use crate::base::instant::SECOND_US;
use crate::library::Length;
use crate::plan::JOIN_LEAD_US;
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::CueStart;
use crate::schedule::InterruptPolicy;

/// An interrupted airing is allowed to resume within this time, in microseconds, after the start of its session. No
/// session and no urgent message lasts longer.
const RESUME_WINDOW_US: i64 = 86_400 * SECOND_US;

impl Engine {
    /// Records that an airing was cut and will continue. `part_length` is the length that its cue played before the
    /// cut. `playback` covers all parts of the airing so far.
    pub(super) fn interrupt_airing(&mut self, index: usize, reason: Reason, part_length: Length, playback: Playback) {
        let urgent_id = self.active_urgent_id();
        let live_airing = &mut self.airings[index];
        let Some(cue) = live_airing.cue() else { return };
        let entry = interrupt_entry(live_airing, urgent_id, reason, &playback);
        let earlier_part = EarlierPart {
            playback,
            first_skip_us: cue.first_skip_us,
            resume_position_us: live_airing.length.us() - cue.cue_length_us + part_length.us(),
            ends_at: cue.ends_at,
            device_loss: live_airing.device_loss(),
        };
        live_airing.has_fixed_end = false;
        live_airing.is_postponed = true;
        live_airing.state = AiringState::Interrupted(Box::new(earlier_part));
        self.actions.log.push(Body::Interrupt(entry));
    }

    /// Records that the device was lost while an airing sounded. Once there is a device again, the airing continues at
    /// the position that it would have reached, so that the items after it keep their times. All cues that have not
    /// started are taken back.
    pub(super) fn interrupt_for_device_loss(&mut self, index: usize, playback: Playback) {
        self.line.mark_lost_while_sounding();
        let live_airing = &mut self.airings[index];
        let Some(cue) = live_airing.cue() else { return };
        let mut entry = interrupt_entry(live_airing, None, Reason::DeviceLost, &playback);
        entry.then = InterruptPolicy::Resume;
        let earlier_part = EarlierPart {
            playback,
            first_skip_us: cue.first_skip_us,
            resume_position_us: live_airing.earlier_part().map_or(0, |earlier_part| earlier_part.resume_position_us),
            ends_at: cue.ends_at,
            device_loss: Some(DeviceLoss::AwaitingDevice),
        };
        live_airing.state = AiringState::Interrupted(Box::new(earlier_part));
        self.actions.log.push(Body::Interrupt(entry));
        for cued_index in self.airings.planned_indices() {
            if self.airings[cued_index].is_cued() {
                self.uncue(cued_index);
            }
        }
    }

    /// Once there is a device again, resumes the airings that sounded on the lost one, at the position that they would
    /// have reached. Closes those that would have ended by then.
    pub(super) fn resume_after_device_loss(&mut self, now: ClockSnapshot) {
        for index in self.airings.planned_indices() {
            let live_airing = &self.airings[index];
            let AiringState::Interrupted(earlier_part) = &live_airing.state else { continue };
            if earlier_part.device_loss != Some(DeviceLoss::AwaitingDevice) {
                continue;
            }
            let resume_at = now.boot.plus(JOIN_LEAD_US);
            let remaining_us = earlier_part.ends_at.since(resume_at);
            let is_quiet = live_airing.planned.as_ref().is_none_or(|airing| self.is_quiet_for(now.wall, airing));
            if remaining_us <= 0 || is_quiet {
                self.close_missed(index, Reason::DeviceLost, None);
            } else if self.line.is_usable() && !self.is_urgent_active() {
                let skip_us = live_airing.length.us() - remaining_us;
                // When this cue starts, the output drops the cues that it already has, so those are cued again.
                self.recue(true);
                self.airings[index].has_fixed_end = true;
                self.cue_airing(index, CueStart::AtInstant(resume_at), resume_at, skip_us);
            }
        }
    }

    /// The id of the urgent airing that has the line.
    fn active_urgent_id(&self) -> Option<String> {
        let is_active = |live_airing: &&LiveAiring| live_airing.is_urgent() && live_airing.has_cue();
        let unplanned_airing = self.airings.unplanned().find(is_active);
        unplanned_airing
            .or_else(|| self.airings.planned().iter().find(is_active))
            .map(|live_airing| live_airing.labels.id.clone())
    }

    /// Once no urgent airing has the line, resumes an airing that was interrupted by one.
    pub(super) fn resume_after_urgent(&mut self, now: ClockSnapshot) {
        if self.is_urgent_active() || self.airings.iter().any(LiveAiring::has_cue) {
            return;
        }
        // If several airings were interrupted one after the other, the first that need not wait resumes.
        let may_resume = |live_airing: &LiveAiring| {
            let awaits_device = live_airing.device_loss() == Some(DeviceLoss::AwaitingDevice);
            // This is checked last, because it compares the airing with all others.
            let is_line_free = || live_airing.planned.as_ref().is_some_and(|airing| !self.must_wait(now, airing));
            live_airing.is_interrupted() && !awaits_device && is_line_free()
        };
        let Some(index) = self.airings.planned().iter().position(may_resume) else { return };
        let live_airing = &self.airings[index];
        let (AiringState::Interrupted(earlier_part), Some(airing)) = (&live_airing.state, &live_airing.planned) else {
            return;
        };
        // The position is rounded down to a frame. One extra microsecond makes sure that this is exactly the frame at
        // which the airing stopped.
        let skip_us = if live_airing.restarts_after_interruption() {
            earlier_part.first_skip_us
        } else {
            earlier_part.resume_position_us + 1
        };
        let remaining_us = live_airing.length.us() - skip_us;
        // After a large clock step or a sleep of the machine, the session may have started too long ago.
        let close_reason = if now.wall.since(airing.session_starts_at()) > RESUME_WINDOW_US {
            Some(Reason::Late)
        } else if self.is_quiet_for(now.wall, airing) {
            Some(Reason::QuietHours)
        } else {
            (!airing.would_end_in_time(now.wall, remaining_us.max(0))).then_some(Reason::EndBy)
        };
        match close_reason {
            Some(reason) => self.close_missed(index, reason, None),
            None => self.cue_airing(index, CueStart::AtInstant(now.boot), now.boot, skip_us),
        }
    }

    /// Logs that an interrupted airing sounds again.
    pub(super) fn log_resumption(&mut self, index: usize) {
        let live_airing = &mut self.airings[index];
        let length_us = live_airing.length.us();
        let Some(cue) = live_airing.cue_mut() else { return };
        let from_ms = (length_us - cue.cue_length_us) / 1000;
        if let Some(earlier_part) = &mut cue.earlier_part {
            earlier_part.device_loss = earlier_part.device_loss.map(|_| DeviceLoss::Resumed);
        }
        let earlier_length = live_airing.credited_earlier_length().unwrap_or(Length { frames: 0, rate: 0 });
        let id = live_airing.labels.id.clone();
        let entry = ResumeEntry { id, frames: earlier_length.frames, rate: earlier_length.rate, from_ms };
        self.actions.log.push(Body::Resume(entry));
    }
}

fn interrupt_entry(
    live_airing: &LiveAiring,
    urgent_id: Option<String>,
    reason: Reason,
    playback: &Playback,
) -> InterruptEntry {
    InterruptEntry {
        id: live_airing.labels.id.clone(),
        by: urgent_id,
        reason,
        then: live_airing.interrupt_policy(),
        frames: playback.frames,
        rate: playback.rate,
        played_ms: Length { frames: playback.frames, rate: playback.rate }.ms(),
    }
}
