//! Reading entries back.
use std::io;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::entry::{KeptFile, Outcome, Reason, TrustReason, VERSION, Who};
use super::parts::{Lines, Stop};
use super::storage::Storage;
use crate::instant::{Sync, Wall};
use crate::plan::Priority;
use crate::plan::diff::Change;
use crate::schedule::{Id, Interrupted, Source};

/// An entry as read: the keys that every entry has, and those of its type. Keys that this version does not
/// know are passed over, so that an older program reads a newer log.
#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    /// Version of the form.
    pub v: u32,
    /// Place in the log.
    pub seq: u64,
    /// `genesis`, `boot`, ...
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Which start of the machine.
    pub boot: String,
    /// The boot clock.
    pub boottime_us: i64,
    /// How well the clock was kept.
    pub clock: Sync,
    /// The rest.
    #[serde(flatten)]
    pub body: Fields,
}

/// The keys of all types, each absent where its type has none.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // they are those of `entry`'s bodies
pub struct Fields {
    pub id: Option<String>,
    pub segment: Option<Id>,
    pub session: Option<Id>,
    pub planned_at: Option<DateTime<FixedOffset>>,
    pub planned_ms: i64,
    pub priority: Priority,
    pub campaign: Option<Id>,
    pub topic: Option<u16>,
    pub language: String,
    pub source: Source,
    pub title: String,
    pub file: String,
    pub result: Option<Outcome>,
    pub reason: Option<Reason>,
    pub played_ms: i64,
    pub from_ms: i64,
    pub frames: u64,
    pub rate: u32,
    pub late_us: Option<i64>,
    pub within_us: Option<i64>,
    pub drift_us: Option<i64>,
    pub underrun_ms: i64,
    pub underruns: u64,
    pub device: Option<String>,
    pub sink: Option<String>,
    pub hardware: Option<bool>,
    pub volume: Option<u8>,
    pub level: u8,
    pub detail: Option<String>,
    pub sha256: Option<String>,
    pub origin: Option<String>,
    pub station: Option<Id>,
    pub name: Option<String>,
    pub agency: Option<String>,
    pub timezone: Option<String>,
    pub program: Option<String>,
    pub last_seen: Option<DateTime<FixedOffset>>,
    pub alive_us: Option<i64>,
    pub off_s: Option<i64>,
    pub orderly: bool,
    pub machine_restarted: bool,
    pub trusted: Option<bool>,
    /// What the amplifier was to be.
    pub to: Option<String>,
    /// Whether the amplifier was switched.
    pub done: Option<bool>,
    pub took_ms: Option<i64>,
    pub trust: Option<TrustReason>,
    pub files: Vec<KeptFile>,
    pub library: Option<String>,
    pub sessions: u64,
    pub segments: u64,
    pub date: Option<NaiveDate>,
    pub count: u64,
    pub rows: u64,
    pub action: Option<String>,
    pub who: Option<Who>,
    pub text: Option<String>,
    pub from: Option<DateTime<FixedOffset>>,
    pub by_us: i64,
    pub state: Option<String>,
    pub cause: Option<String>,
    pub key: Option<String>,
    pub epoch_key: Option<String>,
    pub epoch: u64,
    pub note: Option<String>,
    pub since: Option<DateTime<FixedOffset>>,
    pub waited: u64,
    pub lost: u64,
    pub held_ms: i64,
    pub by: Option<String>,
    pub then: Option<Interrupted>,
    pub changes: Vec<Change>,
    pub more: u64,
    pub days: u64,
    /// Which kind of file is lost.
    pub what: Option<String>,
    /// How many of its rows have no end.
    pub lacking: u64,
}

impl Record {
    /// When, on the wall clock.
    #[must_use]
    pub fn wall(&self) -> Wall {
        Wall(self.at.timestamp_micros())
    }
}

/// Why a line is not an entry.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// No newline at the end, or more bytes than an entry can have.
    #[error("line {line} does not end")]
    Unfinished {
        /// Counted from 1.
        line: u64,
    },
    /// Not an entry of a form that this program knows.
    #[error("line {line} is not an entry: {detail}")]
    NotAnEntry {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// The storage failed.
    #[error("cannot read the log: {0}")]
    Io(#[from] io::Error),
}

/// Reads one line, which is to be the entry with this number.
///
/// # Errors
/// [`LineError::NotAnEntry`].
pub fn record(line: &[u8], seq: u64) -> Result<Record, LineError> {
    let wrong = |detail: String| LineError::NotAnEntry { line: seq + 1, detail };
    let record: Record = serde_json::from_slice(line).map_err(|e| wrong(e.to_string()))?;
    if record.v != VERSION {
        return Err(wrong(format!("version {}, this program reads {VERSION}", record.v)));
    }
    if record.seq != seq {
        return Err(wrong(format!("it is numbered {}, not {seq}", record.seq)));
    }
    Ok(record)
}

/// Reads a log entry by entry.
pub struct Reader<'a, S> {
    lines: Lines<'a, S>,
    /// The bytes of the entry given last, without the newline.
    pub line: Vec<u8>,
}

impl<'a, S: Storage> Reader<'a, S> {
    /// A reader over the log in this storage.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn new(storage: &'a S) -> io::Result<Self> {
        Ok(Self { lines: Lines::new(storage)?, line: Vec::new() })
    }

    /// The next entry, or none at the end.
    ///
    /// # Errors
    /// See [`LineError`].
    pub fn next_record(&mut self) -> Result<Option<Record>, LineError> {
        self.line.clear();
        let number = self.lines.count();
        match self.lines.next_into(&mut self.line)? {
            Ok(()) => record(&self.line, number).map(Some),
            Err(Stop::End) => Ok(None),
            Err(Stop::Unfinished | Stop::TooLong) => Err(LineError::Unfinished { line: number + 1 }),
        }
    }
}

#[cfg(test)]
mod tests;
