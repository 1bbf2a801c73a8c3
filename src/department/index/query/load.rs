//! Loads the context of a query.
use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::params;

use super::context::{QueryContext, StandIn};
use crate::base::instant::WallTime;
use crate::department::index::moved_airings::is_moved_outcome_sql;
use crate::department::index::rows::day_number;
use crate::department::index::{AiringIndex, IndexError};
use crate::department::registry::Registry;
use crate::department::report::fact::SymbolTable;
use crate::department::report::period::DateRange;

/// The size of SQLite's page cache for queries, in KiB.
const QUERY_CACHE_KIB: i64 = 4_096;

impl AiringIndex {
    /// Loads the context of queries over these ranges of dates, of which the first is that of the report. `now` is the time of this machine's clock; `None` if
    /// the clock is not synchronised.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn query_context(
        &self,
        ranges: &[DateRange],
        registry: &Registry,
        now: Option<WallTime>,
    ) -> Result<QueryContext, IndexError> {
        // A report reads the airings once, in their order. Keeping pages that are not read again only costs time.
        self.db.pragma_update(None, "cache_size", -QUERY_CACHE_KIB)?;
        let mut context = QueryContext { now, ..QueryContext::default() };
        self.load_symbols(&mut context)?;
        self.load_logs(&mut context, registry)?;
        self.load_topics(&mut context)?;
        self.load_logged_days(&mut context, ranges)?;
        self.load_cosigned_heads(&mut context)?;
        self.load_stand_ins(&mut context, ranges)?;
        self.load_counted_entries(&mut context, ranges, registry)?;
        if let Some(range) = ranges.first() {
            self.load_second_logs(&mut context, *range, registry)?;
        }
        Ok(context)
    }

    fn load_symbols(&self, context: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare("SELECT text FROM word ORDER BY id")?;
        let texts = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        context.report_context.symbols = SymbolTable(texts);
        Ok(())
    }

    fn load_topics(&self, context: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare("SELECT campaign, topic, title FROM topic")?;
        let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        context.report_context.topic_titles = rows.collect::<rusqlite::Result<_>>()?;
        Ok(())
    }

    /// Loads the dates until the end of the ranges for which a log has a plan, by station. Earlier dates are those from
    /// which days without a log are estimated.
    fn load_logged_days(&self, context: &mut QueryContext, ranges: &[DateRange]) -> Result<(), IndexError> {
        let Some(until) = ranges.iter().map(|range| range.until).max() else { return Ok(()) };
        let mut query = self.db.prepare("SELECT DISTINCT date FROM plan WHERE log = ?1 AND date <= ?2")?;
        for (log, station) in &context.stations {
            let station = context.report_context.symbols.text(*station).to_owned();
            let logged_days = context.report_context.logged_days.entry(station).or_default();
            let mut rows = query.query(params![log, day_number(until)])?;
            while let Some(row) = rows.next()? {
                logged_days.extend(NaiveDate::from_num_days_from_ce_opt(row.get(0)?));
            }
        }
        Ok(())
    }

    /// Prepares a context for dates outside the ranges with which it was loaded.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn extend_context(
        &self,
        context: &mut QueryContext,
        ranges: &[DateRange],
        registry: &Registry,
    ) -> Result<(), IndexError> {
        self.load_counted_entries(context, ranges, registry)
    }

    /// Loads the withdrawn airings that stand for another recording.
    fn load_stand_ins(&self, context: &mut QueryContext, ranges: &[DateRange]) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT log, id, planned_at, segment, title, campaign, topic, language, planned_ms FROM stand_in
             WHERE date BETWEEN ?1 AND ?2",
        )?;
        for range in ranges {
            let mut rows = query.query(params![day_number(range.from), day_number(range.until)])?;
            while let Some(row) = rows.next()? {
                let stand_in = StandIn {
                    planned_at: row.get(2)?,
                    segment: row.get(3)?,
                    title: row.get(4)?,
                    campaign: row.get(5)?,
                    topic: row.get(6)?,
                    language: row.get(7)?,
                    planned_ms: row.get(8)?,
                };
                context.stand_ins.entry(row.get(0)?).or_default().insert(row.get(1)?, stand_in);
            }
        }
        Ok(())
    }

    /// Loads the sizes and times of the countersigned heads of each log.
    fn load_cosigned_heads(&self, context: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT log, size, at FROM seen UNION ALL SELECT id, size, cosigned FROM log WHERE cosigned IS NOT NULL
             ORDER BY 1, 2 DESC, 3",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (log, size, time): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            // A larger head covers this size too, so its time counts if it is earlier.
            let heads = context.cosigned_heads.entry(log).or_default();
            let earliest_time = heads.last().map_or(time, |(_, larger_head_time)| time.min(*larger_head_time));
            heads.push((size, earliest_time));
        }
        context.cosigned_heads.values_mut().for_each(|heads| heads.reverse());
        Ok(())
    }

    /// Loads, for each station with several logs, the entry whose outcome counts for each airing id.
    fn load_counted_entries(
        &self,
        context: &mut QueryContext,
        ranges: &[DateRange],
        registry: &Registry,
    ) -> Result<(), IndexError> {
        let ids_by_origin: HashMap<&str, i64> =
            context.origins.iter().map(|(id, origin)| (origin.as_str(), *id)).collect();
        for registered_station in registry.stations.values() {
            let logs: Vec<i64> = registry
                .logs_of_station(&registered_station.id)
                .filter_map(|log| ids_by_origin.get(log.key.name.as_str()).copied())
                .collect();
            if logs.len() < 2 {
                continue;
            }
            let mut query = self.db.prepare_cached(&format!(
                "SELECT id, seq FROM airing WHERE date BETWEEN ?1 AND ?2 AND log = ?3 AND NOT repeat AND NOT {}",
                is_moved_outcome_sql()
            ))?;
            for log in logs {
                context.logs_with_siblings.insert(log);
                let station = context.stations.get(&log).copied().unwrap_or(0);
                for range in ranges {
                    let mut rows = query.query(params![day_number(range.from), day_number(range.until), log])?;
                    while let Some(row) = rows.next()? {
                        // The outcome in the log that was enrolled first counts.
                        context.counted_entries.entry((station, row.get(0)?)).or_insert((log, row.get(1)?));
                    }
                }
            }
        }
        Ok(())
    }
}
