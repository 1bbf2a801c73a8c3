//! Reads times of day: TOML times, or texts in the same format.
use std::ops::Range;

use chrono::NaiveTime;
use toml::de::DeValue;

use super::fields::{SpannedValue, TableReader};
use super::suggestions::suggested_time;
use super::values::as_list;
use crate::schedule::LateSetting;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// Parses a time of day, `HH:MM` or `HH:MM:SS`.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    let has_two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(|p| has_two_digits(p)) {
        return None;
    }
    let part_value = |index: usize| parts.get(index).map_or(Some(0), |p| p.parse::<u32>().ok());
    NaiveTime::from_hms_opt(part_value(0)?, part_value(1)?, part_value(2)?)
}

/// Returns a value as a time of day; reports a value that is not a time.
pub fn as_time(fields: &mut TableReader<'_, '_>, key: &str, value: SpannedValue<'_, '_>) -> Option<NaiveTime> {
    let text = match value.get_ref() {
        DeValue::String(text) => text.trim().to_string(),
        DeValue::Datetime(datetime) if datetime.date.is_none() => datetime.to_string(),
        _ => {
            fields.report_wrong_type(key, value.span(), ProblemText::TextOrList, &format!("{key} = \"05:15\""));
            return None;
        }
    };
    let time = parse_time(&text);
    if time.is_none() {
        let example = suggested_time(&text).unwrap_or_else(|| "\"05:15\"".to_owned());
        let hint = Hint::Write { example };
        fields.report_structural(value.span(), Finding::BadTime { text }, hint);
    }
    time
}

/// Reads `at`, which contains at most `limit` times of day. Returns the valid times, sorted and without duplicates.
pub fn read_start_times(fields: &mut TableReader<'_, '_>, value: SpannedValue<'_, '_>, limit: usize) -> Vec<NaiveTime> {
    let items = as_list(value);
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
        let Some(time) = as_time(fields, "at", item) else { continue };
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

/// Reads `late`. The second part of the result is the byte range of the value, if the value contains a time.
pub fn read_late(fields: &mut TableReader<'_, '_>) -> Option<(LateSetting, Option<Range<usize>>)> {
    let Some((text, span)) = fields.text("late", "late = \"until 05:45\"") else {
        // A missing key means the default. A value that is not a text has been reported already.
        return if fields.spans.contains_key("late") { None } else { Some((LateSetting::default(), None)) };
    };
    let setting = text.trim();
    let until_time = setting.strip_prefix("until ").and_then(|time_text| parse_time(time_text.trim()));
    let late = match (setting, until_time) {
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

/// Parses a range such as `"21:00..05:00"`. The two times must be different.
pub fn parse_time_range(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (from, until) = text.split_once("..")?;
    Some((parse_time(from.trim())?, parse_time(until.trim())?)).filter(|(from, until)| from != until)
}
