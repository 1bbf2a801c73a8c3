//! Closes airings on whose end the output does not report.
use super::Engine;
use super::action::Action;
use super::live_airing::{AiringState, LiveAiring};
use crate::airlog::entry::{Outcome, Reason};
use crate::base::instant::SECOND_US;
use crate::library::decode::MAX_SECONDS;
use crate::playout::clock::ClockSnapshot;

/// Returns how long after its end a sounding airing has been forgotten by the output, microseconds. Gaps for want of
/// frames are shorter; where the length is unknown, the longest length of a file is added.
pub(super) fn stall_limit_us(slot: &LiveAiring) -> i64 {
    let unknown_us = if slot.length.rate == 0 { MAX_SECONDS.cast_signed() * SECOND_US } else { 0 };
    60 * SECOND_US + unknown_us
}

impl Engine {
    /// Closes what should have ended long ago: the last progress is the outcome.
    pub(super) fn close_stalled(&mut self, now: ClockSnapshot) {
        for index in 0..self.airings.len() {
            let slot = &self.airings[index];
            if let AiringState::Sounding { cue, .. } = &slot.state
                && now.boot.since(cue.ends_at) > stall_limit_us(slot)
            {
                self.actions.output.push(Action::Cut(cue.key));
                self.close_with_progress(index, Reason::DeviceLost);
            }
        }
    }

    /// Closes what still sounds when the output has not answered in time at shutdown: the last progress is the outcome.
    pub(super) fn close_unanswered(&mut self) {
        for index in self.airings.planned_indices() {
            if let AiringState::Sounding { cue, .. } = &self.airings[index].state {
                self.close_with_progress(index, cue.cut_reason.unwrap_or(Reason::Shutdown));
            }
        }
        for index in self.airings.unplanned_indices() {
            if !self.airings[index].is_done() {
                self.close_with_progress(index, Reason::Shutdown);
            }
        }
    }

    /// Closes an airing by the progress of the last look.
    fn close_with_progress(&mut self, index: usize, reason: Reason) {
        let slot = &self.airings[index];
        let taken = slot.with_earlier(self.playback_so_far(slot));
        let result = if taken.frames > 0 { Outcome::Partial } else { Outcome::Missed };
        self.close_airing(index, result, Some(reason), taken);
    }
}
