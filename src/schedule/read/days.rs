//! The days of a session, and of a holiday.
use std::ops::Range;

use chrono::{NaiveDate, Weekday};
use toml::de::DeValue;

use super::fields::{Fields, Value, nearest};
use super::syntax::mended_date;
use super::values::{list, number, plain_date};
use crate::schedule::Id;
use crate::schedule::calendar::{Days, Except, LunarRule, Monthly, OnHoliday, Span};
use crate::text::problem::{Around, Finding, Hint};

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
const ON_HOLIDAY: [(&str, OnHoliday); 3] =
    [("play", OnHoliday::Play), ("skip", OnHoliday::Skip), ("only", OnHoliday::Only)];

/// The day rules of a session, without its bounds.
#[derive(Default)]
pub struct Rules {
    pub days: Option<Days>,
    pub every_weeks: Option<u16>,
    pub dates: Vec<Span>,
    pub monthly: Vec<Monthly>,
    pub lunar: Vec<LunarRule>,
    pub except: Vec<Except>,
    /// Holidays among the exceptions, and where they stand.
    pub named: Vec<(Id, Range<usize>)>,
    pub on_holiday: OnHoliday,
}

impl Rules {
    /// The weekdays on which the session airs: all when no rule is given, none when only others are.
    pub fn weekdays(&self) -> Days {
        let others = !(self.dates.is_empty() && self.monthly.is_empty() && self.lunar.is_empty());
        match (self.days, self.every_weeks) {
            (Some(days), _) => days,
            (None, None) if others => Days::NONE,
            (None, _) => Days::default(),
        }
    }
}

/// Reads the rules. What cannot be understood is noted as a problem of the session, which is then left out.
pub fn rules(fields: &mut Fields<'_, '_>) -> Rules {
    let mut rules = Rules { days: days(fields), ..Rules::default() };
    rules.every_weeks = number(fields, "every-weeks", 1, 52).and_then(|n| u16::try_from(n).ok());
    rules.dates = spans(fields, "dates");
    let example = "monthly = [\"15\", \"1 mon\", \"last fri\", \"last day\"]";
    rules.monthly = texts(fields, "monthly", example, monthly, |text| Finding::BadMonthly { text });
    rules.lunar = lunar(fields);
    except(fields, &mut rules);
    rules.on_holiday = super::values::one_of(fields, "on-holiday", &ON_HOLIDAY).unwrap_or_default();
    rules
}

/// `lunar`: days of the lunar calendar.
pub fn lunar(fields: &mut Fields<'_, '_>) -> Vec<LunarRule> {
    let example = "lunar = [\"1\", \"15\", \"10/3\"]";
    texts(fields, "lunar", example, lunar_rule, |text| Finding::BadLunar { text })
}

/// `yearly`: days and months.
pub fn yearly(fields: &mut Fields<'_, '_>) -> Vec<(u8, u8)> {
    let rule = |text: &str| {
        let (day, month) = day_and_month(text)?;
        // In a leap year every day exists that exists at all.
        NaiveDate::from_ymd_opt(2024, u32::from(month), u32::from(day)).map(|_| (day, month))
    };
    texts(fields, "yearly", "yearly = [\"24/11\"]", rule, |text| Finding::BadYearly { text })
}

/// `dates`: single ones and ranges.
pub fn spans(fields: &mut Fields<'_, '_>, key: &'static str) -> Vec<Span> {
    let Some(items) = values(fields, key, &format!("{key} = [2023-09-02, \"2023-04-29..2023-05-03\"]")) else {
        return Vec::new();
    };
    items.into_iter().filter_map(|item| span(fields, key, item)).collect()
}

/// The weekday of this name, Vietnamese or English.
pub fn weekday(name: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(en, vi, _)| *en == name || *vi == name).map(|(.., day)| *day)
}

/// Names of weekdays, as messages list them.
pub fn weekday_names() -> impl Iterator<Item = &'static str> + Clone {
    WEEKDAYS.iter().map(|(en, ..)| *en).chain(WEEKDAYS.iter().map(|(_, vi, _)| *vi))
}

/// The values of a list that is there.
fn values<'t, 's>(fields: &mut Fields<'t, 's>, key: &'static str, example: &str) -> Option<Vec<Value<'t, 's>>> {
    let value = fields.take(key)?;
    let items = list(value);
    let (finding, hint) = if items.is_empty() {
        (Finding::EmptyList { key: key.to_owned() }, Hint::Write { example: example.to_owned() })
    } else if items.len() > MAX_VALUES {
        (Finding::TooMany { what: Around::Days, limit: MAX_VALUES }, Hint::FewerOrFiles)
    } else {
        return Some(items);
    };
    fields.structural(value.span(), finding, hint);
    None
}

/// A list of texts that one rule reads.
fn texts<T>(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    example: &str,
    rule: impl Fn(&str) -> Option<T>,
    finding: impl Fn(String) -> Finding,
) -> Vec<T> {
    let mut found = Vec::new();
    for item in values(fields, key, example).unwrap_or_default() {
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
            None => fields.structural(item.span(), finding(text), Hint::Write { example: example.to_owned() }),
        }
    }
    found
}

/// `days`: names of weekdays and ranges of them.
fn days(fields: &mut Fields<'_, '_>) -> Option<Days> {
    let example = "days = [\"mon..fri\", \"sun\"]";
    let mut days = Days::NONE;
    for item in values(fields, "days", example)? {
        let Some((text, span)) = fields.as_text("days", item, example) else { continue };
        let range = match text.trim().split_once("..") {
            _ if text.trim() == "daily" => Some((Weekday::Mon, Weekday::Sun)),
            Some((first, last)) => weekday(first.trim()).zip(weekday(last.trim())),
            None => weekday(text.trim()).map(|day| (day, day)),
        };
        match range {
            Some((first, last)) => days.add(first, last),
            None => {
                let names = weekday_names().chain(["daily"]);
                let hint = match nearest(&text, names.clone()) {
                    Some(name) => Hint::DidYouMean { name },
                    None => Hint::OneOf { values: names.chain(["mon..fri"]).collect::<Vec<_>>().join(", ") },
                };
                fields.structural(span, Finding::BadDay { text }, hint);
            }
        }
    }
    Some(days)
}

/// A date, or `"first..last"`.
fn span(fields: &mut Fields<'_, '_>, key: &'static str, item: Value<'_, '_>) -> Option<Span> {
    let written = match item.get_ref() {
        DeValue::Datetime(at) if at.time.is_none() && at.offset.is_none() => at.to_string(),
        DeValue::String(text) => text.trim().to_string(),
        _ => {
            fields.wrong(key, item.span(), Around::Date, &format!("{key} = [2023-09-02]"));
            return None;
        }
    };
    let (first, last) = written.split_once("..").unwrap_or((&written, &written));
    match (plain_date(first.trim()), plain_date(last.trim())) {
        (Some(first), Some(last)) if first <= last => Some(Span { first, last }),
        (Some(_), Some(_)) => {
            fields.structural(item.span(), Finding::FromAfterUntil, Hint::SwapDates);
            None
        }
        _ => {
            let mended = mended_date(&written).unwrap_or_else(|| "2023-09-02".to_owned());
            let example = format!("{key} = [{mended}, \"2023-04-29..2023-05-03\"]");
            fields.structural(item.span(), Finding::BadDateText { text: written }, Hint::Write { example });
            None
        }
    }
}

/// `"15"`, `"last day"`, `"1 mon"`, `"last fri"`.
fn monthly(text: &str) -> Option<Monthly> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [day] => day.parse().ok().filter(|day| (1..=31).contains(day)).map(Monthly::Day),
        ["last", "day"] => Some(Monthly::LastDay),
        ["last", name] => weekday(name).map(Monthly::Last),
        [n, name] => {
            let n = n.parse().ok().filter(|n| (1..=5).contains(n))?;
            weekday(name).map(|day| Monthly::Nth(n, day))
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
fn except(fields: &mut Fields<'_, '_>, rules: &mut Rules) {
    for item in values(fields, "except", "except = [\"tet\", 2023-09-02]").unwrap_or_default() {
        let name = match item.get_ref() {
            DeValue::String(text) if !text.trim().starts_with(|c: char| c.is_ascii_digit()) => Id::new(text.trim()),
            // Ids may begin with a digit.
            DeValue::String(text) if !text.contains("..") && !looks_like_date(text) => Id::new(text.trim()),
            _ => None,
        };
        match name {
            Some(id) => {
                rules.named.push((id.clone(), item.span()));
                rules.except.push(Except::Holiday(id));
            }
            None => rules.except.extend(span(fields, "except", item).map(Except::Dates)),
        }
    }
}
