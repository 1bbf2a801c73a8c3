//! Months as people write them: `3/2026`, `tháng 3`, `2026-03`.
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

use super::calendar_error::CalendarArgError;
use crate::base::fold::fold;

/// The maximum length of the text of a month, in bytes.
const MAX_MONTH_BYTES: usize = 64;

/// A month on the command line. Without a year, its meaning depends on today's date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthArg {
    /// The first day of a month whose year is given.
    Full(NaiveDate),
    /// The number of a month, from 1, whose year is not given.
    WithoutYear(u32),
    /// A number of months before the current one.
    MonthsAgo(u32),
}

impl MonthArg {
    /// Returns the first day of the month as seen from `today`. A month without a year is the latest such month up to
    /// today.
    #[must_use]
    pub fn first_day(self, today: NaiveDate) -> NaiveDate {
        let this_month = today.with_day(1).unwrap_or(today);
        match self {
            Self::Full(first) => first,
            Self::WithoutYear(month) => {
                let year = if month > today.month() { today.year() - 1 } else { today.year() };
                NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(this_month)
            }
            Self::MonthsAgo(months) => this_month.checked_sub_months(Months::new(months)).unwrap_or(this_month),
        }
    }
}

impl FromStr for MonthArg {
    type Err = CalendarArgError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let month = if text.len() <= MAX_MONTH_BYTES { parse(&fold(text)) } else { None };
        month.ok_or_else(|| CalendarArgError::month(text))
    }
}

/// Parses folded text.
fn parse(text: &str) -> Option<MonthArg> {
    let text = text.strip_prefix("thang").map_or(text, |rest| rest.trim_start_matches([' ', '-']));
    match text {
        "nay" | "this month" => return Some(MonthArg::MonthsAgo(0)),
        "truoc" | "last month" => return Some(MonthArg::MonthsAgo(1)),
        _ => {}
    }
    let text = text.replacen(" nam ", "/", 1);
    let parts: Vec<&str> = text.split(['/', '.', '-']).map(str::trim).collect();
    match parts.as_slice() {
        [month] => parse_digits(month, 2).filter(|month| (1..=12).contains(month)).map(MonthArg::WithoutYear),
        [year, month] | [month, year] if year.len() == 4 => {
            let year = i32::try_from(parse_digits(year, 4)?).ok()?;
            NaiveDate::from_ymd_opt(year, parse_digits(month, 2)?, 1).map(MonthArg::Full)
        }
        _ => None,
    }
}

fn parse_digits(text: &str, max_digits: usize) -> Option<u32> {
    let is_valid = (1..=max_digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_parsed_as_people_write_them() {
        let today = "2026-11-30".parse().expect("parse the date");
        let cases = [
            ("2026-03", "2026-03-01"),
            ("3/2026", "2026-03-01"),
            ("03.2025", "2025-03-01"),
            ("tháng 3/2026", "2026-03-01"),
            ("tháng 3 năm 2026", "2026-03-01"),
            ("3", "2026-03-01"),
            ("tháng 11", "2026-11-01"),
            ("thang 12", "2025-12-01"),
            ("tháng này", "2026-11-01"),
            ("tháng trước", "2026-10-01"),
            ("last month", "2026-10-01"),
        ];
        for (text, first) in cases {
            let month = text.parse::<MonthArg>().map(|month| month.first_day(today).to_string());
            assert_eq!(month.ok().as_deref(), Some(first), "{text}");
        }
        for text in ["", "0", "13", "3/26", "2026-13", "2026-03-01", "tháng", "march", "20260/3"] {
            assert!(text.parse::<MonthArg>().is_err(), "{text}");
        }
    }
}
