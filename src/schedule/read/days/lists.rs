//! Reads lists of day rules.
use toml::de::DeValue;

use super::super::fields::{SpannedValue, TableReader};
use super::super::values::as_list;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// The maximum number of values of one rule.
const MAX_VALUES_PER_RULE: usize = 400;

/// Returns the values of a list; `None` when the key is missing, or the list is empty or too long.
pub fn list_values<'t, 's>(
    fields: &mut TableReader<'t, 's>,
    key: &'static str,
    example: &str,
) -> Option<Vec<SpannedValue<'t, 's>>> {
    let value = fields.take(key)?;
    let items = as_list(value);
    let (finding, hint) = if items.is_empty() {
        (Finding::EmptyList { key: key.to_owned() }, Hint::Write { example: example.to_owned() })
    } else if items.len() > MAX_VALUES_PER_RULE {
        (Finding::TooMany { what: ProblemText::Days, limit: MAX_VALUES_PER_RULE }, Hint::RemoveSome)
    } else {
        return Some(items);
    };
    fields.report_structural_problem(value.span(), finding, hint);
    None
}

/// Reads a list of strings. `parse` parses one string; `make_finding` makes the finding about a string that it rejects.
pub fn parse_list<T>(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    example: &str,
    parse: impl Fn(&str) -> Option<T>,
    make_finding: impl Fn(String) -> Finding,
) -> Vec<T> {
    let mut values = Vec::new();
    for item in list_values(fields, key, example).unwrap_or_default() {
        let text = match item.get_ref() {
            // `lunar = [1, 15]` can only mean these days. The number is parsed as it is written, so `0x15` is rejected.
            DeValue::Integer(n) => n.to_string(),
            _ => match fields.as_text(key, item, example) {
                Some((text, _)) => text,
                None => continue,
            },
        };
        match parse(text.trim()) {
            Some(value) => values.push(value),
            None => fields.report_structural_problem(
                item.span(),
                make_finding(text),
                Hint::Write { example: example.to_owned() },
            ),
        }
    }
    values
}
