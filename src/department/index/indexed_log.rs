//! A log as the index has it, and everything else known of a log before it is read.
use std::collections::HashMap;

use rusqlite::Connection;

use super::IndexError;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{Note, VerifierKey};
use crate::proof::tree::{CompactRange, Hash};

/// A log as the index has it.
pub struct IndexedLog {
    /// The log's number in the index.
    pub id: i64,
    /// The tree over its entries.
    pub range: CompactRange,
    /// When this machine's witness countersigned that head, seconds since 1970.
    pub cosigned_at: Option<i64>,
    /// Whether the operator vouches for the clock after those entries.
    pub clock_confirmed: bool,
    /// The plausibility of those entries, a [`PlausibilityFold`](crate::airlog::plausibility::PlausibilityFold) as
    /// JSON.
    pub fold: String,
}

/// Loads all logs of the index, by name.
///
/// # Errors
/// [`IndexError::Database`].
pub fn indexed_logs(db: &Connection) -> Result<HashMap<String, IndexedLog>, IndexError> {
    let mut query = db.prepare("SELECT origin, id, size, peaks, cosigned, confirmed, fold FROM log")?;
    let rows = query.query_map([], |row| {
        let (origin, id, size): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let peaks: Vec<u8> = row.get(3)?;
        Ok((origin, id, size, peaks, row.get(4)?, row.get(5)?, row.get(6)?))
    })?;
    let mut there = HashMap::new();
    for row in rows {
        let (origin, id, size, peaks, cosigned, confirmed, fold) = row?;
        let peaks: Vec<Hash> = peaks.as_chunks().0.to_vec();
        let range = CompactRange::from_parts(u64::try_from(size).unwrap_or(0), peaks).unwrap_or_default();
        there.insert(origin, IndexedLog { id, range, cosigned_at: cosigned, clock_confirmed: confirmed, fold });
    }
    Ok(there)
}

/// Everything known of a log before it is read.
pub struct LogReadContext<'a> {
    /// The log's key.
    pub key: &'a VerifierKey,
    /// The department's key.
    pub witness_key: &'a VerifierKey,
    /// The newest head of the log that this machine has collected.
    pub witnessed_head: Option<&'a (Note, Checkpoint)>,
    /// The log as the index has it.
    pub indexed: Option<&'a IndexedLog>,
}
