//! The days of a session, and of a holiday.
use std::ops::Range;

use chrono::{NaiveDate, Weekday};
use toml::de::DeValue;

use super::fields::{SpannedValue, TableReader, closest_match};
use super::syntax::suggested_date;
use super::times::parse_date;
use super::values::{list, number};
use crate::schedule::Id;
use crate::schedule::calendar::{DateSpan, ExceptRule, HolidayPolicy, LunarRule, MonthlyRule, WeekdaySet};
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// Values of one rule.
const MAX_VALUES: usize = 400;
/// Names of the days of a week: English, Vietnamese.
pub const WEEKDAYS: [(&str, &str, Weekday); 7] = [
    ("mon", "t2", Weekday::Mon),
    ("tue", "t3", Weekday::Tue),
    ("wed", "t4", Weekday::Wed),
    ("thu", "t5", Weekday::Thu),
    ("fri", "t6", Weekday::Fri),
    ("sat", "t7", Weekday::Sat),
    ("sun", "cn", Weekday::Sun),
];
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
    /// Holidays among the exceptions, and where they stand.
    pub named_holidays: Vec<(Id, Range<usize>)>,
    pub on_holiday: HolidayPolicy,
}

impl DayRules {
    /// The weekdays on which the session airs: all when no rule is given, none when only others are.
    pub fn weekdays(&self) -> WeekdaySet {
        let others = !(self.dates.is_empty() && self.monthly.is_empty() && self.lunar.is_empty());
        match (self.days, self.every_weeks) {
            (Some(days), _) => days,
            (None, None) if others => WeekdaySet::EMPTY,
            (None, _) => WeekdaySet::default(),
        }
    }
}

/// Reads the rules. What cannot be understood is noted as a problem of the session, which is then left out.
pub fn read_day_rules(fields: &mut TableReader<'_, '_>) -> DayRules {
    let mut rules = DayRules { days: days(fields), ..DayRules::default() };
    rules.every_weeks = number(fields, "every-weeks", 1, 52).and_then(|n| u16::try_from(n).ok());
    rules.dates = read_date_spans(fields, "dates");
    let example = "monthly = [\"15\", \"1 mon\", \"last fri\", \"last day\"]";
    rules.monthly = parse_list(fields, "monthly", example, monthly, |text| Finding::BadMonthly { text });
    rules.lunar = lunar(fields);
    except(fields, &mut rules);
    rules.on_holiday = super::values::read_choice(fields, "on-holiday", &ON_HOLIDAY).unwrap_or_default();
    rules
}

/// `lunar`: days of the lunar calendar.
pub fn lunar(fields: &mut TableReader<'_, '_>) -> Vec<LunarRule> {
    let example = "lunar = [\"1\", \"15\", \"10/3\"]";
    parse_list(fields, "lunar", example, lunar_rule, |text| Finding::BadLunar { text })
}

/// `yearly`: days and months.
pub fn yearly(fields: &mut TableReader<'_, '_>) -> Vec<(u8, u8)> {
    let rule = |text: &str| {
        let (day, month) = day_and_month(text)?;
        // In a leap year every day exists that exists at all.
        NaiveDate::from_ymd_opt(2024, u32::from(month), u32::from(day)).map(|_| (day, month))
    };
    parse_list(fields, "yearly", "yearly = [\"24/11\"]", rule, |text| Finding::BadYearly { text })
}

/// `dates`: single ones and ranges.
pub fn read_date_spans(fields: &mut TableReader<'_, '_>, key: &'static str) -> Vec<DateSpan> {
    let Some(items) = list_values(fields, key, &format!("{key} = [2023-09-02, \"2023-04-29..2023-05-03\"]")) else {
        return Vec::new();
    };
    items.into_iter().filter_map(|item| read_date_span(fields, key, item)).collect()
}

/// The weekday of this name, Vietnamese or English.
pub fn parse_weekday(name: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(en, vi, _)| *en == name || *vi == name).map(|(.., day)| *day)
}

/// Names of weekdays, as messages list them.
pub fn weekday_names() -> impl Iterator<Item = &'static str> + Clone {
    WEEKDAYS.iter().map(|(en, ..)| *en).chain(WEEKDAYS.iter().map(|(_, vi, _)| *vi))
}

/// The values of a list that is there.
fn list_values<'t, 's>(
    fields: &mut TableReader<'t, 's>,
    key: &'static str,
    example: &str,
) -> Option<Vec<SpannedValue<'t, 's>>> {
    let value = fields.take(key)?;
    let items = list(value);
    let (finding, hint) = if items.is_empty() {
        (Finding::EmptyList { key: key.to_owned() }, Hint::Write { example: example.to_owned() })
    } else if items.len() > MAX_VALUES {
        (Finding::TooMany { what: ProblemText::Days, limit: MAX_VALUES }, Hint::FewerOrFiles)
    } else {
        return Some(items);
    };
    fields.report_structural(value.span(), finding, hint);
    None
}

/// A list of texts that one rule reads.
fn parse_list<T>(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    example: &str,
    rule: impl Fn(&str) -> Option<T>,
    finding: impl Fn(String) -> Finding,
) -> Vec<T> {
    let mut found = Vec::new();
    for item in list_values(fields, key, example).unwrap_or_default() {
        let text = match item.get_ref() {
            // `lunar = [1, 15]` can mean only one thing.
            // As it is written: `0x15` is no day.
            DeValue::Integer(n) => n.to_string(),
            _ => match fields.as_text(key, item, example) {
                Some((text, _)) => text,
                None => continue,
            },
        };
        match rule(text.trim()) {
            Some(value) => found.push(value),
            None => fields.report_structural(item.span(), finding(text), Hint::Write { example: example.to_owned() }),
        }
    }
    found
}

/// `days`: names of weekdays and ranges of them.
fn days(fields: &mut TableReader<'_, '_>) -> Option<WeekdaySet> {
    let example = "days = [\"mon..fri\", \"sun\"]";
    let mut days = WeekdaySet::EMPTY;
    for item in list_values(fields, "days", example)? {
        let Some((text, span)) = fields.as_text("days", item, example) else { continue };
        let range = match text.trim().split_once("..") {
            _ if text.trim() == "daily" => Some((Weekday::Mon, Weekday::Sun)),
            Some((first, last)) => parse_weekday(first.trim()).zip(parse_weekday(last.trim())),
            None => parse_weekday(text.trim()).map(|day| (day, day)),
        };
        match range {
            Some((first, last)) => days.add_range(first, last),
            None => {
                let names = weekday_names().chain(["daily"]);
                let hint = match closest_match(&text, names.clone()) {
                    Some(name) => Hint::DidYouMean { name },
                    None => Hint::OneOf { values: names.chain(["mon..fri"]).collect::<Vec<_>>().join(", ") },
                };
                fields.report_structural(span, Finding::BadDay { text }, hint);
            }
        }
    }
    Some(days)
}

/// A date, or `"first..last"`.
fn read_date_span(fields: &mut TableReader<'_, '_>, key: &'static str, item: SpannedValue<'_, '_>) -> Option<DateSpan> {
    let written = match item.get_ref() {
        DeValue::Datetime(at) if at.time.is_none() && at.offset.is_none() => at.to_string(),
        DeValue::String(text) => text.trim().to_string(),
        _ => {
            fields.report_wrong_type(key, item.span(), ProblemText::Date, &format!("{key} = [2023-09-02]"));
            return None;
        }
    };
    let (first, last) = written.split_once("..").unwrap_or((&written, &written));
    match (parse_date(first.trim()), parse_date(last.trim())) {
        (Some(first), Some(last)) if first <= last => Some(DateSpan { first, last }),
        (Some(_), Some(_)) => {
            fields.report_structural(item.span(), Finding::FromAfterUntil, Hint::SwapDates);
            None
        }
        _ => {
            let mended = suggested_date(&written).unwrap_or_else(|| "2023-09-02".to_owned());
            let example = format!("{key} = [{mended}, \"2023-04-29..2023-05-03\"]");
            fields.report_structural(item.span(), Finding::BadDateText { text: written }, Hint::Write { example });
            None
        }
    }
}

/// `"15"`, `"last day"`, `"1 mon"`, `"last fri"`.
fn monthly(text: &str) -> Option<MonthlyRule> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [day] => day.parse().ok().filter(|day| (1..=31).contains(day)).map(MonthlyRule::Day),
        ["last", "day"] => Some(MonthlyRule::LastDay),
        ["last", name] => parse_weekday(name).map(MonthlyRule::Last),
        [n, name] => {
            let n = n.parse().ok().filter(|n| (1..=5).contains(n))?;
            parse_weekday(name).map(|day| MonthlyRule::Nth(n, day))
        }
        _ => None,
    }
}

/// `"15"`, `"15/6"`.
fn lunar_rule(text: &str) -> Option<LunarRule> {
    let rule = match text.contains('/') {
        true => day_and_month(text).map(|(day, month)| LunarRule { day, month: Some(month) }),
        false => text.parse().ok().map(|day| LunarRule { day, month: None }),
    };
    rule.filter(|rule| (1..=30).contains(&rule.day) && rule.month.is_none_or(|month| (1..=12).contains(&month)))
}

fn day_and_month(text: &str) -> Option<(u8, u8)> {
    let (day, month) = text.split_once('/')?;
    Some((day.trim().parse().ok()?, month.trim().parse().ok()?))
}

/// Whether a text that names no day is meant for one.
fn looks_like_date(text: &str) -> bool {
    let text = text.trim();
    let parts = text.split(['-', '/', '.']).count();
    parts == 3 && text.bytes().all(|b| b.is_ascii_digit() || b"-/.".contains(&b))
}

/// `except`: dates, ranges and ids of holidays.
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
