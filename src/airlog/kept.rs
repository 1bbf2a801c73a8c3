//! Files that entries name by their hash. They lie in `airlog/kept/`; files in force, or whose plans still owe
//! outcomes, have a second copy beside the keys.
//!
//! The outcomes that a station owes must not depend on one folder, which a file manager can move and a power cut empty.
use super::files::kept_name;
use super::keys::key_folder;
use super::limits::MAX_KEPT;
use super::storage::Storage;
use crate::base::hash::sha256_hex;

/// Returns the name of the second copy, in the storage of the keys.
pub(super) fn copy_name(origin: &str, name: &str) -> String {
    format!("{}/{name}", key_folder(origin))
}

/// Reads a file if its bytes have the hash in its name. A damaged file counts as lost.
pub(super) fn read_intact<S: Storage>(storage: &S, place: &str, name: &str) -> Option<Vec<u8>> {
    let bytes = storage.read_all(place, MAX_KEPT).ok()??;
    name.contains(&sha256_hex(&bytes)).then_some(bytes)
}

/// The kept files of a log, each read from a copy that is intact.
pub struct KeptFiles<'a, S> {
    airlog: &'a S,
    copies: Option<(&'a S, &'a str)>,
}

impl<'a, S: Storage> KeptFiles<'a, S> {
    /// Reads only those beside the log.
    #[must_use]
    pub fn beside_log(airlog: &'a S) -> Self {
        Self { airlog, copies: None }
    }

    /// Reads those beside the log of this origin, and their copies beside its keys.
    #[must_use]
    pub fn with_copies(airlog: &'a S, keys: &'a S, origin: &'a str) -> Self {
        Self { airlog, copies: Some((keys, origin)) }
    }

    /// Returns the bytes of the file with this hash, if either copy is intact.
    #[must_use]
    pub fn read(&self, sha256: &str, ending: &str) -> Option<Vec<u8>> {
        let name = kept_name(sha256, ending)?;
        let copy = || self.copies.and_then(|(keys, origin)| read_intact(keys, &copy_name(origin, &name), &name));
        read_intact(self.airlog, &name, &name).or_else(copy)
    }
}

/// Removes the second copy of a file that is no longer in force, once the first copy is intact. A copy that stays does
/// no harm; removing the only copy would lose it for ever.
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
