//! Converts rows of the index to airings.
use chrono::NaiveDate;
use rusqlite::Row;

use super::context::{QueryContext, StandIn};
use crate::airlog::airing_id::is_unplanned;
use crate::airlog::outcome::Reason;
use crate::airlog::plausibility::is_future;
use crate::base::instant::WallTime;
use crate::department::index::rows::date_of_day_number;
use crate::department::report::fact::{Fact, FactState, LOW_VOLUME, Symbol};

/// An airing of the index: its fact, and the other columns that a sheet of airings shows.
#[derive(Debug)]
pub struct IndexedAiring<'a> {
    /// The airing as a fact of the report.
    pub fact: Fact,
    /// The airing's id.
    pub id: &'a str,
    /// The planned start, RFC 3339; `None` for an unplanned play.
    pub planned_at: Option<&'a str>,
    /// The row id of its log (see [`QueryContext::origins`]) and the sequence number of its entry; `None` if it has no
    /// outcome.
    pub entry: Option<(i64, u64)>,
    /// The code of the implausibility; `None` if the airing is plausible.
    pub implausibility_code: Option<String>,
}

impl<'a> IndexedAiring<'a> {
    /// Gives a withdrawn airing the labels of the recording for which it stands.
    fn labelled(mut self, stand_in: Option<&'a StandIn>) -> Self {
        if let Some(stand_in) = stand_in {
            stand_in.relabel(&mut self.fact);
            self.planned_at = Some(&stand_in.planned_at);
        }
        self
    }
}

fn date_column(row: &Row<'_>, index: usize) -> rusqlite::Result<NaiveDate> {
    Ok(date_of_day_number(row.get(index)?))
}

/// Returns the state that the log claims for a row of the table `airing`.
fn logged_state(row: &Row<'_>, id: &str) -> rusqlite::Result<FactState> {
    let reason: Option<i64> = row.get(14)?;
    let reason = reason.and_then(|index| Reason::ALL.get(usize::try_from(index).ok()?).copied());
    let (result, level): (i64, i64) = (row.get(13)?, row.get(16)?);
    let volume: Option<i64> = row.get(20)?;
    let is_audible = level > 0 && volume != Some(0);
    Ok(match (result, is_audible, is_unplanned(id)) {
        (2, _, true) | (_, false, true) => FactState::UnplannedNotCounted,
        (_, true, true) => FactState::Unplanned,
        (2, _, false) => FactState::Missed(reason),
        (_, false, false) => FactState::Level0,
        (0, true, false) => FactState::Aired,
        (_, true, false) => FactState::Partial(reason),
    })
}

/// Converts a row of the table `airing`; `None` if a different outcome with the same id counts.
pub(super) fn airing_from_outcome<'a>(
    row: &'a Row<'_>,
    context: &'a QueryContext,
) -> rusqlite::Result<Option<IndexedAiring<'a>>> {
    let (log, seq, id): (i64, i64, &str) = (row.get(0)?, row.get(1)?, row.get_ref(2)?.as_str()?);
    let station = context.stations.get(&log).copied().unwrap_or(0);
    let is_counted_elsewhere = context.logs_with_siblings.contains(&log)
        && context
            .counted_entries
            .get(&(station, id.to_owned()))
            .is_some_and(|counted_entry| *counted_entry != (log, seq));
    if row.get(17)? || is_counted_elsewhere {
        return Ok(None);
    }
    let state = logged_state(row, id)?;
    let at_us: i64 = row.get(4)?;
    let future_code = context.now.is_some_and(|now| is_future(WallTime(at_us), now)).then(|| String::from("in-future"));
    let stored_symbol = row.get::<_, Option<Symbol>>(21)?;
    let stored_code = stored_symbol.map(|symbol| context.report_context.symbols.text(symbol).to_owned());
    let implausibility_code = stored_code.or(future_code);
    let state = match (state, &implausibility_code) {
        (FactState::Aired | FactState::Partial(_), Some(_)) => FactState::Implausible,
        (FactState::Unplanned, Some(_)) => FactState::UnplannedNotCounted,
        (state, _) => state,
    };
    let fact = Fact {
        station,
        date: date_column(row, 3)?,
        at_us,
        state,
        segment: row.get(6)?,
        title: row.get(7)?,
        campaign: row.get(8)?,
        topic: row.get(9)?,
        language: row.get(10)?,
        planned_ms: row.get(11)?,
        last_known_ms: 0,
        played_ms: row.get(12)?,
        late_us: row.get(15)?,
        is_clock_confirmed: row.get::<_, Option<bool>>(18)?.unwrap_or(true),
        recording: row.get(19)?,
        has_low_volume: row.get::<_, Option<i64>>(20)?.is_some_and(|volume| (1..=LOW_VOLUME).contains(&volume)),
        earliest_countersigned_at_us: context.countersigned_at_us(log, seq),
        enrolled_at_us: context.enrolled_at_us.get(&log).copied(),
    };
    let planned_at = row.get_ref(5)?.as_str_or_null()?;
    let airing = IndexedAiring { fact, id, planned_at, entry: Some((log, seq.cast_unsigned())), implausibility_code };
    let stand_in = context.stand_in(log, id).filter(|_| state == FactState::Missed(Some(Reason::Withdrawn)));
    Ok(Some(airing.labelled(stand_in)))
}

/// Converts a row of the table `pending`. The state of the airing is unknown.
pub(super) fn airing_from_pending<'a>(
    row: &'a Row<'_>,
    context: &'a QueryContext,
) -> rusqlite::Result<IndexedAiring<'a>> {
    let log: i64 = row.get(0)?;
    let fact = Fact {
        station: context.stations.get(&log).copied().unwrap_or(0),
        date: date_column(row, 2)?,
        at_us: i64::MIN,
        state: FactState::Unknown,
        segment: row.get(4)?,
        title: row.get(5)?,
        campaign: row.get(6)?,
        topic: row.get(7)?,
        language: row.get(8)?,
        planned_ms: row.get(9)?,
        last_known_ms: 0,
        played_ms: 0,
        late_us: None,
        is_clock_confirmed: true,
        recording: None,
        has_low_volume: false,
        earliest_countersigned_at_us: None,
        enrolled_at_us: None,
    };
    let (id, planned_at) = (row.get_ref(1)?.as_str()?, row.get_ref(3)?.as_str_or_null()?);
    let airing = IndexedAiring { fact, id, planned_at, entry: None, implausibility_code: None };
    Ok(airing.labelled(context.stand_in(log, id)))
}
