//! Ends what sounds before its end.
use super::Engine;
use super::action::Action;
use super::live_airing::AiringState;
use crate::airlog::entry::Reason;
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Asks the output to end an airing's cue, once, for this reason.
    pub(super) fn cut(&mut self, index: usize, reason: Reason) {
        if let Some(cue) = self.airings[index].cue_mut()
            && cue.cut_reason.is_none()
        {
            cue.cut_reason = Some(reason);
            self.actions.output.push(Action::Cut(cue.key));
        }
    }

    /// Ends whatever sounds, and takes back what is cued; an urgent message of the operator sounds on, unless the
    /// station shuts down.
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

    /// Ends what was ordered outside the plan, once; an urgent message only for the operator or for shutdown.
    pub(super) fn cut_unplanned(&mut self, reason: Reason) {
        let all = matches!(reason, Reason::Shutdown | Reason::OperatorStop | Reason::OperatorSkip);
        for index in self.airings.unplanned_indices() {
            if all || !self.airings[index].is_urgent() {
                self.cut(index, reason);
            }
        }
    }

    /// Ends what sounds in quiet hours, and what would follow it; what is cued for after them stays.
    pub(super) fn enforce_quiet_hours(&mut self, now: ClockSnapshot) {
        for index in self.airings.planned_indices() {
            match self.airings[index].state {
                _ if self.airings[index].is_urgent() => {}
                AiringState::Sounding { .. } => self.cut(index, Reason::QuietHours),
                // Quiet hours or the zone may have been edited after it was cued.
                AiringState::Cued { due, .. } if due <= now.boot || self.is_quiet_at(now.wall_at(due)) => {
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
