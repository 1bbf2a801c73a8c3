//! Finds stations whose logs ran at the same time, and airings about which their logs disagree.
use std::collections::{BTreeMap, HashMap};

use chrono::DateTime;
use rusqlite::{Row, params};

use super::context::QueryContext;
use crate::airlog::outcome::Reason;
use crate::department::index::moved_airings::is_moved_outcome_sql;
use crate::department::index::rows::day_number;
use crate::department::index::{AiringIndex, IndexError};
use crate::department::registry::Registry;
use crate::department::report::fact::{FactState, Symbol, SymbolTable};
use crate::department::report::period::DateRange;
use crate::department::report::second_logs::{Claim, Contradiction, LogOverlap, MAX_LISTED_CONTRADICTIONS};

/// The maximum number of logs of a station that are compared with each other. A real station has two or three.
const MAX_COMPARED_LOGS: usize = 16;

impl AiringIndex {
    /// Loads the overlaps of all logs, and the contradictions in a range of dates. The counted entries must be loaded.
    pub(super) fn load_second_logs(
        &self,
        context: &mut QueryContext,
        range: DateRange,
        registry: &Registry,
    ) -> Result<(), IndexError> {
        let ids_by_origin: HashMap<String, i64> =
            context.origins.iter().map(|(id, origin)| (origin.clone(), *id)).collect();
        for station in registry.stations.values() {
            let logs = registry.logs_of_station(&station.id).take(MAX_COMPARED_LOGS).enumerate();
            // A log without entries in the index keeps its number.
            let logs: Vec<(usize, i64)> =
                logs.filter_map(|(index, log)| Some((index + 1, *ids_by_origin.get(&log.key.name)?))).collect();
            for (position, second) in logs.iter().enumerate() {
                for first in &logs[..position] {
                    let overlap = self.overlap_of(station.id.as_str(), *first, *second)?;
                    context.report_context.second_logs.overlaps.extend(overlap);
                    self.load_contradictions(context, range, station.id.as_str(), *first, *second)?;
                }
            }
        }
        Ok(())
    }

    /// Returns the time in which both logs ran; `None` if one ended before the other began.
    fn overlap_of(
        &self,
        station: &str,
        first: (usize, i64),
        second: (usize, i64),
    ) -> Result<Option<LogOverlap>, IndexError> {
        let mut span = self.db.prepare_cached("SELECT min(at_us), max(at_us) FROM airing WHERE log = ?1")?;
        let mut span_of = |log: i64| -> rusqlite::Result<(Option<i64>, Option<i64>)> {
            span.query_row([log], |row| Ok((row.get(0)?, row.get(1)?)))
        };
        let ((first_from, first_until), (second_from, second_until)) = (span_of(first.1)?, span_of(second.1)?);
        let (Some(from), Some(until)) = (first_from.zip(second_from), first_until.zip(second_until)) else {
            return Ok(None);
        };
        let (from, until) = (from.0.max(from.1), until.0.min(until.1));
        let date =
            |at_us: i64| Some(DateTime::from_timestamp_micros(at_us)?.with_timezone(&chrono_tz::Asia::Ho_Chi_Minh));
        let (Some(from_date), Some(until_date)) = (date(from), date(until)) else { return Ok(None) };
        if from >= until {
            return Ok(None);
        }
        let first_days = self.outcomes_by_date(first.1, from, until)?;
        let second_days = self.outcomes_by_date(second.1, from, until)?;
        Ok(Some(LogOverlap {
            station: station.to_owned(),
            numbers: (first.0, second.0),
            from: from_date.date_naive(),
            until: until_date.date_naive(),
            days: first_days.keys().filter(|date| second_days.contains_key(*date)).count() as u64,
            outcomes: (first_days.values().sum(), second_days.values().sum()),
        }))
    }

    /// Returns the number of a log's outcomes that were written from one time to another, by the date of the airing.
    fn outcomes_by_date(&self, log: i64, from_us: i64, until_us: i64) -> Result<BTreeMap<i64, u64>, IndexError> {
        let mut query = self.db.prepare_cached(
            "SELECT date, count(*) FROM airing WHERE log = ?1 AND at_us BETWEEN ?2 AND ?3 GROUP BY date",
        )?;
        let rows = query.query_map(params![log, from_us, until_us], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Adds the airings of which the first log has the counted outcome, and the second one another.
    fn load_contradictions(
        &self,
        context: &mut QueryContext,
        range: DateRange,
        station: &str,
        first: (usize, i64),
        second: (usize, i64),
    ) -> Result<(), IndexError> {
        let is_moved = is_moved_outcome_sql();
        let is_other_moved = is_moved.replace("airing.", "other.");
        let mut query = self.db.prepare_cached(&format!(
            "SELECT airing.id, airing.seq, airing.result, airing.reason, airing.played_ms, airing.sha256,
                 other.result, other.reason, other.played_ms, other.sha256, airing.title, airing.planned_at
             FROM airing JOIN airing AS other ON other.log = ?4 AND other.date = airing.date AND other.id = airing.id
             WHERE airing.date BETWEEN ?1 AND ?2 AND airing.log = ?3 AND NOT airing.repeat AND NOT other.repeat
                 AND (airing.result <> other.result OR airing.played_ms <> other.played_ms
                     OR airing.sha256 IS NOT other.sha256)
                 AND NOT {is_moved} AND NOT {is_other_moved}
             ORDER BY airing.date, airing.seq"
        ))?;
        let symbol = context.stations.get(&first.1).copied().unwrap_or(0);
        let mut rows = query.query(params![day_number(range.from), day_number(range.until), first.1, second.1])?;
        while let Some(row) = rows.next()? {
            let (airing, seq): (String, i64) = (row.get(0)?, row.get(1)?);
            let counted_entry = context.counted_entries.get(&(symbol, airing.clone()));
            if counted_entry != Some(&(first.1, seq)) {
                continue;
            }
            let second_logs = &mut context.report_context.second_logs;
            second_logs.contradiction_count += 1;
            if second_logs.contradictions.len() < MAX_LISTED_CONTRADICTIONS {
                let symbols = &context.report_context.symbols;
                let (counted, other) = (claim(row, 2, first.0, symbols)?, claim(row, 6, second.0, symbols)?);
                let (title, planned_at) = (symbols.text(row.get(10)?).to_owned(), row.get(11)?);
                let station = station.to_owned();
                second_logs.contradictions.push(Contradiction { station, airing, title, planned_at, counted, other });
            }
        }
        Ok(())
    }
}

/// Reads a claim from four columns: result, reason, played length and recording.
fn claim(row: &Row<'_>, column: usize, number: usize, symbols: &SymbolTable) -> rusqlite::Result<Claim> {
    let reason: Option<i64> = row.get(column + 1)?;
    let reason = reason.and_then(|index| Reason::ALL.get(usize::try_from(index).ok()?).copied());
    let state = match row.get::<_, i64>(column)? {
        0 => FactState::Aired,
        1 => FactState::Partial(reason),
        _ => FactState::Missed(reason),
    };
    let recording: Option<Symbol> = row.get(column + 3)?;
    let recording = recording.map(|symbol| symbols.text(symbol).to_owned());
    Ok(Claim { number, state, played_ms: row.get(column + 2)?, recording })
}
