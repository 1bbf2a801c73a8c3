//! Named days: Viet Nam's public holidays (Labour Code 2019, article 112) and those that the operator defines.
use chrono::{Datelike, NaiveDate};

use super::lunar::LunarDate;
use super::rules::{DateSpan, LunarRule};
use crate::base::id::Id;

/// `[[holiday]]`, or a built-in holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Its name in a session's `except`.
    pub id: Id,
    /// NFC.
    pub title: String,
    /// The days on which it falls.
    pub rule: HolidayRule,
}

/// The days on which a holiday falls: the union of all rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HolidayRule {
    /// Dates of particular years.
    pub dates: Vec<DateSpan>,
    /// Day and month of every year.
    pub yearly: Vec<(u8, u8)>,
    /// Lunar dates of every year.
    pub lunar: Vec<LunarRule>,
    /// Whether the last day of the lunar year belongs to it.
    pub new_year_eve: bool,
}

impl HolidayRule {
    /// Returns whether it falls on this date.
    #[must_use]
    pub fn falls_on(&self, date: NaiveDate, lunar: Option<LunarDate>) -> bool {
        let today = (date.day() as u8, date.month() as u8);
        self.dates.iter().any(|span| span.contains(date))
            || self.yearly.contains(&today)
            || lunar.is_some_and(|day| {
                self.lunar.iter().any(|rule| rule.matches(day)) || (self.new_year_eve && day.is_new_year_eve)
            })
    }
}

/// The ids of the built-in holidays, with their Vietnamese titles.
pub const BUILT_IN: [(&str, &str); 6] = [
    ("tet-duong-lich", "Tết Dương lịch"),
    ("tet", "Tết Nguyên đán"),
    ("gio-to", "Giỗ Tổ Hùng Vương"),
    ("thong-nhat", "Ngày Chiến thắng"),
    ("lao-dong", "Ngày Quốc tế Lao động"),
    ("quoc-khanh", "Quốc khánh"),
];

/// Returns the built-in holidays. Tết has the five days that it has in most years. The operator adds the days that the
/// government shifts or adds from year to year, and the second day of Quốc khánh.
#[must_use]
pub fn built_in_holidays() -> Vec<Holiday> {
    let solar = |day, month| HolidayRule { yearly: vec![(day, month)], ..HolidayRule::default() };
    let lunar = |days: &[(u8, u8)]| HolidayRule {
        lunar: days.iter().map(|(day, month)| LunarRule { day: *day, month: Some(*month) }).collect(),
        ..HolidayRule::default()
    };
    let rules = [
        solar(1, 1),
        HolidayRule { new_year_eve: true, ..lunar(&[(1, 1), (2, 1), (3, 1), (4, 1)]) },
        lunar(&[(10, 3)]),
        solar(30, 4),
        solar(1, 5),
        solar(2, 9),
    ];
    let named = BUILT_IN.iter().zip(rules);
    named
        .filter_map(|((id, title), on)| Some(Holiday { id: Id::new(id)?, title: (*title).to_owned(), rule: on }))
        .collect()
}
