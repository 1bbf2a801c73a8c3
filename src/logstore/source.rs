//! Where a log is read from: the `airlog/` of a station, or an export.
mod chunk_reader;
mod form;
#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;

use crate::airlog::signer::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::storage::{FolderStorage, Storage};
use crate::proof::closings::MAX_CLOSINGS;
use crate::proof::note::MAX_NOTE;
use crate::proof::signed_head::SignedHead;

pub use chunk_reader::{ChunkReader, LogReadChunk};
pub use form::{LOG_SUBFOLDERS, LogForm, find_log, log_form};

/// How often the heads of a running station are looked at again.
const MAX_RETRIES: usize = 10;

/// A log in a folder.
pub struct LogSource<S> {
    /// The folder.
    pub storage: S,
    /// Its form.
    pub form: LogForm,
}

/// Opens the log at a path.
#[must_use]
pub fn open_log(path: &Path) -> Option<LogSource<FolderStorage>> {
    let (folder, form) = find_log(path)?;
    Some(LogSource { storage: FolderStorage::new(folder), form })
}

/// Whether a daemon writes this log now.
#[must_use]
pub fn is_running(airlog: &Path) -> bool {
    crate::base::file_lock::is_held(&airlog.join("lock"))
}

/// What is signed of a log, as it lay there at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawHeads {
    /// The bytes of the head; empty when there is none.
    pub head: Vec<u8>,
    /// The bytes of the closings; empty when there are none.
    pub closings: Vec<u8>,
    /// The newest countersigned head, if there is one.
    pub cosigned: Option<Vec<u8>>,
}

impl<S: Storage> LogSource<S> {
    /// What is signed.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn heads(&self) -> io::Result<RawHeads> {
        let mut heads = self.heads_once()?;
        // A station that runs may sign between one reading and the next.
        for _ in 0..MAX_RETRIES {
            let again = self.heads_once()?;
            if again == heads {
                break;
            }
            heads = again;
        }
        Ok(heads)
    }

    fn heads_once(&self) -> io::Result<RawHeads> {
        Ok(RawHeads {
            head: self.read_small(CHECKPOINT, MAX_NOTE as u64)?,
            closings: self.read_small(CLOSINGS, MAX_CLOSINGS)?,
            cosigned: Some(self.read_small(COSIGNED, MAX_NOTE as u64)?).filter(|bytes| !bytes.is_empty()),
        })
    }

    fn read_small(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
        match self.storage.read_all(name, limit) {
            Ok(bytes) => Ok(bytes.unwrap_or_default()),
            // Nothing of ours is so large: it is not what it should be, and says so when it is read.
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(vec![0]),
            Err(e) => Err(e),
        }
    }

    /// The first `size` lines, in chunks.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn chunks(&self, size: u64) -> io::Result<ChunkReader<'_, S>> {
        self.chunks_from(0, size)
    }

    /// The lines from entry `from` on, as [`Self::chunks`].
    ///
    /// # Errors
    /// When the storage fails.
    pub fn chunks_from(&self, from: u64, size: u64) -> io::Result<ChunkReader<'_, S>> {
        ChunkReader::new(&self.storage, self.form, from, size)
    }

    /// The first line of the log under this head, if there is one.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn first_line(&self, head: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let size = SignedHead::parse(head).map_or(1, |head| head.checkpoint.size);
        let mut chunks = self.chunks(size)?;
        chunks.limit_chunks(1);
        let chunk = chunks.next_chunk()?;
        Ok(chunk.ok().and_then(|chunk| chunk.lines().first().map(|line| line.to_vec())))
    }
}
