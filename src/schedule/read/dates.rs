//! Reads dates: TOML dates, or strings in the same format.
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use toml::de::DeValue;

use super::fields::TableReader;
use super::suggestions::suggested_date;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// The years that the dates of a schedule may have.
const ALLOWED_YEARS: Range<i32> = 1900..2200;

/// Parses a date such as `2023-03-20`. The years are limited, because some rules count the days between two dates one
/// by one.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let has_date_format = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(index, b)| if index == 4 || index == 7 { b == b'-' } else { b.is_ascii_digit() });
    let date: NaiveDate = text.parse().ok().filter(|_| has_date_format)?;
    ALLOWED_YEARS.contains(&date.year()).then_some(date)
}

/// Reads a date: a TOML date, or a string in the same format.
pub fn read_date(fields: &mut TableReader<'_, '_>, key: &'static str) -> Option<NaiveDate> {
    let value = fields.take(key)?;
    let example = format!("{key} = 2023-03-20");
    let text = match value.get_ref() {
        DeValue::Datetime(datetime) if datetime.time.is_none() && datetime.offset.is_none() => datetime.to_string(),
        DeValue::String(text) => text.trim().to_string(),
        _ => {
            fields.report_wrong_type(key, value.span(), ProblemText::Date, &example);
            return None;
        }
    };
    let date = parse_date(&text);
    if date.is_none() {
        let dash_positions: Vec<_> = text.match_indices('-').map(|(index, _)| index).collect();
        let has_date_format = text.len() == 10 && dash_positions == [4, 7];
        let example = suggested_date(&text).map_or(example, |date| format!("{key} = {date}"));
        let hint = if has_date_format { Hint::CheckDate } else { Hint::Write { example } };
        let finding = if has_date_format { Finding::BadDate } else { Finding::BadDateText { text } };
        fields.report_structural_problem(value.span(), finding, hint);
    }
    date
}

/// Reports two dates in the wrong order; `key` is the key of the first date. Returns true when the dates are in order
/// or one of them is missing.
pub fn check_date_order(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
) -> bool {
    let is_in_order = first.zip(last).is_none_or(|(first, last)| first <= last);
    if !is_in_order {
        let span = fields.spans[key].range.clone();
        fields.report_structural_problem(span, Finding::FromAfterUntil, Hint::SwapDates);
    }
    is_in_order
}
