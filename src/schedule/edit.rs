//! Edits of a playlist as a person would make them: what stands around the edit stays as it is, remarks too.
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use super::{Id, Segment, SegmentSource};

/// Why a playlist cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is not TOML.
    #[error("it cannot be read: {0}")]
    NotToml(String),
    /// `segment` or `session` is something else than a list of tables.
    #[error("its segments are not written as [[segment]]")]
    OddForm,
    /// The session would play nothing any more.
    #[error("the session {0} would play nothing any more")]
    NothingLeft(String),
}

/// The playlist with one more segment, behind those it has.
///
/// # Errors
/// See [`EditError`].
pub fn with_segment(text: &str, segment: &Segment) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let root = document.as_table_mut();
    let item = root.entry("segment").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    match item {
        Item::ArrayOfTables(tables) => {
            let mut table = Table::new();
            for (key, value) in values(segment) {
                table.insert(key, Item::Value(value));
            }
            // An empty line in front, as people write it.
            table.decor_mut().set_prefix("\n");
            tables.push(table);
        }
        Item::Value(Value::Array(tables)) => {
            let mut table = InlineTable::new();
            values(segment).into_iter().for_each(|(key, value)| {
                table.insert(key, value);
            });
            tables.push(Value::InlineTable(table));
        }
        _ => return Err(EditError::OddForm),
    }
    Ok(render(&document, text))
}

/// The playlist without a segment, and without it in what its sessions play; whether anything was there to take out.
///
/// # Errors
/// See [`EditError`].
pub fn without_segment(text: &str, id: &Id) -> Result<Option<String>, EditError> {
    let mut document = parse(text)?;
    let (mut found, mut heads) = (false, Vec::new());
    for (kind, item) in document.as_table_mut().iter_mut() {
        match (kind.get(), item) {
            ("segment", Item::ArrayOfTables(tables)) => {
                for table in tables.iter().filter(|table| has_value(table.get("id"), id)) {
                    heads.extend(detached_comment(table));
                }
                let before = tables.len();
                tables.retain(|table| !has_value(table.get("id"), id));
                found |= tables.len() < before;
            }
            ("segment", Item::Value(Value::Array(tables))) => {
                let before = tables.len();
                let own =
                    |value: &Value| value.as_inline_table().and_then(|t| t.get("id")?.as_str()) == Some(id.as_str());
                tables.retain(|value| !own(value));
                found |= tables.len() < before;
            }
            ("session", Item::ArrayOfTables(tables)) => {
                for table in tables.iter_mut() {
                    let name = table.get("id").and_then(Item::as_str).unwrap_or_default().to_owned();
                    if let Some(play) = table.get_mut("play").and_then(Item::as_array_mut) {
                        found |= remove_from_play(play, id, &name)?;
                    }
                    for key in SEGMENT_KEYS {
                        found |= has_value(table.get(key), id) && table.remove(key).is_some();
                    }
                }
            }
            ("session", Item::Value(Value::Array(tables))) => {
                for table in tables.iter_mut().filter_map(Value::as_inline_table_mut) {
                    let name = table.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                    if let Some(play) = table.get_mut("play").and_then(Value::as_array_mut) {
                        found |= remove_from_play(play, id, &name)?;
                    }
                    for key in SEGMENT_KEYS {
                        let own = table.get(key).and_then(Value::as_str) == Some(id.as_str());
                        found |= own && table.remove(key).is_some();
                    }
                }
            }
            _ => {}
        }
    }
    for (position, head) in heads {
        insert_comment_after(&mut document, position, &head);
    }
    Ok(found.then(|| render(&document, text)))
}

/// Remarks above a table that an empty line parts from it: they are the file's, not the table's.
fn detached_comment(table: &Table) -> Option<(isize, String)> {
    let prefix = table.decor().prefix()?.as_str()?;
    let (head, _) = prefix.rsplit_once("\n\n").or_else(|| prefix.rsplit_once("\r\n\r\n"))?;
    head.contains('#').then(|| (table.position().unwrap_or(0), format!("{head}\n\n")))
}

/// Puts remarks above the next table in the file, or at its end.
fn insert_comment_after(document: &mut DocumentMut, position: isize, head: &str) {
    let mut next: Option<&mut Table> = None;
    for (_, item) in document.as_table_mut().iter_mut() {
        let tables: Vec<&mut Table> = match item {
            Item::Table(table) => vec![table],
            Item::ArrayOfTables(tables) => tables.iter_mut().collect(),
            _ => Vec::new(),
        };
        for table in tables {
            let at = table.position().unwrap_or(isize::MAX);
            if at > position && next.as_ref().is_none_or(|known| at < known.position().unwrap_or(isize::MAX)) {
                next = Some(table);
            }
        }
    }
    match next {
        Some(table) => {
            let own = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
            table.decor_mut().set_prefix(format!("{head}{}", own.trim_start_matches(['\r', '\n'])));
        }
        None => {
            let behind = document.trailing().as_str().unwrap_or_default().to_owned();
            document.set_trailing(format!("{head}{behind}"));
        }
    }
}

/// Keys of a session that name a segment by itself.
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

/// The keys of a segment in the order in which people write them; those that say what is the default are left out.
fn values(segment: &Segment) -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::from(text);
    let date = |date: chrono::NaiveDate| {
        date.to_string().parse::<toml_edit::Datetime>().map_or_else(|_| Value::from(date.to_string()), Value::from)
    };
    let mut values =
        vec![("id", text(segment.id.as_str())), ("title", text(&segment.title)), ("file", text(&segment.file))];
    values.extend(segment.topic.map(|topic| ("topic", Value::from(i64::from(topic)))));
    if segment.language != "vi" {
        values.push(("language", text(&segment.language)));
    }
    let source = match segment.source {
        SegmentSource::Own => None,
        SegmentSource::District => Some("district"),
        SegmentSource::Province => Some("province"),
        SegmentSource::National => Some("national"),
    };
    values.extend(source.map(|source| ("source", text(source))));
    values.extend(segment.approved_by.as_deref().map(|by| ("approved-by", text(by))));
    values.extend(segment.approved_on.map(|on| ("approved-on", date(on))));
    values.extend(segment.valid_until.map(|until| ("valid-until", date(until))));
    values.extend(segment.sha256.as_deref().map(|hash| ("sha256", text(hash))));
    values
}

/// The document with the line ends that the text had.
fn render(document: &DocumentMut, text: &str) -> String {
    let new = document.to_string();
    let new = if text.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new };
    let mark = '\u{feff}';
    if text.starts_with(mark) && !new.starts_with(mark) { format!("{mark}{new}") } else { new }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{SourceFile, read};

    const PLAYLIST: &str = "# Ghi chú đầu tệp\n\n[campaign]\nid   = \"cd\" # lệch cột\ntitle = 'Chiến dịch'\n\n[campaign.topics]\n2 = \"Hai\"\n\n# mục thứ nhất\n[[segment]]\nid = \"mot\"\ntitle = \"Một\"\nfile = \"mot.mp3\" # của huyện\n\n# các buổi\n[[session]]\nid = \"sang\"\ntitle = \"Sáng\"\nat = \"05:15\"\nopening = \"mot\"\nplay = [\n  \"mot\", # mở đầu\n  \"mot\",\n  \"hai\",\n]\n# hết\n";

    fn segment() -> Segment {
        Segment {
            id: Id::new("hai").expect("an id"),
            title: "Hai \"con\" dê".to_owned(),
            file: "hai.mp3".to_owned(),
            topic: Some(2),
            language: "cmo".to_owned(),
            source: SegmentSource::District,
            approved_by: Some("Trưởng đài".to_owned()),
            approved_on: chrono::NaiveDate::from_ymd_opt(2023, 3, 18),
            pools: Vec::new(),
            valid_from: None,
            valid_until: None,
            sha256: Some("0".repeat(64)),
            campaign: Id::new("cd"),
        }
    }

    #[test]
    fn a_segment_is_added_and_everything_else_stays() {
        for text in [PLAYLIST.to_owned(), PLAYLIST.replace('\n', "\r\n"), format!("\u{feff}{PLAYLIST}")] {
            let new = with_segment(&text, &segment()).expect("an edit");
            let mut old = text.lines().peekable();
            // Every line of the old text stands in the new one, in its order.
            for line in new.lines() {
                if old.peek() == Some(&line) {
                    old.next();
                }
            }
            assert_eq!(old.next(), None, "{new}");
            assert_eq!(new.contains("\r\n"), text.contains("\r\n"));
            assert!(!text.contains('\r') || !new.replace("\r\n", "").contains('\n'));
            let reading =
                read(&[SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", new.as_bytes())]);
            assert!(reading.problems.iter().all(|p| !p.structural), "{:?}\n{new}", reading.problems);
            assert_eq!(reading.schedule.segment(&segment().id), Some(&segment()));
        }
    }

    #[test]
    fn a_file_without_segments_gets_its_first() {
        let new = with_segment("# trống\n", &Segment { topic: None, campaign: None, ..segment() }).expect("an edit");
        assert!(new.starts_with("# trống\n") || new.contains("# trống"), "{new}");
        assert_eq!(
            read(&[SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", new.as_bytes())])
                .schedule
                .segments
                .len(),
            1
        );
    }

    #[test]
    fn remarks_that_are_the_files_stay_when_its_first_segment_goes() {
        let text = "# Phát hằng ngày.\n\n# nhạc\n[[segment]]\nid = \"mot\"\n\n[[segment]]\nid = \"hai\"\n";
        let id = |text| Id::new(text).expect("an id");
        let one = without_segment(text, &id("mot")).expect("an edit").expect("a change");
        assert_eq!(one, "# Phát hằng ngày.\n\n[[segment]]\nid = \"hai\"\n");
        let none = without_segment(&one, &id("hai")).expect("an edit").expect("a change");
        assert!(none.contains("# Phát hằng ngày."), "{none}");
    }

    #[test]
    fn a_segment_is_taken_out_everywhere() {
        let with = with_segment(PLAYLIST, &segment()).expect("an edit");
        let without = without_segment(&with, &segment().id).expect("an edit").expect("a change");
        assert_eq!(without, PLAYLIST.replace("  \"hai\",\n", ""));
        assert_eq!(without_segment(&without, &segment().id), Ok(None));
        let only = without_segment(&without, &Id::new("mot").expect("an id"));
        assert_eq!(only, Err(EditError::NothingLeft("sang".to_owned())));
    }
}
