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
    /// A number of months after the current one; negative before it.
    MonthsFromNow(i32),
}

/// The rule that selects the year of a month typed without a year. The current month fits both rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthChoice {
    /// The latest such month, for past events.
    Past,
    /// The next such month, for future events.
    Upcoming,
}

impl MonthArg {
    /// Returns the first day of the month as seen from `today`.
    #[must_use]
    pub fn first_day(self, today: NaiveDate, choice: MonthChoice) -> NaiveDate {
        let this_month = today.with_day(1).unwrap_or(today);
        match self {
            Self::Full(first) => first,
            Self::WithoutYear(month) => {
                let year = match choice {
                    MonthChoice::Past if month > today.month() => today.year() - 1,
                    MonthChoice::Upcoming if month < today.month() => today.year() + 1,
                    MonthChoice::Past | MonthChoice::Upcoming => today.year(),
                };
                NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(this_month)
            }
            Self::MonthsFromNow(months) => {
                let distance = Months::new(months.unsigned_abs());
                let first = if months < 0 {
                    this_month.checked_sub_months(distance)
                } else {
                    this_month.checked_add_months(distance)
                };
                first.unwrap_or(this_month)
            }
        }
    }
}

impl FromStr for MonthArg {
    type Err = CalendarArgError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_MONTH_BYTES {
            return Err(CalendarArgError::month(text));
        }
        let folded = fold(text);
        if let Some(month) = parse_relative(&folded) {
            return Ok(month);
        }
        match year_and_month(&folded) {
            Some((_, month)) if !(1..=12).contains(&month) => Err(CalendarArgError::absent_month(text, month)),
            Some((None, month)) => Ok(Self::WithoutYear(month)),
            Some((Some(year), month)) => first_of_month(year, month).ok_or_else(|| CalendarArgError::month(text)),
            None => Err(CalendarArgError::month(text)),
        }
    }
}

/// Returns true for text that names a month by a word, such as `tháng 13` or `march 2026`; the month may not exist.
pub(super) fn is_month_phrase(text: &str) -> bool {
    let folded = fold(text);
    let has_word = folded.starts_with(|c: char| c.is_ascii_alphabetic());
    text.len() <= MAX_MONTH_BYTES
        && has_word
        && (parse_relative(&folded).is_some() || year_and_month(&folded).is_some())
}

/// Returns the number of a month's English name, or of its first three letters.
pub(super) fn month_of_english_name(name: &str) -> Option<u32> {
    name.parse::<chrono::Month>().ok().map(|month| month.number_from_month())
}

/// Parses folded text such as `thang nay` or `last month`.
fn parse_relative(text: &str) -> Option<MonthArg> {
    let words = text.replace(['-', '_'], " ");
    let months = match words.as_str() {
        "thang nay" | "this month" => 0,
        "thang truoc" | "thang qua" | "last month" => -1,
        "thang sau" | "thang toi" | "next month" => 1,
        _ => return None,
    };
    Some(MonthArg::MonthsFromNow(months))
}

/// Returns the year (if given) and the month of folded text such as `3/2026`, `thang 3 nam 2026` or `march 2026`. There
/// may be no such month.
fn year_and_month(text: &str) -> Option<(Option<u32>, u32)> {
    let numbers = text.strip_prefix("thang").map_or(text, |rest| rest.trim_start_matches([' ', '-']));
    let numbers = numbers.replacen(" nam ", "/", 1);
    let parts: Vec<&str> = numbers.split(['/', '.', '-']).map(str::trim).collect();
    if let [month] = parts.as_slice()
        && let Some(number) = month_of_english_name(month.split(' ').next()?)
    {
        return match month.split_once(' ') {
            Some((_, year)) => (year.len() == 4).then(|| parse_digits(year, 4))?.map(|year| (Some(year), number)),
            None => Some((None, number)),
        };
    }
    match parts.as_slice() {
        [month] => Some((None, parse_digits(month, 2)?)),
        [year, month] | [month, year] if year.len() == 4 => {
            Some((Some(parse_digits(year, 4)?), parse_digits(month, 2)?))
        }
        _ => None,
    }
}

fn first_of_month(year: u32, month: u32) -> Option<MonthArg> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1).map(MonthArg::Full)
}

fn parse_digits(text: &str, max_digits: usize) -> Option<u32> {
    let is_valid = (1..=max_digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Localize};

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
            ("thang-truoc", "2026-10-01"),
            ("last month", "2026-10-01"),
            ("this month", "2026-11-01"),
            ("tháng sau", "2026-12-01"),
            ("March", "2026-03-01"),
            ("dec", "2025-12-01"),
            ("march 2025", "2025-03-01"),
        ];
        for (text, first) in cases {
            let month = text.parse::<MonthArg>().map(|month| month.first_day(today, MonthChoice::Past).to_string());
            assert_eq!(month.ok().as_deref(), Some(first), "{text}");
        }
        for text in ["", "3/26", "2026-03-01", "tháng", "tháng ba mươi", "marchal", "march 26", "nay", "20260/3"] {
            assert_eq!(text.parse::<MonthArg>(), Err(CalendarArgError::month(text)), "{text}");
        }
    }

    #[test]
    fn a_month_without_a_year_is_the_nearest_in_the_chosen_direction() {
        let today = "2026-11-30".parse().expect("parse the date");
        let upcoming = |text: &str| {
            let month = text.parse::<MonthArg>().expect("parse the month");
            month.first_day(today, MonthChoice::Upcoming).to_string()
        };
        assert_eq!(upcoming("tháng 3"), "2027-03-01");
        assert_eq!(upcoming("tháng 11"), "2026-11-01");
        assert_eq!(upcoming("december"), "2026-12-01");
        assert_eq!(upcoming("tháng 3/2026"), "2026-03-01");
    }

    #[test]
    fn the_error_for_an_absent_month_says_which_months_there_are() {
        for text in ["13", "0", "tháng 13", "thang 13/2026", "2026-13"] {
            let error = text.parse::<MonthArg>().expect_err("refuse the month");
            assert!(matches!(error, CalendarArgError::AbsentMonth(..)), "{text}: {error:?}");
        }
        let sentence = |lang| {
            let error = "tháng 13".parse::<MonthArg>().expect_err("refuse the month");
            error.sentence().to_plain(lang)
        };
        assert_eq!(
            sentence(Lang::Vi),
            "không có tháng 13: một năm chỉ có tháng 1 đến tháng 12. Viết tháng như 3/2026 hoặc tháng trước."
        );
        assert_eq!(
            sentence(Lang::En),
            "there is no month 13: the months are 1 to 12. Write a month like 3/2026 or last month."
        );
    }
}
