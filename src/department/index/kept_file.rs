//! Kept files of a store, checked against their names.
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use super::IndexError;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::base::hash::{is_sha256_hex, sha256_hex};

/// Largest kept file that is read, bytes: a plan of five thousand airings.
const MAX_KEPT: u64 = 4 * 1024 * 1024;
/// Bytes that the cache holds; further plans are read again.
const MAX_CACHED_BYTES: usize = 32 * 1024 * 1024;

/// Reads a kept file; none when it is missing, or its bytes do not have the hash in its name.
///
/// # Errors
/// [`IndexError::Store`] when the store cannot be reached.
pub fn read_kept_file(storage: &AnyStorage, sha256: &str, end: &str) -> Result<Option<Vec<u8>>, IndexError> {
    if !is_sha256_hex(sha256) {
        return Ok(None);
    }
    let bytes = match storage.read_all(&format!("kept/{sha256}.{end}"), MAX_KEPT) {
        Err(e) if !is_unreachable(&e) => None,
        other => other?,
    };
    Ok(bytes.filter(|bytes| sha256_hex(bytes) == sha256))
}

/// Kept plans that were read to judge entries, so that they are not read again.
#[derive(Default)]
pub struct PlanCache {
    read: HashMap<String, Arc<Vec<u8>>>,
    bytes: usize,
}

impl PlanCache {
    /// Reads a kept plan, or returns it from the cache.
    pub fn get(&mut self, storage: &AnyStorage, sha256: &str) -> Result<Option<Arc<Vec<u8>>>, IndexError> {
        if let Some(bytes) = self.read.get(sha256) {
            return Ok(Some(bytes.clone()));
        }
        let bytes = read_kept_file(storage, sha256, "json")?.map(Arc::new);
        if let Some(bytes) = bytes.as_ref().filter(|bytes| self.bytes + bytes.len() <= MAX_CACHED_BYTES) {
            self.bytes += bytes.len();
            self.read.insert(sha256.to_owned(), bytes.clone());
        }
        Ok(bytes)
    }
}

/// Returns whether an error concerns the whole store, not one file of it.
pub fn is_unreachable(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotConnected | io::ErrorKind::PermissionDenied)
}
