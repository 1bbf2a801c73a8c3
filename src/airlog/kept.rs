//! The files that entries name by their hash: in `airlog/kept/`, and, of what is in force or still owes outcomes, a
//! second copy beside the keys.
//!
//! What a station owes must not hang on a folder that a file manager can move away and a power cut can empty.
use super::files::kept_name;
use super::keys::key_folder;
use super::limits::MAX_KEPT;
use super::storage::Storage;
use crate::base::hash::sha256_hex;

/// Returns the name of the second copy, in the storage of the keys.
pub(super) fn copy_name(origin: &str, name: &str) -> String {
    format!("{}/{name}", key_folder(origin))
}

/// The bytes of a file that is what its name says; what is damaged is as good as lost.
pub(super) fn read_intact<S: Storage>(storage: &S, place: &str, name: &str) -> Option<Vec<u8>> {
    let bytes = storage.read_all(place, MAX_KEPT).ok()??;
    name.contains(&sha256_hex(&bytes)).then_some(bytes)
}

/// The kept files of a log, read from wherever they are whole.
pub struct KeptFiles<'a, S> {
    airlog: &'a S,
    copies: Option<(&'a S, &'a str)>,
}

impl<'a, S: Storage> KeptFiles<'a, S> {
    /// Those beside the log alone.
    #[must_use]
    pub fn beside_log(airlog: &'a S) -> Self {
        Self { airlog, copies: None }
    }

    /// Those beside the log of this origin, and their copies beside its keys.
    #[must_use]
    pub fn with_copies(airlog: &'a S, keys: &'a S, origin: &'a str) -> Self {
        Self { airlog, copies: Some((keys, origin)) }
    }

    /// The bytes of the file with this hash, if either copy is whole.
    #[must_use]
    pub fn read(&self, sha256: &str, ending: &str) -> Option<Vec<u8>> {
        let name = kept_name(sha256, ending)?;
        let copy = || self.copies.and_then(|(keys, origin)| read_intact(keys, &copy_name(origin, &name), &name));
        read_intact(self.airlog, &name, &name).or_else(copy)
    }
}

/// Takes the second copy of a file away that is no longer in force, once the first is whole. One that stays is no harm; one
/// that was the only one would be missing in the log for ever.
pub fn remove_copy<S: Storage>(airlog: &mut S, keys: &mut S, origin: &str, name: &str) {
    let place = copy_name(origin, name);
    if !keys.has(&place) {
        return;
    }
    let first = read_intact(airlog, name, name).is_some();
    let moved = |bytes: Vec<u8>| airlog.replace(name, &bytes).is_ok();
    if first || read_intact(keys, &place, name).is_none_or(moved) {
        let _ = keys.remove(&place);
    }
}
