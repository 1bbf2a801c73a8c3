//! Writes the rows of airings, with and without outcomes.
use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, params};

use crate::department::index::IndexError;
use crate::department::index::rows::{AiringColumns, NewRows};

/// The ids of airings with an outcome, by day number.
pub(super) type SettledIds = HashMap<i32, HashSet<String>>;

/// Returns the ids of the indexed airings that have an outcome in this log, for each of these dates.
pub(super) fn settled_ids(db: &Connection, log: i64, dates: &BTreeSet<i32>) -> Result<SettledIds, IndexError> {
    let mut ids: SettledIds = HashMap::new();
    for date in dates {
        ids.insert(*date, settled_ids_on(db, log, *date)?);
    }
    Ok(ids)
}

/// Returns the ids of the indexed airings that have an outcome in this log on a date.
pub(super) fn settled_ids_on(db: &Connection, log: i64, date: i32) -> Result<HashSet<String>, IndexError> {
    let mut query = db.prepare_cached("SELECT id FROM airing WHERE date = ?1 AND log = ?2")?;
    let rows = query.query_map(params![date, log], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Writes the outcomes of a log, and adds their ids to `settled_ids`. An outcome whose id is already there is marked as
/// a repeat. `word_ids_by_number` are the ids of the strings in the table `word`, by their numbers in the rows'
/// interner.
pub(super) fn insert_airings(
    db: &Connection,
    log: i64,
    rows: &NewRows,
    word_ids_by_number: &[i64],
    settled_ids: &mut SettledIds,
) -> Result<(), IndexError> {
    for airing in &rows.airings {
        let columns = &airing.columns;
        let is_repeat = !settled_ids.entry(columns.date).or_default().insert(columns.id.clone());
        let [session, segment, title, campaign, language] = word_columns(columns, word_ids_by_number);
        let word_id = |number: Option<u32>| number.map(|number| word_id_at(word_ids_by_number, number));
        let (sha256, device) = (word_id(airing.sha256), word_id(airing.device));
        let mut insert = db.prepare_cached(
            "INSERT INTO airing VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,
                 ?21,?22,?23,NULL)",
        )?;
        insert.execute(params![
            log,
            airing.seq.cast_signed(),
            columns.id,
            columns.date,
            airing.at_us,
            columns.planned_at,
            session,
            segment,
            title,
            campaign,
            columns.topic,
            language,
            columns.planned_ms,
            airing.played_ms,
            airing.result,
            airing.reason,
            airing.late_us,
            airing.level,
            is_repeat,
            airing.is_clock_confirmed,
            sha256,
            device,
            airing.volume,
        ])?;
    }
    Ok(())
}

/// Deletes the pending airings of a log that have an outcome among these rows.
pub(super) fn delete_settled_pending(db: &Connection, log: i64, rows: &NewRows) -> Result<(), IndexError> {
    let mut delete = db.prepare_cached("DELETE FROM pending WHERE log = ?1 AND id = ?2")?;
    for airing in &rows.airings {
        delete.execute(params![log, airing.columns.id])?;
    }
    Ok(())
}

/// Writes airings of a plan as pending, except those in `settled_ids`. A pending airing from an earlier plan of the day
/// is replaced. `word_ids_by_number` is as for [`insert_airings`].
pub(super) fn insert_pending(
    db: &Connection,
    log: i64,
    airings: &[AiringColumns],
    word_ids_by_number: &[i64],
    settled_ids: Option<&HashSet<String>>,
) -> Result<(), IndexError> {
    for columns in
        airings.iter().filter(|airing| settled_ids.is_none_or(|settled_ids| !settled_ids.contains(&airing.id)))
    {
        let [session, segment, title, campaign, language] = word_columns(columns, word_ids_by_number);
        let mut insert =
            db.prepare_cached("INSERT OR REPLACE INTO pending VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)")?;
        insert.execute(params![
            log,
            columns.id,
            columns.date,
            columns.planned_at,
            session,
            segment,
            title,
            campaign,
            columns.topic,
            language,
            columns.planned_ms
        ])?;
    }
    Ok(())
}

/// Returns a string's id in the table `word`, given its number in the interner.
pub(super) fn word_id_at(word_ids_by_number: &[i64], number: u32) -> i64 {
    word_ids_by_number.get(number as usize).copied().unwrap_or_default()
}

/// Returns the ids in the table `word` of an airing's strings: session, segment, title, campaign, language.
fn word_columns(columns: &AiringColumns, word_ids_by_number: &[i64]) -> [i64; 5] {
    [columns.session, columns.segment, columns.title, columns.campaign, columns.language]
        .map(|number| word_id_at(word_ids_by_number, number))
}
