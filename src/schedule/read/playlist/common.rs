//! Reads the keys that campaigns, segments and sessions share.
use std::collections::{BTreeMap, HashMap};

use super::super::fields::TableReader;
use super::super::values::{as_id, read_title};
use crate::schedule::Id;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::Hint;

/// Reads the required `id`.
pub fn read_required_id(fields: &mut TableReader<'_, '_>, example: &str) -> Option<Id> {
    let value = fields.require("id", example)?;
    let (text, span) = fields.as_text("id", value, example)?;
    as_id(fields, "id", &text, span)
}

/// Reads the required `title`.
pub fn read_required_title(fields: &mut TableReader<'_, '_>) -> Option<String> {
    fields.require("title", "title = \"…\"")?;
    read_title(fields, "title")
}

/// Returns true when an id is not yet used; reports an id that is already used. `spans` are the spans of its table.
pub fn check_unique(
    problems: &mut Vec<Problem>,
    spans_by_id: &HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    id: &Id,
    spans: &BTreeMap<&'static str, SourceSpan>,
) -> bool {
    let Some(first_spans) = spans_by_id.get(id) else {
        return true;
    };
    let finding = Finding::DuplicateId { id: id.to_string() };
    problems.push(
        Problem::structural_error(spans["id"].clone(), finding, Hint::RenameOne)
            .with_related(first_spans.get("id").cloned()),
    );
    false
}
