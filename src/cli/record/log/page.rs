//! Reads the entries of some dates from an airing log.
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::airlog::entry::{Body, OutcomeEntry};
use crate::airlog::files::CHECKPOINT;
use crate::airlog::record::{LineError, LogReader, Record};
use crate::airlog::storage::{FolderStorage, Storage};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::headcode::head_code;
use crate::proof::note::{MAX_NOTE, Note};
use crate::proof::tree::{CompactRange, leaf_hash};
use crate::proof::verify::VerifyError;

/// The entries of some dates of a log.
#[derive(Default)]
pub struct LogPage {
    /// The entries of these dates, in the order of the log.
    pub records: Vec<Record>,
    /// The station's name, from the genesis entry.
    pub name: String,
    /// Whether the log is a rehearsal's.
    pub rehearsal: bool,
    /// The error at which reading stopped, if it did.
    pub damage: Option<LineError>,
    /// The head code at the end of each date, and the number of entries it covers.
    pub head_codes: BTreeMap<NaiveDate, (String, u64)>,
    /// The fault of a log that is not as the station signed it; such a page has no head code.
    pub fault: Option<VerifyError>,
    /// The entries as JSON, filled on request.
    pub(super) rows: Vec<Map<String, Value>>,
}

impl LogPage {
    /// Returns the outcomes, in the order of the log.
    #[must_use]
    pub fn outcomes(&self) -> Vec<LoggedAiring<'_>> {
        self.records.iter().filter_map(LoggedAiring::of).collect()
    }
}

/// The outcome of one airing.
#[derive(Debug, Clone, Copy)]
pub struct LoggedAiring<'a> {
    /// The entry.
    pub record: &'a Record,
    /// The body of the entry.
    pub note: &'a OutcomeEntry,
}

impl<'a> LoggedAiring<'a> {
    /// Returns the outcome in an entry; none for other entries.
    #[must_use]
    pub fn of(record: &'a Record) -> Option<Self> {
        record.outcome().map(|note| Self { record, note })
    }

    /// Returns whether the airing was played by a clock that was not synchronised.
    pub(super) fn has_unvouched_time(self) -> bool {
        self.note.played_ms > 0 && !self.record.clock.synchronised
    }
}

/// The entries that are kept as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RawRows {
    None,
    Outcomes,
    All,
}

/// Reads the entries that belong to the dates `from` to `until`, both inclusive: outcomes by their planned date.
///
/// # Errors
/// When the log cannot be opened.
pub fn read(airlog: &Path, from: NaiveDate, until: NaiveDate) -> io::Result<LogPage> {
    read_from(&FolderStorage::new(airlog.to_owned()), from, until)
}

/// Reads the entries of some dates from any storage.
///
/// # Errors
/// When the log or its checkpoint cannot be read.
pub fn read_from<S: Storage>(storage: &S, from: NaiveDate, until: NaiveDate) -> io::Result<LogPage> {
    read_rows(storage, from, until, RawRows::None)
}

pub(super) fn read_rows<S: Storage>(
    storage: &S,
    from: NaiveDate,
    until: NaiveDate,
    rows: RawRows,
) -> io::Result<LogPage> {
    let mut page = LogPage::default();
    let mut reader = LogReader::new(storage)?;
    let mut codes = HeadCodes::new(storage)?;
    loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                if let Some(genesis) = record.genesis() {
                    page.name.clone_from(&genesis.name);
                    page.rehearsal = genesis.origin.starts_with("rehearsal/");
                }
                codes.add_entry(&record, &reader.line, &mut page);
                let day = page_date(&record);
                if from <= day && day <= until {
                    if rows == RawRows::All || rows == RawRows::Outcomes && record.kind == "outcome" {
                        page.rows.extend(serde_json::from_slice::<Map<String, Value>>(&reader.line));
                    }
                    page.records.push(record);
                }
            }
            Ok(None) => return Ok(page),
            // The running daemon may be in the middle of its newest line.
            Err(LineError::Unfinished { .. }) => return Ok(page),
            Err(LineError::Io(e)) => return Err(e),
            Err(error) => {
                page.damage = Some(error);
                return Ok(page);
            }
        }
    }
}

/// Computes the head code at the end of each date, as far as the log is signed.
struct HeadCodes {
    range: CompactRange,
    signed: u64,
}

impl HeadCodes {
    fn new<S: Storage>(storage: &S) -> io::Result<Self> {
        let head = storage.read_all(CHECKPOINT, MAX_NOTE as u64)?;
        let signed = head.and_then(|head| Some(Checkpoint::parse(&Note::parse(&head)?.text)?.size));
        Ok(Self { range: CompactRange::default(), signed: signed.unwrap_or(0) })
    }

    fn add_entry(&mut self, record: &Record, line: &[u8], page: &mut LogPage) {
        if record.seq < self.signed && !page.rehearsal {
            self.range.push(leaf_hash(line));
            page.head_codes.insert(record.at.date_naive(), (head_code(&self.range.root()), self.range.size()));
        }
    }
}

/// Returns the date of an entry's page: the session's date, or the day on which the entry was written.
pub(super) fn page_date(record: &Record) -> NaiveDate {
    let id = match &record.body {
        Some(Body::Start(note)) => Some(&note.labels.id),
        Some(Body::Outcome(note)) => Some(&note.labels.id),
        _ => None,
    };
    let own = id.and_then(|id| id.split_once('@')?.1.get(..10)?.parse().ok());
    own.unwrap_or(record.at.date_naive())
}
