//! Interruptions: by something urgent, which is allowed at any time, and by the loss of the device; what was
//! interrupted goes on afterwards.
use super::Engine;
use super::live_airing::{AiringState, DeviceLoss, EarlierPart, LiveAiring, Playback};
use crate::airlog::entry::{Body, InterruptEntry, Reason, ResumeEntry};
use crate::base::instant::SECOND_US;
use crate::library::Length;
use crate::plan::JOIN_LEAD_US;
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::CueStart;
use crate::schedule::InterruptPolicy;

/// An interrupted airing goes on for this long after the start of its session: no session and nothing urgent lasts
/// longer.
const RESUME_WINDOW_US: i64 = 86_400 * SECOND_US;

impl Engine {
    /// Records that something urgent has cut an airing that is to go on, after `part` of its cue; `taken` is all that
    /// sounded of it.
    pub(super) fn interrupt_for_urgent(&mut self, index: usize, part: Length, taken: Playback) {
        let by = self.active_urgent_id();
        let slot = &mut self.airings[index];
        let Some(cue) = slot.cue() else { return };
        let note = interrupt_note(slot, by, Reason::Urgent, &taken);
        let earlier = EarlierPart {
            playback: taken,
            skipped_us: cue.skipped_us,
            resume_at_us: slot.length.us() - cue.plays_us + part.us(),
            ends_at: cue.ends_at,
            device_loss: slot.device_loss(),
        };
        slot.joins_in_progress = false;
        slot.postponed = true;
        slot.state = AiringState::Interrupted(Box::new(earlier));
        self.actions.log.push(Body::Interrupt(note));
    }

    /// Records that the device was lost under an airing, which goes on once there is one again: where it would be by
    /// then, so that what follows keeps its time. What was cued after it is cued again.
    pub(super) fn interrupt_for_device_loss(&mut self, index: usize, taken: Playback) {
        self.line.lose_while_sounding();
        let slot = &mut self.airings[index];
        let Some(cue) = slot.cue() else { return };
        let mut note = interrupt_note(slot, None, Reason::DeviceLost, &taken);
        note.then = InterruptPolicy::Resume;
        let earlier = EarlierPart {
            playback: taken,
            skipped_us: cue.skipped_us,
            resume_at_us: slot.earlier().map_or(0, |earlier| earlier.resume_at_us),
            ends_at: cue.ends_at,
            device_loss: Some(DeviceLoss::AwaitingDevice),
        };
        slot.state = AiringState::Interrupted(Box::new(earlier));
        self.actions.log.push(Body::Interrupt(note));
        for other in self.airings.planned_indices() {
            if self.airings[other].is_cued() {
                self.uncue(other);
            }
        }
    }

    /// Once there is a device again, cues what had sounded on the lost one where it would be by now; closes what would
    /// be over by now.
    pub(super) fn resume_after_device_loss(&mut self, now: ClockSnapshot) {
        for index in self.airings.planned_indices() {
            let slot = &self.airings[index];
            let AiringState::Interrupted(earlier) = &slot.state else { continue };
            if earlier.device_loss != Some(DeviceLoss::AwaitingDevice) {
                continue;
            }
            let at = now.boot.plus(JOIN_LEAD_US);
            let left_us = earlier.ends_at.since(at);
            let quiet = slot.planned.as_ref().is_none_or(|a| self.is_quiet_for(now.wall, a));
            if left_us <= 0 || quiet {
                self.close_missed(index, Reason::DeviceLost, None);
            } else if self.line.is_usable() && !self.is_urgent_active() {
                let skip_us = slot.length.us() - left_us;
                // Cues that the output has would be dropped, not follow it.
                self.recue(true);
                self.airings[index].joins_in_progress = true;
                self.cue_airing(index, CueStart::At(at), at, skip_us);
            }
        }
    }

    /// The id of the urgent airing that has the line.
    fn active_urgent_id(&self) -> Option<String> {
        let active = |s: &&LiveAiring| s.is_urgent() && s.has_cue();
        let ordered = self.airings.unplanned().find(active);
        ordered.or_else(|| self.airings.planned().iter().find(active)).map(|s| s.labels.id.clone())
    }

    /// Once nothing urgent has the line any more, cues what it had interrupted.
    pub(super) fn resume_after_urgent(&mut self, now: ClockSnapshot) {
        if self.is_urgent_active() || self.airings.iter().any(LiveAiring::has_cue) {
            return;
        }
        // Of several that were interrupted one after the other, the one that need not wait.
        let goes_on = |s: &LiveAiring| {
            let interrupted = s.is_interrupted() && s.device_loss() != Some(DeviceLoss::AwaitingDevice);
            interrupted && s.planned.as_ref().is_some_and(|a| !self.must_wait(now, a))
        };
        let Some(index) = self.airings.planned().iter().position(goes_on) else { return };
        let slot = &self.airings[index];
        let (AiringState::Interrupted(earlier), Some(airing)) = (&slot.state, &slot.planned) else { return };
        // A microsecond more: rounded down to frames it is where it stopped.
        let skip_us = if slot.restarts_after_interruption() { earlier.skipped_us } else { earlier.resume_at_us + 1 };
        let rest_us = slot.length.us() - skip_us;
        // Over a leap of the clock, or a sleep of the machine, its day has gone.
        let refused = if now.wall.since(airing.session_starts_at()) > RESUME_WINDOW_US {
            Some(Reason::Late)
        } else if self.is_quiet_for(now.wall, airing) {
            Some(Reason::QuietHours)
        } else {
            (!airing.would_end_in_time(now.wall, rest_us.max(0))).then_some(Reason::EndBy)
        };
        match refused {
            Some(reason) => self.close_missed(index, reason, None),
            None => self.cue_airing(index, CueStart::At(now.boot), now.boot, skip_us),
        }
    }

    /// Records that an interrupted airing sounds again.
    pub(super) fn log_resumed(&mut self, index: usize) {
        let slot = &mut self.airings[index];
        let length_us = slot.length.us();
        let Some(cue) = slot.cue_mut() else { return };
        let from_ms = (length_us - cue.plays_us) / 1000;
        if let Some(earlier) = &mut cue.earlier {
            earlier.device_loss = earlier.device_loss.map(|_| DeviceLoss::Resumed);
        }
        let credited = slot.credited_before().unwrap_or(Length { frames: 0, rate: 0 });
        let id = slot.labels.id.clone();
        let note = ResumeEntry { id, frames: credited.frames, rate: credited.rate, from_ms };
        self.actions.log.push(Body::Resume(note));
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
