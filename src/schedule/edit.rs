//! Edits playlists. Everything outside the edit stays as it is, comments included.
mod comments;
mod segment_values;
mod session;
mod session_items;

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::calendar::DateSpan;
use super::{Id, Segment};
use comments::{detached_comment, insert_comment_after};
use segment_values::segment_values;
pub use session::{SessionChange, with_session_change};
use session_items::{append_to_play, insert_into_play, plays, remove_from_play};

/// The reason why a playlist cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is not TOML.
    #[error("it cannot be read: {0}")]
    NotToml(String),
    /// `segment` is not a list of tables.
    #[error("its segments are not written as [[segment]]")]
    SegmentsNotTables,
    /// The session with this id would have nothing left to play.
    #[error("the session {0} would have nothing left to play")]
    SessionWouldBeEmpty(String),
    /// The playlist has no session with this id, or the session has no list `play`.
    #[error("it has no session {0} with a list `play`")]
    NoSuchSession(String),
    /// No item of the session plays this segment.
    #[error("its session does not play {0}")]
    NoSuchItem(String),
}

/// Returns the playlist with the segment appended after its other segments.
///
/// # Errors
/// `EditError::NotToml` when the text cannot be parsed; `EditError::SegmentsNotTables` when `segment` is not a list of
/// tables.
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
            // People leave an empty line before a table.
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
        _ => return Err(EditError::SegmentsNotTables),
    }
    Ok(render(&document, text))
}

/// Returns the playlist with the segment added to the `play` of a session: before the first item that plays `before`,
/// or at the end if `before` is `None`. The new item airs on these dates only, or on every date of the session if
/// `dates` is empty.
///
/// # Errors
/// `EditError::NotToml` when the text cannot be parsed; `EditError::NoSuchSession` when no session has this id and a
/// list `play`; `EditError::NoSuchItem` when no item plays `before`.
pub fn with_item(
    text: &str,
    session_id: &Id,
    (segment, dates): (&Id, &[DateSpan]),
    before: Option<&Id>,
) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let sessions = document.as_table_mut().get_mut("session").map(tables_mut).unwrap_or_default();
    let session = sessions.into_iter().find(|session| is_id(session.get("id"), session_id));
    let play = session.and_then(|session| session.get_mut("play")).and_then(Item::as_array_mut);
    let play = play.ok_or_else(|| EditError::NoSuchSession(session_id.to_string()))?;
    match before {
        Some(before) if !insert_into_play(play, segment, dates, before) => {
            return Err(EditError::NoSuchItem(before.to_string()));
        }
        Some(_) => {}
        None => append_to_play(play, segment, dates),
    }
    Ok(render(&document, text))
}

/// Returns the playlist without the segment and without its uses in `play`, `opening` and `closing` of sessions. `None`
/// when the playlist does not mention the segment.
///
/// # Errors
/// `EditError::NotToml` when the text cannot be parsed; `EditError::SessionWouldBeEmpty` when a session plays nothing
/// else.
pub fn without_segment(text: &str, id: &Id) -> Result<Option<String>, EditError> {
    let mut document = parse(text)?;
    let (mut is_mentioned, mut comments) = (false, Vec::new());
    for (key, item) in document.as_table_mut().iter_mut() {
        match key.get() {
            "segment" => is_mentioned |= remove_segment(item, id, &mut comments),
            "session" => {
                for session in tables_mut(item) {
                    is_mentioned |= remove_from_session(session, id)?;
                }
            }
            _ => {}
        }
    }
    for (position, comment) in comments {
        insert_comment_after(&mut document, position, &comment);
    }
    Ok(is_mentioned.then(|| render(&document, text)))
}

/// Returns the id and the title of each session that names the segment: an empty id if it is missing, and `None` for a
/// missing title. Sessions with errors, which the schedule omits, are included. Returns nothing for a text that is not
/// TOML.
#[must_use]
pub fn sessions_naming(text: &str, id: &Id) -> Vec<(String, Option<String>)> {
    let Ok(mut document) = parse(text) else { return Vec::new() };
    let sessions = document.as_table_mut().get_mut("session").map(tables_mut).unwrap_or_default();
    let names = |session: &&mut dyn TableLike| {
        let play = session.get("play").and_then(Item::as_array);
        play.is_some_and(|play| plays(play, id)) || ONE_SEGMENT_KEYS.iter().any(|key| is_id(session.get(key), id))
    };
    let text_of = |session: &dyn TableLike, key: &str| session.get(key).and_then(Item::as_str).map(str::to_owned);
    let labels = |session: &mut dyn TableLike| (text_of(session, "id").unwrap_or_default(), text_of(session, "title"));
    sessions.into_iter().filter(names).map(labels).collect()
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

/// Removes the segments with this id, and collects the comments above them that belong to the file. Returns true when
/// a segment was removed.
fn remove_segment(item: &mut Item, id: &Id, comments: &mut Vec<(isize, String)>) -> bool {
    match item {
        Item::ArrayOfTables(tables) => {
            comments.extend(tables.iter().filter(|table| is_id(table.get("id"), id)).filter_map(detached_comment));
            let old_count = tables.len();
            tables.retain(|table| !is_id(table.get("id"), id));
            tables.len() < old_count
        }
        Item::Value(Value::Array(values)) => {
            let has_id = |value: &Value| {
                value.as_inline_table().and_then(|table| table.get("id")?.as_str()) == Some(id.as_str())
            };
            let old_count = values.len();
            values.retain(|value| !has_id(value));
            values.len() < old_count
        }
        _ => false,
    }
}

/// Removes a segment from one session. Returns true when the session named it.
fn remove_from_session(session: &mut dyn TableLike, id: &Id) -> Result<bool, EditError> {
    let mut was_removed = false;
    let session_id = session.get("id").and_then(Item::as_str).unwrap_or_default().to_owned();
    if let Some(play) = session.get_mut("play").and_then(Item::as_array_mut) {
        was_removed |= remove_from_play(play, id);
        if play.is_empty() && was_removed {
            return Err(EditError::SessionWouldBeEmpty(session_id));
        }
    }
    for key in ONE_SEGMENT_KEYS {
        was_removed |= is_id(session.get(key), id) && session.remove(key).is_some();
    }
    Ok(was_removed)
}

/// The keys of a session that hold the id of one segment.
const ONE_SEGMENT_KEYS: [&str; 2] = ["opening", "closing"];

fn parse(text: &str) -> Result<DocumentMut, EditError> {
    text.parse().map_err(|error: toml_edit::TomlError| EditError::NotToml(error.message().to_owned()))
}

/// Returns true when an item is this id.
fn is_id(item: Option<&Item>, id: &Id) -> bool {
    item.and_then(Item::as_str) == Some(id.as_str())
}

/// Writes the document with the line endings and the byte order mark of the original text.
fn render(document: &DocumentMut, original: &str) -> String {
    let edited = document.to_string();
    let edited = if original.contains("\r\n") { edited.replace("\r\n", "\n").replace('\n', "\r\n") } else { edited };
    let bom = '\u{feff}';
    if original.starts_with(bom) && !edited.starts_with(bom) { format!("{bom}{edited}") } else { edited }
}

#[cfg(test)]
mod tests;
