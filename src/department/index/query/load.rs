//! Loads everything a query needs but its airings.
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
    /// Loads words, names, days and evidence for these ranges of dates. `now` is this machine's clock, when it is
    /// synchronised.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn query_context(
        &self,
        ranges: &[DateRange],
        registry: &Registry,
        now: Option<WallTime>,
    ) -> Result<QueryContext, IndexError> {
        let mut context = QueryContext { now, ..QueryContext::default() };
        self.load_symbols(&mut context)?;
        self.load_logs(&mut context, registry)?;
        self.load_topics(&mut context)?;
        self.load_logged_days(&mut context, ranges)?;
        self.load_plans(&mut context, ranges)?;
        self.load_seen_sizes(&mut context)?;
        self.load_counted_entries(&mut context, ranges, registry)?;
        Ok(context)
    }

    fn load_symbols(&self, context: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare("SELECT text FROM word ORDER BY id")?;
        let words = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        context.report_context.symbols = SymbolTable(words);
        Ok(())
    }

    fn load_topics(&self, context: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare("SELECT campaign, topic, title FROM topic")?;
        let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        context.report_context.topic_titles = rows.collect::<rusqlite::Result<_>>()?;
        Ok(())
    }

    fn load_logged_days(&self, context: &mut QueryContext, ranges: &[DateRange]) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT log.station, plan.date FROM plan JOIN log ON log.id = plan.log WHERE plan.date BETWEEN ?1 AND ?2",
        )?;
        for range in ranges {
            let mut rows = query.query(params![day_number(range.from), day_number(range.until)])?;
            while let Some(row) = rows.next()? {
                if let Some(date) = NaiveDate::from_num_days_from_ce_opt(row.get(1)?) {
                    context.report_context.logged_days.entry(row.get(0)?).or_default().insert(date);
                }
            }
        }
        Ok(())
    }

    /// Loads the airings planned for each date of a range, and for the last week with a plan before it.
    fn load_plans(&self, context: &mut QueryContext, ranges: &[DateRange]) -> Result<(), IndexError> {
        let mut last = self.db.prepare("SELECT max(date) FROM plan WHERE log = ?1 AND date < ?2")?;
        let mut query = self.db.prepare(
            "SELECT date, count, planned_ms FROM plan WHERE log = ?1 AND date BETWEEN ?2 AND ?3 ORDER BY date, seq",
        )?;
        for range in ranges {
            for (log, station) in &context.stations {
                let from = day_number(range.from);
                let before: Option<i32> = last.query_row(params![log, from], |row| row.get(0))?;
                let first = before.map_or(from, |day| day.saturating_sub(6));
                let mut rows = query.query(params![log, first, day_number(range.until)])?;
                let station = context.report_context.symbols.text(*station).to_owned();
                let mut plans = BTreeMap::new();
                while let Some(row) = rows.next()? {
                    let Some(date) = NaiveDate::from_num_days_from_ce_opt(row.get(0)?) else { continue };
                    let (count, ms): (i64, Option<i64>) = (row.get(1)?, row.get(2)?);
                    // The last plan of a date counts.
                    plans.insert(date, (u64::try_from(count).unwrap_or(0).min(MAX_PLANNED), ms.unwrap_or(0)));
                }
                // Of two logs of a station, the one that planned more counts.
                let there = context.report_context.planned.entry(station).or_default();
                for (date, plan) in plans {
                    let known = there.entry(date).or_insert(plan);
                    *known = plan.max(*known);
                }
            }
        }
        Ok(())
    }

    /// Loads when the department had seen how many entries of each log.
    fn load_seen_sizes(&self, context: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT log, size, at FROM seen UNION ALL SELECT id, size, cosigned FROM log WHERE cosigned IS NOT NULL
             ORDER BY 1, 2 DESC, 3",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (log, size, at): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let seen = context.seen_sizes.entry(log).or_default();
            let earliest = seen.last().map_or(at, |(_, later)| at.min(*later));
            seen.push((size, earliest));
        }
        context.seen_sizes.values_mut().for_each(|seen| seen.reverse());
        Ok(())
    }

    /// Chooses the entry that counts for an id with outcomes in several logs of a station.
    fn load_counted_entries(
        &self,
        context: &mut QueryContext,
        ranges: &[DateRange],
        registry: &Registry,
    ) -> Result<(), IndexError> {
        let ids: HashMap<&str, i64> = context.origins.iter().map(|(id, origin)| (origin.as_str(), *id)).collect();
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
                context.multi_log.insert(log);
                let word = context.stations.get(&log).copied().unwrap_or(0);
                for range in ranges {
                    let mut rows = query.query(params![day_number(range.from), day_number(range.until), log])?;
                    while let Some(row) = rows.next()? {
                        // The log that was enrolled first wins.
                        context.counted_entries.entry((word, row.get(0)?)).or_insert((log, row.get(1)?));
                    }
                }
            }
        }
        Ok(())
    }
}
