//! The rules that name the days of a session or a holiday.
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use super::lunar::LunarDate;
use crate::base::id::Id;

/// The days from the first to the last, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateSpan {
    /// First day.
    pub first: NaiveDate,
    /// Last day, not before the first.
    pub last: NaiveDate,
}

impl DateSpan {
    /// Returns whether the date is one of them.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }
}

/// One rule of `monthly`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthlyRule {
    /// `"15"`: this day, in months that have it.
    Day(u8),
    /// `"last day"`.
    LastDay,
    /// `"1 mon"`: the n-th of these weekdays in the month, from 1.
    Nth(u8, Weekday),
    /// `"last fri"`.
    Last(Weekday),
}

impl MonthlyRule {
    /// Returns whether it names this date.
    #[must_use]
    pub fn matches(self, date: NaiveDate) -> bool {
        let day = date.day() as u8;
        match self {
            Self::Day(wanted) => day == wanted,
            Self::LastDay => leaves_month_within(date, 1),
            Self::Nth(n, weekday) => date.weekday() == weekday && (day - 1) / 7 + 1 == n,
            Self::Last(weekday) => date.weekday() == weekday && leaves_month_within(date, 7),
        }
    }
}

/// Returns whether the date that many days later is in another month.
fn leaves_month_within(date: NaiveDate, days: i64) -> bool {
    date.checked_add_signed(TimeDelta::days(days)).is_none_or(|then| then.month() != date.month())
}

/// One rule of `lunar`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarRule {
    /// 1 to 30.
    pub day: u8,
    /// The ordinary month with this number; `None`: every month, leap months included.
    pub month: Option<u8>,
}

impl LunarRule {
    /// Returns whether it names this day.
    #[must_use]
    pub fn matches(&self, date: LunarDate) -> bool {
        self.day == date.day && self.month.is_none_or(|month| month == date.month && !date.is_leap_month)
    }
}

/// One rule of `except`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExceptRule {
    /// Dates.
    Dates(DateSpan),
    /// A holiday.
    Holiday(Id),
}

/// `on-holiday` of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HolidayPolicy {
    /// Airs as on any other day.
    #[default]
    Play,
    /// Does not air.
    Skip,
    /// Airs on holidays only.
    Only,
}
