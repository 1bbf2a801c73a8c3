//! The administrative periods of Vietnamese reports.
mod date_range;
#[cfg(test)]
mod tests;

use chrono::{Datelike, Months, NaiveDate, Weekday};

pub use self::date_range::DateRange;

/// A reporting period: a week, or an administrative period, which ends on the 14th of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Period {
    /// From Monday to Sunday.
    Week,
    /// From the 15th of the previous month to the 14th.
    Month,
    /// From the 15th of the month before the quarter to the 14th of the quarter's last month.
    Quarter,
    /// 15 December to 14 June, or 15 June to 14 December.
    Half,
    /// 15 December to 14 December.
    Year,
}

impl Period {
    fn months(self) -> u32 {
        match self {
            // A week is no number of months; `containing` does not ask for it.
            Self::Week | Self::Month => 1,
            Self::Quarter => 3,
            Self::Half => 6,
            Self::Year => 12,
        }
    }

    /// Returns the period that contains a date; `None` if it exceeds the range of [`NaiveDate`].
    #[must_use]
    pub fn containing(self, date: NaiveDate) -> Option<DateRange> {
        if self == Self::Week {
            let week = date.week(Weekday::Mon);
            return Some(DateRange { from: week.checked_first_day()?, until: week.checked_last_day()? });
        }
        // From the 15th on, a date belongs to the next month's period.
        let month = date.with_day(1)?.checked_add_months(Months::new(u32::from(date.day() >= 15)))?;
        let month_in_period = month.month0() % self.months();
        let last_month = month.checked_add_months(Months::new(self.months() - 1 - month_in_period))?;
        let month_before_first = month.checked_sub_months(Months::new(month_in_period + 1))?;
        Some(DateRange { from: month_before_first.with_day(15)?, until: last_month.with_day(14)? })
    }

    /// Returns the latest period that ended before a date; `None` if it exceeds the range of [`NaiveDate`].
    #[must_use]
    pub fn latest_ended(self, date: NaiveDate) -> Option<DateRange> {
        self.containing(self.containing(date)?.from.pred_opt()?)
    }

    /// Splits a range at the ends of periods. The first and the last part may be shorter than a period.
    #[must_use]
    pub fn split(self, range: DateRange) -> Vec<DateRange> {
        let mut parts = Vec::new();
        let mut from = range.from;
        while let Some(period) = self.containing(from).filter(|_| from <= range.until) {
            parts.push(DateRange { from, until: period.until.min(range.until) });
            match period.until.succ_opt() {
                Some(date) => from = date,
                None => break,
            }
        }
        parts
    }
}

/// Returns the Monday of a date's week; the date itself if that Monday is before the range of [`NaiveDate`].
#[must_use]
pub fn monday_of(date: NaiveDate) -> NaiveDate {
    date.week(Weekday::Mon).checked_first_day().unwrap_or(date)
}
