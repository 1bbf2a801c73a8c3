//! Writes kept files to both folders: `airlog/kept/`, and the folder of the log's keys.
use std::io;

use super::kept::copy_name;
use super::storage::Storage;

/// Maximum number of files that wait to be written.
const MAX_PENDING_FILES: usize = 64;

/// A file that is not in both folders yet.
struct PendingFile {
    name: String,
    bytes: Vec<u8>,
    is_in_airlog: bool,
    is_in_key_folder: bool,
}

/// Writer of kept files. While a file is in neither folder, no entry that names it is written.
#[derive(Default)]
pub struct KeptFileWriter {
    pending: Vec<PendingFile>,
    /// The error from the last attempt that left a file in only one folder.
    last_error: Option<io::Error>,
}

impl KeptFileWriter {
    /// Adds a file to write. When more than `MAX_PENDING_FILES` files wait, files that are already in one of the two
    /// folders are dropped first, then the oldest files. The log continues without them; the next start reports a plan
    /// that was lost this way.
    pub fn add(&mut self, name: String, bytes: Vec<u8>) {
        if !self.pending.iter().any(|file| file.name == name) {
            self.pending.push(PendingFile { name, bytes, is_in_airlog: false, is_in_key_folder: false });
        }
        let mut excess = self.pending.len().saturating_sub(MAX_PENDING_FILES);
        self.pending.retain(|file| {
            let is_dropped = excess > 0 && (file.is_in_airlog || file.is_in_key_folder);
            excess -= usize::from(is_dropped);
            !is_dropped
        });
        self.pending.drain(..excess);
    }

    /// Returns the error that keeps a file from one of the two folders, if there is such a file.
    #[must_use]
    pub fn last_error(&self) -> Option<&io::Error> {
        self.last_error.as_ref()
    }

    /// Tries to write every waiting file to both folders. After the first error in a folder, the other files are not
    /// tried there, because a failing disk may block for some time on each attempt.
    ///
    /// # Errors
    /// If [`Storage::replace`] fails and a file is then in neither folder.
    pub fn flush<S: Storage>(&mut self, airlog: &mut S, key_storage: &mut S, origin: &str) -> io::Result<()> {
        let (mut airlog_error, mut key_storage_error) = (None, None);
        for file in &mut self.pending {
            let copy = copy_name(origin, &file.name);
            file.is_in_airlog =
                file.is_in_airlog || write_unless_present(airlog, &file.name, &file.bytes, &mut airlog_error);
            file.is_in_key_folder =
                file.is_in_key_folder || write_unless_present(key_storage, &copy, &file.bytes, &mut key_storage_error);
        }
        self.pending.retain(|file| !(file.is_in_airlog && file.is_in_key_folder));
        let is_unsaved = self.pending.iter().any(|file| !(file.is_in_airlog || file.is_in_key_folder));
        self.last_error = airlog_error.or(key_storage_error);
        if is_unsaved { Err(self.last_error.take().unwrap_or_else(|| io::ErrorKind::Other.into())) } else { Ok(()) }
    }
}

/// Writes a file unless it already has these bytes. If `error` holds an earlier error from this storage, nothing is
/// written; otherwise a new error is stored there. Returns true when the file has the bytes.
fn write_unless_present<S: Storage>(storage: &mut S, path: &str, bytes: &[u8], error: &mut Option<io::Error>) -> bool {
    if error.is_none() && !has_bytes(storage, path, bytes) {
        *error = storage.replace(path, bytes).err();
    }
    error.is_none()
}

/// True when the file consists of exactly these bytes.
fn has_bytes<S: Storage>(storage: &S, path: &str, bytes: &[u8]) -> bool {
    storage.read_all(path, bytes.len() as u64).ok().flatten().is_some_and(|stored| stored == bytes)
}
