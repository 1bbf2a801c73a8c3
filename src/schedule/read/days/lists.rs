//! Reads lists of day rules.
use toml::de::DeValue;

use super::super::fields::{SpannedValue, TableReader};
use super::super::values::list;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// Most values of one rule.
const MAX_VALUES: usize = 400;

/// Returns the values of a list; `None` when the key is missing, or the list is empty or too long.
pub fn list_values<'t, 's>(
    fields: &mut TableReader<'t, 's>,
    key: &'static str,
    example: &str,
) -> Option<Vec<SpannedValue<'t, 's>>> {
    let value = fields.take(key)?;
    let items = list(value);
    let (finding, hint) = if items.is_empty() {
        (Finding::EmptyList { key: key.to_owned() }, Hint::Write { example: example.to_owned() })
    } else if items.len() > MAX_VALUES {
        (Finding::TooMany { what: ProblemText::Days, limit: MAX_VALUES }, Hint::FewerOrFiles)
    } else {
        return Some(items);
    };
    fields.report_structural(value.span(), finding, hint);
    None
}

/// Reads a list of texts with the parser of one rule.
pub fn parse_list<T>(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    example: &str,
    rule: impl Fn(&str) -> Option<T>,
    finding: impl Fn(String) -> Finding,
) -> Vec<T> {
    let mut found = Vec::new();
    for item in list_values(fields, key, example).unwrap_or_default() {
        let text = match item.get_ref() {
            // `lunar = [1, 15]` can only mean these days. The text is the one that was written: `0x15` is not a day.
            DeValue::Integer(n) => n.to_string(),
            _ => match fields.as_text(key, item, example) {
                Some((text, _)) => text,
                None => continue,
            },
        };
        match rule(text.trim()) {
            Some(value) => found.push(value),
            None => fields.report_structural(item.span(), finding(text), Hint::Write { example: example.to_owned() }),
        }
    }
    found
}
