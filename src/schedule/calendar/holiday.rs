//! Named days: Viet Nam's public holidays (Labour Code 2019, article 112) and those that the operator defines.
use chrono::{Datelike, NaiveDate};

use super::lunar::LunarDate;
use super::rules::{DateSpan, LunarRule};
use crate::base::id::Id;

/// A holiday: built in, or defined by a `[[holiday]]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The id by which a session's `except` refers to the holiday.
    pub id: Id,
    /// The title, in Unicode NFC.
    pub title: String,
    /// The days on which the holiday falls.
    pub rule: HolidayRule,
}

/// The days on which a holiday falls: the union of the rules in all fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HolidayRule {
    /// Dates in particular years.
    pub dates: Vec<DateSpan>,
    /// Dates that recur every year, as day and month.
    pub yearly: Vec<(u8, u8)>,
    /// Lunar dates that recur every year.
    pub lunar: Vec<LunarRule>,
    /// True when the holiday includes the last day of the lunar year.
    pub includes_new_year_eve: bool,
}

impl HolidayRule {
    /// Returns true when the holiday falls on `date`. `lunar` is the same day in the lunar calendar.
    #[must_use]
    pub fn falls_on(&self, date: NaiveDate, lunar: Option<LunarDate>) -> bool {
        let day_and_month = (date.day() as u8, date.month() as u8);
        self.dates.iter().any(|span| span.contains(date))
            || self.yearly.contains(&day_and_month)
            || lunar.is_some_and(|day| {
                self.lunar.iter().any(|rule| rule.matches(day)) || (self.includes_new_year_eve && day.is_new_year_eve)
            })
    }
}

/// Returns the built-in holidays. Tết covers five days, as in most years. The operator must define the days
/// that the government moves or adds each year, and the second day of Quốc khánh.
#[must_use]
pub fn built_in_holidays() -> Vec<Holiday> {
    let solar = |day, month| HolidayRule { yearly: vec![(day, month)], ..HolidayRule::default() };
    let lunar = |days: &[(u8, u8)]| HolidayRule {
        lunar: days.iter().map(|(day, month)| LunarRule { day: *day, month: Some(*month) }).collect(),
        ..HolidayRule::default()
    };
    let tet = HolidayRule { includes_new_year_eve: true, ..lunar(&[(1, 1), (2, 1), (3, 1), (4, 1)]) };
    let holidays = [
        ("tet-duong-lich", "Tết Dương lịch", solar(1, 1)),
        ("tet", "Tết Nguyên đán", tet),
        ("gio-to", "Giỗ Tổ Hùng Vương", lunar(&[(10, 3)])),
        ("thong-nhat", "Ngày Chiến thắng", solar(30, 4)),
        ("lao-dong", "Ngày Quốc tế Lao động", solar(1, 5)),
        ("quoc-khanh", "Quốc khánh", solar(2, 9)),
    ];
    holidays
        .into_iter()
        .filter_map(|(id, title, rule)| Some(Holiday { id: Id::new(id)?, title: title.to_owned(), rule }))
        .collect()
}
