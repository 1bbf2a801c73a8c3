//! Reads titles in `targets.toml`.
use crate::schedule::finding::Finding;
use crate::schedule::read::fields::TableReader;
use crate::schedule::read::values::read_title;
use crate::text::problem::Hint;
use crate::text::strip_unprintable;

/// Reads a title that must be there, without marks that change the direction of writing.
pub(super) fn read_required_title(
    fields: &mut TableReader<'_, '_>,
    key: &'static str,
    example: &str,
) -> Option<String> {
    fields.require(key, example)?;
    let title = read_title(fields, key)?;
    if strip_unprintable(&title) != title {
        let span = fields.spans[key].range.clone();
        fields.report_structural_problem(span, Finding::ControlInText { key: key.to_owned() }, Hint::Retype);
        return None;
    }
    Some(title)
}
