//! Reading entries back.
use std::io::{self, BufRead};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::entry::{KeptFile, Outcome, Reason, TrustReason, VERSION, Who};
use crate::instant::Sync;
use crate::instant::Wall;
use crate::plan::Priority;
use crate::schedule::{Id, Source};

/// No entry is longer; a longer line is damage.
pub const MAX_LINE: u64 = 256 * 1024;

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
    pub frames: u64,
    pub rate: u32,
    pub late_us: Option<i64>,
    pub underrun_ms: i64,
    pub device: Option<String>,
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
    pub off_s: Option<i64>,
    pub orderly: bool,
    pub machine_restarted: bool,
    pub trusted: Option<bool>,
    pub trust: Option<TrustReason>,
    pub files: Vec<KeptFile>,
    pub library: Option<String>,
    pub date: Option<NaiveDate>,
    pub count: u64,
    pub action: Option<String>,
    pub who: Option<Who>,
    pub text: Option<String>,
    pub from: Option<DateTime<FixedOffset>>,
    pub by_us: i64,
    pub state: Option<String>,
    pub cause: Option<String>,
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
    /// No newline at the end, or more than [`MAX_LINE`] bytes.
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

/// Reads a log line by line.
pub struct Reader<R> {
    input: R,
    line: u64,
    /// Bytes of the lines given so far.
    pub bytes: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Reader<R> {
    /// A reader over the bytes of a log.
    pub fn new(input: R) -> Self {
        Self { input, line: 0, bytes: 0, buffer: Vec::new() }
    }

    /// The next entry, or none at the end.
    ///
    /// # Errors
    /// See [`LineError`]. The bytes of a failed line are not counted.
    pub fn next_record(&mut self) -> Result<Option<Record>, LineError> {
        self.buffer.clear();
        let mut limited = io::Read::take(&mut self.input, MAX_LINE);
        let read = limited.read_until(b'\n', &mut self.buffer)? as u64;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        let line = self.line;
        let Some(text) = self.buffer.strip_suffix(b"\n") else {
            return Err(LineError::Unfinished { line });
        };
        let record: Record =
            serde_json::from_slice(text).map_err(|e| LineError::NotAnEntry { line, detail: e.to_string() })?;
        if record.v != VERSION {
            let detail = format!("version {}, this program reads {VERSION}", record.v);
            return Err(LineError::NotAnEntry { line, detail });
        }
        if record.seq != line - 1 {
            let detail = format!("it is numbered {}, not {}", record.seq, line - 1);
            return Err(LineError::NotAnEntry { line, detail });
        }
        self.bytes += read;
        Ok(Some(record))
    }
}
