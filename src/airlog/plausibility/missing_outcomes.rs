//! Reports airings of past dates that have no outcome.
use chrono::DateTime;

use super::PlausibilityFold;
use super::clock_history::{ClockHistory, LEAP_WINDOW_US, SETTLING_US};
use super::planned_dates::AnswerTime;

impl PlausibilityFold {
    /// Reports airings of past dates without an outcome, once the station has had enough time to write it. Runs at the
    /// end of a batch, because the outcomes may come after the plan of the next date in the same batch.
    pub(super) fn report_missing_outcomes(&mut self) {
        let trusted_time = self.time.believed.and_then(DateTime::from_timestamp_micros);
        // The next day in UTC is the latest possible local date, because no time zone is a whole day ahead of UTC.
        let Some(today) = trusted_time.and_then(|at| at.date_naive().succ_opt()) else { return };
        let ClockHistory { trusted, boottime, began, ref leaps, ran, .. } = self.time;
        let is_recent = |instant: i64, us: i64| boottime.saturating_sub(instant) <= us;
        let recent_leaps = leaps.iter().filter(|(leap_time, _)| is_recent(*leap_time, LEAP_WINDOW_US));
        let planned_before_leaps = recent_leaps.map(|(_, latest_date)| *latest_date).min();
        let answer_time = match planned_before_leaps {
            _ if !trusted || is_recent(began, SETTLING_US) => AnswerTime::Running,
            Some(None) => AnswerTime::Running,
            Some(Some(date)) => AnswerTime::PassedUpTo(date),
            None => AnswerTime::Passed,
        };
        for finding in self.days.dates_without_outcome(ran, answer_time, today) {
            self.add_finding(self.next.saturating_sub(1), None, finding);
        }
    }
}
