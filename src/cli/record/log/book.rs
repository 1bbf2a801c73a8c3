//! The page of the log book as a value: days, sessions and airings, before anything is formatted.
mod answer;
mod range_answer;
mod session;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::page::{LogPage, LoggedAiring, page_date};
use crate::airlog::record::Record;

pub(super) use answer::{day_answer, day_verdict, next_session_sentence};
pub(super) use range_answer::range_answer;
#[cfg(feature = "print")]
pub(super) use range_answer::range_name;
pub(super) use session::{BookRow, BookSession, UnloggedState};

/// The days of a page, and the airings that give titles to its other lines.
pub(super) struct Book<'a> {
    /// The page.
    pub page: &'a LogPage,
    /// The days, in order. A day that the log does not cover is here only if it alone was asked for.
    pub days: Vec<BookDay<'a>>,
    /// The titles of the airings on the page, by id.
    pub titles: BTreeMap<&'a str, &'a str>,
}

/// One day of a page.
pub(super) struct BookDay<'a> {
    pub date: NaiveDate,
    /// The station's name and agency on this day.
    pub station: (&'a str, &'a str),
    /// The sessions, by their start.
    pub sessions: Vec<BookSession<'a>>,
    /// The airings outside the plan.
    pub unplanned: Vec<LoggedAiring<'a>>,
    /// The entries of the day, in the order of the log.
    pub records: Vec<&'a Record>,
    /// The number of planned airings of which neither an outcome nor the plan is known.
    pub unknown_rows: u64,
    /// Why a day without airings has none.
    pub blank: DayBlank,
}

/// Why a day has no airings on the page, and whether that is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayBlank {
    /// The log covers the day, and nothing was planned.
    NothingPlanned,
    /// The log begins on this day, and nothing was planned for the rest of it.
    NothingSinceStart,
    /// The log has no entry at all.
    NoLog,
    /// The log begins later.
    BeforeLog,
    /// The day has not come.
    Future,
    /// The log ends earlier, and the station has not run since.
    NotRun,
    /// The log is damaged before this day.
    Damaged,
    /// The log covers the day but has no plan for it.
    NoPlan,
}

impl<'a> Book<'a> {
    /// Sorts a page into days and sessions.
    pub fn new(page: &'a LogPage) -> Self {
        let mut records: BTreeMap<NaiveDate, Vec<&Record>> = BTreeMap::new();
        for record in &page.records {
            records.entry(page_date(record)).or_default().push(record);
        }
        // A planned day has a place on the page even if nothing of it is logged yet, except tomorrow's.
        let today = page.now().map(|now| now.date_naive());
        let planned =
            page.plans.keys().filter(|date| page.asked.is_some() || today.is_none_or(|today| **date <= today));
        for date in planned {
            records.entry(*date).or_default();
        }
        if let Some((from, until)) = page.asked
            && from == until
        {
            records.entry(from).or_default();
        }
        let titles =
            page.records.iter().filter_map(Record::labels).map(|labels| (labels.id.as_str(), labels.title.as_str()));
        let days = records.into_iter().map(|(date, records)| BookDay::new(page, date, records)).collect();
        Self { page, days, titles: titles.collect() }
    }

    /// Returns the title of an airing on the page.
    pub fn title(&self, id: &str) -> Option<&'a str> {
        self.titles.get(id).copied()
    }
}

/// Returns the number of days on a page.
pub(super) fn day_count(page: &LogPage) -> usize {
    Book::new(page).days.len()
}

impl<'a> BookDay<'a> {
    fn new(page: &'a LogPage, date: NaiveDate, records: Vec<&'a Record>) -> Self {
        let airings: Vec<LoggedAiring<'a>> = records.iter().copied().filter_map(LoggedAiring::from_record).collect();
        let (planned, mut unplanned): (Vec<_>, Vec<_>) =
            airings.into_iter().partition(|airing| airing.outcome.labels.planned_at.is_some());
        unplanned.sort_by_key(|airing| airing.record.seq);
        let unlogged = page.unlogged.get(&date);
        let open_airings = unlogged.map_or(&[][..], |day| &day.airings);
        Self {
            date,
            station: page.station_names(date),
            sessions: session::group(page, date, &planned, open_airings, &records),
            unplanned,
            unknown_rows: unlogged.map_or(0, |day| day.unknown),
            blank: day_blank(page, date),
            records,
        }
    }
}

impl BookDay<'_> {
    /// Returns `true` if relay slots of the day are over.
    pub fn has_relays(&self) -> bool {
        self.sessions.iter().any(|session| session.relayed().next().is_some())
    }

    /// Returns `true` if the answer for this day also says when the next session is: nothing is planned for today or
    /// for a day to come, or the station has not run yet.
    fn tells_next_session(&self, page: &LogPage) -> bool {
        let is_blank = self.sessions.is_empty() && self.unplanned.is_empty() && self.unknown_rows == 0;
        let is_past = page.now().is_some_and(|now| self.date < now.date_naive());
        let is_known = matches!(self.blank, DayBlank::NothingPlanned | DayBlank::NothingSinceStart | DayBlank::NoLog);
        is_blank && is_known && !is_past
    }
}

/// Returns why a day without airings has none.
fn day_blank(page: &LogPage, date: NaiveDate) -> DayBlank {
    let Some(extent) = &page.extent else {
        return if page.damage.is_some() { DayBlank::Damaged } else { DayBlank::NoLog };
    };
    if page.plans.contains_key(&date) {
        let is_first_day = date == extent.first_at.date_naive();
        return if is_first_day { DayBlank::NothingSinceStart } else { DayBlank::NothingPlanned };
    }
    let is_running = page.present.is_some_and(|present| present.is_running);
    match page.now() {
        _ if date < extent.first_at.date_naive() => DayBlank::BeforeLog,
        Some(now) if date > now.date_naive() => DayBlank::Future,
        _ if date > extent.last_at.date_naive() && page.damage.is_some() => DayBlank::Damaged,
        _ if date > extent.last_at.date_naive() && !is_running => DayBlank::NotRun,
        _ => DayBlank::NoPlan,
    }
}

impl LogPage {
    /// Returns the station's name and agency on a date: those of the schedule in force at its end.
    pub(super) fn station_names(&self, date: NaiveDate) -> (&str, &str) {
        let in_force = self.names.iter().rev().filter(|(from, _)| *from <= date);
        let named = in_force.filter_map(|(_, names)| names.station.as_deref()).next();
        named.map_or((&self.name, &self.agency), |(name, agency)| (name, agency))
    }

    /// Returns the title of a session on a date.
    pub(super) fn session_title(&self, date: NaiveDate, id: &str) -> Option<&str> {
        self.names.iter().rev().filter(|(from, _)| *from <= date).find_map(|(_, names)| names.session_title(id))
    }
}

/// Returns the start of an airing as the plan has it.
pub(super) fn planned_start(airing: &LoggedAiring<'_>) -> DateTime<FixedOffset> {
    airing.outcome.labels.planned_at.unwrap_or(airing.record.at)
}
