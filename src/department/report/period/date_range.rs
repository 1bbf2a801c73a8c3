//! Ranges of dates.
use std::fmt;

use chrono::{Days, Months, NaiveDate};

/// A range of dates, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateRange {
    /// The first date.
    pub from: NaiveDate,
    /// The last date.
    pub until: NaiveDate,
}

impl DateRange {
    /// Returns the number of days.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.until - self.from).num_days() + 1
    }

    /// Returns whether the range contains a date.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.until
    }

    /// Returns the range of the same length that ends the day before this one; `None` if it exceeds the range of
    /// [`NaiveDate`].
    #[must_use]
    pub fn just_before(&self) -> Option<Self> {
        let until = self.from.checked_sub_days(Days::new(1))?;
        let days = u64::try_from(self.days() - 1).ok()?;
        Some(Self { from: until.checked_sub_days(Days::new(days))?, until })
    }

    /// Returns the same dates a year earlier, with 28 February for 29 February; `None` if they exceed the range of
    /// [`NaiveDate`].
    #[must_use]
    pub fn year_before(&self) -> Option<Self> {
        let year = Months::new(12);
        Some(Self { from: self.from.checked_sub_months(year)?, until: self.until.checked_sub_months(year)? })
    }

    /// Joins consecutive days into ranges. The days must be in ascending order.
    #[must_use]
    pub fn from_days(days: impl IntoIterator<Item = NaiveDate>) -> Vec<Self> {
        let mut ranges: Vec<Self> = Vec::new();
        for day in days {
            match ranges.last_mut() {
                Some(range) if range.until.succ_opt() == Some(day) => range.until = day,
                _ => ranges.push(Self { from: day, until: day }),
            }
        }
        ranges
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.until)
    }
}
