//! Reading entries back.
use std::io;

use chrono::{DateTime, FixedOffset};

use super::entry::{Body, EntryHeader, GenesisEntry, OutcomeEntry, VERSION};
use super::parts::{LogLines, LogReadStop};
use super::storage::Storage;
use crate::base::instant::{ClockSync, WallTime};

/// An entry as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Place in the log.
    pub seq: u64,
    /// Its `type`: `genesis`, `boot`, ...
    pub kind: String,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Which start of the machine.
    pub boot: String,
    /// The boot clock.
    pub boottime_us: i64,
    /// How well the clock was kept.
    pub clock: ClockSync,
    /// The rest; none when this program does not know the type, so that an older one reads a newer log.
    pub body: Option<Body>,
}

impl Record {
    /// When, on the wall clock.
    #[must_use]
    pub fn wall(&self) -> WallTime {
        WallTime(self.at.timestamp_micros())
    }

    /// What it says of the log's beginning, if it is that.
    #[must_use]
    pub fn genesis(&self) -> Option<&GenesisEntry> {
        match &self.body {
            Some(Body::Genesis(genesis)) => Some(genesis),
            _ => None,
        }
    }

    /// What it says of an airing's end, if it is that.
    #[must_use]
    pub fn outcome(&self) -> Option<&OutcomeEntry> {
        match &self.body {
            Some(Body::Outcome(outcome)) => Some(outcome),
            _ => None,
        }
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
pub fn parse_record(line: &[u8], seq: u64) -> Result<Record, LineError> {
    let wrong = |detail: String| LineError::NotAnEntry { line: seq + 1, detail };
    let head: EntryHeader<'_> = serde_json::from_slice(line).map_err(|e| wrong(e.to_string()))?;
    if head.v != VERSION {
        return Err(wrong(format!("version {}, this program reads {VERSION}", head.v)));
    }
    if head.seq != seq {
        return Err(wrong(format!("it is numbered {}, not {seq}", head.seq)));
    }
    with_body(head, line).map_err(|e| wrong(e.to_string()))
}

/// Reads one line that is known to be an entry, whatever its number.
pub(super) fn parse_any_record(line: &[u8]) -> serde_json::Result<Record> {
    with_body(serde_json::from_slice(line)?, line)
}

fn with_body(head: EntryHeader<'_>, line: &[u8]) -> serde_json::Result<Record> {
    let EntryHeader { seq, kind, at, boot, boottime_us, clock, .. } = head;
    let body = Body::read(&kind, line)?;
    Ok(Record { seq, kind: kind.into_owned(), at, boot: boot.into_owned(), boottime_us, clock, body })
}

/// Reads a log entry by entry.
pub struct LogReader<'a, S> {
    lines: LogLines<'a, S>,
    /// The bytes of the entry given last, without the newline.
    pub line: Vec<u8>,
}

impl<'a, S: Storage> LogReader<'a, S> {
    /// A reader over the log in this storage.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn new(storage: &'a S) -> io::Result<Self> {
        Ok(Self { lines: LogLines::new(storage)?, line: Vec::new() })
    }

    /// The next entry, or none at the end.
    ///
    /// # Errors
    /// See [`LineError`].
    pub fn next_record(&mut self) -> Result<Option<Record>, LineError> {
        self.line.clear();
        let number = self.lines.lines_read();
        match self.lines.next_into(&mut self.line)? {
            Ok(()) => parse_record(&self.line, number).map(Some),
            Err(LogReadStop::End) => Ok(None),
            Err(LogReadStop::Unfinished | LogReadStop::TooLong) => Err(LineError::Unfinished { line: number + 1 }),
        }
    }
}

#[cfg(test)]
mod tests;
