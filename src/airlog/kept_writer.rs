//! Writes kept files to both places.
use std::io;

use super::kept::copy_name;
use super::storage::Storage;

/// Files that may wait until both places have them.
const MAX_PENDING: usize = 64;

/// File that does not lie in both places yet.
struct PendingFile {
    name: String,
    bytes: Vec<u8>,
    beside_log: bool,
    beside_keys: bool,
}

/// Writes kept files to both places. An entry waits while a file that it names lies in neither.
#[derive(Default)]
pub struct KeptFileWriter {
    pending: Vec<PendingFile>,
    /// Why the last attempt left a file in one place only.
    last_error: Option<io::Error>,
}

impl KeptFileWriter {
    /// Adds a file to write. When too many wait, those that lie in one place are dropped first, then the oldest. The
    /// next start reports a plan that is lost this way; the log goes on.
    pub fn add(&mut self, name: String, bytes: Vec<u8>) {
        if !self.pending.iter().any(|other| other.name == name) {
            self.pending.push(PendingFile { name, bytes, beside_log: false, beside_keys: false });
        }
        let mut over = self.pending.len().saturating_sub(MAX_PENDING);
        self.pending.retain(|file| {
            let goes = over > 0 && (file.beside_log || file.beside_keys);
            over -= usize::from(goes);
            !goes
        });
        self.pending.drain(..over);
    }

    /// Returns why a file lies in one place only, if so.
    #[must_use]
    pub fn last_error(&self) -> Option<&io::Error> {
        self.last_error.as_ref()
    }

    /// Tries to write every file to both places. A place that refuses one file is not tried with the next, because a
    /// disk may hang for some time over each attempt.
    ///
    /// # Errors
    /// Errors of [`Storage::replace`], when a file lies in neither place.
    pub fn flush<S: Storage>(&mut self, airlog: &mut S, keys: &mut S, origin: &str) -> io::Result<()> {
        let (mut log_refuses, mut keys_refuse) = (None, None);
        for file in &mut self.pending {
            let copy = copy_name(origin, &file.name);
            file.beside_log =
                file.beside_log || write_unless_present(airlog, &file.name, &file.bytes, &mut log_refuses);
            file.beside_keys = file.beside_keys || write_unless_present(keys, &copy, &file.bytes, &mut keys_refuse);
        }
        self.pending.retain(|file| !(file.beside_log && file.beside_keys));
        let nowhere = self.pending.iter().any(|file| !(file.beside_log || file.beside_keys));
        self.last_error = log_refuses.or(keys_refuse);
        if nowhere { Err(self.last_error.take().unwrap_or_else(|| io::ErrorKind::Other.into())) } else { Ok(()) }
    }
}

/// Writes a file to a place unless these bytes are there already. Skips a place that has refused a file before. Returns
/// whether the file is there.
fn write_unless_present<S: Storage>(
    storage: &mut S,
    place: &str,
    bytes: &[u8],
    refused: &mut Option<io::Error>,
) -> bool {
    if refused.is_none() && !holds(storage, place, bytes) {
        *refused = storage.replace(place, bytes).err();
    }
    refused.is_none()
}

/// Whether the file has exactly these bytes.
fn holds<S: Storage>(storage: &S, name: &str, bytes: &[u8]) -> bool {
    storage.read_all(name, bytes.len() as u64).ok().flatten().is_some_and(|there| there == bytes)
}
