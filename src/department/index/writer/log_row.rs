//! Writes the row of a log, and deletes logs.
use std::io;

use rusqlite::{Connection, OptionalExtension, params};

use crate::department::index::IndexError;
use crate::department::index::delta::LogDelta;
use crate::proof::origin::station_in_origin;

/// Deletes all rows of a log from the index.
///
/// # Errors
/// If SQLite fails.
pub fn drop_log(db: &Connection, id: i64) -> rusqlite::Result<()> {
    for table in ["airing", "plan", "pending", "moved", "stand_in", "event", "edited", "seen", "finding"] {
        db.execute(&format!("DELETE FROM {table} WHERE log = ?1"), [id])?;
    }
    db.execute("DELETE FROM log WHERE id = ?1", [id]).map(|_| ())
}

/// Returns the row id of a log; `None` if the index does not have it.
pub(super) fn log_id(db: &Connection, origin: &str) -> rusqlite::Result<Option<i64>> {
    let mut query = db.prepare_cached("SELECT id FROM log WHERE origin = ?1")?;
    query.query_row([origin], |row| row.get(0)).optional()
}

/// Writes the row of a log, or updates it, and returns its row id. The station's name and the preceding log are those
/// of the first delta, which contains the first entry.
pub(super) fn upsert_log(db: &Connection, delta: &LogDelta) -> Result<i64, IndexError> {
    let (size, peaks) = delta.tree.parts();
    let (size, peaks) = (size.cast_signed(), peaks.concat());
    let station = station_in_origin(&delta.origin).unwrap_or_default();
    let name = delta.rows.station_name.clone().unwrap_or_default();
    db.execute(
        "INSERT INTO log (origin, station, size, peaks, newest, name, head, cosigned, confirmed,
             before_entries, before_origin, fold, findings, airings, program)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
         ON CONFLICT (origin) DO UPDATE SET size = ?3, peaks = ?4, newest = coalesce(?5, newest), head = ?7,
             cosigned = ?8, confirmed = ?9, fold = ?12, findings = findings + ?13, airings = airings + ?14,
             program = coalesce(?15, program)",
        params![
            delta.origin,
            station,
            size,
            peaks,
            delta.rows.newest_at,
            name,
            delta.head,
            delta.cosigned_at,
            delta.rows.clock_confirmed_by_operator,
            delta.rows.preceding_log.as_ref().map(|log| log.entries.cast_signed()),
            delta.rows.preceding_log.as_ref().and_then(|log| log.origin.as_ref()),
            serde_json::to_string(&delta.fold).map_err(io::Error::from)?,
            i64::try_from(delta.findings.len()).unwrap_or(i64::MAX),
            i64::try_from(delta.rows.airings.len()).unwrap_or(i64::MAX),
            delta.rows.program
        ],
    )?;
    Ok(log_id(db, &delta.origin)?.unwrap_or_default())
}
