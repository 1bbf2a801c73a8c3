//! Ranges of dates, and the administrative periods of Vietnamese reports.
use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

/// Dates from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub until: NaiveDate,
}

impl Range {
    /// How many days.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.until - self.from).num_days() + 1
    }

    /// Whether a date is in it.
    #[must_use]
    pub fn has(&self, date: NaiveDate) -> bool {
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
    pub fn join(days: impl IntoIterator<Item = NaiveDate>) -> Vec<Self> {
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

impl fmt::Display for Range {
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
    pub fn with(self, date: NaiveDate) -> Option<Range> {
        // The month that a date counts towards: from the 15th on it is the next one.
        let month = date.with_day(1)?.checked_add_months(Months::new(u32::from(date.day() >= 15)))?;
        let into = month.month0() % self.months();
        let last = month.checked_add_months(Months::new(self.months() - 1 - into))?;
        let first = month.checked_sub_months(Months::new(into + 1))?;
        Some(Range { from: first.with_day(15)?, until: last.with_day(14)? })
    }

    /// The newest one that is over on this date.
    #[must_use]
    pub fn over_by(self, date: NaiveDate) -> Option<Range> {
        self.with(self.with(date)?.from.pred_opt()?)
    }

    /// The pieces that a range falls into.
    #[must_use]
    pub fn cut(self, range: Range) -> Vec<Range> {
        let mut pieces = Vec::new();
        let mut from = range.from;
        while let Some(whole) = self.with(from).filter(|_| from <= range.until) {
            pieces.push(Range { from, until: whole.until.min(range.until) });
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

    fn r(from: &str, until: &str) -> Range {
        Range { from: d(from), until: d(until) }
    }

    #[test]
    fn periods_end_on_the_14th() {
        assert_eq!(Period::Month.with(d("2023-03-14")), Some(r("2023-02-15", "2023-03-14")));
        assert_eq!(Period::Month.with(d("2023-03-15")), Some(r("2023-03-15", "2023-04-14")));
        assert_eq!(Period::Month.with(d("2023-12-31")), Some(r("2023-12-15", "2024-01-14")));
        assert_eq!(Period::Quarter.with(d("2023-03-20")), Some(r("2023-03-15", "2023-06-14")));
        assert_eq!(Period::Quarter.with(d("2023-01-02")), Some(r("2022-12-15", "2023-03-14")));
        assert_eq!(Period::Half.with(d("2023-06-14")), Some(r("2022-12-15", "2023-06-14")));
        assert_eq!(Period::Half.with(d("2023-06-15")), Some(r("2023-06-15", "2023-12-14")));
        assert_eq!(Period::Year.with(d("2023-12-14")), Some(r("2022-12-15", "2023-12-14")));
        assert_eq!(Period::Year.with(d("2023-12-15")), Some(r("2023-12-15", "2024-12-14")));
        assert_eq!(Period::Month.over_by(d("2023-11-23")), Some(r("2023-10-15", "2023-11-14")));
    }

    #[test]
    fn every_day_is_in_one_piece() {
        let range = r("2023-01-01", "2024-02-29");
        for period in [Period::Month, Period::Quarter, Period::Half, Period::Year] {
            let pieces = period.cut(range);
            assert_eq!(pieces.iter().map(Range::days).sum::<i64>(), range.days());
            assert!(pieces.windows(2).all(|two| two[0].until.succ_opt() == Some(two[1].from)), "{pieces:?}");
            assert!(pieces.iter().all(|piece| period.with(piece.from) == period.with(piece.until)));
        }
    }

    #[test]
    fn earlier_ranges_are_as_long() {
        assert_eq!(r("2023-03-01", "2023-03-31").just_before(), Some(r("2023-01-29", "2023-02-28")));
        assert_eq!(r("2024-02-29", "2024-03-31").year_before(), Some(r("2023-02-28", "2023-03-31")));
        let days = ["2023-01-01", "2023-01-02", "2023-01-05"].map(d);
        assert_eq!(Range::join(days), [r("2023-01-01", "2023-01-02"), r("2023-01-05", "2023-01-05")]);
    }
}
