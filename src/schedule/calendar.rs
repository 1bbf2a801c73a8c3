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

/// A date with its weekday, lunar date and holidays: everything that a rule about days needs.
#[derive(Debug, Clone)]
pub struct CalendarDay<'a> {
    /// The date.
    pub date: NaiveDate,
    /// The weekday of the date.
    pub weekday: Weekday,
    /// The same day in the lunar calendar; `None` outside the years 1 to 9999.
    pub lunar: Option<LunarDate>,
    /// The holidays that fall on the date.
    pub holidays: Vec<&'a Holiday>,
}

/// The calendar of a schedule: weekdays, lunar dates and the schedule's holidays.
#[derive(Debug, Clone)]
pub struct Calendar<'a> {
    holidays: &'a [Holiday],
    /// The lunar year of the last lookup. Dates are mostly looked up in order, so the next date is usually in the same
    /// year.
    cached_year: std::cell::RefCell<Option<LunarYear>>,
}

impl<'a> Calendar<'a> {
    /// Creates a calendar with these holidays; see [`crate::schedule::Schedule::holidays`].
    #[must_use]
    pub fn new(holidays: &'a [Holiday]) -> Self {
        Self { holidays, cached_year: std::cell::RefCell::new(None) }
    }

    /// Returns a date's weekday, lunar date and holidays.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> CalendarDay<'a> {
        let lunar = self.lunar_date(date);
        let holidays = self.holidays.iter().filter(|holiday| holiday.rule.falls_on(date, lunar)).collect();
        CalendarDay { date, weekday: date.weekday(), lunar, holidays }
    }

    fn lunar_date(&self, date: NaiveDate) -> Option<LunarDate> {
        let cached_date = self.cached_year.borrow().as_ref().and_then(|year| year.lunar_date(date));
        cached_date.or_else(|| {
            let year = LunarYear::containing(date)?;
            let lunar_date = year.lunar_date(date);
            *self.cached_year.borrow_mut() = Some(year);
            lunar_date
        })
    }
}
