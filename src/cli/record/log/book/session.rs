//! One session of a day: its airings with their outcomes, and those that have none yet.
use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};

use super::planned_start;
use crate::airlog::entry::{Body, Outcome, Reason};
use crate::airlog::record::Record;
use crate::cli::record::log::page::{LogPage, LoggedAiring, UnloggedAiring};

/// A session that began late can still be on the air for this long after its planned end.
const MAX_OVERTIME: TimeDelta = TimeDelta::minutes(30);

/// The progress of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionProgress {
    /// Every airing has its outcome.
    Complete,
    /// Its time has not come.
    ToCome,
    /// It is on the air.
    OnAir,
    /// Airings whose time has passed have no outcome: the station is off, or cannot write its log.
    Unwritten,
}

/// One airing of a session.
#[derive(Clone, Copy)]
pub enum BookRow<'a> {
    /// An airing with its outcome.
    Logged(LoggedAiring<'a>),
    /// A planned airing without an outcome. It sounds if the log has its start.
    Unlogged {
        /// The airing.
        airing: &'a UnloggedAiring,
        /// True when it has started.
        has_started: bool,
    },
}

impl BookRow<'_> {
    fn starts_at(&self) -> DateTime<FixedOffset> {
        match self {
            Self::Logged(airing) => planned_start(airing),
            Self::Unlogged { airing, .. } => airing.start,
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
    /// Its airings, by their planned start.
    pub rows: Vec<BookRow<'a>>,
    /// The progress of the session.
    pub progress: SessionProgress,
}

/// Numbers of a session's outcomes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SessionCounts {
    /// The airings of the session.
    pub all: usize,
    /// The airings with an outcome.
    pub done: usize,
    /// The airings of which nothing was played.
    pub missed: usize,
    /// The airings that were played in part.
    pub partial: usize,
    /// The airings that were played without proof that they sounded.
    pub silent: usize,
    /// Why airings were missed, each reason once, the most frequent first.
    pub missed_reasons: Vec<Reason>,
    /// Why airings were played in part, likewise.
    pub partial_reasons: Vec<Reason>,
}

impl<'a> BookSession<'a> {
    /// Returns the airings that have an outcome.
    pub fn logged(&self) -> impl Iterator<Item = LoggedAiring<'a>> {
        self.rows.iter().filter_map(|row| match row {
            BookRow::Logged(airing) => Some(*airing),
            BookRow::Unlogged { .. } => None,
        })
    }

    /// Counts the outcomes.
    pub fn counts(&self) -> SessionCounts {
        let logged: Vec<LoggedAiring<'a>> = self.logged().collect();
        let with = |result| logged.iter().filter(move |airing| airing.outcome.result == result);
        SessionCounts {
            all: self.rows.len(),
            done: logged.len(),
            missed: with(Outcome::Missed).count(),
            partial: with(Outcome::Partial).count(),
            silent: logged.iter().filter(|airing| airing.is_silent()).count(),
            missed_reasons: frequent_reasons(with(Outcome::Missed)),
            partial_reasons: frequent_reasons(with(Outcome::Partial)),
        }
    }
}

fn frequent_reasons<'b>(airings: impl Iterator<Item = &'b LoggedAiring<'b>>) -> Vec<Reason> {
    let mut counts: Vec<(Reason, usize)> = Vec::new();
    for reason in airings.filter_map(|airing| airing.outcome.reason) {
        match counts.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => counts.push((reason, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().map(|(reason, _)| reason).collect()
}

/// Groups the airings of a day by session and nominal start.
pub(super) fn group<'a>(
    page: &'a LogPage,
    date: NaiveDate,
    planned: &[LoggedAiring<'a>],
    unlogged: &'a [UnloggedAiring],
    records: &[&'a Record],
) -> Vec<BookSession<'a>> {
    let started: HashSet<&str> = records
        .iter()
        .filter_map(|record| match &record.body {
            Some(Body::Start(start)) => Some(start.labels.id.as_str()),
            _ => None,
        })
        .collect();
    let mut rows: BTreeMap<&str, Vec<BookRow<'a>>> = BTreeMap::new();
    for airing in planned {
        rows.entry(session_key(&airing.outcome.labels.id)).or_default().push(BookRow::Logged(*airing));
    }
    for airing in unlogged {
        let row = BookRow::Unlogged { airing, has_started: started.contains(airing.id.as_str()) };
        rows.entry(session_key(&airing.id)).or_default().push(row);
    }
    let mut sessions: Vec<BookSession<'a>> = rows
        .into_iter()
        .map(|(key, mut rows)| {
            rows.sort_by_key(BookRow::starts_at);
            let (id, start) = key.split_once('@').unwrap_or((key, ""));
            let time = start.split_once('T').map_or("", |(_, time)| time);
            BookSession {
                id,
                title: page.session_title(date, id),
                time: time.strip_suffix(":00").filter(|short| short.len() == 5).unwrap_or(time).to_owned(),
                progress: progress(page, &rows),
                rows,
            }
        })
        .collect();
    sessions.sort_by_key(|session| session.rows.first().map(BookRow::starts_at));
    sessions
}

/// Returns the part of a planned id that all airings of a session share.
fn session_key(id: &str) -> &str {
    id.split_once('#').map_or(id, |(key, _)| key)
}

fn progress(page: &LogPage, rows: &[BookRow<'_>]) -> SessionProgress {
    let open = || {
        rows.iter().filter_map(|row| match row {
            BookRow::Unlogged { airing, .. } => Some(*airing),
            BookRow::Logged(_) => None,
        })
    };
    let Some(last_end) = open().map(planned_end).max() else {
        return SessionProgress::Complete;
    };
    let Some(now) = page.now() else {
        return SessionProgress::Unwritten;
    };
    let begins = rows.first().map_or(now, BookRow::starts_at);
    let is_running = page.present.is_some_and(|present| present.is_running);
    match () {
        () if now < begins => SessionProgress::ToCome,
        () if is_running && now <= last_end + MAX_OVERTIME => SessionProgress::OnAir,
        () => SessionProgress::Unwritten,
    }
}

/// Returns the planned end of an airing; its start, if the length in the plan is absurd.
fn planned_end(airing: &UnloggedAiring) -> DateTime<FixedOffset> {
    let length = TimeDelta::milliseconds(airing.duration_ms.clamp(0, 86_400_000));
    airing.start.checked_add_signed(length).unwrap_or(airing.start)
}
