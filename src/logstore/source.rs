//! Reads a log from a station's `airlog/` or from an export.
mod chunk;
mod chunk_reader;
mod form;
#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;

use crate::airlog::files::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::storage::{FolderStorage, Storage};
use crate::proof::closings::MAX_CLOSINGS_BYTES;
use crate::proof::entry::GenesisKeys;
use crate::proof::note::MAX_NOTE_BYTES;
use crate::proof::signed_head::SignedHead;

pub use chunk::LogReadChunk;
pub use chunk_reader::ChunkReader;
pub use form::{LOG_SUBFOLDERS, LogForm, find_log, log_form};

/// Maximum number of additional reads of the signed files. They can change between two reads while a station runs.
const MAX_EXTRA_READS: usize = 10;

/// A log in a storage.
pub struct LogSource<S> {
    /// The storage that holds the log.
    pub storage: S,
    /// The form of the log.
    pub form: LogForm,
}

/// Opens the log at a path; `None` if there is no log.
#[must_use]
pub fn open_log(path: &Path) -> Option<LogSource<FolderStorage>> {
    let (folder, form) = find_log(path)?;
    Some(LogSource { storage: FolderStorage::new(folder), form })
}

/// True while a daemon is writing this log.
#[must_use]
pub fn is_running(airlog: &Path) -> bool {
    crate::base::file_lock::is_held(&airlog.join("lock"))
}

/// The bytes of a log's signed files, all from the same moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawHeads {
    /// The file `checkpoint`; empty if it is missing.
    pub head: Vec<u8>,
    /// The file `closings`; empty if it is missing.
    pub closings: Vec<u8>,
    /// The file `cosigned`, which is the newest countersigned head; `None` if it is missing or empty.
    pub cosigned: Option<Vec<u8>>,
}

impl<S: Storage> LogSource<S> {
    /// Reads the signed files until two consecutive reads are equal, with at most `MAX_EXTRA_READS` additional reads.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn heads(&self) -> io::Result<RawHeads> {
        let mut heads = self.read_heads_once()?;
        // A running station may sign between the reads of two files, so one read may mix two states.
        for _ in 0..MAX_EXTRA_READS {
            let next_heads = self.read_heads_once()?;
            if next_heads == heads {
                break;
            }
            heads = next_heads;
        }
        Ok(heads)
    }

    fn read_heads_once(&self) -> io::Result<RawHeads> {
        Ok(RawHeads {
            head: self.read_signed_file(CHECKPOINT, MAX_NOTE_BYTES as u64)?,
            closings: self.read_signed_file(CLOSINGS, MAX_CLOSINGS_BYTES)?,
            cosigned: Some(self.read_signed_file(COSIGNED, MAX_NOTE_BYTES as u64)?).filter(|bytes| !bytes.is_empty()),
        })
    }

    /// Reads a signed file; empty if it is missing.
    fn read_signed_file(&self, name: &str, max_bytes: u64) -> io::Result<Vec<u8>> {
        match self.storage.read_all(name, max_bytes) {
            Ok(bytes) => Ok(bytes.unwrap_or_default()),
            // loa does not write such a large file. The invalid byte makes the verifier report the file as unreadable.
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(vec![0]),
            Err(e) => Err(e),
        }
    }

    /// Reads the first `size` lines in chunks.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn chunks(&self, size: u64) -> io::Result<ChunkReader<'_, S>> {
        self.chunks_from(0, size)
    }

    /// Reads the lines of entries `from..size` in chunks.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn chunks_from(&self, from: u64, size: u64) -> io::Result<ChunkReader<'_, S>> {
        ChunkReader::new(&self.storage, self.form, from, size)
    }

    /// Returns the first line of the log under this head; `None` if it cannot be read.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn first_line(&self, head: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let size = SignedHead::parse(head).map_or(1, |head| head.checkpoint.size);
        let mut chunks = self.chunks(size)?;
        chunks.limit_chunks(1);
        let chunk = chunks.next_chunk()?;
        Ok(chunk.ok().and_then(|chunk| chunk.lines().first().map(|line| line.to_vec())))
    }

    /// Returns the keys that the log under this head announces in its first line; `None` if there are none.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn genesis_keys(&self, head: &[u8]) -> io::Result<Option<GenesisKeys>> {
        Ok(self.first_line(head)?.and_then(|line| GenesisKeys::parse(&line)))
    }
}
