//! One session of a day: its airings with their outcomes, and those that have none yet.
use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};

use super::planned_start;
use crate::airlog::airing_id::session_key;
use crate::airlog::entry::{Body, Outcome, Reason, RelayEntry};
use crate::airlog::record::Record;
use crate::cli::record::log::page::{LogPage, LoggedAiring, UnloggedAiring};

/// A session that began late can still be on the air for this long after its planned end.
const MAX_OVERTIME: TimeDelta = TimeDelta::minutes(30);

/// A session is on the air for this long after its planned start even if none of its airings has started yet. Then
/// their outcomes are still to be written: the station could not play, or may not play any more.
const MAX_START_DELAY: TimeDelta = TimeDelta::seconds(10);

/// The progress of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionProgress {
    /// Every airing that is still planned has its outcome.
    Complete,
    /// Its start is in the future.
    Upcoming,
    /// It is on the air.
    OnAir,
    /// Airings whose time has passed have no outcome: the station is off, cannot write its log, or is waiting for the
    /// clock.
    Unwritten,
}

/// One airing or relay slot of a session.
#[derive(Clone, Copy)]
pub enum BookRow<'a> {
    /// An airing with its outcome.
    Logged(LoggedAiring<'a>),
    /// A relay slot that is over.
    Relayed(&'a RelayEntry),
    /// A planned airing without an outcome, or a relay slot without its entry.
    Unlogged(&'a UnloggedAiring, UnloggedState),
    /// The former place of an airing that an edit moved within the session. Another row has its outcome.
    Moved(MovedRow<'a>),
}

/// The former place of a moved airing.
#[derive(Clone, Copy)]
pub struct MovedRow<'a> {
    /// The number of the entry that closes the place; `None` for a relay slot, or if the time has not come.
    pub seq: Option<u64>,
    /// The planned start of this place.
    pub planned_at: DateTime<FixedOffset>,
    /// The title of the segment.
    pub title: &'a str,
}

/// The state of an airing or a relay slot whose end is not logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnloggedState {
    /// An edit removed it from the schedule.
    Withdrawn,
    /// Its start is in the future.
    Upcoming,
    /// It is playing, or the line is left to the receiver.
    OnAir,
    /// Its time passed while the station was off, and its outcome waits until the clock is synchronised.
    AwaitsClock,
    /// Its time has passed.
    Unwritten,
}

impl BookRow<'_> {
    /// Returns `true` if an edit removed the row from the schedule, and its end is not logged yet.
    pub fn is_withdrawn(&self) -> bool {
        matches!(self, Self::Unlogged(_, UnloggedState::Withdrawn))
    }

    fn starts_at(&self) -> DateTime<FixedOffset> {
        match self {
            Self::Logged(airing) => planned_start(airing),
            Self::Relayed(relay) => relay.planned_at.unwrap_or(DateTime::UNIX_EPOCH.fixed_offset()),
            Self::Unlogged(airing, _) => airing.start,
            Self::Moved(row) => row.planned_at,
        }
    }
}

/// One session of a day.
pub struct BookSession<'a> {
    /// The id of the session.
    pub id: &'a str,
    /// Its title, if the schedule in force on that day is kept.
    pub title: Option<&'a str>,
    /// Its nominal start: `05:15`, with seconds only if they are not 0.
    pub time: String,
    /// Its airings, sorted by planned start.
    pub rows: Vec<BookRow<'a>>,
    /// The progress of the session.
    pub progress: SessionProgress,
    /// True in a rehearsal, which has no sound at all.
    pub is_rehearsed: bool,
}

/// The counts of a session's outcomes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SessionCounts {
    /// The airings of the session, without relay slots.
    pub airing_count: usize,
    /// The airings with an outcome.
    pub outcome_count: usize,
    /// The airings of which nothing was played.
    pub missed: usize,
    /// The airings that were played in part, with proof of sound.
    pub partial: usize,
    /// The airings that were played, in full or in part, without proof of sound.
    pub silent: usize,
    /// Those of the silent airings that were played in part.
    pub silent_partial: usize,
    /// The airings that an edit removed from the schedule and that have no outcome yet.
    pub withdrawn: usize,
    /// The relay slots that are over.
    pub relays: usize,
    /// The time for which relay slots left the line to the receiver, in milliseconds.
    pub relayed_ms: i64,
    /// Why relay slots were shorter than planned, each reason once, the most frequent first.
    pub relay_reasons: Vec<Reason>,
    /// Why airings were missed, each reason once, the most frequent first.
    pub missed_reasons: Vec<Reason>,
    /// Why airings with proof of sound were played in part, each reason once, the most frequent first.
    pub partial_reasons: Vec<Reason>,
    /// The same for those without proof of sound.
    pub silent_partial_reasons: Vec<Reason>,
}

impl SessionCounts {
    /// Returns the number of airings that are still planned and have no outcome.
    pub fn open_count(&self) -> usize {
        self.airing_count - self.outcome_count - self.withdrawn
    }

    /// Returns the number of airings that were heard in full.
    pub fn whole_count(&self) -> usize {
        self.outcome_count - self.missed - self.partial - self.silent
    }
}

impl<'a> BookSession<'a> {
    /// Returns the planned start of the first airing.
    pub fn starts_at(&self) -> Option<DateTime<FixedOffset>> {
        self.rows.first().map(BookRow::starts_at)
    }

    /// Returns the airings that have an outcome.
    pub fn logged(&self) -> impl Iterator<Item = LoggedAiring<'a>> {
        self.rows.iter().filter_map(|row| match row {
            BookRow::Logged(airing) => Some(*airing),
            BookRow::Relayed(_) | BookRow::Unlogged(..) | BookRow::Moved(_) => None,
        })
    }

    /// Returns the relay slots that are over.
    pub fn relayed(&self) -> impl Iterator<Item = &'a RelayEntry> {
        self.rows.iter().filter_map(|row| match row {
            BookRow::Relayed(relay) => Some(*relay),
            BookRow::Logged(_) | BookRow::Unlogged(..) | BookRow::Moved(_) => None,
        })
    }

    /// Returns `true` while the line is left to the receiver of a relay slot.
    pub fn is_relaying(&self) -> bool {
        self.rows.iter().any(|row| matches!(row, BookRow::Unlogged(airing, UnloggedState::OnAir) if airing.relay))
    }

    /// Returns `true` if outcomes of the session wait until the clock is synchronised.
    pub fn awaits_clock(&self) -> bool {
        self.rows.iter().any(|row| matches!(row, BookRow::Unlogged(_, UnloggedState::AwaitsClock)))
    }

    /// Returns `true` if an edit removed the whole session from the schedule before any of it was played.
    pub fn is_withdrawn(&self) -> bool {
        self.rows.iter().all(BookRow::is_withdrawn)
    }

    /// Counts the outcomes.
    pub fn counts(&self) -> SessionCounts {
        let logged: Vec<LoggedAiring<'a>> = self.logged().collect();
        // The page of a rehearsal says once that it has no sound, so its airings are not counted as silent.
        let is_silent = |airing: &LoggedAiring<'_>| airing.is_silent() && !self.is_rehearsed;
        let with_result =
            |result| logged.iter().filter(move |airing| airing.outcome.result == result && !is_silent(airing));
        let silent_partial =
            logged.iter().filter(|airing| airing.outcome.result == Outcome::Partial && is_silent(airing));
        let reasons = |result| reasons_by_frequency(with_result(result).filter_map(|airing| airing.outcome.reason));
        let unlogged_states = self.rows.iter().filter_map(|row| match row {
            BookRow::Unlogged(airing, state) if !airing.relay => Some(*state),
            _ => None,
        });
        let unlogged_states: Vec<UnloggedState> = unlogged_states.collect();
        SessionCounts {
            airing_count: logged.len() + unlogged_states.len(),
            outcome_count: logged.len(),
            missed: with_result(Outcome::Missed).count(),
            partial: with_result(Outcome::Partial).count(),
            silent: logged.iter().filter(|airing| is_silent(airing)).count(),
            silent_partial: silent_partial.clone().count(),
            silent_partial_reasons: reasons_by_frequency(silent_partial.filter_map(|airing| airing.outcome.reason)),
            withdrawn: unlogged_states.iter().filter(|state| **state == UnloggedState::Withdrawn).count(),
            relays: self.relayed().count(),
            relayed_ms: self.relayed().map(|relay| relay.held_ms.max(0)).fold(0, i64::saturating_add),
            missed_reasons: reasons(Outcome::Missed),
            partial_reasons: reasons(Outcome::Partial),
            relay_reasons: reasons_by_frequency(self.relayed().filter_map(|relay| relay.reason)),
        }
    }
}

fn reasons_by_frequency(reasons: impl Iterator<Item = Reason>) -> Vec<Reason> {
    let mut counts: Vec<(Reason, usize)> = Vec::new();
    for reason in reasons {
        match counts.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => counts.push((reason, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().map(|(reason, _)| reason).collect()
}

/// Groups the airings and relay slots of a day by session and nominal start.
pub(super) fn group_sessions<'a>(
    page: &'a LogPage,
    date: NaiveDate,
    planned: &[LoggedAiring<'a>],
    unlogged: &'a [UnloggedAiring],
    records: &[&'a Record],
) -> Vec<BookSession<'a>> {
    let mut started_ids: HashSet<&str> = HashSet::new();
    let mut rows: BTreeMap<&str, Vec<BookRow<'a>>> = BTreeMap::new();
    for record in records {
        match &record.body {
            Some(Body::Start(start)) => drop(started_ids.insert(start.labels.id.as_str())),
            Some(Body::Relay(relay)) => {
                rows.entry(session_key(&relay.id)).or_default().push(relay_row(page, record, relay));
            }
            _ => {}
        }
    }
    for airing in planned {
        rows.entry(session_key(&airing.outcome.labels.id)).or_default().push(logged_row(page, airing));
    }
    for airing in unlogged {
        rows.entry(session_key(&airing.id)).or_default().push(unlogged_row(page, airing));
    }
    let mut sessions: Vec<BookSession<'a>> = rows
        .into_iter()
        .map(|(key, mut rows)| {
            rows.sort_by_key(BookRow::starts_at);
            let progress = session_progress(page, &rows, &started_ids);
            for row in &mut rows {
                if let BookRow::Unlogged(airing, state @ UnloggedState::Unwritten) = row {
                    *state = unlogged_state(page, airing, progress, started_ids.contains(airing.id.as_str()));
                }
            }
            let (id, start) = key.split_once('@').unwrap_or((key, ""));
            let time = start.split_once('T').map_or("", |(_, time)| time);
            BookSession {
                id,
                title: page.session_title(date, id),
                time: time.strip_suffix(":00").filter(|short| short.len() == 5).unwrap_or(time).to_owned(),
                progress,
                is_rehearsed: page.rehearsal,
                rows,
            }
        })
        .collect();
    sessions.sort_by_key(BookSession::starts_at);
    sessions
}

fn logged_row<'a>(page: &LogPage, airing: &LoggedAiring<'a>) -> BookRow<'a> {
    let labels = &airing.outcome.labels;
    match page.is_outcome_of_moved_airing(airing.outcome) {
        true => BookRow::Moved(MovedRow {
            seq: Some(airing.record.seq),
            planned_at: planned_start(airing),
            title: &labels.title,
        }),
        false => BookRow::Logged(*airing),
    }
}

fn relay_row<'a>(page: &LogPage, record: &Record, relay: &'a RelayEntry) -> BookRow<'a> {
    let planned_at = relay.planned_at.unwrap_or(record.at);
    match relay.reason == Some(Reason::Withdrawn) && page.has_moved(&relay.id) {
        true => BookRow::Moved(MovedRow { seq: None, planned_at, title: &relay.title }),
        false => BookRow::Relayed(relay),
    }
}

fn unlogged_row<'a>(page: &LogPage, airing: &'a UnloggedAiring) -> BookRow<'a> {
    match airing.withdrawn {
        true if page.has_moved(&airing.id) => {
            BookRow::Moved(MovedRow { seq: None, planned_at: airing.start, title: &airing.title })
        }
        true => BookRow::Unlogged(airing, UnloggedState::Withdrawn),
        false => BookRow::Unlogged(airing, UnloggedState::Unwritten),
    }
}

/// Returns the state of an airing that is still planned. The log does not record the start of a relay slot, so its
/// planned time decides.
fn unlogged_state(
    page: &LogPage,
    airing: &UnloggedAiring,
    progress: SessionProgress,
    has_started: bool,
) -> UnloggedState {
    if awaits_clock(page, airing) {
        return UnloggedState::AwaitsClock;
    }
    let is_relaying = airing.relay && page.now().is_some_and(|now| now >= airing.start);
    let is_to_come = page.now().is_some_and(|now| now < airing.start);
    match progress {
        SessionProgress::OnAir if has_started || is_relaying => UnloggedState::OnAir,
        SessionProgress::OnAir | SessionProgress::Upcoming => UnloggedState::Upcoming,
        SessionProgress::Unwritten if is_to_come => UnloggedState::Upcoming,
        SessionProgress::Complete | SessionProgress::Unwritten => UnloggedState::Unwritten,
    }
}

/// Returns `true` if the time of the airing passed before the program last started, and the outcome waits until the
/// clock is synchronised.
fn awaits_clock(page: &LogPage, airing: &UnloggedAiring) -> bool {
    page.clock_wait_ends_at().is_some() && page.unsynchronised_start_at.is_some_and(|start| airing.start < start)
}

fn session_progress(page: &LogPage, rows: &[BookRow<'_>], started_ids: &HashSet<&str>) -> SessionProgress {
    let open_airings = rows.iter().filter_map(|row| match row {
        BookRow::Unlogged(airing, UnloggedState::Unwritten) => Some(*airing),
        _ => None,
    });
    // The session may still continue: the outcomes of its earlier airings wait until the clock is synchronised.
    if open_airings.clone().any(|airing| awaits_clock(page, airing)) {
        return SessionProgress::Unwritten;
    }
    let Some(last_end) = open_airings.map(planned_end).max() else {
        return SessionProgress::Complete;
    };
    let Some(now) = page.now() else {
        return SessionProgress::Unwritten;
    };
    let begins_at = rows.first().map_or(now, BookRow::starts_at);
    let is_playing = page.present.is_some_and(|present| present.is_running) && !page.clock.is_distrusted();
    let has_begun = now <= begins_at + MAX_START_DELAY || rows.iter().any(|row| has_begun(row, now, started_ids));
    match () {
        () if now < begins_at => SessionProgress::Upcoming,
        () if is_playing && has_begun && now <= last_end + MAX_OVERTIME => SessionProgress::OnAir,
        () => SessionProgress::Unwritten,
    }
}

/// Returns `true` if the row shows that its session has begun: something of it sounded. A relay slot has no `start`
/// entry, so its planned time decides.
fn has_begun(row: &BookRow<'_>, now: DateTime<FixedOffset>, started_ids: &HashSet<&str>) -> bool {
    match row {
        BookRow::Logged(airing) => airing.outcome.played_ms > 0,
        BookRow::Relayed(relay) => relay.held_ms > 0,
        BookRow::Unlogged(airing, _) => {
            started_ids.contains(airing.id.as_str()) || (airing.relay && airing.start <= now)
        }
        BookRow::Moved(_) => false,
    }
}

/// Returns the planned end of an airing, or its start if the end is out of range.
fn planned_end(airing: &UnloggedAiring) -> DateTime<FixedOffset> {
    let length = TimeDelta::milliseconds(airing.duration_ms.clamp(0, 86_400_000));
    airing.start.checked_add_signed(length).unwrap_or(airing.start)
}
