//! Writes the ids of moved airings, and those that stand for a withdrawn recording.
use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::IndexWriter;
use crate::airlog::moved_airings::{FormerPlace, WithdrawnRecording};
use crate::department::index::IndexError;
use crate::department::index::delta::LogDelta;
use crate::department::index::interner::bounded_text;
use crate::department::index::kept_file::read_kept_file;
use crate::department::index::moved_airings::read_former_places;

impl IndexWriter<'_> {
    /// Writes the former places on the dates of the new plans, which must already be in the index. If the index has earlier plans of a date, all plans of the date are read again. This happens when the log was collected
    /// between the first plan of the date and an edit.
    pub(super) fn write_former_places(
        &mut self,
        log: i64,
        delta: &LogDelta,
        is_new_log: bool,
    ) -> Result<(), IndexError> {
        let mut new_plan_counts: BTreeMap<i32, usize> = BTreeMap::new();
        if !is_new_log {
            delta.plans.iter().for_each(|plan| *new_plan_counts.entry(plan.date).or_default() += 1);
        }
        for (date, places) in &delta.former_places {
            self.replace_former_places(log, *date, places)?;
        }
        for (date, new_plan_count) in new_plan_counts {
            let plans = plans_on(&self.db, log, date)?;
            if plans.len() > new_plan_count {
                let storage = self.store.child_storage(&delta.origin);
                let read_plan = |sha256: &str| Ok(read_kept_file(&storage, sha256, "json")?.map(Arc::new));
                let hashes: Vec<&str> = plans.iter().map(String::as_str).collect();
                let places = read_former_places(date, &hashes, read_plan)?;
                self.replace_former_places(log, date, &places)?;
            }
        }
        Ok(())
    }

    fn replace_former_places(
        &mut self,
        log: i64,
        date: i32,
        places: &BTreeMap<String, FormerPlace>,
    ) -> Result<(), IndexError> {
        for table in ["moved", "stand_in"] {
            let sql = format!("DELETE FROM {table} WHERE log = ?1 AND date = ?2");
            self.db.prepare_cached(&sql)?.execute(params![log, date])?;
        }
        for (id, place) in places {
            match place {
                FormerPlace::Moved => {
                    let mut insert = self.db.prepare_cached("INSERT INTO moved VALUES (?1, ?2, ?3)")?;
                    insert.execute(params![log, date, id])?;
                }
                FormerPlace::StandsFor(recording) => self.insert_stand_in(log, date, id, recording)?,
            }
        }
        Ok(())
    }

    fn insert_stand_in(
        &mut self,
        log: i64,
        date: i32,
        id: &str,
        recording: &WithdrawnRecording,
    ) -> Result<(), IndexError> {
        let campaign = recording.campaign.as_deref().unwrap_or_default();
        let mut word_id = |text: &str| self.word_ids.id(&self.db, &bounded_text(text));
        let [segment, title, campaign, language] = [
            word_id(&recording.segment)?,
            word_id(&recording.title)?,
            word_id(campaign)?,
            word_id(&recording.language)?,
        ];
        let (planned_at, planned_ms) = (bounded_text(&recording.start), recording.duration_ms);
        let sql = "INSERT INTO stand_in VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let topic = recording.topic;
        let row = params![log, date, id, planned_at, segment, title, campaign, topic, language, planned_ms];
        self.db.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }
}

/// Returns the hashes of a log's plans for a date, in the order of their entries.
fn plans_on(db: &Connection, log: i64, date: i32) -> Result<Vec<String>, IndexError> {
    let mut query = db.prepare_cached("SELECT sha256 FROM plan WHERE log = ?1 AND date = ?2 ORDER BY seq")?;
    let rows = query.query_map(params![log, date], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
