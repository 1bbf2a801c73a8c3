//! Reads times of day: TOML times, or strings in the same format.
use std::ops::Range;

use chrono::NaiveTime;
use toml::de::DeValue;

use super::fields::{SpannedValue, TableReader};
use super::suggestions::{is_midnight_24, suggested_time};
use super::values::as_list;
use crate::schedule::LateSetting;
use crate::schedule::finding::Finding;
use crate::schedule::session::TimeLimit;
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

/// Parses a time of day at which something ends: a time that [`parse_time`] accepts, or `24:00`, the end of the day.
pub fn parse_limit(text: &str) -> Option<TimeLimit> {
    let is_end_of_day = matches!(text, "24:00" | "24:00:00");
    if is_end_of_day { Some(TimeLimit::EndOfDay) } else { parse_time(text).map(TimeLimit::Time) }
}

/// Returns a value as a time of day at which something begins; reports a value that is not such a time.
pub fn as_time(fields: &mut TableReader<'_, '_>, key: &str, value: SpannedValue<'_, '_>) -> Option<NaiveTime> {
    let text = time_text(fields, key, value)?;
    let time = parse_time(&text);
    if time.is_none() {
        let (finding, hint) = time_fault(text);
        fields.report_structural_problem(value.span(), finding, hint);
    }
    time
}

/// Returns a value as a time of day at which something ends; reports a value that is not such a time.
pub fn as_limit(fields: &mut TableReader<'_, '_>, key: &str, value: SpannedValue<'_, '_>) -> Option<TimeLimit> {
    let text = time_text(fields, key, value)?;
    let limit = parse_limit(&text);
    if limit.is_none() {
        let is_midnight = is_midnight_24(&text);
        let example = if is_midnight { Some("\"24:00\"".to_owned()) } else { suggested_time(&text) };
        let hint = Hint::Write { example: example.unwrap_or_else(|| "\"05:15\"".to_owned()) };
        fields.report_structural_problem(value.span(), Finding::BadTime { text }, hint);
    }
    limit
}

/// Returns the text of a time; reports a value of another type.
fn time_text(fields: &mut TableReader<'_, '_>, key: &str, value: SpannedValue<'_, '_>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.trim().to_string()),
        DeValue::Datetime(datetime) if datetime.date.is_none() => Some(datetime.to_string()),
        _ => {
            fields.report_wrong_type(key, value.span(), ProblemText::TextOrList, &format!("{key} = \"05:15\""));
            None
        }
    }
}

/// Returns the finding about a string that is not a time at which something begins. `24:00` must not be corrected to
/// `00:00`, which is a whole day earlier.
pub fn time_fault(text: String) -> (Finding, Hint) {
    if is_midnight_24(&text) {
        return (Finding::Midnight24 { text }, Hint::MidnightNextDay);
    }
    let example = suggested_time(&text).unwrap_or_else(|| "\"05:15\"".to_owned());
    (Finding::BadTime { text }, Hint::Write { example })
}

/// Reads `at`, which contains at most `limit` times of day. Returns the valid times, sorted and without duplicates.
pub fn read_start_times(fields: &mut TableReader<'_, '_>, value: SpannedValue<'_, '_>, limit: usize) -> Vec<NaiveTime> {
    let items = as_list(value);
    if items.is_empty() {
        let hint = Hint::Write { example: "at = [\"05:15\", \"17:00\"]".to_owned() };
        fields.report_structural_problem(value.span(), Finding::EmptyList { key: "at".to_owned() }, hint);
    }
    if items.len() > limit {
        fields.report_structural_problem(
            value.span(),
            Finding::TooMany { what: ProblemText::Times, limit },
            Hint::RemoveSome,
        );
    }
    let mut times: Vec<NaiveTime> = Vec::new();
    for item in items.into_iter().take(limit) {
        let Some(time) = as_time(fields, "at", item) else { continue };
        if times.contains(&time) {
            let finding = Finding::DuplicateTime { time: time.format("%H:%M:%S").to_string() };
            fields.report_structural_problem(item.span(), finding, Hint::RemoveOne);
        } else {
            times.push(time);
        }
    }
    times.sort();
    times
}

/// Reads `late`. The second part of the result is the byte range of the value, if the value contains a time.
pub fn read_late(fields: &mut TableReader<'_, '_>) -> Option<(LateSetting, Option<Range<usize>>)> {
    let Some((text, span)) = fields.take_text("late", "late = \"until 05:45\"") else {
        // A missing key means the default. A value that is not a string has already been reported.
        return if fields.spans.contains_key("late") { None } else { Some((LateSetting::default(), None)) };
    };
    let setting = text.trim();
    let until_time = setting.strip_prefix("until ").and_then(|time_text| parse_limit(time_text.trim()));
    let late = match (setting, until_time) {
        ("skip", _) => LateSetting::Skip,
        ("play", _) => LateSetting::Play,
        ("join", _) => LateSetting::Join,
        (_, Some(limit)) => return Some((LateSetting::Until(limit), Some(span))),
        _ => {
            let hint = Hint::OneOf { values: "\"skip\", \"play\", \"until 05:45\", \"join\"".to_owned() };
            fields.report_structural_problem(span, Finding::BadLate { text }, hint);
            return None;
        }
    };
    Some((late, None))
}

/// Parses a range such as `"21:00..05:00"`. The two times must be different. An end of `24:00` means the same as
/// `00:00`: the midnight after the beginning. A whole day therefore cannot be written.
pub fn parse_time_range(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (from, until) = text.split_once("..")?;
    let range = (parse_time(from.trim())?, parse_limit(until.trim())?.time_of_day());
    Some(range).filter(|(from, until)| from != until)
}

/// Returns the finding about a string that is not a range; `example` is a valid line.
pub fn range_fault(text: String, example: &str) -> (Finding, Hint) {
    let hint = Hint::Write { example: example.to_owned() };
    let Some((from, until)) = text.split_once("..") else { return (Finding::BadRange { text }, hint) };
    if is_midnight_24(from) {
        let text = from.trim().to_owned();
        (Finding::Midnight24 { text }, Hint::MidnightNextDay)
    } else if is_whole_day(parse_time(from.trim()), parse_limit(until.trim())) {
        (Finding::WholeDay { text }, hint)
    } else {
        (Finding::BadRange { text }, hint)
    }
}

/// Returns true when the times are the beginning and the end of one day.
pub fn is_whole_day(from: Option<NaiveTime>, until: Option<TimeLimit>) -> bool {
    from == Some(NaiveTime::MIN) && until == Some(TimeLimit::EndOfDay)
}
