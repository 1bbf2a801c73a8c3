//! Writes the plans of a log: their rows, and their airings without outcomes.
use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::airings::{SettledIds, insert_pending, settled_ids_on};
use super::word_ids::WordIds;
use crate::airlog::airing_id::is_unplanned;
use crate::department::index::IndexError;
use crate::department::index::delta::NewPlan;
use crate::department::index::interner::Interner;
use crate::department::index::kept_file::read_kept_file;
use crate::department::index::kept_plan::{ParsedPlan, parse_plan, placeholder_airings};
use crate::department::index::moved_airings::{IS_MOVED_PENDING, is_moved_outcome_sql};
use crate::logstore::location::StorageLocation;

/// Writes the new plans of a log. `word_ids_by_number` are the ids of the strings in the table `word`, by their numbers
/// in the delta's interner. `settled_ids` are the ids of airings with an outcome on the dates of the plans.
pub(super) fn insert_plans(
    db: &Connection,
    log: i64,
    plans: &[NewPlan],
    word_ids_by_number: &[i64],
    settled_ids: &SettledIds,
) -> Result<(), IndexError> {
    for plan in plans {
        let (seq, count) = (plan.row.seq.cast_signed(), plan.row.count.cast_signed());
        let planned_ms = plan.contents.as_ref().map(|contents| contents.planned_ms);
        let sql = "INSERT OR REPLACE INTO plan VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let row = params![log, plan.date, seq, count, plan.row.sha256, planned_ms.is_none(), planned_ms];
        db.prepare_cached(sql)?.execute(row)?;
        if let Some(contents) = &plan.contents {
            insert_pending(db, log, &contents.airings, word_ids_by_number, settled_ids.get(&plan.date))?;
        }
    }
    Ok(())
}

/// Returns the dates of a log on which the kept file of a plan is missing.
pub(super) fn dates_of_missing_plans(db: &Connection, log: i64) -> Result<BTreeSet<i32>, IndexError> {
    let mut query = db.prepare_cached("SELECT date FROM plan WHERE log = ?1 AND lacks")?;
    let rows = query.query_map(params![log], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Replaces the placeholder airings of a date. For a plan whose kept file is missing, only the number of airings is
/// known. If the largest such number exceeds the number of known airings, the date gets placeholders for the
/// difference. Moved airings are not counted as known.
pub(super) fn replace_placeholders(
    db: &Connection,
    word_ids: &mut WordIds,
    log: i64,
    date: i32,
) -> Result<(), IndexError> {
    let sql = "DELETE FROM pending WHERE log = ?1 AND date = ?2 AND substr(id, 1, 2) = '?@'";
    db.prepare_cached(sql)?.execute(params![log, date])?;
    let sql = "SELECT max(count) FROM plan WHERE log = ?1 AND date = ?2 AND lacks";
    let planned_count: Option<i64> = db.prepare_cached(sql)?.query_row(params![log, date], |row| row.get(0))?;
    let Some(planned_count) = planned_count else { return Ok(()) };
    let settled_count = count_settled_airings(db, log, date)?;
    let sql = format!("SELECT count(*) FROM pending WHERE log = ?1 AND date = ?2 AND NOT {IS_MOVED_PENDING}");
    let pending_count: i64 = db.prepare_cached(&sql)?.query_row(params![log, date], |row| row.get(0))?;
    let known_count = u64::try_from(pending_count).unwrap_or(0) + settled_count;
    let placeholder_count = u64::try_from(planned_count).unwrap_or(0).saturating_sub(known_count);
    let placeholders = placeholder_airings(date, placeholder_count);
    if placeholders.is_empty() {
        return Ok(());
    }
    let word_ids_by_number = word_ids.intern_all(db, &Interner::default())?;
    insert_pending(db, log, &placeholders, &word_ids_by_number, None)
}

/// Counts the planned airings of a date that have an outcome in this log, without moved ones.
fn count_settled_airings(db: &Connection, log: i64, date: i32) -> Result<u64, IndexError> {
    let is_moved = is_moved_outcome_sql();
    let sql = format!("SELECT id FROM airing WHERE date = ?1 AND log = ?2 AND NOT repeat AND NOT {is_moved}");
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query(params![date, log])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += u64::from(!is_unplanned(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?));
    }
    Ok(count)
}

/// Retries the plans whose kept files were missing, because a later collection may have brought these files.
///
/// # Errors
/// [`IndexError::Database`], and [`IndexError::Store`] if the store cannot be reached.
pub(super) fn retry_missing_plans(
    db: &Connection,
    word_ids: &mut WordIds,
    store: &StorageLocation,
) -> Result<(), IndexError> {
    let mut query = db.prepare(
        "SELECT plan.log, plan.seq, log.origin, plan.date, plan.sha256 FROM plan JOIN log ON log.id = plan.log
         WHERE plan.lacks ORDER BY plan.log, plan.seq LIMIT 10000",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    let missing_plans: Vec<(i64, i64, String, i32, String)> = rows.collect::<rusqlite::Result<_>>()?;
    drop(query);
    let mut log_dates = BTreeSet::new();
    for (log, seq, origin, date, sha256) in missing_plans {
        log_dates.insert((log, date));
        let mut interner = Interner::default();
        let plan = read_kept_file(&store.child_storage(&origin), &sha256, "json")?
            .and_then(|bytes| parse_plan(&bytes, date, &mut interner, |_| true));
        if let Some(ParsedPlan { airings, planned_ms }) = plan {
            let settled_ids = settled_ids_on(db, log, date)?;
            let word_ids_by_number = word_ids.intern_all(db, &interner)?;
            insert_pending(db, log, &airings, &word_ids_by_number, Some(&settled_ids))?;
            let sql = "UPDATE plan SET lacks = 0, planned_ms = ?3 WHERE log = ?1 AND seq = ?2";
            db.execute(sql, params![log, seq, planned_ms])?;
            // The entries were judged without this plan. Deleting the log's fold makes the next update judge them all
            // again.
            db.execute("UPDATE log SET fold = '' WHERE id = ?1", params![log])?;
        }
    }
    log_dates.into_iter().try_for_each(|(log, date)| replace_placeholders(db, word_ids, log, date))
}
