//! Writes kept files to both places.
use std::io;

use super::kept::copy_name;
use super::storage::Storage;

/// Files kept at the same time in one place only, or in none.
const MAX_PENDING: usize = 64;

/// A file that entries name and that does not lie in both places yet.
struct PendingFile {
    name: String,
    bytes: Vec<u8>,
    beside_log: bool,
    beside_keys: bool,
}

/// Keeps files in both places. An entry waits for a file as long as it lies in neither.
#[derive(Default)]
pub struct KeptFileWriter {
    pending: Vec<PendingFile>,
    /// Why the last try left a file in one place only.
    last_error: Option<io::Error>,
}

impl KeptFileWriter {
    /// Takes a file into its care. When there are too many, those give way that lie in one place, and while neither disk
    /// takes any, the oldest: a plan that is lost so is told by the next start, and does not keep the log from going on.
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

    /// Why a file lies in one place only, if that is so.
    #[must_use]
    pub fn last_error(&self) -> Option<&io::Error> {
        self.last_error.as_ref()
    }

    /// Tries to put every file in both places. A place that has refused one file is not tried with the next: a disk that
    /// hangs over each try must not keep the station waiting.
    ///
    /// # Errors
    /// When a file lies in neither.
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

/// Writes a file to a place unless these bytes are there already. Skips the place once it has refused a file. Returns
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

/// Whether just these bytes are there.
fn holds<S: Storage>(storage: &S, name: &str, bytes: &[u8]) -> bool {
    storage.read_all(name, bytes.len() as u64).ok().flatten().is_some_and(|there| there == bytes)
}
