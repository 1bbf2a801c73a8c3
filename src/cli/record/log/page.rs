//! Reads the entries of a range of dates from an airing log.
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

/// The entries of a log for a range of dates.
#[derive(Default)]
pub struct LogPage {
    /// The entries of these dates, in the order of the log.
    pub records: Vec<Record>,
    /// The station's name, from the genesis entry.
    pub name: String,
    /// True if the log comes from a rehearsal.
    pub rehearsal: bool,
    /// The error that stopped the reading; `None` if the log was read to its end.
    pub damage: Option<LineError>,
    /// For each date, the head code after the last signed entry of the date, and the number of entries that it covers.
    pub head_codes: BTreeMap<NaiveDate, (String, u64)>,
    /// The fault, if the log is not what the station signed. A page with a fault shows no head code.
    pub fault: Option<VerifyError>,
    /// The selected entries as JSON.
    pub(super) json_rows: Vec<Map<String, Value>>,
}

impl LogPage {
    /// Returns the airings that have an outcome on this page, in the order of the log.
    #[must_use]
    pub fn outcomes(&self) -> Vec<LoggedAiring<'_>> {
        self.records.iter().filter_map(LoggedAiring::from_record).collect()
    }
}

/// An airing with its outcome, as an entry records it.
#[derive(Debug, Clone, Copy)]
pub struct LoggedAiring<'a> {
    /// The entry.
    pub record: &'a Record,
    /// The body of the entry.
    pub outcome: &'a OutcomeEntry,
}

impl<'a> LoggedAiring<'a> {
    /// Returns the airing whose outcome the entry records; `None` for an entry of another type.
    #[must_use]
    pub fn from_record(record: &'a Record) -> Option<Self> {
        record.outcome().map(|outcome| Self { record, outcome })
    }

    /// Returns `true` if the airing sounded, and the clock was not synchronised.
    pub(super) fn has_unsynchronised_time(self) -> bool {
        self.outcome.played_ms > 0 && !self.record.clock.is_synchronised
    }
}

/// Which entries of a page are also kept as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonSelection {
    None,
    Outcomes,
    All,
}

/// Reads the entries that belong to the dates `from` to `until`, both inclusive. A `start` or an `outcome`
/// belongs to the date in the airing's id.
///
/// # Errors
/// If the log cannot be opened.
pub fn read(airlog: &Path, from: NaiveDate, until: NaiveDate) -> io::Result<LogPage> {
    read_from(&FolderStorage::new(airlog.to_owned()), from, until)
}

/// Reads the entries of these dates, both inclusive, from any storage.
///
/// # Errors
/// If the log or its checkpoint cannot be read.
pub fn read_from<S: Storage>(storage: &S, from: NaiveDate, until: NaiveDate) -> io::Result<LogPage> {
    read_page(storage, from, until, JsonSelection::None)
}

/// Reads a page like [`read_from`], and also keeps the selected entries as JSON.
///
/// # Errors
/// If the log or its checkpoint cannot be read.
pub(super) fn read_page<S: Storage>(
    storage: &S,
    from: NaiveDate,
    until: NaiveDate,
    json_selection: JsonSelection,
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
                let date = page_date(&record);
                if from <= date && date <= until {
                    if json_selection == JsonSelection::All
                        || json_selection == JsonSelection::Outcomes && record.kind == "outcome"
                    {
                        page.json_rows.extend(serde_json::from_slice::<Map<String, Value>>(&reader.line));
                    }
                    page.records.push(record);
                }
            }
            Ok(None) => return Ok(page),
            // The running daemon may be writing its newest line.
            Err(LineError::Unfinished { .. }) => return Ok(page),
            Err(LineError::Io(e)) => return Err(e),
            Err(error) => {
                page.damage = Some(error);
                return Ok(page);
            }
        }
    }
}

/// Computes the head code at the end of each date, from the signed entries only.
struct HeadCodes {
    /// The hashes of the entries so far.
    compact_range: CompactRange,
    /// The number of entries that the signed head covers.
    signed_size: u64,
}

impl HeadCodes {
    fn new<S: Storage>(storage: &S) -> io::Result<Self> {
        let head = storage.read_all(CHECKPOINT, MAX_NOTE as u64)?;
        let signed_size = head.and_then(|head| Some(Checkpoint::parse(&Note::parse(&head)?.text)?.size));
        Ok(Self { compact_range: CompactRange::default(), signed_size: signed_size.unwrap_or(0) })
    }

    fn add_entry(&mut self, record: &Record, line: &[u8], page: &mut LogPage) {
        if record.seq < self.signed_size && !page.rehearsal {
            self.compact_range.push(leaf_hash(line));
            page.head_codes
                .insert(record.at.date_naive(), (head_code(&self.compact_range.root()), self.compact_range.size()));
        }
    }
}

/// Returns the date to which an entry belongs. For `start` and `outcome` it is the date in the airing's id; for other
/// entries it is the date on which the entry was written.
pub(super) fn page_date(record: &Record) -> NaiveDate {
    let id = match &record.body {
        Some(Body::Start(start)) => Some(&start.labels.id),
        Some(Body::Outcome(outcome)) => Some(&outcome.labels.id),
        _ => None,
    };
    let date_in_id = id.and_then(|id| id.split_once('@')?.1.get(..10)?.parse().ok());
    date_in_id.unwrap_or(record.at.date_naive())
}
