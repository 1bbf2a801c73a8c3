//! Rows of airings, with and without outcomes.
use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, params};

use crate::department::index::IndexError;
use crate::department::index::rows::{AiringColumns, NewRows};

/// Ids that have an outcome, by date.
pub(super) type SettledIds = HashMap<i32, HashSet<String>>;

/// Returns the ids that have an outcome on these dates already.
pub(super) fn settled_ids(db: &Connection, log: i64, days: &BTreeSet<i32>) -> Result<SettledIds, IndexError> {
    let mut ids: SettledIds = HashMap::new();
    for day in days {
        ids.insert(*day, settled_ids_on(db, log, *day)?);
    }
    Ok(ids)
}

pub(super) fn settled_ids_on(db: &Connection, log: i64, day: i32) -> Result<HashSet<String>, IndexError> {
    let mut query = db.prepare_cached("SELECT id FROM airing WHERE date = ?1 AND log = ?2")?;
    let rows = query.query_map(params![day, log], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn insert_airings(
    db: &Connection,
    log: i64,
    rows: &NewRows,
    words: &[i64],
    ids: &mut SettledIds,
) -> Result<(), IndexError> {
    for airing in &rows.airings {
        let about = &airing.columns;
        let repeat = !ids.entry(about.date).or_default().insert(about.id.clone());
        let [session, segment, title, campaign, language] = word_columns(about, words);
        let word = |number: Option<u32>| number.map(|number| word_id_at(words, number));
        let (sha256, device) = (word(airing.sha256), word(airing.device));
        let mut insert = db.prepare_cached(
            "INSERT INTO airing VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,NULL)",
        )?;
        insert.execute(params![
            log,
            airing.seq.cast_signed(),
            about.id,
            about.date,
            airing.at_us,
            about.planned_at,
            session,
            segment,
            title,
            campaign,
            about.topic,
            language,
            about.planned_ms,
            airing.played_ms,
            airing.result,
            airing.reason,
            airing.late_us,
            airing.level,
            repeat,
            airing.clock_vouched,
            sha256,
            device,
            airing.volume,
        ])?;
    }
    Ok(())
}

/// Deletes airings without outcomes that have one among these rows.
pub(super) fn delete_settled(db: &Connection, log: i64, rows: &NewRows) -> Result<(), IndexError> {
    let mut delete = db.prepare_cached("DELETE FROM pending WHERE log = ?1 AND id = ?2")?;
    for airing in &rows.airings {
        delete.execute(params![log, airing.columns.id])?;
    }
    Ok(())
}

/// Writes airings of a plan that have no outcome. A later plan of the day replaces what an earlier one says of an
/// airing.
pub(super) fn insert_pending(
    db: &Connection,
    log: i64,
    open: &[AiringColumns],
    words: &[i64],
    settled: Option<&HashSet<String>>,
) -> Result<(), IndexError> {
    for about in open.iter().filter(|about| settled.is_none_or(|settled| !settled.contains(&about.id))) {
        let [session, segment, title, campaign, language] = word_columns(about, words);
        let mut insert =
            db.prepare_cached("INSERT OR REPLACE INTO pending VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)")?;
        insert.execute(params![
            log,
            about.id,
            about.date,
            about.planned_at,
            session,
            segment,
            title,
            campaign,
            about.topic,
            language,
            about.planned_ms
        ])?;
    }
    Ok(())
}

/// Returns the index's number of a word with this number in the reading.
fn word_id_at(words: &[i64], number: u32) -> i64 {
    words.get(number as usize).copied().unwrap_or_default()
}

/// Returns the index's numbers of an airing's words: session, segment, title, campaign, language.
fn word_columns(about: &AiringColumns, words: &[i64]) -> [i64; 5] {
    [about.session, about.segment, about.title, about.campaign, about.language].map(|number| word_id_at(words, number))
}
