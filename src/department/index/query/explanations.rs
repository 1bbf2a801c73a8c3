//! Reads what stations have said about airings.
use std::collections::HashMap;

use rusqlite::params;

use crate::airlog::airing_id::is_unplanned;
use crate::department::index::{AiringIndex, IndexError};

/// The maximum number of airings of one log whose notes are read. A log with more notes is no honest one, and must not
/// fill the memory.
const MAX_EXPLAINED_AIRINGS: usize = 20_000;

/// The newest note of a station about an airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationNote {
    /// The number of the note in its log.
    pub seq: u64,
    /// The text.
    pub text: String,
}

/// The newest notes about airings, by the row id of the log and the id of the airing.
#[derive(Debug, Clone, Default)]
pub struct StationNotes {
    by_log: HashMap<i64, HashMap<String, StationNote>>,
}

impl StationNotes {
    /// Returns the newest note about an airing; `None` if there is none.
    #[must_use]
    pub fn about(&self, log: i64, airing: &str) -> Option<&StationNote> {
        self.by_log.get(&log)?.get(airing)
    }
}

/// An outcome in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedOutcome {
    /// The origin of the log.
    pub origin: String,
    /// The id of the airing.
    pub airing: String,
    /// True if the airing was planned and not aired completely.
    pub is_missed: bool,
    /// The newest note about the airing; `None` if there is none.
    pub note: Option<StationNote>,
}

impl AiringIndex {
    /// Returns the newest note about each airing that has one.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn station_notes(&self) -> Result<StationNotes, IndexError> {
        let mut notes = StationNotes::default();
        let sql = "SELECT log, subject, seq, text FROM event WHERE kind = 'note' AND subject <> '' ORDER BY log, seq";
        let mut query = self.db.prepare(sql)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (log, airing): (i64, String) = (row.get(0)?, row.get(1)?);
            let of_log = notes.by_log.entry(log).or_default();
            if of_log.len() < MAX_EXPLAINED_AIRINGS || of_log.contains_key(&airing) {
                of_log.insert(airing, StationNote { seq: row.get::<_, i64>(2)?.cast_unsigned(), text: row.get(3)? });
            }
        }
        Ok(notes)
    }

    /// Returns the outcomes with this number in the logs of a station: at most one for each log.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn outcomes_numbered(&self, station: &str, number: u64) -> Result<Vec<NumberedOutcome>, IndexError> {
        let mut query = self.db.prepare(
            "SELECT log.origin, airing.id, log.id,
                 airing.result <> 0 OR airing.level <= 0 OR airing.volume IS 0 OR airing.doubt IS NOT NULL
             FROM log JOIN airing ON airing.log = log.id
             WHERE log.station = ?1 AND airing.seq = ?2 ORDER BY log.id",
        )?;
        let Ok(number) = i64::try_from(number) else { return Ok(Vec::new()) };
        let notes = self.station_notes()?;
        let rows = query.query_map(params![station, number], |row| {
            let (airing, log): (String, i64) = (row.get(1)?, row.get(2)?);
            Ok(NumberedOutcome {
                origin: row.get(0)?,
                is_missed: row.get(3)? && !is_unplanned(&airing),
                note: notes.about(log, &airing).cloned(),
                airing,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
