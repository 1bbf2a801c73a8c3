//! The files of a log read as one: `log.jsonl`, and those in which it continued after a failed fsync.
//!
//! The first entry of each later file tells where that file takes over. Lines of the previous file from that number on
//! were never acknowledged and are skipped.
use std::io::{self, BufRead, Read};

use super::files::{LOG, MAX_PARTS, part_name};
use super::storage::Storage;
use crate::proof::tiles::MAX_ENTRY;

/// Counts the files of a log.
#[must_use]
pub fn count_parts<S: Storage>(storage: &S) -> usize {
    (0..=MAX_PARTS).take_while(|n| *n == 0 && storage.has(LOG) || *n > 0 && storage.has(&part_name(*n))).count()
}

/// Position in the files of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogOffset {
    /// Number of the file.
    pub part: usize,
    /// Byte offset in that file.
    pub bytes: u64,
}

/// Why reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogReadStop {
    /// The files end here.
    End,
    /// The last line has no newline.
    Unfinished,
    /// A line is longer than an entry can be.
    TooLong,
}

/// Reads the lines of a log one by one.
pub struct LogLines<'a, S> {
    storage: &'a S,
    input: Option<Box<dyn BufRead>>,
    offset: LogOffset,
    parts: usize,
    /// Number of the entry with which a later file takes over, and number of that file.
    takes_over: Option<(u64, usize)>,
    next: u64,
}

impl<'a, S: Storage> LogLines<'a, S> {
    /// Starts at the first line.
    ///
    /// # Errors
    /// Errors of [`Storage::read`].
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
        // A file whose sync failed may be empty after a power cut, although others follow it.
        for later in part + 1..self.parts {
            if let Some(seq) = first_seq(self.storage, later)? {
                self.takes_over = Some((seq, later));
                break;
            }
        }
        Ok(())
    }

    /// Appends the next line, without its newline, to `buffer`. The inner error says why there is no line; then
    /// `buffer` is unchanged.
    ///
    /// # Errors
    /// Errors of [`Storage::read`] and of reading the file.
    pub fn next_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<Result<(), LogReadStop>> {
        // Files that failed before an entry was acknowledged begin with the same number: the last one counts.
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

    /// Returns the position after the last line that was read.
    #[must_use]
    pub fn offset(&self) -> LogOffset {
        self.offset.clone()
    }

    /// Returns the number of lines that were read.
    #[must_use]
    pub fn lines_read(&self) -> u64 {
        self.next
    }
}

/// Returns the number in the first line of a file; `None` when it has no complete line.
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
