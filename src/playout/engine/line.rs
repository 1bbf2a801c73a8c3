//! Opens the line ahead of time, and closes it when nothing is due.
use std::collections::BTreeMap;

use super::Engine;
use super::action::Action;
use super::line_state::LineState;
use super::live_airing::LiveAiring;
use super::timing::ON_TIME_US;
use crate::base::instant::SECOND_US;
use crate::playout::clock::ClockSnapshot;

/// The lowest rate of a line, frames a second: a lower one is not fit for music.
const MIN_LINE_RATE: u32 = 44_100;
/// The line is closed when nothing is due within this time.
const LINGER_US: i64 = 10 * SECOND_US;

impl Engine {
    /// While the line is closed, takes the output that the station has set now, before anything else is done.
    pub(super) fn apply_output_settings(&mut self) {
        let settings = self.in_force_or_pending().map(|a| a.schedule.station.output.clone());
        if self.line == LineState::Closed && settings != self.output_settings {
            self.output_settings.clone_from(&settings);
            // The new output has not been told which files to hash.
            self.airings.planned_mut().iter_mut().for_each(|slot| slot.prefetched = false);
            if let Some(settings) = settings {
                self.actions.output.insert(0, Action::Configure(settings));
            }
        }
    }

    /// Opens the line for what holds it or waits for a device; closes it when nothing is due.
    pub(super) fn open_or_close_line(&mut self, now: ClockSnapshot) {
        let needed =
            self.airings.iter().any(LiveAiring::holds_line) || self.airings.unplanned().any(LiveAiring::is_waiting);
        if self.line == LineState::Closed {
            if needed {
                self.apply_output_settings();
                // Before the cues of this decision.
                let at = usize::from(matches!(self.actions.output.first(), Some(Action::Configure(_))));
                let rate = self.preferred_rate();
                self.actions.output.insert(at, Action::OpenLine { rate });
                self.line = LineState::Opening { away_since: None };
            }
        } else if !needed && !self.is_due_within(now, LINGER_US) {
            self.actions.output.push(Action::CloseLine);
            self.line = LineState::Closed;
        }
    }

    /// The rate of most of the session that is cued: audio at the line's rate needs no resampling.
    fn preferred_rate(&self) -> Option<u32> {
        let first = self.airings.iter().find(|s| s.holds_line())?;
        let with_it = |s: &&LiveAiring| match first.session_key() {
            Some(session) => !s.is_done() && s.session_key() == Some(session),
            None => std::ptr::eq(*s, first),
        };
        let mut lengths: BTreeMap<u32, i64> = BTreeMap::new();
        for slot in self.airings.iter().filter(with_it).filter(|s| !s.is_relay()) {
            *lengths.entry(slot.length.rate).or_default() += slot.length.us();
        }
        // A session mostly of low-rate recordings must not set the line's rate: the rest would lose its treble.
        let (rate, _) = lengths.into_iter().max_by_key(|(_, us)| *us)?;
        (rate >= MIN_LINE_RATE).then_some(rate)
    }

    /// Whether a waiting airing is to start within this time.
    pub(super) fn is_due_within(&self, now: ClockSnapshot, us: i64) -> bool {
        let due = |s: &LiveAiring| {
            let starts = s.starts_at().map(|at| at.since(now.wall));
            // An overdue airing that still waits is held up by something else, not by a closed line.
            s.is_waiting() && !s.is_withdrawn() && starts.is_some_and(|ahead| (-ON_TIME_US..=us).contains(&ahead))
        };
        self.clock_trust.trusted && self.airings.planned().iter().any(due)
    }
}
