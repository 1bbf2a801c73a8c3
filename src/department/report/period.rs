//! Administrative periods of Vietnamese reports.
mod date_range;
#[cfg(test)]
mod tests;

use chrono::{Datelike, Months, NaiveDate, Weekday};

pub use self::date_range::DateRange;

/// An administrative period. It ends on a 14th.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Period {
    /// From the 15th of the previous month to the 14th.
    Month,
    /// From the 15th of the month before the quarter to the 14th of its last month.
    Quarter,
    /// 15 December to 14 June, or 15 June to 14 December.
    Half,
    /// 15 December to 14 December.
    Year,
}

impl Period {
    fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Half => 6,
            Self::Year => 12,
        }
    }

    /// Returns the period that contains a date; none at the ends of the calendar.
    #[must_use]
    pub fn containing(self, date: NaiveDate) -> Option<DateRange> {
        // A date from the 15th on counts towards the next month.
        let month = date.with_day(1)?.checked_add_months(Months::new(u32::from(date.day() >= 15)))?;
        let into = month.month0() % self.months();
        let last = month.checked_add_months(Months::new(self.months() - 1 - into))?;
        let first = month.checked_sub_months(Months::new(into + 1))?;
        Some(DateRange { from: first.with_day(15)?, until: last.with_day(14)? })
    }

    /// Returns the newest period that has ended before a date.
    #[must_use]
    pub fn latest_ended(self, date: NaiveDate) -> Option<DateRange> {
        self.containing(self.containing(date)?.from.pred_opt()?)
    }

    /// Splits a range at the ends of periods.
    #[must_use]
    pub fn split(self, range: DateRange) -> Vec<DateRange> {
        let mut pieces = Vec::new();
        let mut from = range.from;
        while let Some(whole) = self.containing(from).filter(|_| from <= range.until) {
            pieces.push(DateRange { from, until: whole.until.min(range.until) });
            match whole.until.succ_opt() {
                Some(next) => from = next,
                None => break,
            }
        }
        pieces
    }
}

/// Returns the Monday of a date's week; the date itself at the beginning of the calendar.
#[must_use]
pub fn monday_of(date: NaiveDate) -> NaiveDate {
    date.week(Weekday::Mon).checked_first_day().unwrap_or(date)
}
