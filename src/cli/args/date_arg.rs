//! Dates as people write them: `12/3/2026`, `12/3`, `hôm qua`.
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, TimeDelta};
use unicode_normalization::UnicodeNormalization;

use super::absent_day::AbsentDay;
use super::calendar_error::CalendarArgError;
use super::several_days::is_several_days;
use crate::base::fold::fold;

/// The maximum length of a date in bytes. Longer text is refused without parsing.
const MAX_DATE_BYTES: usize = 64;
/// The maximum number of years from one 29 February to the next.
const MAX_LEAP_GAP_YEARS: i32 = 8;

/// A date on the command line. Its meaning can depend on today's date, and so on the station's time zone, which is not
/// yet known when the command line is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateArg {
    /// A date with its year.
    Full(NaiveDate),
    /// A day and a month without a year.
    DayMonth {
        /// The day, from 1.
        day: u32,
        /// The month, from 1.
        month: u32,
    },
    /// A number of days after today; negative before today.
    DaysFromToday(i64),
}

/// The rule that selects the year of a date typed without a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearChoice {
    /// The latest such date up to today, for past events.
    Past,
    /// The first such date from today on, for future events.
    Upcoming,
    /// The first such date from this one on, for the end of a period.
    Since(NaiveDate),
}

impl DateArg {
    /// Returns the date that is meant if today is `today`.
    #[must_use]
    pub fn resolve(self, today: NaiveDate, choice: YearChoice) -> NaiveDate {
        match self {
            Self::Full(date) => date,
            Self::DaysFromToday(days) => {
                TimeDelta::try_days(days).and_then(|days| today.checked_add_signed(days)).unwrap_or(today)
            }
            Self::DayMonth { day, month } => {
                let (from, step) = match choice {
                    YearChoice::Past => (today, -1),
                    YearChoice::Upcoming => (today, 1),
                    YearChoice::Since(date) => (date, 1),
                };
                let candidate = |n: i32| NaiveDate::from_ymd_opt(from.year().checked_add(n * step)?, month, day);
                let is_in_range = |date: &NaiveDate| if step < 0 { *date <= from } else { *date >= from };
                (0..=MAX_LEAP_GAP_YEARS).filter_map(candidate).find(is_in_range).unwrap_or(from)
            }
        }
    }
}

impl FromStr for DateArg {
    type Err = CalendarArgError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_DATE_BYTES {
            return Err(CalendarArgError::date(text));
        }
        let folded = fold(text);
        let days_to_kia = if has_marked_kia(text) { 3 } else { 2 };
        parse(&folded, days_to_kia).ok_or_else(|| match year_month_day(&folded) {
            _ if is_weekday(&folded) => CalendarArgError::weekday(text),
            _ if is_several_days(text) => CalendarArgError::several_days(text),
            Some((year, month, day)) => match AbsentDay::new(year, month, day) {
                Some(absent) => CalendarArgError::absent_day(text, absent),
                None => CalendarArgError::date(text),
            },
            None => CalendarArgError::date(text),
        })
    }
}

impl From<NaiveDate> for DateArg {
    fn from(date: NaiveDate) -> Self {
        Self::Full(date)
    }
}

/// Returns true if the text has `kìa`, which is one day further away than `kia`. Both fold to the same word.
fn has_marked_kia(text: &str) -> bool {
    text.nfc().flat_map(char::to_lowercase).collect::<String>().contains("kìa")
}

/// Parses folded text. `days_to_kia` is the number of days from today to `hôm kia` or `ngày kia`.
fn parse(text: &str, days_to_kia: i64) -> Option<DateArg> {
    // People who know that a space would end the argument write `hom-qua` or `homqua`.
    let word: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect();
    // `sáng nay`, `tối qua` and `sáng mai` name a day too.
    let day = ["sang", "trua", "chieu", "toi"].iter().find_map(|part| word.strip_prefix(part)).unwrap_or(&word);
    let days = match day {
        "homnay" | "nay" | "today" => Some(0),
        "homqua" | "qua" | "yesterday" => Some(-1),
        "homkia" => Some(-days_to_kia),
        "ngaymai" | "mai" | "tomorrow" => Some(1),
        "ngaykia" => Some(days_to_kia),
        "ngaymot" => Some(2),
        _ => None,
    };
    if let Some(days) = days {
        return Some(DateArg::DaysFromToday(days));
    }
    match year_month_day(text)? {
        (None, month, day) => day_and_month(day, month),
        (Some(year), month, day) => full_date(year, month, day),
    }
}

/// Returns the year (if given), the month and the day of a date in digits, such as `12/3` or `12 thang 3 nam 2026`. The day
/// may not exist.
fn year_month_day(text: &str) -> Option<(Option<u32>, u32, u32)> {
    let digits = text.strip_prefix("ngay ").unwrap_or(text);
    let digits = digits.replacen(" thang ", "/", 1).replacen(" nam ", "/", 1);
    let parts: Vec<&str> = digits.split(['/', '.', '-']).map(str::trim).collect();
    match parts.as_slice() {
        [day, month] => Some((None, parse_digits(month, 2)?, parse_digits(day, 2)?)),
        [year, month, day] | [day, month, year] if year.len() == 4 => {
            Some((Some(parse_digits(year, 4)?), parse_digits(month, 2)?, parse_digits(day, 2)?))
        }
        _ => None,
    }
}

/// Returns `true` for `t2` to `t7`, `cn`, `thu hai`, `monday` and the like.
fn is_weekday(text: &str) -> bool {
    let word: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect();
    let is_vietnamese = matches!(word.as_str(), "cn" | "chunhat")
        || word.strip_prefix("thu").or(word.strip_prefix('t')).is_some_and(|number| {
            matches!(number, "2" | "3" | "4" | "5" | "6" | "7" | "hai" | "ba" | "tu" | "nam" | "sau" | "bay")
        });
    // `thứ` without its number names no day, but chrono would read `thu` as Thursday.
    is_vietnamese || word != "thu" && word.parse::<chrono::Weekday>().is_ok()
}

fn day_and_month(day: u32, month: u32) -> Option<DateArg> {
    // 2024 is a leap year, so 29 February is accepted.
    NaiveDate::from_ymd_opt(2024, month, day).map(|_| DateArg::DayMonth { day, month })
}

/// The year has four digits, so arithmetic on the date cannot overflow.
fn full_date(year: u32, month: u32, day: u32) -> Option<DateArg> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).map(DateArg::Full)
}

fn parse_digits(text: &str, max_digits: usize) -> Option<u32> {
    let is_number = (1..=max_digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("parse the date")
    }

    fn resolved(text: &str, choice: YearChoice) -> Option<String> {
        let today = date("2026-11-30");
        text.parse::<DateArg>().ok().map(|arg| arg.resolve(today, choice).to_string())
    }

    #[test]
    fn full_dates_mean_the_same_whatever_today_is() {
        for text in [
            "2026-03-12",
            "12/3/2026",
            "12/03/2026",
            "12.3.2026",
            "12-3-2026",
            "ngày 12/3/2026",
            "12 / 3 / 2026",
            "2026/3/12",
            "ngày 12 tháng 3 năm 2026",
            "12 tháng 3 năm 2026",
            "12 thang 3/2026",
        ] {
            for choice in [YearChoice::Past, YearChoice::Upcoming] {
                assert_eq!(resolved(text, choice).as_deref(), Some("2026-03-12"), "{text}");
            }
        }
    }

    #[test]
    fn a_date_without_a_year_is_the_nearest_in_the_chosen_direction() {
        assert_eq!(resolved("12/3", YearChoice::Past).as_deref(), Some("2026-03-12"));
        assert_eq!(resolved("12/3", YearChoice::Upcoming).as_deref(), Some("2027-03-12"));
        assert_eq!(resolved("12 tháng 3", YearChoice::Past).as_deref(), Some("2026-03-12"));
        assert_eq!(resolved("Ngày 12 Tháng 3", YearChoice::Upcoming).as_deref(), Some("2027-03-12"));
        assert_eq!(resolved("30/11", YearChoice::Past).as_deref(), Some("2026-11-30"));
        assert_eq!(resolved("12-3", YearChoice::Upcoming).as_deref(), Some("2027-03-12"));
        assert_eq!(resolved("30.11", YearChoice::Upcoming).as_deref(), Some("2026-11-30"));
        assert_eq!(resolved("1/12", YearChoice::Past).as_deref(), Some("2025-12-01"));
        assert_eq!(resolved("29/2", YearChoice::Past).as_deref(), Some("2024-02-29"));
        assert_eq!(resolved("29/2", YearChoice::Upcoming).as_deref(), Some("2028-02-29"));
        assert_eq!(resolved("14/1", YearChoice::Since(date("2026-12-15"))).as_deref(), Some("2027-01-14"));
    }

    #[test]
    fn relative_words_count_from_today_with_and_without_diacritics() {
        let cases = [
            ("hôm nay", "2026-11-30"),
            ("Hôm Qua", "2026-11-29"),
            ("hom qua", "2026-11-29"),
            ("hom-qua", "2026-11-29"),
            ("hôm\u{a0}kia", "2026-11-28"),
            ("sáng nay", "2026-11-30"),
            ("chiều hôm qua", "2026-11-29"),
            ("tối qua", "2026-11-29"),
            ("sáng mai", "2026-12-01"),
            ("ngày mai", "2026-12-01"),
            ("ngay mai", "2026-12-01"),
            ("mai", "2026-12-01"),
            ("ngày kia", "2026-12-02"),
            ("ngay kia", "2026-12-02"),
            ("ngày kìa", "2026-12-03"),
            ("hom kia", "2026-11-28"),
            ("Hôm Kìa", "2026-11-27"),
            ("hôm-ki\u{300}a", "2026-11-27"),
            ("tối hôm kìa", "2026-11-27"),
            ("today", "2026-11-30"),
            ("Yesterday", "2026-11-29"),
            ("tomorrow", "2026-12-01"),
        ];
        for (text, expected) in cases {
            for choice in [YearChoice::Past, YearChoice::Upcoming] {
                assert_eq!(resolved(text, choice).as_deref(), Some(expected), "{text}");
            }
        }
    }

    #[test]
    fn days_of_the_week_and_absent_days_have_their_own_errors() {
        for text in ["t2", "T7", "thứ 2", "thứ hai", "thu bay", "cn", "Chủ nhật", "monday", "sun"] {
            assert_eq!(text.parse::<DateArg>(), Err(CalendarArgError::weekday(text)));
        }
        for text in ["tuần", "tuần này", "tuần trước", "next week", "7 ngày"] {
            assert_eq!(text.parse::<DateArg>(), Err(CalendarArgError::several_days(text)));
        }
        for text in ["30/2", "31/4/2026", "2026-02-29", "ngày 32/3", "30.2", "31 tháng 4", "29 tháng 2 năm 2026"] {
            let error = text.parse::<DateArg>().expect_err("refuse the text");
            assert!(matches!(error, CalendarArgError::AbsentDay(..)), "{text}: {error:?}");
        }
        for text in ["t8", "t1", "thứ 9", "13/13", "0/2", "thu", "t"] {
            assert_eq!(text.parse::<DateArg>(), Err(CalendarArgError::date(text)));
        }
    }

    #[test]
    fn text_that_is_no_date_is_refused_and_quoted() {
        let long = "1".repeat(100_000);
        for text in [
            "",
            " ",
            "32/3",
            "30/2",
            "29/2/2026",
            "12/13",
            "12",
            "12/3/26",
            "12/3/20261",
            "+1/3/2026",
            "a/b/cccc",
            "2026-3",
            "12//2026",
            "١٢/٣/٢٠٢٦",
            "0/0",
            "-1/3",
            "next year",
            &long,
        ] {
            let error = text.parse::<DateArg>().expect_err("refuse the text");
            assert!(text.starts_with(error.text()), "{text}");
        }
    }
}
