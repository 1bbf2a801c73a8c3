//! Reads the keys that campaigns, segments and sessions share.
use std::collections::{BTreeMap, HashMap};

use super::super::fields::TableReader;
use super::super::values::{id, title};
use crate::schedule::Id;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::Hint;

/// Takes the required `id`.
pub fn required_id(fields: &mut TableReader<'_, '_>, example: &str) -> Option<Id> {
    let value = fields.require("id", example)?;
    let (text, span) = fields.as_text("id", value, example)?;
    id(fields, "id", &text, span)
}

/// Takes the required `title`.
pub fn required_title(fields: &mut TableReader<'_, '_>) -> Option<String> {
    fields.require("title", "title = \"…\"")?;
    title(fields, "title")
}

/// Reports an id that is already used. Returns whether it is new.
pub fn check_unique(
    problems: &mut Vec<Problem>,
    known: &HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    id: &Id,
    places: &BTreeMap<&'static str, SourceSpan>,
) -> bool {
    let Some(first) = known.get(id) else {
        return true;
    };
    let finding = Finding::DuplicateId { id: id.to_string() };
    problems.push(
        Problem::structural(places["id"].clone(), finding, Hint::RenameOne).with_related(first.get("id").cloned()),
    );
    false
}
