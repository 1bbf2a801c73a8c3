//! Reads airings from the index as facts for a report.
mod airing;
mod campaigns;
mod context;
mod explanations;
mod first_plans;
mod last_length;
mod load;
mod load_logs;
mod missed_notes;
mod missing_plans;
mod plan_changes;
mod second_logs;
mod station_day;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use rusqlite::params;

use self::airing::{airing_from_outcome, airing_from_pending};
use self::last_length::LastLengths;
use super::moved_airings::{IS_MOVED_PENDING, is_moved_outcome_sql};
use super::rows::day_number;
use super::{AiringIndex, IndexError};
use crate::department::report::period::DateRange;

pub use self::airing::IndexedAiring;
pub use self::context::QueryContext;
pub use self::explanations::{NumberedOutcome, StationNote, StationNotes};
pub use self::first_plans::FirstPlans;
pub use self::missed_notes::{NoteOnMiss, NotesOnMisses};

impl AiringIndex {
    /// Calls `visit` with each airing of a range of dates: first those with outcomes, by date and log, then those
    /// without. Repeated outcomes are not visited, only counted in the context. Moved airings are not visited.
    ///
    /// # Errors
    /// [`IndexError::Database`], and any error that `visit` returns.
    pub fn for_each_airing<E: From<IndexError>>(
        &self,
        context: &mut QueryContext,
        range: DateRange,
        mut visit: impl FnMut(&IndexedAiring<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let dates = params![day_number(range.from), day_number(range.until)];
        // The rows are ordered by date and then by log, as reports list airings. Without the LIMIT, SQLite would ignore
        // the ORDER BY of the inner query.
        let outcome_sql = format!(
            "WITH RECURSIVE
                 day (date) AS (SELECT ?1 WHERE ?1 <= ?2 UNION ALL SELECT date + 1 FROM day WHERE date < ?2),
                 one (id) AS MATERIALIZED (SELECT id FROM log ORDER BY id LIMIT -1)
             SELECT log, seq, airing.id, airing.date, at_us, planned_at, segment, title, campaign, topic, language,
                 planned_ms, played_ms, result, reason, late_us, level, repeat, vouched, sha256, volume, doubt
             FROM day CROSS JOIN one CROSS JOIN airing ON airing.log = one.id AND airing.date = day.date
             WHERE NOT {}",
            is_moved_outcome_sql()
        );
        let to_error = |e: rusqlite::Error| E::from(IndexError::from(e));
        let mut query = self.db.prepare(&outcome_sql).map_err(to_error)?;
        let mut rows = query.query(dates).map_err(to_error)?;
        let (mut repeat_count, mut last_lengths) = (0, LastLengths::new(&self.db));
        while let Some(row) = rows.next().map_err(to_error)? {
            match airing_from_outcome(row, context).map_err(to_error)? {
                Some(mut airing) => {
                    last_lengths.complete(&mut airing, row.get(0).map_err(to_error)?).map_err(to_error)?;
                    visit(&airing)?;
                }
                None => repeat_count += 1,
            }
        }
        context.report_context.repeated_outcomes += repeat_count;
        let pending_sql = format!(
            "SELECT log, id, date, planned_at, segment, title, campaign, topic, language, planned_ms FROM pending
             WHERE date BETWEEN ?1 AND ?2 AND NOT {IS_MOVED_PENDING} ORDER BY log, id"
        );
        let mut query = self.db.prepare(&pending_sql).map_err(to_error)?;
        let mut rows = query.query(dates).map_err(to_error)?;
        let mut visited_keys = BTreeSet::new();
        while let Some(row) = rows.next().map_err(to_error)? {
            let mut airing = airing_from_pending(row, context).map_err(to_error)?;
            last_lengths.complete(&mut airing, row.get(0).map_err(to_error)?).map_err(to_error)?;
            let key = (airing.fact.station, airing.id.to_owned());
            // Skips the airing if another log of the station has its outcome, or if it was visited already.
            if !context.counted_entries.contains_key(&key) && visited_keys.insert(key) {
                visit(&airing)?;
            }
        }
        Ok(())
    }
}
