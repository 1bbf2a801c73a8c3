//! Writes rows into the index, all in one transaction.
use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::IndexError;
use super::delta::{LogDelta, read_kept_file, reason_code};
use super::interner::Interner;
use super::rows::{AiringColumns, NewRows, ParsedPlan, day_number, parse_plan, placeholder_airings};
use crate::airlog::airing_id::is_unplanned;
use crate::logstore::location::StorageLocation;
use crate::proof::origin::station_in_origin;

/// So many findings of a log are kept one by one: a report names some of them, and says how many there are.
const MAX_FINDINGS: usize = 100;

/// Throws away what the index has of a log.
///
/// # Errors
/// What the database says.
pub fn drop_log(db: &Connection, id: i64) -> rusqlite::Result<()> {
    for table in ["airing", "plan", "pending", "event", "seen", "finding"] {
        db.execute(&format!("DELETE FROM {table} WHERE log = ?1"), [id])?;
    }
    db.execute("DELETE FROM log WHERE id = ?1", [id]).map(|_| ())
}

/// Writes rows.
pub struct IndexWriter<'a> {
    /// Nobody else writes as long as it is open.
    pub db: Transaction<'a>,
    word_ids: HashMap<String, i64>,
}

impl<'a> IndexWriter<'a> {
    /// Begins.
    ///
    /// # Errors
    /// What the database says.
    pub fn new(db: &'a mut Connection) -> Result<Self, IndexError> {
        let db = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut words = HashMap::new();
        {
            let mut query = db.prepare("SELECT text, id FROM word")?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for row in rows {
                let (text, id): (String, i64) = row?;
                words.insert(text, id);
            }
        }
        Ok(Self { db, word_ids: words })
    }

    /// Ends.
    ///
    /// # Errors
    /// What the database says.
    pub fn commit(self) -> Result<(), IndexError> {
        Ok(self.db.commit()?)
    }

    fn word_id(&mut self, text: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.word_ids.get(text) {
            return Ok(*id);
        }
        // Counted from 0, so that they can be places in a row.
        let id = i64::try_from(self.word_ids.len()).unwrap_or(i64::MAX);
        self.db.prepare_cached("INSERT INTO word (id, text) VALUES (?1, ?2)")?.execute(params![id, text])?;
        self.word_ids.insert(text.to_owned(), id);
        Ok(id)
    }

    /// Takes what is new in a log.
    ///
    /// # Errors
    /// What the database says.
    pub fn write_delta(&mut self, news: &LogDelta) -> Result<(), IndexError> {
        if news.rebuild
            && let Some(id) = self.log_id(&news.origin)?
        {
            drop_log(&self.db, id)?;
        }
        let fresh = self.log_id(&news.origin)?.is_none();
        let log = self.upsert_log(news)?;
        let mut days: BTreeSet<i32> = news.plans.iter().map(|plan| plan.date).collect();
        days.extend(news.rows.airings.iter().map(|airing| airing.columns.date));
        let mut ids = self.settled_ids(log, &days)?;
        let words = self.intern_all(&news.rows.words)?;
        self.insert_airings(log, &news.rows, &words, &mut ids)?;
        self.insert_events(log, &news.rows)?;
        self.insert_findings(log, news)?;
        self.upsert_topics(news)?;
        for doubt in &news.doubted_rows {
            let code = self.word_id(&doubt.code)?;
            let sql = "UPDATE airing SET doubt = coalesce(doubt, ?4) WHERE log = ?1 AND date = ?2 AND seq = ?3";
            self.db.prepare_cached(sql)?.execute(params![log, doubt.date, doubt.seq.cast_signed(), code])?;
        }
        for (size, at) in &news.seen_sizes {
            let sql = "INSERT INTO seen VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET at = min(at, ?3)";
            self.db.prepare_cached(sql)?.execute(params![log, size, at])?;
        }
        // Of plans that came earlier, what has its outcome now.
        if !fresh {
            let mut delete = self.db.prepare_cached("DELETE FROM pending WHERE log = ?1 AND id = ?2")?;
            for airing in &news.rows.airings {
                delete.execute(params![log, airing.columns.id])?;
            }
        }
        let mut lacking = BTreeSet::new();
        for plan in &news.plans {
            let (seq, count) = (plan.row.seq.cast_signed(), plan.row.count.cast_signed());
            let planned_ms = plan.unsettled.as_ref().map(|(_, ms)| *ms);
            let sql = "INSERT OR REPLACE INTO plan VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let row = params![log, plan.date, seq, count, plan.row.sha256, planned_ms.is_none(), planned_ms];
            self.db.prepare_cached(sql)?.execute(row)?;
            match &plan.unsettled {
                Some((open, _)) => self.insert_pending(log, open, &words, ids.get(&plan.date))?,
                None => {
                    lacking.insert(plan.date);
                }
            }
        }
        lacking.into_iter().try_for_each(|day| self.replace_placeholders(log, day))
    }

    fn log_id(&self, origin: &str) -> rusqlite::Result<Option<i64>> {
        let mut query = self.db.prepare_cached("SELECT id FROM log WHERE origin = ?1")?;
        query.query_row([origin], |row| row.get(0)).optional()
    }

    fn upsert_log(&mut self, news: &LogDelta) -> Result<i64, IndexError> {
        let (size, peaks) = news.range.parts();
        let (size, peaks) = (size.cast_signed(), peaks.concat());
        let station = station_in_origin(&news.origin).unwrap_or_default();
        let name = news.rows.station_name.clone().unwrap_or_default();
        self.db.execute(
            "INSERT INTO log (origin, station, size, peaks, newest, name, head, cosigned, confirmed,
                 before_entries, before_origin, fold, findings, airings)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT (origin) DO UPDATE SET size = ?3, peaks = ?4, newest = coalesce(?5, newest), head = ?7,
                 cosigned = ?8, confirmed = ?9, fold = ?12, findings = findings + ?13, airings = airings + ?14",
            params![
                news.origin,
                station,
                size,
                peaks,
                news.rows.newest_at,
                name,
                news.head,
                news.cosigned_at,
                news.rows.clock_confirmed,
                news.rows.follows.as_ref().map(|before| before.entries.cast_signed()),
                news.rows.follows.as_ref().and_then(|before| before.origin.as_ref()),
                serde_json::to_string(&news.fold).unwrap_or_default(),
                i64::try_from(news.findings.len()).unwrap_or(i64::MAX),
                i64::try_from(news.rows.airings.len()).unwrap_or(i64::MAX)
            ],
        )?;
        Ok(self.log_id(&news.origin)?.unwrap_or_default())
    }

    /// The ids that have an outcome on these days already.
    fn settled_ids(&self, log: i64, days: &BTreeSet<i32>) -> Result<HashMap<i32, HashSet<String>>, IndexError> {
        let mut ids: HashMap<i32, HashSet<String>> = HashMap::new();
        for day in days {
            ids.insert(*day, self.settled_ids_on(log, *day)?);
        }
        Ok(ids)
    }

    fn settled_ids_on(&self, log: i64, day: i32) -> Result<HashSet<String>, IndexError> {
        let mut query = self.db.prepare_cached("SELECT id FROM airing WHERE date = ?1 AND log = ?2")?;
        let rows = query.query_map(params![day, log], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The numbers in the index of a reading's words, in their order.
    fn intern_all(&mut self, words: &Interner) -> rusqlite::Result<Vec<i64>> {
        words.texts().map(|text| self.word_id(text)).collect()
    }

    fn insert_airings(
        &mut self,
        log: i64,
        rows: &NewRows,
        words: &[i64],
        ids: &mut HashMap<i32, HashSet<String>>,
    ) -> Result<(), IndexError> {
        for airing in &rows.airings {
            let about = &airing.columns;
            let repeat = !ids.entry(about.date).or_default().insert(about.id.clone());
            let [session, segment, title, campaign, language] = word_columns(about, words);
            let word = |number: Option<u32>| number.map(|number| word_id_at(words, number));
            let (sha256, device) = (word(airing.sha256), word(airing.device));
            let mut insert = self.db.prepare_cached(
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

    fn insert_events(&mut self, log: i64, rows: &NewRows) -> Result<(), IndexError> {
        let mut insert = self.db.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        for event in &rows.events {
            let date = event.at.get(..10).and_then(|date| date.parse().ok()).map_or(0, day_number);
            let seq = event.seq.cast_signed();
            insert.execute(params![log, seq, event.at, date, event.kind, event.subject, event.who, event.text])?;
        }
        Ok(())
    }

    /// The first findings by themselves; the log's row counts all.
    fn insert_findings(&mut self, log: i64, news: &LogDelta) -> Result<(), IndexError> {
        let there: u32 = self.db.query_row("SELECT count(*) FROM finding WHERE log = ?1", [log], |row| row.get(0))?;
        let mut insert = self.db.prepare_cached("INSERT OR IGNORE INTO finding VALUES (?1, ?2, ?3, ?4)")?;
        for one in news.findings.iter().take(MAX_FINDINGS.saturating_sub(there as usize)) {
            let why = serde_json::to_string(&one.why).unwrap_or_default();
            insert.execute(params![log, one.seq.cast_signed(), reason_code(&one.why), why])?;
        }
        Ok(())
    }

    fn upsert_topics(&mut self, news: &LogDelta) -> Result<(), IndexError> {
        for (campaign, topic, title, at) in &news.topics {
            let campaign = self.word_id(campaign)?;
            self.db.execute(
                "INSERT INTO topic VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET title = ?3, at_us = ?4 WHERE at_us <= ?4",
                params![campaign, topic, title, at],
            )?;
        }
        Ok(())
    }

    /// The airings of a plan that have no outcome; what a later plan of the day says of one stands.
    fn insert_pending(
        &mut self,
        log: i64,
        open: &[AiringColumns],
        words: &[i64],
        settled: Option<&HashSet<String>>,
    ) -> Result<(), IndexError> {
        for about in open.iter().filter(|about| settled.is_none_or(|settled| !settled.contains(&about.id))) {
            let [session, segment, title, campaign, language] = word_columns(about, words);
            let mut insert =
                self.db.prepare_cached("INSERT OR REPLACE INTO pending VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)")?;
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

    /// Of a plan whose kept file is lacking only the number of its airings is known: what goes beyond those that have a
    /// name is owed without one.
    fn replace_placeholders(&mut self, log: i64, day: i32) -> Result<(), IndexError> {
        let sql = "DELETE FROM pending WHERE log = ?1 AND date = ?2 AND substr(id, 1, 2) = '?@'";
        self.db.prepare_cached(sql)?.execute(params![log, day])?;
        let sql = "SELECT max(count) FROM plan WHERE log = ?1 AND date = ?2 AND lacks";
        let count: Option<i64> = self.db.prepare_cached(sql)?.query_row(params![log, day], |row| row.get(0))?;
        let Some(count) = count else { return Ok(()) };
        let named = self.settled_ids_on(log, day)?.iter().filter(|id| !is_unplanned(id)).count();
        let sql = "SELECT count(*) FROM pending WHERE log = ?1 AND date = ?2";
        let open: i64 = self.db.prepare_cached(sql)?.query_row(params![log, day], |row| row.get(0))?;
        let named = u64::try_from(open).unwrap_or(0) + named as u64;
        let lacking = placeholder_airings(day, u64::try_from(count).unwrap_or(0).saturating_sub(named));
        if lacking.is_empty() {
            return Ok(());
        }
        let words = self.intern_all(&Interner::default())?;
        self.insert_pending(log, &lacking, &words, None)
    }

    /// Plans whose kept files were lacking may have come since.
    ///
    /// # Errors
    /// What the database or the store says.
    pub fn retry_missing_plans(&mut self, store: &StorageLocation) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
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
                let settled = self.settled_ids_on(log, date)?;
                let words = self.intern_all(&words)?;
                self.insert_pending(log, &airings, &words, Some(&settled))?;
                let sql = "UPDATE plan SET lacks = 0, planned_ms = ?3 WHERE log = ?1 AND seq = ?2";
                self.db.execute(sql, params![log, seq, planned_ms])?;
                // What was judged without it is judged again, with the next entries.
                self.db.execute("UPDATE log SET fold = '' WHERE id = ?1", params![log])?;
            }
        }
        days.into_iter().try_for_each(|(log, day)| self.replace_placeholders(log, day))
    }
}

/// The number in the index of a word that has this number in its reading.
fn word_id_at(words: &[i64], number: u32) -> i64 {
    words.get(number as usize).copied().unwrap_or_default()
}

/// The numbers in the index of an airing's words: session, segment, title, campaign, language.
fn word_columns(about: &AiringColumns, words: &[i64]) -> [i64; 5] {
    [about.session, about.segment, about.title, about.campaign, about.language].map(|number| word_id_at(words, number))
}
