//! Reads the keys in the first entry of a log.
use std::io;

use crate::airlog::storage::Storage;
use crate::logstore::source::LogSource;
use crate::proof::entry::GenesisKeys;

/// Returns the keys in the first entry of a log; `None` if the log has no readable first entry.
///
/// # Errors
/// If the log cannot be read.
pub(super) fn read_genesis_keys<S: Storage>(log: &LogSource<S>, head: &[u8]) -> io::Result<Option<GenesisKeys>> {
    let first_line = log.first_line(head)?;
    Ok(first_line.and_then(|line| serde_json::from_slice(&line).ok()))
}
