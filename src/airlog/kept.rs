//! Kept files: files that entries name by their hash. They are stored in `airlog/kept/`. The files in force, and plans
//! whose outcomes are incomplete, have a second copy beside the keys.
//!
//! The second copy exists because a file manager can move the folder `airlog/`, and a power cut can empty it. A station
//! needs its plans to log their outcomes, so the plans must not depend on that one folder.
use super::files::kept_name;
use super::keys::key_folder;
use super::limits::MAX_KEPT_BYTES;
use super::storage::Storage;
use crate::base::hash::sha256_hex;

/// Returns the name of the second copy, in the storage of the keys.
pub(super) fn copy_name(origin: &str, name: &str) -> String {
    format!("{}/{name}", key_folder(origin))
}

/// Reads the file at `path` if its bytes have the hash in `name`. `None` means that it is missing or damaged, or cannot
/// be read.
pub(super) fn read_intact<S: Storage>(storage: &S, path: &str, name: &str) -> Option<Vec<u8>> {
    let bytes = storage.read_all(path, MAX_KEPT_BYTES).ok()??;
    name.contains(&sha256_hex(&bytes)).then_some(bytes)
}

/// Reader of a log's kept files. It reads each file from an intact copy.
pub struct KeptFiles<'a, S> {
    airlog: &'a S,
    /// Storage of the keys, and origin of the log; `None` if only the files in `airlog/kept/` are read.
    copies: Option<(&'a S, &'a str)>,
}

impl<'a, S: Storage> KeptFiles<'a, S> {
    /// Creates a reader that uses only the files in `airlog/kept/`.
    #[must_use]
    pub fn beside_log(airlog: &'a S) -> Self {
        Self { airlog, copies: None }
    }

    /// Creates a reader that also uses the second copies beside the keys of the log with this origin.
    #[must_use]
    pub fn with_copies(airlog: &'a S, key_storage: &'a S, origin: &'a str) -> Self {
        Self { airlog, copies: Some((key_storage, origin)) }
    }

    /// Returns the bytes of the file with this hash, if a copy is intact.
    #[must_use]
    pub fn read(&self, sha256: &str, extension: &str) -> Option<Vec<u8>> {
        let name = kept_name(sha256, extension)?;
        let read_copy =
            || self.copies.and_then(|(key_storage, origin)| read_intact(key_storage, &copy_name(origin, &name), &name));
        read_intact(self.airlog, &name, &name).or_else(read_copy)
    }
}

/// Removes the second copy of a file that is no longer in force. Before that, a first copy that is not intact is
/// replaced by the second. If that fails, the second copy stays: it does no harm, and may be the only one.
pub fn remove_copy<S: Storage>(airlog: &mut S, key_storage: &mut S, origin: &str, name: &str) {
    let copy = copy_name(origin, name);
    if !key_storage.exists(&copy) {
        return;
    }
    let is_first_copy_intact = read_intact(airlog, name, name).is_some();
    let restore = |bytes: Vec<u8>| airlog.replace(name, &bytes).is_ok();
    if is_first_copy_intact || read_intact(key_storage, &copy, name).is_none_or(restore) {
        let _ = key_storage.remove(&copy);
    }
}
