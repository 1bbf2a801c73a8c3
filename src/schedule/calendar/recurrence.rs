//! The days on which a session airs: its first and last day, its rules and exceptions.
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::CalendarDay;
use super::rules::{DateSpan, ExceptRule, HolidayPolicy, LunarRule, MonthlyRule};
use super::weekday_set::WeekdaySet;

/// The days on which a session airs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recurrence {
    /// The first day, inclusive: the later of the session's and its campaign's; `None`: no bound.
    pub from: Option<NaiveDate>,
    /// The last day, inclusive: the earlier of the session's and its campaign's; `None`: no bound.
    pub until: Option<NaiveDate>,
    /// The weekdays of the session; empty when only other rules are given.
    pub weekdays: WeekdaySet,
    /// The interval of `every-weeks`, in weeks, and a date in the week from which the weeks are counted.
    pub every_weeks: Option<(u16, NaiveDate)>,
    /// The spans in `dates`.
    pub dates: Vec<DateSpan>,
    /// The rules in `monthly`.
    pub monthly: Vec<MonthlyRule>,
    /// The rules in `lunar`.
    pub lunar: Vec<LunarRule>,
    /// The exceptions in `except`.
    pub except: Vec<ExceptRule>,
    /// The effect of holidays, from `on-holiday`.
    pub on_holiday: HolidayPolicy,
}

impl Recurrence {
    /// Returns true when a session with this recurrence airs on `day`.
    #[must_use]
    pub fn matches(&self, day: &CalendarDay<'_>) -> bool {
        let date = day.date;
        let is_in_bounds = self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until);
        is_in_bounds && self.any_rule_matches(day) && !self.is_excepted(day) && self.is_allowed_by_holidays(day)
    }

    fn any_rule_matches(&self, day: &CalendarDay<'_>) -> bool {
        let date = day.date;
        (self.weekdays.contains(day.weekday) && self.is_in_airing_week(date))
            || self.dates.iter().any(|span| span.contains(date))
            || self.monthly.iter().any(|rule| rule.matches(date))
            || day.lunar.is_some_and(|lunar| self.lunar.iter().any(|rule| rule.matches(lunar)))
    }

    fn is_in_airing_week(&self, date: NaiveDate) -> bool {
        self.every_weeks.is_none_or(|(interval, first_date)| {
            let weeks = (monday(date) - monday(first_date)).num_days() / 7;
            weeks.rem_euclid(i64::from(interval.max(1))) == 0
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

    /// Returns true when the days of the session depend only on its weekdays and on its first and last day.
    #[must_use]
    pub fn is_weekly(&self) -> bool {
        self.every_weeks.is_none()
            && self.dates.is_empty()
            && self.monthly.is_empty()
            && self.lunar.is_empty()
            && self.except.is_empty()
            && self.on_holiday == HolidayPolicy::Play
    }

    /// Returns the last day on which the session may air; `None`: no bound.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        let recurs = self.weekdays != WeekdaySet::EMPTY || !self.monthly.is_empty() || !self.lunar.is_empty();
        let last_date = self.dates.iter().map(|span| span.last).max().filter(|_| !recurs);
        self.until.into_iter().chain(last_date).min()
    }

    /// Returns the number of dates from `first` to the day before `end` on which the session airs. The result is valid
    /// only when [`Self::is_weekly`] is true: the dates are not checked one by one.
    #[must_use]
    pub fn count_weekly_dates(&self, first: NaiveDate, end: NaiveDate) -> u64 {
        let first = self.from.map_or(first, |from| from.max(first));
        let end = self.until.and_then(|until| until.succ_opt()).map_or(end, |day_after| day_after.min(end));
        let days = (end - first).num_days().max(0);
        let dates_in_full_weeks = days / 7 * i64::from(self.weekdays.count());
        let remaining_dates =
            (0..days % 7).filter(|n| self.weekdays.contains((first + TimeDelta::days(*n)).weekday())).count();
        dates_in_full_weeks.unsigned_abs() + remaining_dates as u64
    }
}

/// Returns the Monday of a date's week.
fn monday(date: NaiveDate) -> NaiveDate {
    date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()))
}
