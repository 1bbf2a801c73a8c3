//! Edits playlists as a person would: everything around the edit stays as it is, comments included.
mod comments;
mod segment_values;

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::{Id, Segment};
use comments::{detached_comment, insert_comment_after};
use segment_values::segment_values;

/// Why a playlist cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is not TOML.
    #[error("it cannot be read: {0}")]
    NotToml(String),
    /// `segment` is not a list of tables.
    #[error("its segments are not written as [[segment]]")]
    OddForm,
    /// The session would have nothing left to play.
    #[error("the session {0} would play nothing any more")]
    NothingLeft(String),
}

/// Returns the playlist with one more segment, after those it has.
///
/// # Errors
/// `EditError::NotToml` when the text cannot be parsed; `EditError::OddForm` when `segment` is not a list of tables.
pub fn with_segment(text: &str, segment: &Segment) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let root = document.as_table_mut();
    let item = root.entry("segment").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    match item {
        Item::ArrayOfTables(tables) => {
            let mut table = Table::new();
            for (key, value) in segment_values(segment) {
                table.insert(key, Item::Value(value));
            }
            // An empty line before the table, as people write it.
            table.decor_mut().set_prefix("\n");
            tables.push(table);
        }
        Item::Value(Value::Array(tables)) => {
            let mut table = InlineTable::new();
            segment_values(segment).into_iter().for_each(|(key, value)| {
                table.insert(key, value);
            });
            tables.push(Value::InlineTable(table));
        }
        _ => return Err(EditError::OddForm),
    }
    Ok(render(&document, text))
}

/// Returns the playlist without a segment and without it in its sessions' `play`, `opening` and `closing`; `None` when
/// the playlist does not mention it.
///
/// # Errors
/// `EditError::NotToml` when the text cannot be parsed; `EditError::NothingLeft` when a session plays nothing else.
pub fn without_segment(text: &str, id: &Id) -> Result<Option<String>, EditError> {
    let mut document = parse(text)?;
    let (mut found, mut comments) = (false, Vec::new());
    for (kind, item) in document.as_table_mut().iter_mut() {
        match kind.get() {
            "segment" => found |= remove_segment(item, id, &mut comments),
            "session" => {
                for session in tables_mut(item) {
                    found |= remove_from_session(session, id)?;
                }
            }
            _ => {}
        }
    }
    for (position, comment) in comments {
        insert_comment_after(&mut document, position, &comment);
    }
    Ok(found.then(|| render(&document, text)))
}

/// Returns the tables of a list, written as `[[name]]` or as inline tables.
fn tables_mut(item: &mut Item) -> Vec<&mut dyn TableLike> {
    match item {
        Item::ArrayOfTables(tables) => tables.iter_mut().map(|table| table as &mut dyn TableLike).collect(),
        Item::Value(Value::Array(values)) => {
            let tables = values.iter_mut().filter_map(Value::as_inline_table_mut);
            tables.map(|table| table as &mut dyn TableLike).collect()
        }
        _ => Vec::new(),
    }
}

/// Removes the segments with this id. Collects the comments above them that belong to the file. Returns whether there
/// were any.
fn remove_segment(item: &mut Item, id: &Id, comments: &mut Vec<(isize, String)>) -> bool {
    match item {
        Item::ArrayOfTables(tables) => {
            comments.extend(tables.iter().filter(|table| has_value(table.get("id"), id)).filter_map(detached_comment));
            let before = tables.len();
            tables.retain(|table| !has_value(table.get("id"), id));
            tables.len() < before
        }
        Item::Value(Value::Array(values)) => {
            let own = |value: &Value| value.as_inline_table().and_then(|t| t.get("id")?.as_str()) == Some(id.as_str());
            let before = values.len();
            values.retain(|value| !own(value));
            values.len() < before
        }
        _ => false,
    }
}

/// Removes a segment from one session. Returns whether the session named it.
fn remove_from_session(session: &mut dyn TableLike, id: &Id) -> Result<bool, EditError> {
    let mut found = false;
    let name = session.get("id").and_then(Item::as_str).unwrap_or_default().to_owned();
    if let Some(play) = session.get_mut("play").and_then(Item::as_array_mut) {
        found |= remove_from_play(play, id, &name)?;
    }
    for key in SEGMENT_KEYS {
        found |= has_value(session.get(key), id) && session.remove(key).is_some();
    }
    Ok(found)
}

/// The keys of a session that hold the id of one segment.
const SEGMENT_KEYS: [&str; 2] = ["opening", "closing"];

fn parse(text: &str) -> Result<DocumentMut, EditError> {
    text.parse().map_err(|error: toml_edit::TomlError| EditError::NotToml(error.message().to_owned()))
}

fn has_value(item: Option<&Item>, id: &Id) -> bool {
    item.and_then(Item::as_str) == Some(id.as_str())
}

fn remove_from_play(play: &mut Array, id: &Id, session: &str) -> Result<bool, EditError> {
    let before = play.len();
    play.retain(|value| value.as_str() != Some(id.as_str()));
    if play.is_empty() && before > 0 {
        return Err(EditError::NothingLeft(session.to_owned()));
    }
    Ok(play.len() < before)
}

/// Writes the document with the line ends and the byte order mark of the original text.
fn render(document: &DocumentMut, text: &str) -> String {
    let new = document.to_string();
    let new = if text.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new };
    let mark = '\u{feff}';
    if text.starts_with(mark) && !new.starts_with(mark) { format!("{mark}{new}") } else { new }
}

#[cfg(test)]
mod tests;
