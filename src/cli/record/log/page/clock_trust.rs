//! The trust in the station's clock, as the entries of a log record it.
use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};

use crate::airlog::entry::Body;
use crate::airlog::record::Record;

/// Which dates and times of a log come from a trusted clock.
#[derive(Debug, Default)]
pub struct LogClock {
    /// True if the clock was not trusted at the end of the log.
    is_distrusted: bool,
    /// Whether the clock was distrusted when the log began; `None` before its first `boot` entry.
    was_distrusted_at_start: Option<bool>,
    /// The times of the first and the last entry under a trusted clock.
    trusted_extent: Option<(DateTime<FixedOffset>, DateTime<FixedOffset>)>,
    /// The dates with entries under a trusted clock.
    trusted_dates: BTreeSet<NaiveDate>,
    /// The dates with entries under a distrusted clock, or under a trusted one that was wrong.
    distrusted_dates: BTreeSet<NaiveDate>,
}

impl LogClock {
    /// Applies the next entry of the log, which belongs to `date`.
    pub fn apply(&mut self, record: &Record, date: NaiveDate) {
        match &record.body {
            // Its time is that of the `boot` entry after it, which says whether the clock was trusted.
            Some(Body::Genesis(_)) => return,
            Some(Body::Boot(boot)) => {
                self.is_distrusted = !boot.trusted;
                self.was_distrusted_at_start.get_or_insert(self.is_distrusted);
            }
            Some(Body::ClockTrust(change)) => self.is_distrusted = !change.trusted,
            _ => {}
        }
        if self.is_distrusted {
            self.distrusted_dates.insert(date);
        } else {
            self.apply_trusted(record, date);
        }
    }

    /// Applies an entry under a trusted clock. If the clock went back by days, it was wrong before, although the station
    /// believed it: a new station has nothing with which to compare it.
    fn apply_trusted(&mut self, record: &Record, date: NaiveDate) {
        let disproved_from = record.at.date_naive() + TimeDelta::days(2);
        self.distrusted_dates.append(&mut self.trusted_dates.split_off(&disproved_from));
        self.trusted_dates.insert(date);
        let (first_at, last_at) = self.trusted_extent.get_or_insert((record.at, record.at));
        (*first_at, *last_at) = ((*first_at).min(record.at), record.at);
    }

    /// Returns `true` if the clock was not trusted at the end of the log.
    pub fn is_distrusted(&self) -> bool {
        self.is_distrusted
    }

    /// Returns `true` if the clock was not trusted when the log began, so that its first time proves nothing.
    pub fn was_distrusted_at_start(&self) -> bool {
        self.was_distrusted_at_start == Some(true)
    }

    /// Returns the times of the first and the last entry under a trusted clock.
    pub fn trusted_extent(&self) -> Option<(DateTime<FixedOffset>, DateTime<FixedOffset>)> {
        self.trusted_extent
    }

    /// Returns `true` if only a clock that was wrong, or was not trusted, gave this date to entries. What they tell may
    /// have happened on any other day. `has_plan` tells whether the log has a plan of the date.
    pub fn is_doubtful_date(&self, date: NaiveDate, has_plan: bool) -> bool {
        // A day is planned at most one day ahead.
        let is_far_ahead = self.trusted_extent.is_some_and(|(_, last_at)| (date - last_at.date_naive()).num_days() > 1);
        let has_true_plan = has_plan && !is_far_ahead;
        self.distrusted_dates.contains(&date) && !self.trusted_dates.contains(&date) && !has_true_plan
    }
}
