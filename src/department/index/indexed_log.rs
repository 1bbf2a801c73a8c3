//! The state of a log in the index, and the context in which a log is read.
use std::collections::HashMap;

use rusqlite::Connection;

use super::IndexError;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{Note, VerifierKey};
use crate::proof::tree::{CompactRange, Hash};

/// The state of a log in the index.
pub struct IndexedLog {
    /// The log's row id in the index.
    pub id: i64,
    /// The tree over its indexed entries.
    pub tree: CompactRange,
    /// The time at which this machine's witness countersigned the indexed head, in seconds since 1970; `None` if it has
    /// not.
    pub cosigned_at: Option<i64>,
    /// True when an operator's confirmation of the clock is in effect after the last indexed entry.
    pub clock_confirmed_by_operator: bool,
    /// The [`PlausibilityFold`](crate::airlog::plausibility::PlausibilityFold) over the indexed entries, as JSON; empty
    /// if the whole log must be judged again.
    pub fold: String,
}

/// Loads the states of all logs in the index, by origin.
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
    let mut logs = HashMap::new();
    for row in rows {
        let (origin, id, size, peaks, cosigned_at, clock_confirmed_by_operator, fold) = row?;
        let peaks: Vec<Hash> = peaks.as_chunks().0.to_vec();
        let tree = CompactRange::from_parts(u64::try_from(size).unwrap_or(0), peaks).unwrap_or_default();
        logs.insert(origin, IndexedLog { id, tree, cosigned_at, clock_confirmed_by_operator, fold });
    }
    Ok(logs)
}

/// The keys and known states of a log that is about to be read.
pub struct LogReadContext<'a> {
    /// The log's verifier key.
    pub key: &'a VerifierKey,
    /// The verifier key of this machine's witness.
    pub witness_key: &'a VerifierKey,
    /// The newest head of the log that the witness has recorded; `None` if it has recorded none.
    pub recorded_head: Option<&'a (Note, Checkpoint)>,
    /// The state of the log in the index; `None` if the index does not have the log.
    pub indexed_log: Option<&'a IndexedLog>,
}
