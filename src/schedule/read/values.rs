//! Reads ids, titles, lists, numbers and choices.
use std::ops::Range;

use toml::de::DeValue;
use unicode_normalization::UnicodeNormalization;

use super::fields::{SpannedValue, TableReader, closest_match};
use crate::base::limits::MAX_TITLE_CHARS;
use crate::schedule::Id;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// Returns `text` as an id; reports an invalid id and suggests a correction.
pub fn as_id(fields: &mut TableReader<'_, '_>, key: &str, text: &str, span: Range<usize>) -> Option<Id> {
    let id = Id::new(text);
    if id.is_none() {
        let hint = match suggested_id(text) {
            // Whether a segment with that id exists is known only after all files have been read.
            _ if ["play", "segment", "opening", "closing"].contains(&key) => Hint::NameSegmentById,
            Some(id) => Hint::UseId { id },
            None => Hint::Write { example: format!("{key} = \"tin-sang\"") },
        };
        fields.report_structural_problem(span, Finding::BadId { id: text.to_owned() }, hint);
    }
    id
}

/// Returns a valid id that is close to `text`: `buoi-sang` for `Buổi Sáng`.
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

/// Reads a title or name: NFC, not empty, not too long, without control characters.
pub fn read_title(fields: &mut TableReader<'_, '_>, key: &'static str) -> Option<String> {
    let (text, span) = fields.take_text(key, &format!("{key} = \"…\""))?;
    as_title(fields, key, &text, span)
}

/// Returns `text` as a title or name; reports an invalid one.
pub fn as_title(fields: &mut TableReader<'_, '_>, key: &str, text: &str, span: Range<usize>) -> Option<String> {
    let text: String = text.trim().nfc().collect();
    let (finding, hint) = if text.is_empty() {
        (Finding::EmptyText { key: key.to_owned() }, Hint::Remove)
    } else if text.chars().count() > MAX_TITLE_CHARS {
        (Finding::LongText { key: key.to_owned(), limit: MAX_TITLE_CHARS }, Hint::Shorten)
    } else if text.chars().any(char::is_control) {
        (Finding::ControlInText { key: key.to_owned() }, Hint::Retype)
    } else {
        return Some(text);
    };
    fields.report_structural_problem(span, finding, hint);
    None
}

/// Returns a value as a list; a value that is not a list becomes a list of one.
pub fn as_list<'t, 's>(value: SpannedValue<'t, 's>) -> Vec<SpannedValue<'t, 's>> {
    match value.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => vec![value],
    }
}

/// Reads a whole number from `min` to `max`.
pub fn read_number(fields: &mut TableReader<'_, '_>, key: &'static str, min: i64, max: i64) -> Option<i64> {
    let value = fields.take(key)?;
    as_number(fields, key, value, min, max)
}

/// Returns a value as a whole number from `min` to `max`; reports any other value.
pub fn as_number(
    fields: &mut TableReader<'_, '_>,
    key: &str,
    value: SpannedValue<'_, '_>,
    min: i64,
    max: i64,
) -> Option<i64> {
    let sample = if max == 100 && min == 0 { 80 } else { min.max(2) };
    let example = format!("{key} = {sample}");
    let DeValue::Integer(number) = value.get_ref() else {
        fields.report_wrong_type(key, value.span(), ProblemText::Number, &example);
        return None;
    };
    let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
    let valid_number = number.filter(|n| (min..=max).contains(n));
    if valid_number.is_none() {
        let finding = Finding::BadNumber { key: key.to_owned(), min, max };
        fields.report_structural_problem(value.span(), finding, Hint::Write { example });
    }
    valid_number
}

/// Reads a key that allows only the names in `choices`. Returns the value paired with the name.
pub fn read_choice<T: Copy>(fields: &mut TableReader<'_, '_>, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
    let first_name = choices.first().map_or("", |(name, _)| *name);
    let (text, span) = fields.take_text(key, &format!("{key} = \"{first_name}\""))?;
    let value = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if value.is_none() {
        let names = choices.iter().map(|(name, _)| *name);
        let hint = match closest_match(&text, names.clone()) {
            Some(name) => Hint::DidYouMean { name },
            None => Hint::OneOf { values: names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ") },
        };
        fields.report_structural_problem(span, Finding::BadChoice { key: key.to_owned(), text }, hint);
    }
    value
}
