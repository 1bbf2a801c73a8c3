//! Gives airings their outcomes.
use super::Engine;
use super::action::Action;
use super::live_airing::{AiringState, Playback};
use super::notice::Notice;
use crate::airlog::entry::{Body, Outcome, Reason};
use crate::playout::output::Refusal;

impl Engine {
    /// Closes an airing as missed, or as partial when some of it sounded before an interruption.
    pub(super) fn close_missed(&mut self, index: usize, reason: Reason, detail: Option<String>) {
        let slot = &self.airings[index];
        if let Some(key) = slot.cue_key() {
            self.actions.output.push(Action::Cut(key));
        }
        let reason = slot.device_loss().map_or(reason, |_| Reason::DeviceLost);
        let taken = slot.with_earlier(Playback { detail, ..Playback::default() });
        let result = if taken.frames > 0 { Outcome::Partial } else { Outcome::Missed };
        self.close_airing(index, result, Some(reason), taken);
    }

    /// Gives an airing its outcome.
    pub(super) fn close_airing(&mut self, index: usize, result: Outcome, reason: Option<Reason>, taken: Playback) {
        let slot = &mut self.airings[index];
        if slot.is_relay() {
            return self.close_relay(index, 0, reason);
        }
        let note = slot.outcome(result, reason, taken);
        slot.state = AiringState::Done;
        self.settled_ids.insert(note.labels.id.clone());
        self.actions.notify(Notice::AiringEnded(Box::new(note.clone())));
        self.actions.log.push(Body::Outcome(note));
    }
}

/// Returns the reason code of a refusal.
pub(super) fn refusal_reason(why: Refusal) -> Reason {
    match why {
        Refusal::FileMissing => Reason::FileMissing,
        Refusal::FileDamaged => Reason::FileDamaged,
        Refusal::HashMismatch => Reason::HashMismatch,
    }
}
