//! Sound outside the plan: what the operator plays, and urgent messages that wait for their turn or for a device.
use super::Engine;
use super::action::Action;
use super::live_airing::AiringState;
use super::timing::{DEVICE_WAIT_US, ON_TIME_US};
use crate::airlog::entry::Reason;
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Cues the next urgent message of the operator, once none sounds.
    pub(super) fn cue_next_urgent(&mut self, now: ClockSnapshot) {
        let busy = self.airings.unplanned().any(|s| s.is_urgent() && s.has_cue());
        if self.line.away_since().is_some() || busy {
            return;
        }
        let next = |index: &usize| self.airings[*index].is_urgent() && self.airings[*index].is_waiting();
        let Some(index) = self.airings.unplanned_indices().find(next) else { return };
        for other in self.airings.planned_indices() {
            match self.airings[other].state {
                _ if self.airings[other].is_urgent() => {}
                AiringState::Sounding { .. } => self.cut(other, Reason::Urgent),
                AiringState::Cued { .. } => self.uncue(other),
                _ => {}
            }
        }
        self.cut_unplanned(Reason::Urgent);
        self.cue_unplanned(now, index);
    }

    /// Closes what could not start at once; an urgent message waits for its turn, and for a device.
    pub(super) fn settle_unplanned(&mut self, now: ClockSnapshot) {
        for index in self.airings.unplanned_indices() {
            let slot = &self.airings[index];
            let AiringState::Cued { cue, due, .. } = &slot.state else { continue };
            if now.boot.since(*due) <= ON_TIME_US {
                continue;
            }
            if slot.is_urgent() && cue.cut_reason.is_none() && !self.line.is_open() {
                self.actions.output.push(Action::Cut(cue.key));
                self.await_device(index, now);
            } else {
                let reason = cue.cut_reason.unwrap_or_else(|| self.silence_reason(now.wall));
                self.close_missed(index, reason, None);
            }
        }
    }

    /// Lets an urgent message that has no device wait for one.
    pub(super) fn await_device(&mut self, index: usize, now: ClockSnapshot) {
        let slot = &mut self.airings[index];
        slot.release_cue();
        slot.awaiting_device_since.get_or_insert(now.boot);
        self.line.await_device(now.boot);
    }

    /// Closes urgent messages that have waited too long for a device: when they sounded, nobody would know why.
    pub(super) fn expire_waiting_urgent(&mut self, now: ClockSnapshot) {
        if self.line.away_since().is_none() {
            return;
        }
        for index in self.airings.unplanned_indices() {
            if self.airings[index].is_waiting() {
                let since = *self.airings[index].awaiting_device_since.get_or_insert(now.boot);
                if now.boot.since(since) >= DEVICE_WAIT_US {
                    self.close_missed(index, Reason::DeviceLost, None);
                }
            }
        }
    }

    /// Closes what was ordered outside the plan and is not cued.
    pub(super) fn close_waiting_unplanned(&mut self, reason: Reason) {
        for index in self.airings.unplanned_indices() {
            if self.airings[index].is_waiting() {
                self.close_missed(index, reason, None);
            }
        }
    }
}
