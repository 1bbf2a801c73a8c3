//! The sessions of a day for a browser: each with one word, and its items.
use chrono::NaiveDate;

use super::book::{Book, BookDay, BookRow, BookSession, SessionProgress};
use super::book_table::session_section;
use super::page::LogPage;
use crate::cli::table::strip_unprintable;
use crate::text::Lang;

/// A session of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySession {
    /// Its nominal start: `05:15`.
    pub time: String,
    /// Its title; its id if the schedule of that day is not kept.
    pub title: String,
    /// How far it is, or how it went.
    pub state: SessionState,
    /// Its items, sorted by planned start.
    pub items: Vec<DayItem>,
}

/// An item of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayItem {
    /// Its planned start: `05:15:13`.
    pub time: String,
    /// The title of the segment.
    pub title: String,
    /// The outcome or the state, in words.
    pub outcome: String,
    /// The airing's id, if it has an outcome.
    pub id: Option<String>,
}

/// How far a session is, or how it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Its start is in the future.
    Upcoming,
    /// It is on the air.
    OnAir,
    /// All of it was aired.
    Complete,
    /// Some of it was aired.
    Partial,
    /// Nothing of it was aired.
    Missed,
    /// It was played, and nothing proves that it left a sound device.
    NotHeard,
    /// Its time has passed, and the clock is not trusted.
    AwaitsClock,
    /// Its time has passed, and its outcome is not written.
    Unwritten,
    /// An edit removed it from the schedule.
    Withdrawn,
}

/// How a day went, in one sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayState {
    /// Every session was aired as a whole.
    Complete,
    /// Something was aired, and something was not.
    Partial,
    /// Nothing was aired that should have been.
    Missed,
    /// All of it is still to come, or has not been decided.
    Open,
    /// No session was planned, as far as the log knows.
    Empty,
}

/// A day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySummary {
    /// The date.
    pub date: NaiveDate,
    /// How it went.
    pub state: DayState,
    /// The number of sessions that were aired as a whole.
    pub complete: usize,
    /// The number of sessions.
    pub sessions: usize,
}

/// Returns how each day on a page went; none if the log was changed, because then nothing on it can be relied on.
#[must_use]
pub fn day_summaries(page: &LogPage) -> Vec<DaySummary> {
    if page.fault.is_some() {
        return Vec::new();
    }
    Book::new(page).days.iter().map(day_summary).collect()
}

fn day_summary(day: &BookDay<'_>) -> DaySummary {
    let states: Vec<SessionState> =
        day.sessions.iter().map(state_of).filter(|state| *state != SessionState::Withdrawn).collect();
    let count = |wanted: SessionState| states.iter().filter(|state| **state == wanted).count();
    let (complete, missed) =
        (count(SessionState::Complete), count(SessionState::Missed) + count(SessionState::NotHeard));
    let decided = complete + missed + count(SessionState::Partial);
    let state = match states.len() {
        0 => DayState::Empty,
        _ if decided == 0 => DayState::Open,
        _ if complete == decided => DayState::Complete,
        _ if missed == decided => DayState::Missed,
        _ => DayState::Partial,
    };
    DaySummary { date: day.date, state, complete, sessions: states.len() }
}

/// Returns the sessions of all days on a page; none if the log was changed, because then nothing on it can be relied on.
#[must_use]
pub fn day_sessions(page: &LogPage, lang: Lang) -> Vec<DaySession> {
    if page.fault.is_some() {
        return Vec::new();
    }
    let book = Book::new(page);
    book.days.iter().flat_map(|day| &day.sessions).map(|session| day_session(session, lang)).collect()
}

fn day_session(session: &BookSession<'_>, lang: Lang) -> DaySession {
    // The columns of the log book: number, planned, started, length, outcome, title.
    let item = |(cells, row): (Vec<String>, &BookRow<'_>)| {
        let cell = |column: usize| cells.get(column).cloned().unwrap_or_default();
        let id = match row {
            BookRow::Logged(airing) => Some(airing.outcome.labels.id.clone()),
            BookRow::Relayed(_) | BookRow::Unlogged(..) | BookRow::Moved(_) => None,
        };
        DayItem { time: cell(1), title: cell(5), outcome: cell(4), id }
    };
    DaySession {
        time: strip_unprintable(&session.time),
        title: strip_unprintable(session.title.unwrap_or(session.id)),
        state: state_of(session),
        items: session_section(session, lang).rows.into_iter().zip(&session.rows).map(item).collect(),
    }
}

fn state_of(session: &BookSession<'_>) -> SessionState {
    let counts = session.counts();
    match session.progress {
        _ if session.is_withdrawn() => SessionState::Withdrawn,
        SessionProgress::Upcoming => SessionState::Upcoming,
        SessionProgress::OnAir => SessionState::OnAir,
        SessionProgress::Unwritten if session.awaits_clock() => SessionState::AwaitsClock,
        SessionProgress::Unwritten => SessionState::Unwritten,
        SessionProgress::Complete if counts.whole_count() == counts.outcome_count => SessionState::Complete,
        SessionProgress::Complete if counts.missed == counts.outcome_count => SessionState::Missed,
        SessionProgress::Complete if counts.silent == counts.outcome_count => SessionState::NotHeard,
        SessionProgress::Complete => SessionState::Partial,
    }
}
