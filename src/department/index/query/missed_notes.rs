//! Reads the notes of stations on missed airings.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::params;

use crate::airlog::airing_id::date_in_id;
use crate::department::index::moved_airings::is_moved_outcome_sql;
use crate::department::index::rows::day_number;
use crate::department::index::{AiringIndex, IndexError};
use crate::department::report::period::DateRange;

/// A station's note on a missed airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteOnMiss {
    /// The number of its entry in the log.
    pub seq: u64,
    /// Its text.
    pub text: String,
}

/// The newest note on each missed airing, by the airing's date and id.
pub type NotesOnMisses = BTreeMap<(NaiveDate, String), NoteOnMiss>;

impl AiringIndex {
    /// Returns the notes on the missed airings of a range of dates, by station.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn notes_on_misses(&self, range: DateRange) -> Result<BTreeMap<String, NotesOnMisses>, IndexError> {
        // Nobody writes a note before the day of the airing.
        let mut notes_query = self.db.prepare(
            "SELECT log.station, event.subject, event.text, event.seq FROM event JOIN log ON log.id = event.log
             WHERE event.kind = 'note' AND event.date >= ?1 ORDER BY event.at, event.log, event.seq",
        )?;
        // After a disk was replaced, the note can be in another log than the airing.
        let mut missed_query = self.db.prepare(&format!(
            "SELECT EXISTS (SELECT 1 FROM log JOIN airing ON airing.log = log.id
             WHERE log.station = ?1 AND airing.date = ?2 AND airing.id = ?3 AND airing.result = 2
             AND NOT airing.repeat AND NOT {})",
            is_moved_outcome_sql()
        ))?;
        let mut notes: BTreeMap<String, NotesOnMisses> = BTreeMap::new();
        let mut rows = notes_query.query([day_number(range.from)])?;
        while let Some(row) = rows.next()? {
            let (station, airing, text): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let seq = row.get::<_, i64>(3)?.cast_unsigned();
            let Some(date) = date_in_id(&airing).filter(|date| range.contains(*date)) else { continue };
            let is_missed: bool =
                missed_query.query_row(params![station, day_number(date), airing], |row| row.get(0))?;
            if is_missed {
                notes.entry(station).or_default().insert((date, airing), NoteOnMiss { seq, text });
            }
        }
        Ok(notes)
    }
}
