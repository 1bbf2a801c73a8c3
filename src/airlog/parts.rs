//! Reads the files of a log as one file: `log.jsonl`, and the files in which the log continued after a failed fsync.
//!
//! A later file continues the log from the number of its first entry. Lines of the previous file from that number on
//! were never acknowledged and are skipped.
use std::io::{self, BufRead, Read};

use super::files::{MAX_PART_NUMBER, part_name};
use super::storage::Storage;
use crate::proof::tiles::MAX_ENTRY_BYTES;

/// Maximum number of bytes that are read from one line: the longest entry with its newline, plus one byte to detect a
/// longer line.
const MAX_LINE_READ_BYTES: u64 = MAX_ENTRY_BYTES as u64 + 2;

/// Returns the number of files of a log.
#[must_use]
pub fn count_parts<S: Storage>(storage: &S) -> usize {
    let exists = |part: &usize| storage.exists(&part_name(*part));
    (0..=MAX_PART_NUMBER).take_while(exists).count()
}

/// A position in the files of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogOffset {
    /// Number of the file, from 0.
    pub part: usize,
    /// Byte offset in that file.
    pub bytes: u64,
}

/// The reason why there is no next line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogReadStop {
    /// The log ends here.
    End,
    /// The last line has no newline.
    Unfinished,
    /// The next line is longer than an entry can be.
    TooLong,
}

/// Reads the lines of a log one by one.
pub struct LogLines<'a, S> {
    storage: &'a S,
    input: Option<Box<dyn BufRead>>,
    offset: LogOffset,
    /// Number of files.
    part_count: usize,
    /// Number of the entry from which a later file continues the log, and number of that file.
    next_part: Option<(u64, usize)>,
    /// Number of the next entry.
    next_seq: u64,
}

impl<'a, S: Storage> LogLines<'a, S> {
    /// Creates a reader that starts at the first line.
    ///
    /// # Errors
    /// If [`Storage::read`] fails.
    pub fn new(storage: &'a S) -> io::Result<Self> {
        let part_count = count_parts(storage);
        let mut lines = Self {
            storage,
            input: None,
            offset: LogOffset { part: 0, bytes: 0 },
            part_count,
            next_part: None,
            next_seq: 0,
        };
        lines.open(0)?;
        Ok(lines)
    }

    /// Opens a file, and finds the next file with a complete line, which continues the log.
    fn open(&mut self, part: usize) -> io::Result<()> {
        self.input = self.storage.read(&part_name(part))?;
        self.offset = LogOffset { part, bytes: 0 };
        self.next_part = None;
        // A file whose sync failed may be empty after a power cut, even if other files follow it.
        for later_part in part + 1..self.part_count {
            if let Some(seq) = first_seq(self.storage, later_part)? {
                self.next_part = Some((seq, later_part));
                break;
            }
        }
        Ok(())
    }

    /// Appends the next line, without its newline, to `buffer`. If there is no next line, `buffer` is unchanged and the
    /// inner error is the reason.
    ///
    /// # Errors
    /// If [`Storage::read`] fails, or if the file cannot be read.
    pub fn next_into(&mut self, buffer: &mut Vec<u8>) -> io::Result<Result<(), LogReadStop>> {
        // If the sync of a file failed before it had an acknowledged entry, the next file begins with the same entry
        // number. Only the last of these files is read.
        while let Some((_, part)) = self.next_part.filter(|(seq, _)| *seq == self.next_seq) {
            self.open(part)?;
        }
        let Some(input) = &mut self.input else {
            return Ok(Err(LogReadStop::End));
        };
        let line_start = buffer.len();
        let length = Read::take(&mut *input, MAX_LINE_READ_BYTES).read_until(b'\n', buffer)? as u64;
        if buffer.last() != Some(&b'\n') || buffer.len() == line_start {
            buffer.truncate(line_start);
            let stop = match length {
                0 => LogReadStop::End,
                length if length == MAX_LINE_READ_BYTES => LogReadStop::TooLong,
                _ => LogReadStop::Unfinished,
            };
            return Ok(Err(stop));
        }
        buffer.pop();
        self.offset.bytes += length;
        self.next_seq += 1;
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
        self.next_seq
    }
}

/// Returns the entry number in the first line of a file; `None` if that line is incomplete or has no number.
fn first_seq<S: Storage>(storage: &S, part: usize) -> io::Result<Option<u64>> {
    let Some(input) = storage.read(&part_name(part))? else {
        return Ok(None);
    };
    let mut line = Vec::new();
    Read::take(input, MAX_LINE_READ_BYTES).read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") {
        return Ok(None);
    }
    #[derive(serde::Deserialize)]
    struct EntrySeq {
        seq: u64,
    }
    Ok(serde_json::from_slice::<EntrySeq>(&line).ok().map(|entry| entry.seq))
}
