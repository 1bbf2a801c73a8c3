//! Ranges of dates, and the administrative periods of Vietnamese reports.
use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

/// Dates from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateRange {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub until: NaiveDate,
}

impl DateRange {
    /// How many days.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.until - self.from).num_days() + 1
    }

    /// Whether a date is in it.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.until
    }

    /// As many days, just before it.
    #[must_use]
    pub fn just_before(&self) -> Option<Self> {
        let until = self.from.checked_sub_days(Days::new(1))?;
        let days = u64::try_from(self.days() - 1).ok()?;
        Some(Self { from: until.checked_sub_days(Days::new(days))?, until })
    }

    /// The same dates a year earlier.
    #[must_use]
    pub fn year_before(&self) -> Option<Self> {
        let year = Months::new(12);
        Some(Self { from: self.from.checked_sub_months(year)?, until: self.until.checked_sub_months(year)? })
    }

    /// The ranges that days in order make up.
    #[must_use]
    pub fn from_days(days: impl IntoIterator<Item = NaiveDate>) -> Vec<Self> {
        let mut ranges: Vec<Self> = Vec::new();
        for day in days {
            match ranges.last_mut() {
                Some(last) if last.until.succ_opt() == Some(day) => last.until = day,
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

/// An administrative period: it ends on a 14th.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Period {
    /// From the 15th of the month before to the 14th.
    Month,
    /// From the 15th of the month before it to the 14th of its last month.
    Quarter,
    /// 15 December to 14 June, 15 June to 14 December.
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

    /// The period with this date in it; none at the ends of the calendar.
    #[must_use]
    pub fn containing(self, date: NaiveDate) -> Option<DateRange> {
        // The month that a date counts towards: from the 15th on it is the next one.
        let month = date.with_day(1)?.checked_add_months(Months::new(u32::from(date.day() >= 15)))?;
        let into = month.month0() % self.months();
        let last = month.checked_add_months(Months::new(self.months() - 1 - into))?;
        let first = month.checked_sub_months(Months::new(into + 1))?;
        Some(DateRange { from: first.with_day(15)?, until: last.with_day(14)? })
    }

    /// The newest one that is over on this date.
    #[must_use]
    pub fn latest_ended(self, date: NaiveDate) -> Option<DateRange> {
        self.containing(self.containing(date)?.from.pred_opt()?)
    }

    /// The pieces that a range falls into.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().expect("a test's own date")
    }

    fn r(from: &str, until: &str) -> DateRange {
        DateRange { from: d(from), until: d(until) }
    }

    #[test]
    fn periods_end_on_the_14th() {
        assert_eq!(Period::Month.containing(d("2023-03-14")), Some(r("2023-02-15", "2023-03-14")));
        assert_eq!(Period::Month.containing(d("2023-03-15")), Some(r("2023-03-15", "2023-04-14")));
        assert_eq!(Period::Month.containing(d("2023-12-31")), Some(r("2023-12-15", "2024-01-14")));
        assert_eq!(Period::Quarter.containing(d("2023-03-20")), Some(r("2023-03-15", "2023-06-14")));
        assert_eq!(Period::Quarter.containing(d("2023-01-02")), Some(r("2022-12-15", "2023-03-14")));
        assert_eq!(Period::Half.containing(d("2023-06-14")), Some(r("2022-12-15", "2023-06-14")));
        assert_eq!(Period::Half.containing(d("2023-06-15")), Some(r("2023-06-15", "2023-12-14")));
        assert_eq!(Period::Year.containing(d("2023-12-14")), Some(r("2022-12-15", "2023-12-14")));
        assert_eq!(Period::Year.containing(d("2023-12-15")), Some(r("2023-12-15", "2024-12-14")));
        assert_eq!(Period::Month.latest_ended(d("2023-11-23")), Some(r("2023-10-15", "2023-11-14")));
    }

    #[test]
    fn every_day_is_in_one_piece() {
        let range = r("2023-01-01", "2024-02-29");
        for period in [Period::Month, Period::Quarter, Period::Half, Period::Year] {
            let pieces = period.split(range);
            assert_eq!(pieces.iter().map(DateRange::days).sum::<i64>(), range.days());
            assert!(pieces.windows(2).all(|two| two[0].until.succ_opt() == Some(two[1].from)), "{pieces:?}");
            assert!(pieces.iter().all(|piece| period.containing(piece.from) == period.containing(piece.until)));
        }
    }

    #[test]
    fn earlier_ranges_are_as_long() {
        assert_eq!(r("2023-03-01", "2023-03-31").just_before(), Some(r("2023-01-29", "2023-02-28")));
        assert_eq!(r("2024-02-29", "2024-03-31").year_before(), Some(r("2023-02-28", "2023-03-31")));
        let days = ["2023-01-01", "2023-01-02", "2023-01-05"].map(d);
        assert_eq!(DateRange::from_days(days), [r("2023-01-01", "2023-01-02"), r("2023-01-05", "2023-01-05")]);
    }
}
