//! On which days a session airs.
pub mod holiday;
pub mod lunar;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use crate::base::id::Id;
pub use holiday::Holiday;
pub use lunar::{LunarDate, LunarYear};

/// A set of weekdays; the default is every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekdaySet(u8);

impl Default for WeekdaySet {
    fn default() -> Self {
        Self(0b111_1111)
    }
}

impl WeekdaySet {
    /// No day at all: where a union begins.
    pub const EMPTY: Self = Self(0);

    /// Adds the days from `first` to `last`, both inclusive, going forward through the week.
    pub fn add_range(&mut self, first: Weekday, last: Weekday) {
        let mut day = first;
        loop {
            self.0 |= 1 << day.num_days_from_monday();
            if day == last {
                return;
            }
            day = day.succ();
        }
    }

    /// Whether this weekday is among them.
    #[must_use]
    pub fn contains(&self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// Whether there is no day at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// How many days a week.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0.count_ones()
    }
}

/// Days from the first to the last, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateSpan {
    /// First day.
    pub first: NaiveDate,
    /// Last day, not before the first.
    pub last: NaiveDate,
}

impl DateSpan {
    /// Whether the date is one of them.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }
}

/// One of `monthly`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthlyRule {
    /// `"15"`: this day, in months that have it.
    Day(u8),
    /// `"last day"`.
    LastDay,
    /// `"1 mon"`: the n-th of these weekdays, from 1.
    Nth(u8, Weekday),
    /// `"last fri"`.
    Last(Weekday),
}

impl MonthlyRule {
    fn matches(self, date: NaiveDate) -> bool {
        let day = date.day() as u8;
        match self {
            Self::Day(wanted) => day == wanted,
            Self::LastDay => leaves_month_within(date, 1),
            Self::Nth(n, weekday) => date.weekday() == weekday && (day - 1) / 7 + 1 == n,
            Self::Last(weekday) => date.weekday() == weekday && leaves_month_within(date, 7),
        }
    }
}

/// Whether so many days on it is another month.
fn leaves_month_within(date: NaiveDate, days: i64) -> bool {
    date.checked_add_signed(TimeDelta::days(days)).is_none_or(|then| then.month() != date.month())
}

/// One of `lunar`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarRule {
    /// 1 to 30.
    pub day: u8,
    /// The ordinary month of this number; none: every month, leap months too.
    pub month: Option<u8>,
}

impl LunarRule {
    /// Whether it names this day.
    #[must_use]
    pub fn matches(&self, date: LunarDate) -> bool {
        self.day == date.day && self.month.is_none_or(|month| month == date.month && !date.is_leap_month)
    }
}

/// One of `except`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExceptRule {
    /// Dates.
    Dates(DateSpan),
    /// A holiday.
    Holiday(Id),
}

/// `on-holiday`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HolidayPolicy {
    /// Airs as on other days.
    #[default]
    Play,
    /// Does not air.
    Skip,
    /// Airs on holidays alone.
    Only,
}

/// The days of a session: everything but its times.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recurrence {
    /// First day, inclusive: the later of its own and its campaign's.
    pub from: Option<NaiveDate>,
    /// Last day, inclusive: the earlier of its own and its campaign's.
    pub until: Option<NaiveDate>,
    /// Weekdays; none at all when only other rules are given.
    pub weekdays: WeekdaySet,
    /// `every-weeks`, and a day of the week that it counts from.
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
    /// Whether a session with these days airs on this one.
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

    /// Whether weekdays alone decide, between the first day and the last.
    #[must_use]
    pub fn is_weekly(&self) -> bool {
        self.every_weeks.is_none()
            && self.dates.is_empty()
            && self.monthly.is_empty()
            && self.lunar.is_empty()
            && self.except.is_empty()
            && self.on_holiday == HolidayPolicy::Play
    }

    /// How many dates from `first` up to the day before `end` it names, when weekdays alone decide: without a look at
    /// each.
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

/// The Monday of a date's week.
fn monday(date: NaiveDate) -> NaiveDate {
    date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()))
}

/// A date, with all that rules ask about it.
#[derive(Debug, Clone)]
pub struct CalendarDay<'a> {
    /// The date.
    pub date: NaiveDate,
    /// Its weekday.
    pub weekday: Weekday,
    /// Its date in the lunar calendar.
    pub lunar: Option<LunarDate>,
    /// The holidays that fall on it.
    pub holidays: Vec<&'a Holiday>,
}

/// Looks dates up for a schedule with these holidays.
#[derive(Debug, Clone)]
pub struct Calendar<'a> {
    holidays: &'a [Holiday],
    /// The lunar year of the date before: dates are mostly asked for in order.
    cached_year: std::cell::RefCell<Option<LunarYear>>,
}

impl<'a> Calendar<'a> {
    /// A calendar with these holidays, see [`crate::schedule::Schedule::holidays`].
    #[must_use]
    pub fn new(holidays: &'a [Holiday]) -> Self {
        Self { holidays, cached_year: std::cell::RefCell::new(None) }
    }

    /// What there is to know of a date.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> CalendarDay<'a> {
        let lunar = self.lunar(date);
        let holidays = self.holidays.iter().filter(|holiday| holiday.rule.falls_on(date, lunar)).collect();
        CalendarDay { date, weekday: date.weekday(), lunar, holidays }
    }

    fn lunar(&self, date: NaiveDate) -> Option<LunarDate> {
        let known = self.cached_year.borrow().as_ref().and_then(|year| year.lunar_date(date));
        known.or_else(|| {
            let year = LunarYear::containing(date)?;
            let found = year.lunar_date(date);
            *self.cached_year.borrow_mut() = Some(year);
            found
        })
    }
}
