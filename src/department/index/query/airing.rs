//! Airings from rows of the index.
use chrono::NaiveDate;
use rusqlite::Row;

use super::context::QueryContext;
use crate::airlog::airing_id::is_unplanned;
use crate::airlog::outcome::Reason;
use crate::airlog::plausibility::is_future;
use crate::base::instant::WallTime;
use crate::department::report::fact::{Fact, FactState, Symbol};

/// An airing, with the columns that sheets of airings show.
#[derive(Debug)]
pub struct IndexedAiring<'a> {
    /// The airing as a fact of the report.
    pub fact: Fact,
    /// Its id.
    pub id: &'a str,
    /// When it was to start; RFC 3339, none for an unplanned play.
    pub planned_at: Option<&'a str>,
    /// The number of its log in [`QueryContext::origins`] and the number of its entry; none without an outcome.
    pub entry: Option<(i64, u64)>,
    /// The code of why it is not plausible; none when it is.
    pub doubt: Option<String>,
}

fn date_column(row: &Row<'_>, at: usize) -> rusqlite::Result<NaiveDate> {
    Ok(NaiveDate::from_num_days_from_ce_opt(row.get(at)?).unwrap_or_default())
}

/// Reads an airing with an outcome; none when the outcome repeats another one.
pub(super) fn airing_from_outcome<'a>(
    row: &'a Row<'_>,
    context: &QueryContext,
) -> rusqlite::Result<Option<IndexedAiring<'a>>> {
    let (log, seq, id): (i64, i64, &str) = (row.get(0)?, row.get(1)?, row.get_ref(2)?.as_str()?);
    let station = context.stations.get(&log).copied().unwrap_or(0);
    let elsewhere = context.multi_log.contains(&log)
        && context.counted_entries.get(&(station, id.to_owned())).is_some_and(|winner| *winner != (log, seq));
    if row.get(17)? || elsewhere {
        return Ok(None);
    }
    let reason: Option<i64> = row.get(14)?;
    let reason = reason.and_then(|at| Reason::ALL.get(usize::try_from(at).ok()?).copied());
    let (result, level): (i64, i64) = (row.get(13)?, row.get(16)?);
    let volume: Option<i64> = row.get(20)?;
    // Nobody could hear a play at volume 0.
    let state = match (result, level > 0 && volume != Some(0), is_unplanned(id)) {
        (2, _, true) | (_, false, true) => FactState::UnplannedSilent,
        (_, true, true) => FactState::Unplanned,
        (2, _, false) => FactState::Missed(reason),
        (_, false, false) => FactState::Level0,
        (0, true, false) => FactState::Aired,
        (_, true, false) => FactState::Partial(reason),
    };
    let at_us: i64 = row.get(4)?;
    let ahead = context.now.is_some_and(|now| is_future(WallTime(at_us), now)).then(|| String::from("in-future"));
    let doubt =
        row.get::<_, Option<Symbol>>(21)?.map(|word| context.report_context.symbols.text(word).to_owned()).or(ahead);
    let state = match (state, &doubt) {
        (FactState::Aired | FactState::Partial(_), Some(_)) => FactState::Implausible,
        (FactState::Unplanned, Some(_)) => FactState::UnplannedSilent,
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
        played_ms: row.get(12)?,
        late_us: row.get(15)?,
        clock_vouched: row.get::<_, Option<bool>>(18)?.unwrap_or(true),
        recording: row.get(19)?,
        seen_by_us: context.seen_by_us(log, seq),
        enrolled_us: context.enrolled_us.get(&log).copied(),
    };
    let planned_at = row.get_ref(5)?.as_str_or_null()?;
    Ok(Some(IndexedAiring { fact, id, planned_at, entry: Some((log, seq.cast_unsigned())), doubt }))
}

pub(super) fn airing_from_pending<'a>(row: &'a Row<'_>, context: &QueryContext) -> rusqlite::Result<IndexedAiring<'a>> {
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
        played_ms: 0,
        late_us: None,
        clock_vouched: true,
        recording: None,
        seen_by_us: None,
        enrolled_us: None,
    };
    let (id, planned_at) = (row.get_ref(1)?.as_str()?, row.get_ref(3)?.as_str_or_null()?);
    Ok(IndexedAiring { fact, id, planned_at, entry: None, doubt: None })
}
