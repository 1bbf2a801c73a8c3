//! Loads everything of a query but its airings.
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rusqlite::params;

use super::context::QueryContext;
use crate::base::instant::WallTime;
use crate::department::index::rows::{MAX_PLANNED, day_number};
use crate::department::index::{AiringIndex, IndexError};
use crate::department::registry::Registry;
use crate::department::report::fact::SymbolTable;
use crate::department::report::period::DateRange;

impl AiringIndex {
    /// Words, names, days, evidence: everything but the airings, for these dates. `now` is this machine's clock, when
    /// something keeps it.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub fn query_context(
        &self,
        ranges: &[DateRange],
        registry: &Registry,
        now: Option<WallTime>,
    ) -> Result<QueryContext, IndexError> {
        let mut asked = QueryContext { now, ..QueryContext::default() };
        self.load_symbols(&mut asked)?;
        self.load_logs(&mut asked, registry)?;
        self.load_topics(&mut asked)?;
        self.load_logged_days(&mut asked, ranges)?;
        self.load_plans(&mut asked, ranges)?;
        self.load_seen_sizes(&mut asked)?;
        self.load_counted_entries(&mut asked, ranges, registry)?;
        Ok(asked)
    }

    fn load_symbols(&self, asked: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare("SELECT text FROM word ORDER BY id")?;
        let words = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        asked.report_context.symbols = SymbolTable(words);
        Ok(())
    }

    fn load_topics(&self, asked: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare("SELECT campaign, topic, title FROM topic")?;
        let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        asked.report_context.topic_titles = rows.collect::<rusqlite::Result<_>>()?;
        Ok(())
    }

    fn load_logged_days(&self, asked: &mut QueryContext, ranges: &[DateRange]) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT log.station, plan.date FROM plan JOIN log ON log.id = plan.log WHERE plan.date BETWEEN ?1 AND ?2",
        )?;
        for range in ranges {
            let mut rows = query.query(params![day_number(range.from), day_number(range.until)])?;
            while let Some(row) = rows.next()? {
                if let Some(date) = NaiveDate::from_num_days_from_ce_opt(row.get(1)?) {
                    asked.report_context.logged_days.entry(row.get(0)?).or_default().insert(date);
                }
            }
        }
        Ok(())
    }

    /// What was planned on each day, and on the last week that is known before each range.
    fn load_plans(&self, asked: &mut QueryContext, ranges: &[DateRange]) -> Result<(), IndexError> {
        let mut last = self.db.prepare("SELECT max(date) FROM plan WHERE log = ?1 AND date < ?2")?;
        let mut query = self.db.prepare(
            "SELECT date, count, planned_ms FROM plan WHERE log = ?1 AND date BETWEEN ?2 AND ?3 ORDER BY date, seq",
        )?;
        for range in ranges {
            for (log, station) in &asked.stations {
                let from = day_number(range.from);
                let before: Option<i32> = last.query_row(params![log, from], |row| row.get(0))?;
                let first = before.map_or(from, |day| day.saturating_sub(6));
                let mut rows = query.query(params![log, first, day_number(range.until)])?;
                let station = asked.report_context.symbols.text(*station).to_owned();
                let mut plans = BTreeMap::new();
                while let Some(row) = rows.next()? {
                    let Some(date) = NaiveDate::from_num_days_from_ce_opt(row.get(0)?) else { continue };
                    let (count, ms): (i64, Option<i64>) = (row.get(1)?, row.get(2)?);
                    // The last plan of the day stands.
                    plans.insert(date, (u64::try_from(count).unwrap_or(0).min(MAX_PLANNED), ms.unwrap_or(0)));
                }
                // Of two logs of a station, the one that planned more.
                let there = asked.report_context.planned.entry(station).or_default();
                for (date, plan) in plans {
                    let known = there.entry(date).or_insert(plan);
                    *known = plan.max(*known);
                }
            }
        }
        Ok(())
    }

    /// By when the department had seen how much of each log.
    fn load_seen_sizes(&self, asked: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT log, size, at FROM seen UNION ALL SELECT id, size, cosigned FROM log WHERE cosigned IS NOT NULL
             ORDER BY 1, 2 DESC, 3",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (log, size, at): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let seen = asked.seen_sizes.entry(log).or_default();
            let earliest = seen.last().map_or(at, |(_, later)| at.min(*later));
            seen.push((size, earliest));
        }
        asked.seen_sizes.values_mut().for_each(|seen| seen.reverse());
        Ok(())
    }

    /// Which entry stands for an id that may have outcomes in several logs of a station.
    fn load_counted_entries(
        &self,
        asked: &mut QueryContext,
        ranges: &[DateRange],
        registry: &Registry,
    ) -> Result<(), IndexError> {
        let ids: HashMap<&str, i64> = asked.origins.iter().map(|(id, origin)| (origin.as_str(), *id)).collect();
        for station in registry.stations.values() {
            let logs: Vec<i64> =
                registry.logs_of_station(&station.id).filter_map(|l| ids.get(l.key.name.as_str()).copied()).collect();
            if logs.len() < 2 {
                continue;
            }
            let mut query = self.db.prepare_cached(
                "SELECT id, seq FROM airing WHERE date BETWEEN ?1 AND ?2 AND log = ?3 AND NOT repeat",
            )?;
            for log in logs {
                asked.multi_log.insert(log);
                let word = asked.stations.get(&log).copied().unwrap_or(0);
                for range in ranges {
                    let mut rows = query.query(params![day_number(range.from), day_number(range.until), log])?;
                    while let Some(row) = rows.next()? {
                        // The log that was enrolled first comes first.
                        asked.counted_entries.entry((word, row.get(0)?)).or_insert((log, row.get(1)?));
                    }
                }
            }
        }
        Ok(())
    }
}
