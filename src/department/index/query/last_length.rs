//! The last known length of a segment whose file is missing.
use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::airing::IndexedAiring;
use crate::department::index::rows::day_number;
use crate::department::report::fact::Symbol;

/// Finds the last known planned lengths of segments. The outcomes of a segment in a log are read once, and only if some
/// airing needs them.
pub(super) struct LastLengths<'a> {
    db: &'a Connection,
    /// By log and segment: the date and the planned length in milliseconds of each outcome that has one, in the order
    /// of dates and entries.
    lengths: HashMap<(i64, Symbol), Vec<(i32, i64)>>,
}

impl<'a> LastLengths<'a> {
    pub(super) fn new(db: &'a Connection) -> Self {
        Self { db, lengths: HashMap::new() }
    }

    /// Completes an airing of this log whose planned length is not known: with the length in the latest outcome of the
    /// segment whose date is not after that of the airing.
    pub(super) fn complete(&mut self, airing: &mut IndexedAiring<'_>, log: i64) -> rusqlite::Result<()> {
        if airing.fact.planned_ms > 0 {
            return Ok(());
        }
        let key = (log, airing.fact.segment);
        if !self.lengths.contains_key(&key) {
            let lengths = self.read(key)?;
            self.lengths.insert(key, lengths);
        }
        let lengths = self.lengths.get(&key).map(Vec::as_slice).unwrap_or_default();
        let end = lengths.partition_point(|(date, _)| *date <= day_number(airing.fact.date));
        airing.fact.last_known_ms = end.checked_sub(1).map_or(0, |index| lengths[index].1);
        Ok(())
    }

    fn read(&self, (log, segment): (i64, Symbol)) -> rusqlite::Result<Vec<(i32, i64)>> {
        let sql = "SELECT date, planned_ms FROM airing WHERE log = ?1 AND segment = ?2 AND planned_ms > 0
                   ORDER BY date, seq";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(params![log, segment], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    }
}
