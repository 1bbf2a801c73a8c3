//! The days of a session: bounds, rules and exceptions.
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::CalendarDay;
use super::rules::{DateSpan, ExceptRule, HolidayPolicy, LunarRule, MonthlyRule};
use super::weekday_set::WeekdaySet;

/// The days on which a session airs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recurrence {
    /// First day, inclusive: the later of the session's and its campaign's.
    pub from: Option<NaiveDate>,
    /// Last day, inclusive: the earlier of the session's and its campaign's.
    pub until: Option<NaiveDate>,
    /// Weekdays; empty when only other rules are given.
    pub weekdays: WeekdaySet,
    /// `every-weeks`, and a date in the week from which it counts.
    pub every_weeks: Option<(u16, NaiveDate)>,
    /// `dates`.
    pub dates: Vec<DateSpan>,
    /// `monthly`.
    pub monthly: Vec<MonthlyRule>,
    /// `lunar`.
    pub lunar: Vec<LunarRule>,
    /// `except`.
    pub except: Vec<ExceptRule>,
    /// `on-holiday`.
    pub on_holiday: HolidayPolicy,
}

impl Recurrence {
    /// Returns whether a session with these days airs on this day.
    #[must_use]
    pub fn matches(&self, day: &CalendarDay<'_>) -> bool {
        let date = day.date;
        let bounded = self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until);
        bounded && self.any_rule_matches(day) && !self.is_excepted(day) && self.is_allowed_by_holidays(day)
    }

    fn any_rule_matches(&self, day: &CalendarDay<'_>) -> bool {
        let date = day.date;
        (self.weekdays.contains(day.weekday) && self.is_counted_week(date))
            || self.dates.iter().any(|span| span.contains(date))
            || self.monthly.iter().any(|rule| rule.matches(date))
            || day.lunar.is_some_and(|lunar| self.lunar.iter().any(|rule| rule.matches(lunar)))
    }

    fn is_counted_week(&self, date: NaiveDate) -> bool {
        self.every_weeks.is_none_or(|(n, from)| {
            let weeks = (monday(date) - monday(from)).num_days() / 7;
            weeks.rem_euclid(i64::from(n.max(1))) == 0
        })
    }

    fn is_excepted(&self, day: &CalendarDay<'_>) -> bool {
        self.except.iter().any(|except| match except {
            ExceptRule::Dates(span) => span.contains(day.date),
            ExceptRule::Holiday(id) => day.holidays.iter().any(|holiday| holiday.id == *id),
        })
    }

    fn is_allowed_by_holidays(&self, day: &CalendarDay<'_>) -> bool {
        match self.on_holiday {
            HolidayPolicy::Play => true,
            HolidayPolicy::Skip => day.holidays.is_empty(),
            HolidayPolicy::Only => !day.holidays.is_empty(),
        }
    }

    /// Returns whether weekdays alone decide, between the first and the last day.
    #[must_use]
    pub fn is_weekly(&self) -> bool {
        self.every_weeks.is_none()
            && self.dates.is_empty()
            && self.monthly.is_empty()
            && self.lunar.is_empty()
            && self.except.is_empty()
            && self.on_holiday == HolidayPolicy::Play
    }

    /// Returns how many dates from `first` to the day before `end` it names. Valid when weekdays alone decide; it does
    /// not check each date.
    #[must_use]
    pub fn count_weekly_dates(&self, first: NaiveDate, end: NaiveDate) -> u64 {
        let first = self.from.map_or(first, |from| from.max(first));
        let end = self.until.and_then(|until| until.succ_opt()).map_or(end, |after| after.min(end));
        let days = (end - first).num_days().max(0);
        let whole = days / 7 * i64::from(self.weekdays.count());
        let rest = (0..days % 7).filter(|n| self.weekdays.contains((first + TimeDelta::days(*n)).weekday())).count();
        whole.unsigned_abs() + rest as u64
    }
}

/// Returns the Monday of a date's week.
fn monday(date: NaiveDate) -> NaiveDate {
    date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()))
}
