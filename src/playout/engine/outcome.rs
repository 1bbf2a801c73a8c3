//! Gives airings their outcomes.
use super::Engine;
use super::action::Action;
use super::live_airing::{AiringState, Playback};
use super::notice::Notice;
use super::phase::Phase;
use crate::airlog::entry::{Body, Outcome, Reason};
use crate::playout::output::Refusal;

impl Engine {
    /// Closes an airing as missed, or as partial when it sounded before an interruption.
    pub(super) fn close_missed(&mut self, index: usize, reason: Reason, detail: Option<String>) {
        let live_airing = &self.airings[index];
        if let Some(key) = live_airing.cue_key() {
            self.actions.output.push(Action::Cut(key));
        }
        let reason = live_airing.device_loss().map_or(reason, |_| Reason::DeviceLost);
        let playback = live_airing.total_playback(Playback { detail, ..Playback::default() });
        let result = if playback.frames > 0 { Outcome::Partial } else { Outcome::Missed };
        self.close_airing(index, result, Some(reason), playback);
    }

    /// Gives an airing its outcome.
    pub(super) fn close_airing(&mut self, index: usize, result: Outcome, reason: Option<Reason>, playback: Playback) {
        let live_airing = &mut self.airings[index];
        if live_airing.is_relay() {
            return self.close_relay(index, 0, reason);
        }
        let entry = live_airing.outcome_entry(result, reason, playback);
        // The airings that a shutdown cuts are not missed while the station is off.
        let was_off = self.phase == Phase::Running && matches!(entry.reason, Some(Reason::PowerOff | Reason::Shutdown));
        if was_off {
            self.concerns.record_missed_while_off();
        }
        live_airing.state = AiringState::Done;
        self.settled_ids.insert(entry.labels.id.clone());
        let name = self.airing_name(&entry.labels);
        self.actions.notify(Notice::AiringEnded { name, entry: Box::new(entry.clone()) });
        self.actions.log.push(Body::Outcome(entry));
    }
}

/// Returns the reason code for a refusal.
pub(super) fn refusal_reason(refusal: Refusal) -> Reason {
    match refusal {
        Refusal::FileMissing => Reason::FileMissing,
        Refusal::FileDamaged => Reason::FileDamaged,
        Refusal::HashMismatch => Reason::HashMismatch,
    }
}
