//! The keys in the first entry of a log.
use std::io;

use crate::airlog::storage::Storage;
use crate::logstore::source::LogSource;
use crate::proof::entry::GenesisKeys;

/// Returns the keys in the first entry of a log, if it has a readable one.
///
/// # Errors
/// When the log cannot be read.
pub(super) fn read_genesis_keys<S: Storage>(log: &LogSource<S>, head: &[u8]) -> io::Result<Option<GenesisKeys>> {
    let first = log.first_line(head)?;
    Ok(first.and_then(|line| serde_json::from_slice(&line).ok()))
}
