//! On which days a session airs.
pub mod holiday;
pub mod lunar;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use crate::id::Id;
pub use holiday::Holiday;
pub use lunar::{LunarDate, LunarYear};

/// A set of weekdays; the default is every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

impl Default for Days {
    fn default() -> Self {
        Self(0b111_1111)
    }
}

impl Days {
    /// No day at all: where a union begins.
    pub const NONE: Self = Self(0);

    /// Adds the days from `first` to `last`, both inclusive, going forward through the week.
    pub fn add(&mut self, first: Weekday, last: Weekday) {
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
    pub fn contain(&self, day: Weekday) -> bool {
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
pub struct Span {
    /// First day.
    pub first: NaiveDate,
    /// Last day, not before the first.
    pub last: NaiveDate,
}

impl Span {
    /// Whether the date is one of them.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }
}

/// One of `monthly`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monthly {
    /// `"15"`: this day, in months that have it.
    Day(u8),
    /// `"last day"`.
    LastDay,
    /// `"1 mon"`: the n-th of these weekdays, from 1.
    Nth(u8, Weekday),
    /// `"last fri"`.
    Last(Weekday),
}

impl Monthly {
    fn names(self, date: NaiveDate) -> bool {
        let day = date.day() as u8;
        match self {
            Self::Day(wanted) => day == wanted,
            Self::LastDay => is_last(date, 1),
            Self::Nth(n, weekday) => date.weekday() == weekday && (day - 1) / 7 + 1 == n,
            Self::Last(weekday) => date.weekday() == weekday && is_last(date, 7),
        }
    }
}

/// Whether so many days on it is another month.
fn is_last(date: NaiveDate, days: i64) -> bool {
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
    pub fn names(&self, date: LunarDate) -> bool {
        self.day == date.day && self.month.is_none_or(|month| month == date.month && !date.leap)
    }
}

/// One of `except`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Except {
    /// Dates.
    Dates(Span),
    /// A holiday.
    Holiday(Id),
}

/// `on-holiday`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnHoliday {
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
pub struct When {
    /// First day, inclusive: the later of its own and its campaign's.
    pub from: Option<NaiveDate>,
    /// Last day, inclusive: the earlier of its own and its campaign's.
    pub until: Option<NaiveDate>,
    /// Weekdays; none at all when only other rules are given.
    pub days: Days,
    /// `every-weeks`, and a day of the week that it counts from.
    pub every_weeks: Option<(u16, NaiveDate)>,
    /// `dates`.
    pub dates: Vec<Span>,
    /// `monthly`.
    pub monthly: Vec<Monthly>,
    /// `lunar`.
    pub lunar: Vec<LunarRule>,
    /// `except`.
    pub except: Vec<Except>,
    /// `on-holiday`.
    pub on_holiday: OnHoliday,
}

impl When {
    /// Whether a session with these days airs on this one.
    #[must_use]
    pub fn names(&self, day: &Day<'_>) -> bool {
        let date = day.date;
        let bounded = self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until);
        bounded && self.rules_name(day) && !self.excepts(day) && self.holiday_allows(day)
    }

    fn rules_name(&self, day: &Day<'_>) -> bool {
        let date = day.date;
        (self.days.contain(day.weekday) && self.week_counts(date))
            || self.dates.iter().any(|span| span.contains(date))
            || self.monthly.iter().any(|rule| rule.names(date))
            || day.lunar.is_some_and(|lunar| self.lunar.iter().any(|rule| rule.names(lunar)))
    }

    fn week_counts(&self, date: NaiveDate) -> bool {
        self.every_weeks.is_none_or(|(n, from)| {
            let weeks = (monday(date) - monday(from)).num_days() / 7;
            weeks.rem_euclid(i64::from(n.max(1))) == 0
        })
    }

    fn excepts(&self, day: &Day<'_>) -> bool {
        self.except.iter().any(|except| match except {
            Except::Dates(span) => span.contains(day.date),
            Except::Holiday(id) => day.holidays.iter().any(|holiday| holiday.id == *id),
        })
    }

    fn holiday_allows(&self, day: &Day<'_>) -> bool {
        match self.on_holiday {
            OnHoliday::Play => true,
            OnHoliday::Skip => day.holidays.is_empty(),
            OnHoliday::Only => !day.holidays.is_empty(),
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
            && self.on_holiday == OnHoliday::Play
    }

    /// How many dates from `first` up to the day before `end` it names, when weekdays alone decide: without a look at
    /// each.
    #[must_use]
    pub fn weekly_count(&self, first: NaiveDate, end: NaiveDate) -> u64 {
        let first = self.from.map_or(first, |from| from.max(first));
        let end = self.until.and_then(|until| until.succ_opt()).map_or(end, |after| after.min(end));
        let days = (end - first).num_days().max(0);
        let whole = days / 7 * i64::from(self.days.count());
        let rest = (0..days % 7).filter(|n| self.days.contain((first + TimeDelta::days(*n)).weekday())).count();
        whole.unsigned_abs() + rest as u64
    }
}

/// The Monday of a date's week.
fn monday(date: NaiveDate) -> NaiveDate {
    date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()))
}

/// A date, with all that rules ask about it.
#[derive(Debug, Clone)]
pub struct Day<'a> {
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
    year: std::cell::RefCell<Option<LunarYear>>,
}

impl<'a> Calendar<'a> {
    /// A calendar with these holidays, see [`crate::schedule::Schedule::holidays`].
    #[must_use]
    pub fn new(holidays: &'a [Holiday]) -> Self {
        Self { holidays, year: std::cell::RefCell::new(None) }
    }

    /// What there is to know of a date.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Day<'a> {
        let lunar = self.lunar(date);
        let holidays = self.holidays.iter().filter(|holiday| holiday.on.falls_on(date, lunar)).collect();
        Day { date, weekday: date.weekday(), lunar, holidays }
    }

    fn lunar(&self, date: NaiveDate) -> Option<LunarDate> {
        let known = self.year.borrow().as_ref().and_then(|year| year.date(date));
        known.or_else(|| {
            let year = LunarYear::around(date)?;
            let found = year.date(date);
            *self.year.borrow_mut() = Some(year);
            found
        })
    }
}
