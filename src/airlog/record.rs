//! Reads the entries of a log.
use std::io;

use chrono::{DateTime, FixedOffset};

use super::entry::{AiringLabels, Body, EntryHeader, FORMAT_VERSION, GenesisEntry, OutcomeEntry};
use super::parts::{LogLines, LogReadStop};
use super::storage::Storage;
use crate::base::instant::{ClockSync, WallTime};

/// An entry as read from a log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Position in the log, from 0.
    pub seq: u64,
    /// `type` of the entry: `genesis`, `boot`, ...
    pub kind: String,
    /// Wall clock, in the time zone of the station.
    pub at: DateTime<FixedOffset>,
    /// Boot id of the machine.
    pub boot: String,
    /// Boot clock, in microseconds.
    pub boottime_us: i64,
    /// Synchronisation state of the clock.
    pub clock: ClockSync,
    /// Body. `None` if this program does not know the type, so that an older program can read a newer log.
    pub body: Option<Body>,
}

impl Record {
    /// Returns the wall clock.
    #[must_use]
    pub fn wall(&self) -> WallTime {
        WallTime(self.at.timestamp_micros())
    }

    /// Returns the body if this is a `genesis` entry.
    #[must_use]
    pub fn genesis(&self) -> Option<&GenesisEntry> {
        match &self.body {
            Some(Body::Genesis(genesis)) => Some(genesis),
            _ => None,
        }
    }

    /// Returns the body if this is an `outcome` entry.
    #[must_use]
    pub fn outcome(&self) -> Option<&OutcomeEntry> {
        match &self.body {
            Some(Body::Outcome(outcome)) => Some(outcome),
            _ => None,
        }
    }

    /// Returns the labels of the airing if this is a `start` or an `outcome` entry.
    #[must_use]
    pub fn labels(&self) -> Option<&AiringLabels> {
        match &self.body {
            Some(Body::Start(start)) => Some(&start.labels),
            Some(Body::Outcome(outcome)) => Some(&outcome.labels),
            _ => None,
        }
    }
}

/// The error for a line that cannot be read as an entry.
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
        /// Description of the problem, in English.
        detail: String,
    },
    /// The storage failed.
    #[error("cannot read the log: {0}")]
    Io(#[from] io::Error),
}

/// Parses the line of the entry with this number.
///
/// # Errors
/// [`LineError::NotAnEntry`] when the line is not JSON, its version or number is wrong, or a key of its type is
/// missing.
pub fn parse_record(line: &[u8], seq: u64) -> Result<Record, LineError> {
    let not_an_entry = |detail: String| LineError::NotAnEntry { line: seq + 1, detail };
    let header: EntryHeader<'_> = serde_json::from_slice(line).map_err(|e| not_an_entry(e.to_string()))?;
    if header.v != FORMAT_VERSION {
        return Err(not_an_entry(format!("version {}, this program reads {FORMAT_VERSION}", header.v)));
    }
    if header.seq != seq {
        return Err(not_an_entry(format!("it is numbered {}, not {seq}", header.seq)));
    }
    parse_body(header, line).map_err(|e| not_an_entry(e.to_string()))
}

/// Parses a line with any entry number. The caller must have checked that the line is an entry.
pub(super) fn parse_any_record(line: &[u8]) -> serde_json::Result<Record> {
    parse_body(serde_json::from_slice(line)?, line)
}

fn parse_body(header: EntryHeader<'_>, line: &[u8]) -> serde_json::Result<Record> {
    let EntryHeader { seq, kind, at, boot, boottime_us, clock, .. } = header;
    let body = Body::read(&kind, line)?;
    Ok(Record { seq, kind: kind.into_owned(), at, boot: boot.into_owned(), boottime_us, clock, body })
}

/// Reads the entries of a log one by one.
pub struct LogReader<'a, S> {
    lines: LogLines<'a, S>,
    /// Bytes of the last entry that was read, without the newline.
    pub line: Vec<u8>,
}

impl<'a, S: Storage> LogReader<'a, S> {
    /// Opens the log in this storage.
    ///
    /// # Errors
    /// If [`Storage::read`] fails.
    pub fn new(storage: &'a S) -> io::Result<Self> {
        Ok(Self { lines: LogLines::new(storage)?, line: Vec::new() })
    }

    /// Returns the next entry; `None` at the end of the log.
    ///
    /// # Errors
    /// [`LineError::Unfinished`] when the line is torn or too long, [`LineError::NotAnEntry`] when it is not an entry,
    /// and [`LineError::Io`] when the storage fails.
    pub fn next_record(&mut self) -> Result<Option<Record>, LineError> {
        self.line.clear();
        let seq = self.lines.lines_read();
        match self.lines.next_into(&mut self.line)? {
            Ok(()) => parse_record(&self.line, seq).map(Some),
            Err(LogReadStop::End) => Ok(None),
            Err(LogReadStop::Unfinished | LogReadStop::TooLong) => Err(LineError::Unfinished { line: seq + 1 }),
        }
    }
}

#[cfg(test)]
mod tests;
