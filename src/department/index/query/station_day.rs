//! Reads the airings and operator events of one station, to compare them with its plan.
use chrono::NaiveDate;
use rusqlite::params;

use super::context::QueryContext;
use crate::department::index::rows::day_number;
use crate::department::index::{AiringIndex, IndexError};
use crate::department::report::period::DateRange;
use crate::department::report::reconcile::{DayAiring, OperatorEvent};

impl AiringIndex {
    /// Returns the first and the last planned date in the logs of `station`, or in all logs if `station` is `None`.
    /// Returns `None` if there is no plan.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn planned_dates(&self, station: Option<&str>) -> Result<Option<DateRange>, IndexError> {
        let mut query = self.db.prepare(
            "SELECT min(plan.date), max(plan.date) FROM plan JOIN log ON log.id = plan.log
             WHERE ?1 IS NULL OR log.station = ?1",
        )?;
        let (from, until): (Option<i32>, Option<i32>) =
            query.query_row(params![station], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let date = |number: Option<i32>| NaiveDate::from_num_days_from_ce_opt(number?);
        Ok(date(from).zip(date(until)).map(|(from, until)| DateRange { from, until }))
    }

    /// Returns the airings of a station in a range of dates, and the actions and notes of operators in that range or
    /// about airings of its first date.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn station_airings_and_events(
        &self,
        context: &mut QueryContext,
        station: &str,
        range: DateRange,
    ) -> Result<(Vec<DayAiring>, Vec<OperatorEvent>), IndexError> {
        let mut airings = Vec::new();
        self.for_each_airing::<IndexError>(context, range, |airing| {
            let (id, planned_at) = (airing.id.to_owned(), airing.planned_at.map(str::to_owned));
            airings.push((airing.fact.clone(), id, planned_at, airing.entry, airing.implausibility_code.clone()));
            Ok(())
        })?;
        let symbols = &context.report_context.symbols;
        let airings_of_station = airings.into_iter().filter(|(fact, ..)| symbols.text(fact.station) == station);
        let day_airings = airings_of_station.map(|(fact, id, planned_at, entry, implausibility_code)| DayAiring {
            title: symbols.text(fact.title).to_owned(),
            segment: symbols.text(fact.segment).to_owned(),
            log: entry.and_then(|(log, _)| context.origins.get(&log).cloned()),
            entry: entry.map(|(_, seq)| seq),
            id,
            implausibility_code,
            planned_at,
            fact,
        });
        let mut events = Vec::new();
        let mut query = self.db.prepare(
            "SELECT event.at, event.kind, event.subject, event.who, event.text, event.seq FROM event
             JOIN log ON log.id = event.log WHERE log.station = ?1
             AND (event.date BETWEEN ?2 AND ?3 OR instr(event.subject, ?4) > 0) ORDER BY event.at, event.seq",
        )?;
        // A note about an airing is often written on a later day, but its subject contains the airing's date.
        let date_in_id = format!("@{}", range.from);
        let mut rows = query.query(params![station, day_number(range.from), day_number(range.until), date_in_id])?;
        while let Some(row) = rows.next()? {
            events.push(OperatorEvent {
                at: row.get(0)?,
                action: row.get(1)?,
                subject: row.get(2)?,
                operator: row.get(3)?,
                text: row.get(4)?,
                entry: row.get::<_, i64>(5)?.cast_unsigned(),
            });
        }
        Ok((day_airings.collect(), events))
    }
}
