//! Reads entries back.
use std::io;

use chrono::{DateTime, FixedOffset};

use super::entry::{Body, EntryHeader, GenesisEntry, OutcomeEntry, VERSION};
use super::parts::{LogLines, LogReadStop};
use super::storage::Storage;
use crate::base::instant::{ClockSync, WallTime};

/// An entry that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Position in the log, from 0.
    pub seq: u64,
    /// Its `type`: `genesis`, `boot`, ...
    pub kind: String,
    /// Wall clock, with the zone of the station.
    pub at: DateTime<FixedOffset>,
    /// Boot id of the machine.
    pub boot: String,
    /// Boot clock, in microseconds.
    pub boottime_us: i64,
    /// State of clock synchronisation.
    pub clock: ClockSync,
    /// Body; none when this program does not know the type, so that an older program reads a newer log.
    pub body: Option<Body>,
}

impl Record {
    /// Returns the wall clock.
    #[must_use]
    pub fn wall(&self) -> WallTime {
        WallTime(self.at.timestamp_micros())
    }

    /// Returns the body of a `genesis` entry.
    #[must_use]
    pub fn genesis(&self) -> Option<&GenesisEntry> {
        match &self.body {
            Some(Body::Genesis(genesis)) => Some(genesis),
            _ => None,
        }
    }

    /// Returns the body of an `outcome` entry.
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
    /// The line has no newline, or is longer than an entry can be.
    #[error("line {line} does not end")]
    Unfinished {
        /// Line number, from 1.
        line: u64,
    },
    /// The line is not an entry in a format that this program knows.
    #[error("line {line} is not an entry: {detail}")]
    NotAnEntry {
        /// Line number, from 1.
        line: u64,
        /// Description of the fault, in English.
        detail: String,
    },
    /// The storage failed.
    #[error("cannot read the log: {0}")]
    Io(#[from] io::Error),
}

/// Parses the line of the entry with this number.
///
/// # Errors
/// [`LineError::NotAnEntry`] when it is another version, has another number, or lacks a key of its type.
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

/// Parses a line that is known to be an entry, of any number.
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
    /// Bytes of the entry that was read last, without the newline.
    pub line: Vec<u8>,
}

impl<'a, S: Storage> LogReader<'a, S> {
    /// Opens the log in this storage.
    ///
    /// # Errors
    /// Errors of [`Storage::read`].
    pub fn new(storage: &'a S) -> io::Result<Self> {
        Ok(Self { lines: LogLines::new(storage)?, line: Vec::new() })
    }

    /// Returns the next entry; `None` at the end of the log.
    ///
    /// # Errors
    /// [`LineError::Unfinished`] at a torn or endless line, [`LineError::NotAnEntry`] at a line of another format, and
    /// [`LineError::Io`] when the storage fails.
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
