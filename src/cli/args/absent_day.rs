//! A day that its month does not have, such as 30 February.
use chrono::{Datelike, NaiveDate};

use crate::text::cli::CliText;

/// A year with a 29 February. A date without a year is checked against it.
const LEAP_YEAR: i32 = 2024;
/// A year without a 29 February. For a date without a year, only dates that every year has are proposed.
const COMMON_YEAR: i32 = 2023;

/// A day past the end of its month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbsentDay {
    day: u32,
    /// The last day of that month. In February without a year, this is the 28th.
    month_end: NaiveDate,
    /// True if the date includes a year.
    has_year: bool,
}

impl AbsentDay {
    /// Returns the absent day; `None` if there is no such month, or the month has the day.
    pub(super) fn new(year: Option<u32>, month: u32, day: u32) -> Option<Self> {
        let checked_year = year.map_or(Some(LEAP_YEAR), |year| i32::try_from(year).ok())?;
        let last_day =
            |year| NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(chrono::Months::new(1))?.pred_opt();
        let is_absent = day > last_day(checked_year)?.day();
        let month_end = last_day(year.map_or(COMMON_YEAR, |_| checked_year))?;
        is_absent.then_some(Self { day, month_end, has_year: year.is_some() })
    }

    /// Returns the error as a sentence, with the nearest dates.
    pub(super) fn sentence(self) -> CliText {
        let format_like_input = |date: NaiveDate| match self.has_year {
            true => format!("{}/{}/{}", date.day(), date.month(), date.year()),
            false => format!("{}/{}", date.day(), date.month()),
        };
        let month = match self.has_year {
            true => format!("{}/{}", self.month_end.month(), self.month_end.year()),
            false => self.month_end.month().to_string(),
        };
        let month_name = self.month_end.format(if self.has_year { "%B %Y" } else { "%B" }).to_string();
        let next = format_like_input(self.month_end.succ_opt().unwrap_or(self.month_end));
        CliText::AbsentDay {
            day: self.day.to_string(),
            month,
            month_name,
            last: format_like_input(self.month_end),
            next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Localize};

    #[test]
    fn the_error_for_an_absent_day_names_the_nearest_dates() {
        let text = |year, month, day, lang| AbsentDay::new(year, month, day).map(|d| d.sentence().to_plain(lang));
        let vi = text(None, 2, 30, Lang::Vi).expect("find no day 30 in February");
        assert_eq!(vi, "tháng 2 không có ngày 30. Ngày gần nhất: 28/2 hoặc 1/3.");
        let en = text(Some(2026), 2, 29, Lang::En).expect("find no 29 February in 2026");
        assert_eq!(en, "there is no 29 February 2026. The nearest dates are 28/2/2026 and 1/3/2026.");
        assert_eq!(AbsentDay::new(Some(2024), 2, 29), None);
        assert_eq!(AbsentDay::new(None, 13, 1), None);
        assert_eq!(AbsentDay::new(None, 0, 40), None);
    }
}
