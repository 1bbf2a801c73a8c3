//! Dates and ranges of dates as people write them: `12/3`, `12/3..15/3`, `ngày mai`.
use std::str::FromStr;

use chrono::NaiveDate;

use super::calendar_error::CalendarArgError;
use super::date_arg::{DateArg, YearChoice};
use crate::schedule::calendar::DateSpan;

/// A date, or a range of dates with both ends included, on the command line. A date without a year is an upcoming one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateSpanArg {
    first: DateArg,
    last: Option<DateArg>,
}

impl DateSpanArg {
    /// Returns the dates as seen from `today`; `None` if the last date is before the first.
    #[must_use]
    pub fn resolve(self, today: NaiveDate) -> Option<DateSpan> {
        let first = self.first.resolve(today, YearChoice::Upcoming);
        let last = self.last.map_or(first, |last| last.resolve(today, YearChoice::Since(first)));
        (first <= last).then_some(DateSpan { first, last })
    }
}

impl FromStr for DateSpanArg {
    type Err = CalendarArgError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once("..") {
            Some((first, last)) => Ok(Self { first: first.parse()?, last: Some(last.parse()?) }),
            None => Ok(Self { first: text.parse()?, last: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Option<String> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 30)?;
        let span = text.parse::<DateSpanArg>().ok()?.resolve(today)?;
        Some(format!("{}..{}", span.first, span.last))
    }

    #[test]
    fn the_end_of_a_range_is_the_first_such_date_on_or_after_its_start() {
        assert_eq!(resolved("ngày mai").as_deref(), Some("2026-12-01..2026-12-01"));
        assert_eq!(resolved("28/12..3/1").as_deref(), Some("2026-12-28..2027-01-03"));
        assert_eq!(resolved("12/3 .. 14/3").as_deref(), Some("2027-03-12..2027-03-14"));
        assert_eq!(resolved("today..2026-12-03").as_deref(), Some("2026-11-30..2026-12-03"));
        for text in ["3/12/2026..1/12/2026", "tomorrow..today", "..", "1/12..", "..1/12", "1/12..2/12..3/12", "", "x"] {
            assert_eq!(resolved(text), None, "{text}");
        }
    }
}
