//! Reads times of day: TOML's own, or the same as text.
use std::ops::Range;

use chrono::NaiveTime;
use toml::de::DeValue;

use super::fields::{SpannedValue, TableReader};
use super::suggestions::suggested_time;
use super::values::list;
use crate::schedule::LateSetting;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// Parses a time of day, `HH:MM` or `HH:MM:SS`.
pub fn time(text: &str) -> Option<NaiveTime> {
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(|p| digits(p)) {
        return None;
    }
    let number = |n: usize| parts.get(n).map_or(Some(0), |p| p.parse::<u32>().ok());
    NaiveTime::from_hms_opt(number(0)?, number(1)?, number(2)?)
}

/// Reads one value as a time of day.
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

/// Reads `at`: sorted times without duplicates.
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

/// Reads `late`, with the place of its time if it has one.
pub fn late(fields: &mut TableReader<'_, '_>) -> Option<(LateSetting, Option<Range<usize>>)> {
    let Some((text, span)) = fields.text("late", "late = \"until 05:45\"") else {
        // A missing key means the default; a value that is not a text has been reported.
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

/// Parses `"21:00..05:00"`: two different times.
pub fn parse_time_range(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (from, until) = text.split_once("..")?;
    Some((time(from.trim())?, time(until.trim())?)).filter(|(from, until)| from != until)
}
