//! The days on which sessions air and holidays fall.
pub mod holiday;
pub mod lunar;
mod recurrence;
mod rules;
mod weekday_set;

use chrono::{Datelike, NaiveDate, Weekday};

pub use holiday::Holiday;
pub use lunar::{LunarDate, LunarYear};
pub use recurrence::Recurrence;
pub use rules::{DateSpan, ExceptRule, HolidayPolicy, LunarRule, MonthlyRule};
pub use weekday_set::WeekdaySet;

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
