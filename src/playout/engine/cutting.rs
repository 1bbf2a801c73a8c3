//! Cuts sounding airings before their end.
use super::Engine;
use super::action::Action;
use super::live_airing::AiringState;
use crate::airlog::entry::Reason;
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Asks the output to cut an airing's cue, and records the reason. A second request has no effect.
    pub(super) fn cut(&mut self, index: usize, reason: Reason) {
        if let Some(cue) = self.airings[index].cue_mut()
            && cue.cut_reason.is_none()
        {
            cue.cut_reason = Some(reason);
            self.actions.output.push(Action::Cut(cue.key));
        }
    }

    /// Cuts every sounding airing, and takes back the cues that have not started. The operator's urgent message
    /// continues, unless the station is shutting down.
    pub(super) fn silence_all(&mut self, now: ClockSnapshot, reason: Reason) {
        for index in self.airings.planned_indices() {
            match self.airings[index].state {
                AiringState::Sounding { .. } => self.cut(index, reason),
                AiringState::Cued { .. } => {
                    self.uncue(index);
                    if self.airings[index].is_interrupted() {
                        self.close_missed(index, reason, None);
                    }
                }
                AiringState::Interrupted(_) => self.close_missed(index, reason, None),
                AiringState::Relaying { .. } => self.end_relay(index, now, Some(reason)),
                _ => {}
            }
        }
        self.cut_unplanned(reason);
    }

    /// Cuts the airings outside the plan. Urgent messages are cut only by the operator or at shutdown.
    pub(super) fn cut_unplanned(&mut self, reason: Reason) {
        for index in self.airings.unplanned_indices() {
            if reason.ends_urgent_messages() || !self.airings[index].is_urgent() {
                self.cut(index, reason);
            }
        }
    }

    /// Cuts the airings that sound in quiet hours, and takes back cues that would start in quiet hours. A cue that
    /// starts after quiet hours stays.
    pub(super) fn enforce_quiet_hours(&mut self, now: ClockSnapshot) {
        for index in self.airings.planned_indices() {
            match self.airings[index].state {
                _ if self.airings[index].is_urgent() => {}
                AiringState::Sounding { .. } => self.cut(index, Reason::QuietHours),
                // Quiet hours or the zone may have changed after this airing was cued.
                AiringState::Cued { due_at, .. } if due_at <= now.boot || self.is_quiet_at(now.wall_at(due_at)) => {
                    self.uncue(index);
                }
                AiringState::Relaying { .. } => self.end_relay(index, now, Some(Reason::QuietHours)),
                AiringState::Interrupted(_) if !self.is_urgent_active() => {
                    self.close_missed(index, Reason::QuietHours, None);
                }
                _ => {}
            }
        }
        self.cut_unplanned(Reason::QuietHours);
    }
}
