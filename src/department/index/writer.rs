//! Writes rows into the index, all in one transaction.
mod airings;
mod edited;
mod log_row;
mod moved;
mod plans;
mod word_ids;

use std::collections::BTreeSet;
use std::io;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use self::airings::{delete_settled_pending, insert_airings, settled_ids};
use self::edited::insert_edited;
use self::log_row::{log_id, upsert_log};
use self::plans::{dates_of_missing_plans, insert_plans, replace_placeholders};
use self::word_ids::WordIds;
use super::IndexError;
use super::delta::{LogDelta, implausibility_code};
use super::kept_topics::LoggedCampaign;
use super::rows::{NewRows, day_number};
use crate::logstore::location::StorageLocation;

pub use self::log_row::drop_log;

/// The maximum number of findings of a log in the index. A report shows some of the findings, and their total number.
const MAX_INDEXED_FINDINGS: usize = 100;

/// Writes rows into the index, in one transaction.
pub struct IndexWriter<'a> {
    /// The transaction. No other process can write to the index while it is open.
    pub db: Transaction<'a>,
    store: &'a StorageLocation,
    word_ids: WordIds,
}

impl<'a> IndexWriter<'a> {
    /// Begins a transaction for the rows of logs in this store.
    ///
    /// # Errors
    /// [`IndexError::Database`], for example if another process keeps the index locked for 30 s.
    pub fn new(db: &'a mut Connection, store: &'a StorageLocation) -> Result<Self, IndexError> {
        let db = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let word_ids = WordIds::load(&db)?;
        Ok(Self { db, store, word_ids })
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn commit(self) -> Result<(), IndexError> {
        Ok(self.db.commit()?)
    }

    /// Writes the delta of a log.
    ///
    /// # Errors
    /// [`IndexError::Database`]; [`IndexError::Store`] if the store cannot be reached.
    pub fn write_delta(&mut self, delta: &LogDelta) -> Result<(), IndexError> {
        if delta.replaces_all_rows
            && let Some(id) = log_id(&self.db, &delta.origin)?
        {
            drop_log(&self.db, id)?;
        }
        let is_new_log = log_id(&self.db, &delta.origin)?.is_none();
        let log = upsert_log(&self.db, delta)?;
        let mut dates: BTreeSet<i32> = delta.plans.iter().map(|plan| plan.date).collect();
        dates.extend(delta.rows.airings.iter().map(|airing| airing.columns.date));
        let mut settled_ids = settled_ids(&self.db, log, &dates)?;
        let word_ids_by_number = self.word_ids.intern_all(&self.db, &delta.rows.strings)?;
        insert_airings(&self.db, log, &delta.rows, &word_ids_by_number, &mut settled_ids)?;
        self.insert_events(log, &delta.rows)?;
        insert_edited(&self.db, log, &delta.rows, &word_ids_by_number)?;
        self.insert_findings(log, delta)?;
        self.upsert_campaigns(&delta.campaigns)?;
        self.mark_implausible_rows(log, delta)?;
        self.insert_cosigned_heads(log, delta)?;
        // The new outcomes may settle airings of earlier plans.
        if !is_new_log {
            delete_settled_pending(&self.db, log, &delta.rows)?;
        }
        insert_plans(&self.db, log, &delta.plans, &word_ids_by_number, &settled_ids)?;
        self.write_former_places(log, delta, is_new_log)?;
        // The new plans and outcomes change the number of airings that are known on their dates.
        let missing_plan_dates = dates_of_missing_plans(&self.db, log)?;
        missing_plan_dates
            .intersection(&dates)
            .try_for_each(|date| replace_placeholders(&self.db, &mut self.word_ids, log, *date))
    }

    /// Retries the plans whose kept files were missing, because a later collection may have brought these files.
    ///
    /// # Errors
    /// [`IndexError::Database`]; [`IndexError::Store`] if the store cannot be reached.
    pub fn retry_missing_plans(&mut self) -> Result<(), IndexError> {
        plans::retry_missing_plans(&self.db, &mut self.word_ids, self.store)
    }

    fn insert_events(&self, log: i64, rows: &NewRows) -> Result<(), IndexError> {
        let mut insert = self.db.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        for event in &rows.events {
            let date = event.at.get(..10).and_then(|date| date.parse().ok()).map_or(0, day_number);
            let seq = event.seq.cast_signed();
            insert.execute(params![log, seq, event.at, date, event.kind, event.subject, event.operator, event.text])?;
        }
        Ok(())
    }

    /// Writes the findings of a log, up to [`MAX_INDEXED_FINDINGS`]. The log's row has the number of all findings.
    fn insert_findings(&self, log: i64, delta: &LogDelta) -> Result<(), IndexError> {
        let finding_count: u32 =
            self.db.query_row("SELECT count(*) FROM finding WHERE log = ?1", [log], |row| row.get(0))?;
        let mut insert = self.db.prepare_cached("INSERT OR IGNORE INTO finding VALUES (?1, ?2, ?3, ?4)")?;
        for finding in delta.findings.iter().take(MAX_INDEXED_FINDINGS.saturating_sub(finding_count as usize)) {
            let cause = serde_json::to_string(&finding.cause).map_err(io::Error::from)?;
            insert.execute(params![log, finding.seq.cast_signed(), implausibility_code(&finding.cause), cause])?;
        }
        Ok(())
    }

    /// Replaces all titles and documents of campaigns, and all titles of topics.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn replace_campaigns(&mut self, campaigns: &[LoggedCampaign]) -> Result<(), IndexError> {
        self.db.execute_batch("DELETE FROM campaign; DELETE FROM topic;")?;
        let campaigns: Vec<_> = campaigns.iter().map(|campaign| (campaign.clone(), 0)).collect();
        self.upsert_campaigns(&campaigns)
    }

    /// Writes the titles and documents of campaigns, and the titles of their topics. Of two of the same moment, the last
    /// in the alphabet is kept, because the order in which logs are read is not always the same.
    fn upsert_campaigns(&mut self, campaigns: &[(LoggedCampaign, i64)]) -> Result<(), IndexError> {
        for (campaign, at) in campaigns {
            let id = self.word_ids.id(&self.db, &campaign.id)?;
            self.db.execute(
                "INSERT INTO campaign VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET title = ?2, reference = ?3, at_us = ?4
                 WHERE at_us < ?4 OR (at_us = ?4 AND (title, reference) < (?2, ?3))",
                params![id, campaign.title, campaign.reference, at],
            )?;
            for (topic, title) in &campaign.topics {
                self.db.execute(
                    "INSERT INTO topic VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET title = ?3, at_us = ?4
                     WHERE at_us < ?4 OR (at_us = ?4 AND title < ?3)",
                    params![id, topic, title, at],
                )?;
            }
        }
        Ok(())
    }

    /// Marks the rows of implausible outcomes with the codes of their findings. A row that already has a code keeps it.
    fn mark_implausible_rows(&mut self, log: i64, delta: &LogDelta) -> Result<(), IndexError> {
        for row in &delta.implausible_rows {
            let code = self.word_ids.id(&self.db, &row.code)?;
            let sql = "UPDATE airing SET doubt = coalesce(doubt, ?4) WHERE log = ?1 AND date = ?2 AND seq = ?3";
            self.db.prepare_cached(sql)?.execute(params![log, row.date, row.seq.cast_signed(), code])?;
        }
        Ok(())
    }

    /// Writes the sizes and times of countersigned heads. Of two times for a size, the earlier one is kept.
    fn insert_cosigned_heads(&self, log: i64, delta: &LogDelta) -> Result<(), IndexError> {
        for (size, at) in &delta.cosigned_heads {
            let sql = "INSERT INTO seen VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET at = min(at, ?3)";
            self.db.prepare_cached(sql)?.execute(params![log, size, at])?;
        }
        Ok(())
    }
}
