//! Reads the days of a session or a holiday.
mod date_spans;
mod lists;
mod recurring;
mod weekdays;

use std::ops::Range;

use chrono::NaiveDate;
use toml::de::DeValue;

use super::fields::TableReader;
use super::values::{number, read_choice};
use crate::schedule::Id;
use crate::schedule::calendar::{DateSpan, ExceptRule, HolidayPolicy, LunarRule, MonthlyRule, Recurrence, WeekdaySet};
use date_spans::read_date_span;
use lists::list_values;
use recurring::monthly;
use weekdays::days;

pub use date_spans::read_date_spans;
pub use recurring::{lunar, yearly};
pub use weekdays::WEEKDAYS;

const ON_HOLIDAY: [(&str, HolidayPolicy); 3] =
    [("play", HolidayPolicy::Play), ("skip", HolidayPolicy::Skip), ("only", HolidayPolicy::Only)];

/// The day rules of a session, without its bounds.
#[derive(Default)]
pub struct DayRules {
    pub days: Option<WeekdaySet>,
    pub every_weeks: Option<u16>,
    pub dates: Vec<DateSpan>,
    pub monthly: Vec<MonthlyRule>,
    pub lunar: Vec<LunarRule>,
    pub except: Vec<ExceptRule>,
    /// The holidays among the exceptions, with their places.
    pub named_holidays: Vec<(Id, Range<usize>)>,
    pub on_holiday: HolidayPolicy,
}

impl DayRules {
    /// Returns the weekdays on which the session airs: all when no rule is given, none when only other rules are.
    fn weekdays(&self) -> WeekdaySet {
        let others = !(self.dates.is_empty() && self.monthly.is_empty() && self.lunar.is_empty());
        match (self.days, self.every_weeks) {
            (Some(days), _) => days,
            (None, None) if others => WeekdaySet::EMPTY,
            (None, _) => WeekdaySet::default(),
        }
    }

    /// Returns the recurrence with these rules and without bounds; `every-weeks` counts from `weeks_from`.
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

/// Reads the rules. An error in a rule is reported as a problem of the session, which is then left out.
pub fn read_day_rules(fields: &mut TableReader<'_, '_>) -> DayRules {
    let mut rules = DayRules { days: days(fields), ..DayRules::default() };
    rules.every_weeks = number(fields, "every-weeks", 1, 52).and_then(|n| u16::try_from(n).ok());
    rules.dates = read_date_spans(fields, "dates");
    rules.monthly = monthly(fields);
    rules.lunar = lunar(fields);
    except(fields, &mut rules);
    rules.on_holiday = read_choice(fields, "on-holiday", &ON_HOLIDAY).unwrap_or_default();
    rules
}

/// Returns whether a text that is not a date was meant to be one.
fn looks_like_date(text: &str) -> bool {
    let text = text.trim();
    let parts = text.split(['-', '/', '.']).count();
    parts == 3 && text.bytes().all(|b| b.is_ascii_digit() || b"-/.".contains(&b))
}

/// Reads `except`: dates, ranges and ids of holidays.
fn except(fields: &mut TableReader<'_, '_>, rules: &mut DayRules) {
    for item in list_values(fields, "except", "except = [\"tet\", 2023-09-02]").unwrap_or_default() {
        let name = match item.get_ref() {
            DeValue::String(text) if !text.trim().starts_with(|c: char| c.is_ascii_digit()) => Id::new(text.trim()),
            // Ids may begin with a digit.
            DeValue::String(text) if !text.contains("..") && !looks_like_date(text) => Id::new(text.trim()),
            _ => None,
        };
        match name {
            Some(id) => {
                rules.named_holidays.push((id.clone(), item.span()));
                rules.except.push(ExceptRule::Holiday(id));
            }
            None => rules.except.extend(read_date_span(fields, "except", item).map(ExceptRule::Dates)),
        }
    }
}
