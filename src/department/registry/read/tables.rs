//! Reads tables, and values that several tables have.
use toml::de::DeValue;

use crate::schedule::read::fields::{SpannedValue, TableReader};

/// Returns the table in an item of a repeated table.
pub(super) fn table_of<'t, 's>(item: SpannedValue<'t, 's>) -> Option<TableReader<'t, 's>> {
    let DeValue::Table(table) = item.get_ref() else { return None };
    let span = item.span();
    // A whole table would underline many lines; its heading says enough.
    let heading = span.start..span.end.min(span.start + "[[station]]".len());
    Some(TableReader::new(table, 0, heading))
}

/// Takes a text that may be missing or empty. What is printed from it is made safe there.
pub(super) fn text_or_empty(fields: &mut TableReader<'_, '_>, key: &'static str) -> String {
    fields.take_text(key, &format!("{key} = \"…\"")).map(|(text, _)| text).unwrap_or_default()
}
