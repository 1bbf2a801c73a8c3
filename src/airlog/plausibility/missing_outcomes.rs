//! Reports airings of past dates that have no outcome.
use chrono::DateTime;

use super::PlausibilityFold;
use super::clock_history::{ClockHistory, LEAP_WINDOW_US, SETTLING_US};
use super::planned_dates::AnswerTime;

impl PlausibilityFold {
    /// Reports airings of past dates without an outcome, once the station has had the time to write it. Runs after a
    /// batch, in which outcomes may come after the plan of the next date.
    pub(super) fn report_missing_outcomes(&mut self) {
        let believed = self.time.believed.and_then(DateTime::from_timestamp_micros);
        // No time zone is a whole day ahead of UTC.
        let Some(today) = believed.and_then(|at| at.date_naive().succ_opt()) else { return };
        let ClockHistory { trusted, boottime, began, ref leaps, ran, .. } = self.time;
        let lately = |then: i64, us: i64| boottime.saturating_sub(then) <= us;
        let latest = leaps.iter().filter(|(then, _)| lately(*then, LEAP_WINDOW_US)).map(|(_, latest)| *latest).min();
        let patience = match latest {
            _ if !trusted || lately(began, SETTLING_US) => AnswerTime::Running,
            Some(None) => AnswerTime::Running,
            Some(Some(latest)) => AnswerTime::PassedUpTo(latest),
            None => AnswerTime::Passed,
        };
        for why in self.days.dates_without_outcome(ran, patience, today) {
            self.add_finding(self.next.saturating_sub(1), None, why);
        }
    }
}
