//! Values with meaning: ids, titles, times, dates, days, lists.
use std::ops::Range;

use chrono::{Datelike, NaiveDate, NaiveTime};
use toml::de::DeValue;
use unicode_normalization::UnicodeNormalization;

use super::fields::{SpannedValue, TableReader, closest_match};
use super::syntax::{suggested_date, suggested_time};
use crate::base::instant::SECOND_US;
use crate::schedule::finding::Finding;
use crate::schedule::{Id, LateSetting};
use crate::text::problem::{Hint, ProblemText};

/// Characters of a title.
const MAX_TITLE: usize = 200;

/// An id; one that is none is reported with a mended spelling.
pub fn id(fields: &mut TableReader<'_, '_>, key: &str, text: &str, span: Range<usize>) -> Option<Id> {
    let id = Id::new(text);
    if id.is_none() {
        let hint = match suggested_id(text) {
            Some(id) => Hint::UseId { id },
            None => Hint::Write { example: format!("{key} = \"tin-sang\"") },
        };
        fields.report_structural(span, Finding::BadId { id: text.to_owned() }, hint);
    }
    id
}

/// The id nearest to what was written: "Buổi Sáng" -> "buoi-sang".
fn suggested_id(text: &str) -> Option<String> {
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
pub fn title(fields: &mut TableReader<'_, '_>, key: &'static str) -> Option<String> {
    let (text, span) = fields.text(key, &format!("{key} = \"…\""))?;
    as_title(fields, key, &text, span)
}

/// A text as a title or name.
pub fn as_title(fields: &mut TableReader<'_, '_>, key: &str, text: &str, span: Range<usize>) -> Option<String> {
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
    fields.report_structural(span, finding, hint);
    None
}

/// Years for which there are dates in a schedule.
const YEARS: Range<i32> = 1900..2200;

/// `2023-03-20`, in years for which a schedule is made: days are counted one by one from the first to the last.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    let date: NaiveDate = text.parse().ok().filter(|_| shaped)?;
    YEARS.contains(&date.year()).then_some(date)
}

/// A date: TOML's own, or the same as a text.
pub fn date(fields: &mut TableReader<'_, '_>, key: &'static str) -> Option<NaiveDate> {
    let value = fields.take(key)?;
    let example = format!("{key} = 2023-03-20");
    let written = match value.get_ref() {
        DeValue::Datetime(at) if at.time.is_none() && at.offset.is_none() => at.to_string(),
        DeValue::String(text) => text.trim().to_string(),
        _ => {
            fields.report_wrong_type(key, value.span(), ProblemText::Date, &example);
            return None;
        }
    };
    let date = parse_date(&written);
    if date.is_none() {
        let dashes: Vec<_> = written.match_indices('-').map(|(at, _)| at).collect();
        let shaped = written.len() == 10 && dashes == [4, 7];
        let example = suggested_date(&written).map_or(example, |date| format!("{key} = {date}"));
        let hint = if shaped { Hint::CheckDate } else { Hint::Write { example } };
        let finding = if shaped { Finding::BadDate } else { Finding::BadDateText { text: written } };
        fields.report_structural(value.span(), finding, hint);
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
pub fn time_value(fields: &mut TableReader<'_, '_>, key: &str, value: SpannedValue<'_, '_>) -> Option<NaiveTime> {
    let written = match value.get_ref() {
        DeValue::String(text) => text.trim().to_string(),
        DeValue::Datetime(at) if at.date.is_none() => at.to_string(),
        _ => {
            fields.report_wrong_type(key, value.span(), ProblemText::TextOrList, &format!("{key} = \"05:15\""));
            return None;
        }
    };
    let found = time(&written);
    if found.is_none() {
        let example = suggested_time(&written).unwrap_or_else(|| "\"05:15\"".to_owned());
        let hint = Hint::Write { example };
        fields.report_structural(value.span(), Finding::BadTime { text: written }, hint);
    }
    found
}

/// A value as a list: a single value counts as a list of one.
pub fn list<'t, 's>(value: SpannedValue<'t, 's>) -> Vec<SpannedValue<'t, 's>> {
    match value.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => vec![value],
    }
}

/// `at`: times in order, no doubles.
pub fn times(fields: &mut TableReader<'_, '_>, value: SpannedValue<'_, '_>, limit: usize) -> Vec<NaiveTime> {
    let items = list(value);
    if items.is_empty() {
        let hint = Hint::Write { example: "at = [\"05:15\", \"17:00\"]".to_owned() };
        fields.report_structural(value.span(), Finding::EmptyList { key: "at".to_owned() }, hint);
    }
    if items.len() > limit {
        fields.report_structural(
            value.span(),
            Finding::TooMany { what: ProblemText::Times, limit },
            Hint::FewerOrFiles,
        );
    }
    let mut times: Vec<NaiveTime> = Vec::new();
    for item in items.into_iter().take(limit) {
        let Some(time) = time_value(fields, "at", item) else { continue };
        if times.contains(&time) {
            let finding = Finding::DuplicateTime { time: time.format("%H:%M:%S").to_string() };
            fields.report_structural(item.span(), finding, Hint::RemoveOne);
        } else {
            times.push(time);
        }
    }
    times.sort();
    times
}

/// `late`, and where its time stands if it has one.
pub fn late(fields: &mut TableReader<'_, '_>) -> Option<(LateSetting, Option<Range<usize>>)> {
    let Some((text, span)) = fields.text("late", "late = \"until 05:45\"") else {
        // Not there: the default. There, but no text: reported.
        return if fields.spans.contains_key("late") { None } else { Some((LateSetting::default(), None)) };
    };
    let words = text.trim();
    let until = words.strip_prefix("until ").and_then(|rest| time(rest.trim()));
    let late = match (words, until) {
        ("skip", _) => LateSetting::Skip,
        ("play", _) => LateSetting::Play,
        ("join", _) => LateSetting::Join,
        (_, Some(time)) => return Some((LateSetting::Until(time), Some(span))),
        _ => {
            let hint = Hint::OneOf { values: "\"skip\", \"play\", \"until 05:45\", \"join\"".to_owned() };
            fields.report_structural(span, Finding::BadLate { text }, hint);
            return None;
        }
    };
    Some((late, None))
}

/// A whole number within bounds.
pub fn number(fields: &mut TableReader<'_, '_>, key: &'static str, min: i64, max: i64) -> Option<i64> {
    let value = fields.take(key)?;
    as_number(fields, key, value, min, max)
}

/// A value as a whole number within bounds.
pub fn as_number(
    fields: &mut TableReader<'_, '_>,
    key: &str,
    value: SpannedValue<'_, '_>,
    min: i64,
    max: i64,
) -> Option<i64> {
    let usual = if max == 100 && min == 0 { 80 } else { min.max(2) };
    let example = format!("{key} = {usual}");
    let DeValue::Integer(number) = value.get_ref() else {
        fields.report_wrong_type(key, value.span(), ProblemText::Number, &example);
        return None;
    };
    let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
    let good = number.filter(|n| (min..=max).contains(n));
    if good.is_none() {
        let finding = Finding::BadNumber { key: key.to_owned(), min, max };
        fields.report_structural(value.span(), finding, Hint::Write { example });
    }
    good
}

/// A duration as `"90s"`, `"5m"`, `"1h30m"`, in microseconds; from `min` to `max` seconds.
pub fn duration(fields: &mut TableReader<'_, '_>, key: &'static str, min: i64, max: i64) -> Option<i64> {
    let usual = if max > 600 { "30m" } else { "2s" };
    let example = format!("{key} = \"{usual}\"");
    let (text, span) = fields.text(key, &example)?;
    let seconds = parse_seconds(text.trim()).filter(|s| (min..=max).contains(s));
    if seconds.is_none() {
        let (min, max) = (format_seconds(min), format_seconds(max));
        let finding = Finding::BadDuration { text, min, max };
        fields.report_structural(span, finding, Hint::Write { example });
    }
    seconds.map(|s| s * SECOND_US)
}

/// The seconds of a written duration: hours, minutes, seconds, in this order, each at most once.
#[must_use]
pub fn parse_seconds(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total = 0_i64;
    for (unit, length) in [('h', 3600), ('m', 60), ('s', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            let digits = (1..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
            total += number.parse::<i64>().ok().filter(|_| digits)? * length;
            rest = after;
        }
    }
    (rest.is_empty() && !text.is_empty()).then_some(total)
}

/// Seconds as they are written.
#[must_use]
pub fn format_seconds(seconds: i64) -> String {
    match seconds {
        s if s > 0 && s % 3600 == 0 => format!("{}h", s / 3600),
        s if s > 0 && s % 60 == 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}

/// A key with few values.
pub fn read_choice<T: Copy>(fields: &mut TableReader<'_, '_>, key: &'static str, values: &[(&str, T)]) -> Option<T> {
    let first = values.first().map_or("", |(name, _)| *name);
    let (text, span) = fields.text(key, &format!("{key} = \"{first}\""))?;
    let found = values.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if found.is_none() {
        let names = values.iter().map(|(name, _)| *name);
        let hint = match closest_match(&text, names.clone()) {
            Some(name) => Hint::DidYouMean { name },
            None => Hint::OneOf { values: names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ") },
        };
        fields.report_structural(span, Finding::BadChoice { key: key.to_owned(), text }, hint);
    }
    found
}
