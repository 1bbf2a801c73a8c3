//! The files of a log, read as one: `log.jsonl`, and those it went on in after a failed fsync.
//!
//! Each later file begins with the number at which it takes over. What the file before it has from that number on was
//! never acknowledged, and is passed over.
use std::io::{self, BufRead, Read};

use super::files::{LOG, MAX_PARTS, part_name};
use super::storage::Storage;
use crate::proof::tiles::MAX_ENTRY;

/// How many files a log has.
#[must_use]
pub fn count_parts<S: Storage>(storage: &S) -> usize {
    (0..=MAX_PARTS).take_while(|n| *n == 0 && storage.has(LOG) || *n > 0 && storage.has(&part_name(*n))).count()
}

/// Where reading stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogOffset {
    /// Which file.
    pub part: usize,
    /// Bytes of it that are read.
    pub bytes: u64,
}

/// Why there is no further line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogReadStop {
    /// The files are at their end.
    End,
    /// The last line has no newline.
    Unfinished,
    /// A line is longer than an entry can be.
    TooLong,
}

/// Gives the lines of a log, one after the other.
pub struct LogLines<'a, S> {
    storage: &'a S,
    input: Option<Box<dyn BufRead>>,
    offset: LogOffset,
    parts: usize,
    /// The entry with which a later file takes over, and which.
    takes_over: Option<(u64, usize)>,
    next: u64,
}

impl<'a, S: Storage> LogLines<'a, S> {
    /// From the first line on.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn new(storage: &'a S) -> io::Result<Self> {
        let parts = count_parts(storage);
        let mut lines =
            Self { storage, input: None, offset: LogOffset { part: 0, bytes: 0 }, parts, takes_over: None, next: 0 };
        lines.open(0)?;
        Ok(lines)
    }

    fn open(&mut self, part: usize) -> io::Result<()> {
        self.input = self.storage.read(&part_name(part))?;
        self.offset = LogOffset { part, bytes: 0 };
        self.takes_over = None;
        // A file whose sync failed may hold nothing after a power cut, and yet others follow it.
        for later in part + 1..self.parts {
            if let Some(seq) = first_seq(self.storage, later)? {
                self.takes_over = Some((seq, later));
                break;
            }
        }
        Ok(())
    }

    /// Puts the next line, without its newline, at the end of `buffer`. False when there is none, see [`Self::stop`].
    ///
    /// # Errors
    /// When the storage fails.
    pub fn next_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<Result<(), LogReadStop>> {
        // Files that failed before one of their entries was acknowledged begin with the same number: the last one counts.
        while let Some((_, part)) = self.takes_over.filter(|(seq, _)| *seq == self.next) {
            self.open(part)?;
        }
        let Some(input) = &mut self.input else {
            return Ok(Err(LogReadStop::End));
        };
        let from = buffer.len();
        let limit = MAX_ENTRY as u64 + 2;
        let read = Read::take(&mut *input, limit).read_until(b'\n', buffer)? as u64;
        if buffer.last() != Some(&b'\n') || buffer.len() == from {
            buffer.truncate(from);
            let stop = match read {
                0 => LogReadStop::End,
                read if read == limit => LogReadStop::TooLong,
                _ => LogReadStop::Unfinished,
            };
            return Ok(Err(stop));
        }
        buffer.pop();
        self.offset.bytes += read;
        self.next += 1;
        Ok(Ok(()))
    }

    /// Where the lines given so far end.
    #[must_use]
    pub fn offset(&self) -> LogOffset {
        self.offset.clone()
    }

    /// How many lines were given.
    #[must_use]
    pub fn lines_read(&self) -> u64 {
        self.next
    }
}

/// The number in the first line of a file; none when it has no whole line.
fn first_seq<S: Storage>(storage: &S, part: usize) -> io::Result<Option<u64>> {
    let Some(input) = storage.read(&part_name(part))? else {
        return Ok(None);
    };
    let mut line = Vec::new();
    Read::take(input, MAX_ENTRY as u64 + 1).read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") {
        return Ok(None);
    }
    #[derive(serde::Deserialize)]
    struct Numbered {
        seq: u64,
    }
    Ok(serde_json::from_slice::<Numbered>(&line).ok().map(|n| n.seq))
}
