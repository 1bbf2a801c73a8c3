//! Reads dates: TOML's own, or the same as text.
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use toml::de::DeValue;

use super::fields::TableReader;
use super::suggestions::suggested_date;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// The years that a schedule may use.
const YEARS: Range<i32> = 1900..2200;

/// Parses `2023-03-20`. The years are limited because days are counted one by one from the first to the last.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    let date: NaiveDate = text.parse().ok().filter(|_| shaped)?;
    YEARS.contains(&date.year()).then_some(date)
}

/// Reads a date: TOML's own, or the same as text.
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

/// Reports dates in the wrong order at the value of `key`, which holds the first. Returns whether they are in order; so
/// they are when one is missing.
pub fn check_date_order(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
) -> bool {
    let in_order = first.zip(last).is_none_or(|(first, last)| first <= last);
    if !in_order {
        let span = fields.spans[key].range.clone();
        fields.report_structural(span, Finding::FromAfterUntil, Hint::SwapDates);
    }
    in_order
}
