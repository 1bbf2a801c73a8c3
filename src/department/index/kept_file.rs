//! Reads kept files of a store, and checks them against the hashes in their names.
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;

use super::IndexError;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::base::hash::{is_sha256_hex, sha256_hex};

/// The maximum size of a kept file, in bytes. It suffices for a plan of five thousand airings.
const MAX_KEPT_FILE_BYTES: u64 = 4 * 1024 * 1024;
/// The maximum total size of the cached plans, in bytes. Plans that do not fit are read each time.
const MAX_CACHED_BYTES: usize = 32 * 1024 * 1024;

/// Reads a kept file; `None` if it is missing or unreadable, or its bytes do not have the hash in its name. `extension`
/// is `json` for plans and `toml` for playlists.
///
/// # Errors
/// [`IndexError::Store`] if the store cannot be reached.
pub fn read_kept_file(storage: &AnyStorage, sha256: &str, extension: &str) -> Result<Option<Vec<u8>>, IndexError> {
    if !is_sha256_hex(sha256) {
        return Ok(None);
    }
    let bytes = match storage.read_all(&format!("kept/{sha256}.{extension}"), MAX_KEPT_FILE_BYTES) {
        Err(e) if !is_store_unreachable(&e) => None,
        result => result?,
    };
    Ok(bytes.filter(|bytes| sha256_hex(bytes) == sha256))
}

/// The kept plans that were read so far. Each plan is used twice: to judge the entries, and to list its airings.
pub struct PlanCache<'a> {
    /// The hashes of plans that count as missing.
    absent_plans: &'a BTreeSet<String>,
    /// The bytes of each plan, by hash.
    plans: HashMap<String, Arc<Vec<u8>>>,
    /// The total size of the plans, in bytes.
    total_bytes: usize,
}

impl<'a> PlanCache<'a> {
    /// Creates an empty cache. The plans with these hashes count as missing.
    pub fn without(absent_plans: &'a BTreeSet<String>) -> Self {
        Self { absent_plans, plans: HashMap::new(), total_bytes: 0 }
    }

    /// Returns a kept plan from the cache, or reads it; `None` as for [`read_kept_file`].
    pub fn get(&mut self, storage: &AnyStorage, sha256: &str) -> Result<Option<Arc<Vec<u8>>>, IndexError> {
        if self.absent_plans.contains(sha256) {
            return Ok(None);
        }
        if let Some(bytes) = self.plans.get(sha256) {
            return Ok(Some(bytes.clone()));
        }
        let bytes = read_kept_file(storage, sha256, "json")?.map(Arc::new);
        if let Some(bytes) = bytes.as_ref().filter(|bytes| self.total_bytes + bytes.len() <= MAX_CACHED_BYTES) {
            self.total_bytes += bytes.len();
            self.plans.insert(sha256.to_owned(), bytes.clone());
        }
        Ok(bytes)
    }
}

/// Returns whether an error means that the whole store cannot be read, and not just one of its files.
pub fn is_store_unreachable(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotConnected | io::ErrorKind::PermissionDenied)
}
