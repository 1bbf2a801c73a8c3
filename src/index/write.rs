//! Writes rows into the index, all in one transaction.
use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::IndexError;
use super::news::{News, kept};
use super::read::{About, Rows, day_number, nameless, planned};
use crate::archive::place::Place;
use crate::proof::entry::station_of;

/// Throws away what the index has of a log.
///
/// # Errors
/// What the database says.
pub fn drop_log(db: &Connection, id: i64) -> rusqlite::Result<()> {
    for table in ["airing", "plan", "pending", "event"] {
        db.execute(&format!("DELETE FROM {table} WHERE log = ?1"), [id])?;
    }
    db.execute("DELETE FROM log WHERE id = ?1", [id]).map(|_| ())
}

/// Writes rows.
pub struct Writer<'a> {
    /// Nobody else writes as long as it is open.
    pub db: Transaction<'a>,
    words: HashMap<String, i64>,
}

impl<'a> Writer<'a> {
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
        Ok(Self { db, words })
    }

    /// Ends.
    ///
    /// # Errors
    /// What the database says.
    pub fn commit(self) -> Result<(), IndexError> {
        Ok(self.db.commit()?)
    }

    fn word(&mut self, text: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.words.get(text) {
            return Ok(*id);
        }
        // Counted from 0, so that they can be places in a row.
        let id = i64::try_from(self.words.len()).unwrap_or(i64::MAX);
        self.db.prepare_cached("INSERT INTO word (id, text) VALUES (?1, ?2)")?.execute(params![id, text])?;
        self.words.insert(text.to_owned(), id);
        Ok(id)
    }

    /// Takes what is new in a log.
    ///
    /// # Errors
    /// What the database says.
    pub fn write(&mut self, news: &News) -> Result<(), IndexError> {
        if news.anew
            && let Some(id) = self.log(&news.origin)?
        {
            drop_log(&self.db, id)?;
        }
        let log = self.head(news)?;
        let mut days: BTreeSet<i32> = news.rows.plans.keys().copied().collect();
        days.extend(news.rows.airings.iter().map(|airing| airing.about.date));
        let mut ids = self.ids(log, &days)?;
        self.airings(log, &news.rows, &mut ids)?;
        self.events(log, &news.rows)?;
        self.topics(news)?;
        let mut insert = self.db.prepare_cached("INSERT OR REPLACE INTO plan VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        for (date, plan) in &news.rows.plans {
            let lacks = news.open.get(date).is_none_or(Option::is_none);
            let (seq, count) = (plan.seq.cast_signed(), plan.count.cast_signed());
            insert.execute(params![log, date, seq, count, plan.sha256, lacks])?;
        }
        drop(insert);
        for (date, open) in &news.open {
            let count = news.rows.plans.get(date).map_or(0, |plan| plan.count);
            self.pending(log, *date, open.as_deref(), count, ids.get(date))?;
        }
        // Of plans that came earlier, what has its outcome now.
        let mut delete = self.db.prepare_cached("DELETE FROM pending WHERE log = ?1 AND id = ?2")?;
        for airing in news.rows.airings.iter().filter(|airing| !news.open.contains_key(&airing.about.date)) {
            delete.execute(params![log, airing.about.id])?;
        }
        Ok(())
    }

    fn log(&self, origin: &str) -> rusqlite::Result<Option<i64>> {
        let mut query = self.db.prepare_cached("SELECT id FROM log WHERE origin = ?1")?;
        query.query_row([origin], |row| row.get(0)).optional()
    }

    fn head(&mut self, news: &News) -> Result<i64, IndexError> {
        let (size, peaks) = news.range.parts();
        let (size, peaks) = (size.cast_signed(), peaks.concat());
        let station = station_of(&news.origin).unwrap_or_default();
        let name = news.rows.name.clone().unwrap_or_default();
        self.db.execute(
            "INSERT INTO log (origin, station, size, peaks, newest, name, head, cosigned)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (origin) DO UPDATE SET size = ?3, peaks = ?4, newest = coalesce(?5, newest), head = ?7,
                 cosigned = ?8",
            params![news.origin, station, size, peaks, news.rows.newest, name, news.head, news.cosigned],
        )?;
        Ok(self.log(&news.origin)?.unwrap_or_default())
    }

    /// The ids that have an outcome on these days already.
    fn ids(&self, log: i64, days: &BTreeSet<i32>) -> Result<HashMap<i32, HashSet<String>>, IndexError> {
        let mut ids: HashMap<i32, HashSet<String>> = HashMap::new();
        for day in days {
            ids.insert(*day, self.ids_of(log, *day)?);
        }
        Ok(ids)
    }

    fn ids_of(&self, log: i64, day: i32) -> Result<HashSet<String>, IndexError> {
        let mut query = self.db.prepare_cached("SELECT id FROM airing WHERE date = ?1 AND log = ?2")?;
        let rows = query.query_map(params![day, log], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn words_of(&mut self, about: &About) -> rusqlite::Result<[i64; 5]> {
        Ok([
            self.word(&about.session)?,
            self.word(&about.segment)?,
            self.word(&about.title)?,
            self.word(&about.campaign)?,
            self.word(&about.language)?,
        ])
    }

    fn airings(&mut self, log: i64, rows: &Rows, ids: &mut HashMap<i32, HashSet<String>>) -> Result<(), IndexError> {
        for airing in &rows.airings {
            let about = &airing.about;
            let repeat = !ids.entry(about.date).or_default().insert(about.id.clone());
            let [session, segment, title, campaign, language] = self.words_of(about)?;
            let mut insert = self.db.prepare_cached(
                "INSERT INTO airing VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)",
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
            ])?;
        }
        Ok(())
    }

    fn events(&mut self, log: i64, rows: &Rows) -> Result<(), IndexError> {
        let mut insert = self.db.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        for event in &rows.events {
            let date = event.at.get(..10).and_then(|date| date.parse().ok()).map_or(0, day_number);
            let seq = event.seq.cast_signed();
            insert.execute(params![log, seq, event.at, date, event.kind, event.subject, event.who, event.text])?;
        }
        Ok(())
    }

    fn topics(&mut self, news: &News) -> Result<(), IndexError> {
        for (campaign, topic, title, at) in &news.topics {
            let campaign = self.word(campaign)?;
            self.db.execute(
                "INSERT INTO topic VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET title = ?3, at_us = ?4 WHERE at_us <= ?4",
                params![campaign, topic, title, at],
            )?;
        }
        Ok(())
    }

    /// The airings of a day's last plan that have no outcome. Of a plan that is lacking only their number is known.
    fn pending(
        &mut self,
        log: i64,
        day: i32,
        open: Option<&[About]>,
        count: u64,
        settled: Option<&HashSet<String>>,
    ) -> Result<(), IndexError> {
        self.db.prepare_cached("DELETE FROM pending WHERE log = ?1 AND date = ?2")?.execute(params![log, day])?;
        let none = HashSet::new();
        let settled = settled.unwrap_or(&none);
        let lacking = match open {
            Some(_) => Vec::new(),
            None => nameless(day, count.saturating_sub(settled.len() as u64)),
        };
        for about in open.unwrap_or(&lacking).iter().filter(|about| !settled.contains(&about.id)) {
            let [session, segment, title, campaign, language] = self.words_of(about)?;
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

    /// Plans whose kept files were lacking may have come since.
    ///
    /// # Errors
    /// What the database or the store says.
    pub fn try_lacking(&mut self, store: &Place) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT plan.log, log.origin, plan.date, plan.count, plan.sha256 FROM plan JOIN log ON log.id = plan.log
             WHERE plan.lacks LIMIT 10000",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
        let lacking: Vec<(i64, String, i32, i64, String)> = rows.collect::<rusqlite::Result<_>>()?;
        drop(query);
        for (log, origin, date, count, sha256) in lacking {
            let settled = self.ids_of(log, date)?;
            let airings = kept(&store.below(&origin), &sha256, "json")?.and_then(|bytes| planned(&bytes, date));
            let count = u64::try_from(count).unwrap_or(0);
            self.pending(log, date, airings.as_deref(), count, Some(&settled))?;
            if airings.is_some() {
                self.db.execute("UPDATE plan SET lacks = 0 WHERE log = ?1 AND date = ?2", params![log, date])?;
            }
        }
        Ok(())
    }
}
