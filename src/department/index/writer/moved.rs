//! Writes the ids of moved airings.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::IndexWriter;
use crate::department::index::IndexError;
use crate::department::index::delta::LogDelta;
use crate::department::index::kept_file::read_kept_file;
use crate::department::index::moved_airings::read_moved_ids;

impl IndexWriter<'_> {
    /// Writes the ids of the moved airings on the dates of the new plans, which must already be in the index. If the
    /// index has earlier plans of a date, all plans of the date are read again. This happens when the log was collected
    /// between the first plan of the date and an edit.
    pub(super) fn write_moved_ids(&self, log: i64, delta: &LogDelta, is_new_log: bool) -> Result<(), IndexError> {
        let mut new_plan_counts: BTreeMap<i32, usize> = BTreeMap::new();
        if !is_new_log {
            delta.plans.iter().for_each(|plan| *new_plan_counts.entry(plan.date).or_default() += 1);
        }
        for (date, ids) in &delta.moved_ids {
            replace_moved_ids(&self.db, log, *date, ids)?;
        }
        for (date, new_plan_count) in new_plan_counts {
            let plans = plans_on(&self.db, log, date)?;
            if plans.len() > new_plan_count {
                let storage = self.store.child_storage(&delta.origin);
                let read_plan = |sha256: &str| Ok(read_kept_file(&storage, sha256, "json")?.map(Arc::new));
                let hashes: Vec<&str> = plans.iter().map(String::as_str).collect();
                replace_moved_ids(&self.db, log, date, &read_moved_ids(date, &hashes, read_plan)?)?;
            }
        }
        Ok(())
    }
}

/// Returns the hashes of a log's plans for a date, in the order of their entries.
fn plans_on(db: &Connection, log: i64, date: i32) -> Result<Vec<String>, IndexError> {
    let mut query = db.prepare_cached("SELECT sha256 FROM plan WHERE log = ?1 AND date = ?2 ORDER BY seq")?;
    let rows = query.query_map(params![log, date], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn replace_moved_ids(db: &Connection, log: i64, date: i32, ids: &BTreeSet<String>) -> Result<(), IndexError> {
    db.prepare_cached("DELETE FROM moved WHERE log = ?1 AND date = ?2")?.execute(params![log, date])?;
    let mut insert = db.prepare_cached("INSERT INTO moved VALUES (?1, ?2, ?3)")?;
    for id in ids {
        insert.execute(params![log, date, id])?;
    }
    Ok(())
}
