//! Writes the changes of planned airtime that edits made.
use rusqlite::{Connection, params};

use super::airings::word_id_at;
use crate::department::index::IndexError;
use crate::department::index::rows::NewRows;

/// Writes the changes of a log. `word_ids_by_number` are the ids of the strings in the table `word`, by their numbers in
/// the rows' interner.
pub(super) fn insert_edited(
    db: &Connection,
    log: i64,
    rows: &NewRows,
    word_ids_by_number: &[i64],
) -> Result<(), IndexError> {
    let mut insert = db.prepare_cached("INSERT INTO edited VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    for row in &rows.edited {
        insert.execute(params![
            log,
            row.seq.cast_signed(),
            i64::try_from(row.number).unwrap_or(i64::MAX),
            row.edited_on,
            row.date,
            word_id_at(word_ids_by_number, row.campaign),
            row.topic,
            word_id_at(word_ids_by_number, row.language),
            row.airings,
            row.planned_ms,
        ])?;
    }
    Ok(())
}
