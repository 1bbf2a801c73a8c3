//! Closes airings whose end the output does not report.
use super::Engine;
use super::action::Action;
use super::live_airing::{AiringState, LiveAiring};
use crate::airlog::entry::{Outcome, Reason};
use crate::base::instant::SECOND_US;
use crate::library::decode::MAX_SECONDS;
use crate::playout::clock::ClockSnapshot;

/// Returns the time in microseconds after the expected end of a sounding airing at which the report of its end counts
/// as lost. Underruns delay an end by less. If the length is unknown, the maximum length of a file is added.
pub(super) fn stall_limit_us(live_airing: &LiveAiring) -> i64 {
    let max_length_us = if live_airing.length.rate == 0 { MAX_SECONDS.cast_signed() * SECOND_US } else { 0 };
    60 * SECOND_US + max_length_us
}

impl Engine {
    /// Closes airings that should have ended long ago, each with its last known progress.
    pub(super) fn close_stalled(&mut self, now: ClockSnapshot) {
        for index in 0..self.airings.len() {
            let live_airing = &self.airings[index];
            if let AiringState::Sounding { cue, .. } = &live_airing.state
                && now.boot.since(cue.ends_at) > stall_limit_us(live_airing)
            {
                self.actions.output.push(Action::Cut(cue.key));
                self.close_with_progress(index, Reason::DeviceLost);
            }
        }
    }

    /// At shutdown, closes the airings whose end the output has not reported in time, each with its last known
    /// progress.
    pub(super) fn close_without_end_report(&mut self, reason: Reason) {
        for index in self.airings.planned_indices() {
            if let AiringState::Sounding { cue, .. } = &self.airings[index].state {
                self.close_with_progress(index, cue.cut_reason.unwrap_or(reason));
            }
        }
        for index in self.airings.unplanned_indices() {
            if !self.airings[index].is_done() {
                self.close_with_progress(index, reason);
            }
        }
    }

    /// Closes an airing with its last known progress.
    fn close_with_progress(&mut self, index: usize, reason: Reason) {
        let live_airing = &self.airings[index];
        let playback = live_airing.total_playback(self.playback_so_far(live_airing));
        let result = if playback.frames > 0 { Outcome::Partial } else { Outcome::Missed };
        self.close_airing(index, result, Some(reason), playback);
    }
}
