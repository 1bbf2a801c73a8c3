//! Reads `dates`: single dates and ranges.
use toml::de::DeValue;

use super::super::dates::parse_date;
use super::super::fields::{SpannedValue, TableReader};
use super::super::suggestions::suggested_date;
use super::lists::list_values;
use crate::schedule::calendar::DateSpan;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// Reads a list of single dates and ranges.
pub fn read_date_spans(fields: &mut TableReader<'_, '_>, key: &'static str) -> Vec<DateSpan> {
    let Some(items) = list_values(fields, key, &format!("{key} = [2023-09-02, \"2023-04-29..2023-05-03\"]")) else {
        return Vec::new();
    };
    items.into_iter().filter_map(|item| read_date_span(fields, key, item)).collect()
}

/// Reads one item of a list of dates: a date, or `"first..last"`.
pub fn read_date_span(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    item: SpannedValue<'_, '_>,
) -> Option<DateSpan> {
    let text = match item.get_ref() {
        DeValue::Datetime(datetime) if datetime.time.is_none() && datetime.offset.is_none() => datetime.to_string(),
        DeValue::String(text) => text.trim().to_string(),
        _ => {
            fields.report_wrong_type(key, item.span(), ProblemText::Date, &format!("{key} = [2023-09-02]"));
            return None;
        }
    };
    let (first, last) = text.split_once("..").unwrap_or((&text, &text));
    match (parse_date(first.trim()), parse_date(last.trim())) {
        (Some(first), Some(last)) if first <= last => Some(DateSpan { first, last }),
        (Some(_), Some(_)) => {
            fields.report_structural_problem(item.span(), Finding::FromAfterUntil, Hint::SwapDates);
            None
        }
        _ => {
            let suggestion = suggested_date(&text).unwrap_or_else(|| "2023-09-02".to_owned());
            let example = format!("{key} = [{suggestion}, \"2023-04-29..2023-05-03\"]");
            fields.report_structural_problem(item.span(), Finding::BadDateText { text }, Hint::Write { example });
            None
        }
    }
}
