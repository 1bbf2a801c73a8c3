//! Reads the days of a session or a holiday.
mod date_spans;
mod lists;
mod recurring;
mod weekdays;

use std::ops::Range;

use chrono::NaiveDate;
use toml::de::DeValue;

use super::fields::TableReader;
use super::values::{read_choice, read_number};
use crate::schedule::Id;
use crate::schedule::calendar::{DateSpan, ExceptRule, HolidayPolicy, LunarRule, MonthlyRule, Recurrence, WeekdaySet};
use date_spans::read_date_span;
use lists::list_values;
use recurring::read_monthly;
use weekdays::read_weekdays;

pub use date_spans::read_date_spans;
pub use recurring::{read_lunar, read_yearly};
pub use weekdays::WEEKDAYS;

const HOLIDAY_POLICIES: [(&str, HolidayPolicy); 3] =
    [("play", HolidayPolicy::Play), ("skip", HolidayPolicy::Skip), ("only", HolidayPolicy::Only)];

/// The day rules of a session, without its first and last day.
#[derive(Default)]
pub struct DayRules {
    pub days: Option<WeekdaySet>,
    pub every_weeks: Option<u16>,
    pub dates: Vec<DateSpan>,
    pub monthly: Vec<MonthlyRule>,
    pub lunar: Vec<LunarRule>,
    pub except: Vec<ExceptRule>,
    /// The holidays among the exceptions, with their byte ranges in the file.
    pub named_holidays: Vec<(Id, Range<usize>)>,
    pub on_holiday: HolidayPolicy,
}

impl DayRules {
    /// Returns the weekdays on which the session airs: those in `days`. If `days` is missing, the session airs on every
    /// weekday, but on none if `dates`, `monthly` or `lunar` is given without `every-weeks`.
    fn weekdays(&self) -> WeekdaySet {
        let has_other_rules = !(self.dates.is_empty() && self.monthly.is_empty() && self.lunar.is_empty());
        match (self.days, self.every_weeks) {
            (Some(days), _) => days,
            (None, None) if has_other_rules => WeekdaySet::EMPTY,
            (None, _) => WeekdaySet::default(),
        }
    }

    /// Returns the recurrence with these rules, without a first and last day. The weeks of `every-weeks` are counted
    /// from `weeks_from`.
    pub fn into_recurrence(self, weeks_from: Option<NaiveDate>) -> Recurrence {
        Recurrence {
            from: None,
            until: None,
            weekdays: self.weekdays(),
            every_weeks: self.every_weeks.zip(weeks_from),
            dates: self.dates,
            monthly: self.monthly,
            lunar: self.lunar,
            except: self.except,
            on_holiday: self.on_holiday,
        }
    }
}

/// Reads the day rules of a session. A session with an error in a rule is rejected.
pub fn read_day_rules(fields: &mut TableReader<'_, '_>) -> DayRules {
    let mut rules = DayRules { days: read_weekdays(fields), ..DayRules::default() };
    rules.every_weeks = read_number(fields, "every-weeks", 1, 52).and_then(|n| u16::try_from(n).ok());
    rules.dates = read_date_spans(fields, "dates");
    rules.monthly = read_monthly(fields);
    rules.lunar = read_lunar(fields);
    read_except(fields, &mut rules);
    rules.on_holiday = read_choice(fields, "on-holiday", &HOLIDAY_POLICIES).unwrap_or_default();
    rules
}

/// Returns true when `text` looks like a date: three groups of digits.
fn looks_like_date(text: &str) -> bool {
    let text = text.trim();
    let part_count = text.split(['-', '/', '.']).count();
    part_count == 3 && text.bytes().all(|b| b.is_ascii_digit() || b"-/.".contains(&b))
}

/// Reads `except`: dates, ranges and ids of holidays.
fn read_except(fields: &mut TableReader<'_, '_>, rules: &mut DayRules) {
    for item in list_values(fields, "except", "except = [\"tet\", 2023-09-02]").unwrap_or_default() {
        let holiday_id = match item.get_ref() {
            DeValue::String(text) if !text.trim().starts_with(|c: char| c.is_ascii_digit()) => Id::new(text.trim()),
            // An id may begin with a digit.
            DeValue::String(text) if !text.contains("..") && !looks_like_date(text) => Id::new(text.trim()),
            _ => None,
        };
        match holiday_id {
            Some(id) => {
                rules.named_holidays.push((id.clone(), item.span()));
                rules.except.push(ExceptRule::Holiday(id));
            }
            None => rules.except.extend(read_date_span(fields, "except", item).map(ExceptRule::Dates)),
        }
    }
}
