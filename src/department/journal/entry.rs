//! The entries of a journal and their lines.
use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::answer::AnswerRecord;
use super::incident::Incident;
use super::period_closing::{Addendum, PeriodClosing};

/// The maximum length of a line, in bytes. The lists of a collection are cut off long before.
pub const MAX_LINE_BYTES: usize = 65_535;
/// The maximum number of sources in the entry of a collection.
const MAX_SOURCES: usize = 20;
/// The maximum length of a text from a source, in characters.
pub const MAX_TEXT_CHARS: usize = 300;
/// The maximum number of entry numbers in a list.
const MAX_LISTED_ENTRIES: usize = 2000;
/// The keys whose values are numbers of other entries.
const REFERENCE_KEYS: [&str; 4] = ["again", "whole_since", "incident", "closing"];

/// An entry.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    /// The number of the entry, from 0.
    pub seq: u64,
    /// The time at which it was written, by the witness's clock: RFC 3339 in UTC.
    pub at: String,
    /// The contents.
    pub body: JournalBody,
}

/// The contents of an entry. A kind that this version does not know is kept, and counts as [`JournalBody::Unknown`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum JournalBody {
    /// The first entry.
    Journal(JournalStart),
    /// One run of `loa collect`, after its incidents.
    Collection(CollectionRecord),
    /// A refusal or a contradiction.
    Incident(Box<Incident>),
    /// The targets in the store were accepted, or their absence was.
    Targets(AcceptedTargets),
    /// A file of stated rows was added.
    Stated(AddedFile),
    /// A file of stated rows was taken back.
    StatedRemoved(AddedFile),
    /// An answer of the department.
    Answer(Box<AnswerRecord>),
    /// A period was closed.
    PeriodClosing(Box<PeriodClosing>),
    /// A list of changes since a period was closed was recorded.
    Addendum(Box<Addendum>),
    /// A kind of a later version.
    #[serde(other)]
    Unknown,
}

/// The beginning of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalStart {
    /// The name of the journal: `loa-department/` and 32 hex digits.
    pub origin: String,
    /// The verifier key of the witness that signs the heads.
    pub key: String,
}

/// The targets that count from this entry on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedTargets {
    /// The SHA-256 of the file in hex; `None` if the department has no targets any more.
    pub sha256: Option<String>,
}

/// A file that was added to the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedFile {
    /// The name of the file below the store.
    pub name: String,
    /// The SHA-256 of the file in hex.
    pub sha256: String,
}

/// One run of `loa collect`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CollectionRecord {
    /// The sources as they were named.
    pub sources: Vec<String>,
    /// The number of sources that are left out of the list.
    pub sources_omitted: u64,
    /// The number of rows about a source.
    pub logs: u64,
    /// The number of entries that were new to the store.
    pub new_entries: u64,
    /// The incidents of earlier collections that were met again.
    pub again: Vec<u64>,
    /// The incidents after which this collection was the first to take a whole copy of the log.
    pub whole_since: Vec<u64>,
    /// The number of incidents that were not written, because there were too many.
    pub omitted: u64,
}

impl CollectionRecord {
    /// Records the sources, which are cut off where they are too long.
    #[must_use]
    pub fn of_sources(sources: &[String]) -> Self {
        Self {
            sources: sources.iter().take(MAX_SOURCES).map(|source| bounded_text(source)).collect(),
            sources_omitted: sources.len().saturating_sub(MAX_SOURCES) as u64,
            ..Self::default()
        }
    }

    /// Records the incidents that were met again, and those after which the log is whole.
    #[must_use]
    pub fn with_earlier(mut self, again: Vec<u64>, whole_since: Vec<u64>) -> Self {
        (self.again, self.whole_since) = (again, whole_since);
        self.again.truncate(MAX_LISTED_ENTRIES);
        self.whole_since.truncate(MAX_LISTED_ENTRIES);
        self
    }
}

/// Cuts off a text that comes from a source.
#[must_use]
pub fn bounded_text(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS).collect()
}

/// The keys that all entries have.
#[derive(Deserialize)]
struct CommonKeys {
    seq: u64,
    at: String,
}

/// Returns the line of an entry, without a newline.
#[must_use]
pub(super) fn entry_line(seq: u64, at: &str, body: &JournalBody) -> Vec<u8> {
    // The body is an object that begins with its type, so `seq` and `at` can be put before that.
    let body = serde_json::to_string(body).unwrap_or_default();
    let at = serde_json::Value::from(at);
    format!("{{\"seq\":{seq},\"at\":{at},{}", body.trim_start_matches('{')).into_bytes()
}

/// Parses a line; `None` if it is not an entry.
#[must_use]
pub(super) fn parse_line(line: &[u8]) -> Option<JournalEntry> {
    if line.len() > MAX_LINE_BYTES || line.contains(&b'\n') {
        return None;
    }
    let CommonKeys { seq, at } = serde_json::from_slice(line).ok()?;
    DateTime::parse_from_rfc3339(&at).ok()?;
    Some(JournalEntry { seq, at, body: serde_json::from_slice(line).ok()? })
}

/// Returns a line as it reads after entries were put before it: its number, and the numbers of entries from `first_moved`
/// on to which it refers, are greater by `shift`. `None` if it is not an entry.
#[must_use]
pub(super) fn moved_line(line: &[u8], first_moved: u64, shift: u64) -> Option<Vec<u8>> {
    let mut entry: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(line).ok()?;
    let moved = |value: &mut serde_json::Value| {
        if let Some(seq) = value.as_u64().filter(|seq| *seq >= first_moved) {
            *value = (seq + shift).into();
        }
    };
    moved(entry.get_mut("seq")?);
    for key in REFERENCE_KEYS {
        match entry.get_mut(key) {
            Some(serde_json::Value::Array(numbers)) => numbers.iter_mut().for_each(moved),
            Some(value) => moved(value),
            None => {}
        }
    }
    serde_json::to_vec(&entry).ok()
}
