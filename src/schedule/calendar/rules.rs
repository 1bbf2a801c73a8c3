//! The rules that name the days of a session or a holiday.
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use super::lunar::LunarDate;
use crate::base::id::Id;

/// The days from the first to the last, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateSpan {
    /// The first day.
    pub first: NaiveDate,
    /// The last day, not before the first.
    pub last: NaiveDate,
}

impl DateSpan {
    /// Returns true when the date is in the span.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }
}

/// One rule of `monthly`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthlyRule {
    /// `"15"`: this day of the month, in months that have it.
    Day(u8),
    /// `"last day"`: the last day of the month.
    LastDay,
    /// `"1 mon"`: the n-th occurrence of this weekday in the month, counted from 1.
    Nth(u8, Weekday),
    /// `"last fri"`: the last occurrence of this weekday in the month.
    Last(Weekday),
}

impl MonthlyRule {
    /// Returns true when the rule names this date.
    #[must_use]
    pub fn matches(self, date: NaiveDate) -> bool {
        let day = date.day() as u8;
        match self {
            Self::Day(rule_day) => day == rule_day,
            Self::LastDay => leaves_month_within(date, 1),
            Self::Nth(n, weekday) => date.weekday() == weekday && (day - 1) / 7 + 1 == n,
            Self::Last(weekday) => date.weekday() == weekday && leaves_month_within(date, 7),
        }
    }
}

/// Returns true when the date `days` days later is in a different month.
fn leaves_month_within(date: NaiveDate, days: i64) -> bool {
    date.checked_add_signed(TimeDelta::days(days)).is_none_or(|later| later.month() != date.month())
}

/// One rule of `lunar`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarRule {
    /// The day of the lunar month, 1 to 30.
    pub day: u8,
    /// The ordinary month with this number; `None`: every month, leap months included.
    pub month: Option<u8>,
}

impl LunarRule {
    /// Returns true when the rule names this lunar date.
    #[must_use]
    pub fn matches(&self, date: LunarDate) -> bool {
        self.day == date.day && self.month.is_none_or(|month| month == date.month && !date.is_leap_month)
    }
}

/// One rule of `except`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExceptRule {
    /// The session does not air on these dates.
    Dates(DateSpan),
    /// The session does not air on the holiday with this id.
    Holiday(Id),
}

/// `on-holiday` of a session: the effect of a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HolidayPolicy {
    /// The session airs as on any other day.
    #[default]
    Play,
    /// The session does not air on holidays.
    Skip,
    /// The session airs on holidays only.
    Only,
}
