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

/// Reads a date, or `"first..last"`.
pub fn read_date_span(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    item: SpannedValue<'_, '_>,
) -> Option<DateSpan> {
    let written = match item.get_ref() {
        DeValue::Datetime(at) if at.time.is_none() && at.offset.is_none() => at.to_string(),
        DeValue::String(text) => text.trim().to_string(),
        _ => {
            fields.report_wrong_type(key, item.span(), ProblemText::Date, &format!("{key} = [2023-09-02]"));
            return None;
        }
    };
    let (first, last) = written.split_once("..").unwrap_or((&written, &written));
    match (parse_date(first.trim()), parse_date(last.trim())) {
        (Some(first), Some(last)) if first <= last => Some(DateSpan { first, last }),
        (Some(_), Some(_)) => {
            fields.report_structural(item.span(), Finding::FromAfterUntil, Hint::SwapDates);
            None
        }
        _ => {
            let mended = suggested_date(&written).unwrap_or_else(|| "2023-09-02".to_owned());
            let example = format!("{key} = [{mended}, \"2023-04-29..2023-05-03\"]");
            fields.report_structural(item.span(), Finding::BadDateText { text: written }, Hint::Write { example });
            None
        }
    }
}
