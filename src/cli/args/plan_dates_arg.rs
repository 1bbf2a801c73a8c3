//! The dates of a plan as people write them: `12/3`, `tuần này`, `7 ngày`, `tháng sau`.
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};

use super::calendar_error::CalendarArgError;
use super::date_arg::{DateArg, YearChoice};
use super::month_arg::{MonthArg, MonthChoice, is_month_phrase};
use super::several_days::SeveralDays;

/// The maximum length of the text, in bytes.
const MAX_BYTES: usize = 64;

/// The dates that `loa plan` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanDatesArg {
    /// One date.
    Day(DateArg),
    /// A number of days, or a week.
    Several(SeveralDays),
    /// The rest of this month, or another month.
    Month(MonthArg),
}

impl PlanDatesArg {
    /// Returns the first date as seen from `today`, and the number of days. Of the current week or month, only the rest
    /// is left to plan.
    #[must_use]
    pub fn resolve(self, today: NaiveDate) -> (NaiveDate, u32) {
        let (first, end) = match self {
            Self::Day(date) => return (date.resolve(today, YearChoice::Upcoming), 1),
            Self::Several(SeveralDays::FromToday(days)) => return (today, days),
            Self::Several(SeveralDays::Week(weeks_ahead)) => {
                let monday = today.week(chrono::Weekday::Mon).first_day() + Days::new(u64::from(weeks_ahead) * 7);
                (monday, monday + Days::new(7))
            }
            Self::Month(month) => {
                let first = month.first_day(today, MonthChoice::Upcoming);
                (first, first.checked_add_months(Months::new(1)).unwrap_or(first))
            }
        };
        let first = if (first..end).contains(&today) { today } else { first };
        (first, u32::try_from(end.signed_duration_since(first).num_days()).unwrap_or(1))
    }
}

impl FromStr for PlanDatesArg {
    type Err = CalendarArgError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_BYTES {
            return Err(CalendarArgError::date(text));
        }
        if let Some(days) = SeveralDays::of(text) {
            return Ok(Self::Several(days));
        }
        let has_year = text.contains(['/', '.', '-']);
        match text.parse::<DateArg>() {
            Ok(date) => Ok(Self::Day(date)),
            Err(CalendarArgError::Date(_)) if is_month_phrase(text) => text.parse().map(Self::Month),
            // `3/2026`; a lone number could also be a day.
            Err(error @ CalendarArgError::Date(_)) if has_year => text.parse().map(Self::Month).map_err(|_| error),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    fn resolved(text: &str) -> Option<String> {
        let wednesday = NaiveDate::from_ymd_opt(2026, 11, 25)?;
        let (first, days) = text.parse::<PlanDatesArg>().ok()?.resolve(wednesday);
        assert_eq!(wednesday.weekday(), chrono::Weekday::Wed);
        Some(format!("{first} {days}"))
    }

    #[test]
    fn weeks_days_and_months_begin_today_or_later() {
        let cases = [
            ("tuần", "2026-11-25 7"),
            ("cả tuần", "2026-11-25 7"),
            ("week", "2026-11-25 7"),
            ("7 ngày", "2026-11-25 7"),
            ("10 ngày tới", "2026-11-25 10"),
            ("3 days", "2026-11-25 3"),
            ("2 tuần", "2026-11-25 14"),
            ("tuần này", "2026-11-25 5"),
            ("tuan-nay", "2026-11-25 5"),
            ("tuần sau", "2026-11-30 7"),
            ("next week", "2026-11-30 7"),
            ("tháng này", "2026-11-25 6"),
            ("tháng sau", "2026-12-01 31"),
            ("tháng 2", "2027-02-01 28"),
            ("3/2027", "2027-03-01 31"),
            ("december", "2026-12-01 31"),
            ("mai", "2026-11-26 1"),
            ("12/3", "2027-03-12 1"),
        ];
        for (text, expected) in cases {
            assert_eq!(resolved(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn text_that_names_no_dates_keeps_its_error() {
        assert!(matches!("t2".parse::<PlanDatesArg>(), Err(CalendarArgError::Weekday(_))));
        assert!(matches!("30/2".parse::<PlanDatesArg>(), Err(CalendarArgError::AbsentDay(..))));
        assert!(matches!("tháng 13".parse::<PlanDatesArg>(), Err(CalendarArgError::AbsentMonth(..))));
        for text in ["", "3", "0 ngày", "1000 ngày", "tuần ba", "12/3/26", "ngày", &"7 ".repeat(1000)] {
            assert_eq!(text.parse::<PlanDatesArg>(), Err(CalendarArgError::date(text)), "{text}");
        }
    }
}
