//! On which days a session airs.
use chrono::{Datelike, NaiveDate, Weekday};

/// A set of weekdays; the default is every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

impl Default for Days {
    fn default() -> Self {
        Self(0b111_1111)
    }
}

impl Days {
    /// No day at all: where a union begins.
    pub const NONE: Self = Self(0);

    /// Adds the days from `first` to `last`, both inclusive, going forward through the week.
    pub fn add(&mut self, first: Weekday, last: Weekday) {
        let mut day = first;
        loop {
            self.0 |= 1 << day.num_days_from_monday();
            if day == last {
                return;
            }
            day = day.succ();
        }
    }

    /// Whether this date's weekday is among them.
    #[must_use]
    pub fn contain(&self, date: NaiveDate) -> bool {
        self.0 & (1 << date.weekday().num_days_from_monday()) != 0
    }

    /// Whether there is no day at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }
}
