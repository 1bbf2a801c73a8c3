//! Plans of a log: their rows, and their airings without outcomes.
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
use crate::logstore::location::StorageLocation;

/// Writes the new plans of a log. `words` are the numbers of the reading's words, `settled` the ids with an outcome.
pub(super) fn insert_plans(
    db: &Connection,
    word_ids: &mut WordIds,
    log: i64,
    plans: &[NewPlan],
    words: &[i64],
    settled: &SettledIds,
) -> Result<(), IndexError> {
    let mut missing = BTreeSet::new();
    for plan in plans {
        let (seq, count) = (plan.row.seq.cast_signed(), plan.row.count.cast_signed());
        let planned_ms = plan.unsettled.as_ref().map(|(_, ms)| *ms);
        let sql = "INSERT OR REPLACE INTO plan VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let row = params![log, plan.date, seq, count, plan.row.sha256, planned_ms.is_none(), planned_ms];
        db.prepare_cached(sql)?.execute(row)?;
        match &plan.unsettled {
            Some((open, _)) => insert_pending(db, log, open, words, settled.get(&plan.date))?,
            None => {
                missing.insert(plan.date);
            }
        }
    }
    missing.into_iter().try_for_each(|day| replace_placeholders(db, word_ids, log, day))
}

/// Replaces the placeholders of a date. For a plan whose kept file is missing only the number of airings is known: each
/// airing without a known id gets a placeholder.
pub(super) fn replace_placeholders(
    db: &Connection,
    word_ids: &mut WordIds,
    log: i64,
    day: i32,
) -> Result<(), IndexError> {
    let sql = "DELETE FROM pending WHERE log = ?1 AND date = ?2 AND substr(id, 1, 2) = '?@'";
    db.prepare_cached(sql)?.execute(params![log, day])?;
    let sql = "SELECT max(count) FROM plan WHERE log = ?1 AND date = ?2 AND lacks";
    let count: Option<i64> = db.prepare_cached(sql)?.query_row(params![log, day], |row| row.get(0))?;
    let Some(count) = count else { return Ok(()) };
    let named = settled_ids_on(db, log, day)?.iter().filter(|id| !is_unplanned(id)).count();
    let sql = "SELECT count(*) FROM pending WHERE log = ?1 AND date = ?2";
    let open: i64 = db.prepare_cached(sql)?.query_row(params![log, day], |row| row.get(0))?;
    let named = u64::try_from(open).unwrap_or(0) + named as u64;
    let lacking = placeholder_airings(day, u64::try_from(count).unwrap_or(0).saturating_sub(named));
    if lacking.is_empty() {
        return Ok(());
    }
    let words = word_ids.intern_all(db, &Interner::default())?;
    insert_pending(db, log, &lacking, &words, None)
}

/// Reads plans again whose kept files were missing. They may have come since.
///
/// # Errors
/// [`IndexError::Database`], and [`IndexError::Store`] when the store cannot be reached.
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
    let lacking: Vec<(i64, i64, String, i32, String)> = rows.collect::<rusqlite::Result<_>>()?;
    drop(query);
    let mut days = BTreeSet::new();
    for (log, seq, origin, date, sha256) in lacking {
        days.insert((log, date));
        let mut words = Interner::default();
        let plan = read_kept_file(&store.child_storage(&origin), &sha256, "json")?
            .and_then(|bytes| parse_plan(&bytes, date, &mut words, |_| true));
        if let Some(ParsedPlan { airings, planned_ms }) = plan {
            let settled = settled_ids_on(db, log, date)?;
            let words = word_ids.intern_all(db, &words)?;
            insert_pending(db, log, &airings, &words, Some(&settled))?;
            let sql = "UPDATE plan SET lacks = 0, planned_ms = ?3 WHERE log = ?1 AND seq = ?2";
            db.execute(sql, params![log, seq, planned_ms])?;
            // Entries that were judged without the plan are judged again, together with the next ones.
            db.execute("UPDATE log SET fold = '' WHERE id = ?1", params![log])?;
        }
    }
    days.into_iter().try_for_each(|(log, day)| replace_placeholders(db, word_ids, log, day))
}
