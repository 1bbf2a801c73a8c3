//! Values with meaning: ids, titles, times, dates, days, lists.
use std::ops::Range;

use chrono::{NaiveDate, NaiveTime, Weekday};
use toml::de::DeValue;
use unicode_normalization::UnicodeNormalization;

use super::fields::{Fields, Value, nearest};
use super::syntax::{mended_date, mended_time};
use crate::schedule::calendar::Days;
use crate::schedule::{Id, Late};
use crate::text::problem::{Around, Finding, Hint};

/// Characters of a title.
const MAX_TITLE: usize = 200;
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// An id; one that is none is reported with a mended spelling.
pub fn id(fields: &mut Fields<'_, '_>, key: &str, text: &str, span: Range<usize>) -> Option<Id> {
    let id = Id::new(text);
    if id.is_none() {
        let hint = match mended(text) {
            Some(id) => Hint::UseId { id },
            None => Hint::Write { example: format!("{key} = \"tin-sang\"") },
        };
        fields.structural(span, Finding::BadId { id: text.to_owned() }, hint);
    }
    id
}

/// The id nearest to what was written: "Buổi Sáng" -> "buoi-sang".
fn mended(text: &str) -> Option<String> {
    let mut id = String::new();
    for c in text.to_lowercase().nfd() {
        match c {
            'đ' => id.push('d'),
            c if c.is_ascii_alphanumeric() => id.push(c),
            c if unicode_normalization::char::is_combining_mark(c) => {}
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
        if id.len() >= 64 {
            break;
        }
    }
    let id = id.trim_matches('-').to_owned();
    Id::new(&id).map(String::from)
}

/// A title or name: NFC, not empty, not too long, without control characters.
pub fn title(fields: &mut Fields<'_, '_>, key: &'static str) -> Option<String> {
    let (text, span) = fields.text(key, &format!("{key} = \"…\""))?;
    as_title(fields, key, &text, span)
}

/// A text as a title or name.
pub fn as_title(fields: &mut Fields<'_, '_>, key: &str, text: &str, span: Range<usize>) -> Option<String> {
    let text: String = text.trim().nfc().collect();
    let (finding, hint) = if text.is_empty() {
        (Finding::EmptyText { key: key.to_owned() }, Hint::Remove)
    } else if text.chars().count() > MAX_TITLE {
        (Finding::LongText { key: key.to_owned(), limit: MAX_TITLE }, Hint::Shorten)
    } else if text.chars().any(char::is_control) {
        (Finding::ControlInText { key: key.to_owned() }, Hint::Retype)
    } else {
        return Some(text);
    };
    fields.structural(span, finding, hint);
    None
}

/// A date: TOML's own, or the same as a text.
pub fn date(fields: &mut Fields<'_, '_>, key: &'static str) -> Option<NaiveDate> {
    let value = fields.take(key)?;
    let example = format!("{key} = 2023-03-20");
    let written = match value.get_ref() {
        DeValue::Datetime(at) if at.time.is_none() && at.offset.is_none() => at.to_string(),
        DeValue::String(text) => text.trim().to_string(),
        _ => {
            fields.wrong(key, value.span(), Around::Date, &example);
            return None;
        }
    };
    let date = written.parse().ok().filter(|_| written.len() == 10);
    if date.is_none() {
        let dashes: Vec<_> = written.match_indices('-').map(|(at, _)| at).collect();
        let shaped = written.len() == 10 && dashes == [4, 7];
        let example = mended_date(&written).map_or(example, |date| format!("{key} = {date}"));
        let hint = if shaped { Hint::CheckDate } else { Hint::Write { example } };
        let finding = if shaped { Finding::BadDate } else { Finding::BadDateText { text: written } };
        fields.structural(value.span(), finding, hint);
    }
    date
}

/// A time of day, `HH:MM` or `HH:MM:SS`.
pub fn time(text: &str) -> Option<NaiveTime> {
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(|p| digits(p)) {
        return None;
    }
    let number = |n: usize| parts.get(n).map_or(Some(0), |p| p.parse::<u32>().ok());
    NaiveTime::from_hms_opt(number(0)?, number(1)?, number(2)?)
}

/// One value as a time of day.
pub fn time_value(fields: &mut Fields<'_, '_>, key: &str, value: Value<'_, '_>) -> Option<NaiveTime> {
    let written = match value.get_ref() {
        DeValue::String(text) => text.trim().to_string(),
        DeValue::Datetime(at) if at.date.is_none() => at.to_string(),
        _ => {
            fields.wrong(key, value.span(), Around::TextOrList, &format!("{key} = \"05:15\""));
            return None;
        }
    };
    let found = time(&written);
    if found.is_none() {
        let example = mended_time(&written).unwrap_or_else(|| "\"05:15\"".to_owned());
        let hint = Hint::Write { example };
        fields.structural(value.span(), Finding::BadTime { text: written }, hint);
    }
    found
}

/// A value as a list: a single value counts as a list of one.
pub fn list<'t, 's>(value: Value<'t, 's>) -> Vec<Value<'t, 's>> {
    match value.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => vec![value],
    }
}

/// `at`: times in order, no doubles.
pub fn times(fields: &mut Fields<'_, '_>, value: Value<'_, '_>, limit: usize) -> Vec<NaiveTime> {
    let items = list(value);
    if items.is_empty() {
        let hint = Hint::Write { example: "at = [\"05:15\", \"17:00\"]".to_owned() };
        fields.structural(value.span(), Finding::EmptyList { key: "at".to_owned() }, hint);
    }
    if items.len() > limit {
        fields.structural(value.span(), Finding::TooMany { what: Around::Times, limit }, Hint::FewerOrFiles);
    }
    let mut times: Vec<NaiveTime> = Vec::new();
    for item in items.into_iter().take(limit) {
        let Some(time) = time_value(fields, "at", item) else { continue };
        if times.contains(&time) {
            let finding = Finding::DuplicateTime { time: time.format("%H:%M:%S").to_string() };
            fields.structural(item.span(), finding, Hint::RemoveOne);
        } else {
            times.push(time);
        }
    }
    times.sort();
    times
}

/// `days`: names of weekdays and ranges of them.
pub fn days(fields: &mut Fields<'_, '_>) -> Option<Days> {
    let Some(value) = fields.take("days") else {
        return Some(Days::default());
    };
    let example = "days = [\"mon..fri\", \"sun\"]";
    let items = list(value);
    if items.is_empty() {
        let hint = Hint::Write { example: example.to_owned() };
        fields.structural(value.span(), Finding::EmptyList { key: "days".to_owned() }, hint);
        return None;
    }
    let mut days = Days::NONE;
    let mut good = true;
    for item in items {
        let Some((text, span)) = fields.as_text("days", item, example) else {
            good = false;
            continue;
        };
        let day = |name: &str| WEEKDAYS.iter().find(|(known, _)| *known == name).map(|(_, day)| *day);
        let range = match text.trim().split_once("..") {
            _ if text.trim() == "daily" => Some((Weekday::Mon, Weekday::Sun)),
            Some((first, last)) => day(first).zip(day(last)),
            None => day(text.trim()).map(|day| (day, day)),
        };
        match range {
            Some((first, last)) => days.add(first, last),
            None => {
                good = false;
                let names = WEEKDAYS.iter().map(|(name, _)| *name).chain(["daily"]);
                let hint = match nearest(&text, names.clone()) {
                    Some(name) => Hint::DidYouMean { name },
                    None => Hint::OneOf { values: names.chain(["mon..fri"]).collect::<Vec<_>>().join(", ") },
                };
                fields.structural(span, Finding::BadDay { text }, hint);
            }
        }
    }
    good.then_some(days)
}

/// `late`, and where its time stands if it has one.
pub fn late(fields: &mut Fields<'_, '_>) -> Option<(Late, Option<Range<usize>>)> {
    let Some((text, span)) = fields.text("late", "late = \"until 05:45\"") else {
        // Not there: the default. There, but no text: reported.
        return if fields.places.contains_key("late") { None } else { Some((Late::default(), None)) };
    };
    let words = text.trim();
    let until = words.strip_prefix("until ").and_then(|rest| time(rest.trim()));
    let late = match (words, until) {
        ("skip", _) => Late::Skip,
        ("play", _) => Late::Play,
        ("join", _) => Late::Join,
        (_, Some(time)) => return Some((Late::Until(time), Some(span))),
        _ => {
            let hint = Hint::OneOf { values: "\"skip\", \"play\", \"until 05:45\", \"join\"".to_owned() };
            fields.structural(span, Finding::BadLate { text }, hint);
            return None;
        }
    };
    Some((late, None))
}
