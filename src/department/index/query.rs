//! Queries: the airings of the index as facts for a report.
mod airing;
mod context;
mod load;
mod load_logs;
mod station_day;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use rusqlite::params;

use self::airing::{airing_from_outcome, airing_from_pending};
use super::rows::day_number;
use super::{AiringIndex, IndexError};
use crate::department::report::period::DateRange;

pub use self::airing::IndexedAiring;
pub use self::context::QueryContext;

impl AiringIndex {
    /// Calls `each` with the airings of a range of dates, those without outcomes last. Repeated outcomes are only
    /// counted.
    ///
    /// # Errors
    /// [`IndexError::Database`], and the errors of `each`.
    pub fn for_each_airing<E: From<IndexError>>(
        &self,
        context: &mut QueryContext,
        range: DateRange,
        mut each: impl FnMut(&IndexedAiring<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let dates = params![day_number(range.from), day_number(range.until)];
        // By day, then by log, as airings are shown. SQLite loses the order of an inner query without a LIMIT.
        let all = "WITH RECURSIVE
                 day (date) AS (SELECT ?1 WHERE ?1 <= ?2 UNION ALL SELECT date + 1 FROM day WHERE date < ?2),
                 one (id) AS MATERIALIZED (SELECT id FROM log ORDER BY id LIMIT -1)
             SELECT log, seq, airing.id, airing.date, at_us, planned_at, segment, title, campaign, topic, language,
                 planned_ms, played_ms, result, reason, late_us, level, repeat, vouched, sha256, volume, doubt
             FROM day CROSS JOIN one CROSS JOIN airing ON airing.log = one.id AND airing.date = day.date";
        let failed = |e: rusqlite::Error| E::from(IndexError::from(e));
        let mut query = self.db.prepare(all).map_err(failed)?;
        let mut rows = query.query(dates).map_err(failed)?;
        let mut repeats = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            match airing_from_outcome(row, context).map_err(failed)? {
                Some(airing) => each(&airing)?,
                None => repeats += 1,
            }
        }
        context.report_context.repeated_outcomes += repeats;
        let all = "SELECT log, id, date, planned_at, segment, title, campaign, topic, language, planned_ms FROM pending
             WHERE date BETWEEN ?1 AND ?2 ORDER BY log, id";
        let mut query = self.db.prepare(all).map_err(failed)?;
        let mut rows = query.query(dates).map_err(failed)?;
        let mut seen = BTreeSet::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let airing = airing_from_pending(row, context).map_err(failed)?;
            let key = (airing.fact.station, airing.id.to_owned());
            // An airing that another log of the station has an outcome of, or plans as well, is not unknown twice.
            if !context.counted_entries.contains_key(&key) && seen.insert(key) {
                each(&airing)?;
            }
        }
        Ok(())
    }
}
