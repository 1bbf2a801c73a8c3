//! Reports airings of past dates that have no outcome.
use chrono::DateTime;

use super::PlausibilityFold;
use super::clock_history::{ClockHistory, LEAP_WINDOW_US, MAX_SETTLING_US};
use super::planned_dates::GracePeriod;

impl PlausibilityFold {
    /// Reports airings of past dates that have no outcome although the grace period for writing it has ended. Runs at
    /// the end of a batch, because the outcomes may come after the plan of the next date in the same batch.
    pub(super) fn report_missing_outcomes(&mut self) {
        let trusted_time = self.clocks.trusted_wall_us.and_then(DateTime::from_timestamp_micros);
        // The next day in UTC is the latest possible local date, because no time zone is a whole day ahead of UTC.
        let Some(today) = trusted_time.and_then(|at| at.date_naive().succ_opt()) else { return };
        let ClockHistory { is_trusted, boottime_us, run_start_us, ref leaps, trusted_runtime_us, .. } = self.clocks;
        let is_recent = |since_us: i64, max_age_us: i64| boottime_us.saturating_sub(since_us) <= max_age_us;
        let recent_leaps = leaps.iter().filter(|(leap_us, _)| is_recent(*leap_us, LEAP_WINDOW_US));
        let planned_before_leaps = recent_leaps.map(|(_, latest_date)| *latest_date).min();
        let grace_period = match planned_before_leaps {
            _ if !is_trusted || is_recent(run_start_us, MAX_SETTLING_US) => GracePeriod::Running,
            Some(None) => GracePeriod::Running,
            Some(Some(date)) => GracePeriod::EndedUpTo(date),
            None => GracePeriod::Ended,
        };
        for finding in self.planned_dates.close_overdue_dates(trusted_runtime_us, grace_period, today) {
            self.add_finding(self.next_seq.saturating_sub(1), None, finding);
        }
    }
}
