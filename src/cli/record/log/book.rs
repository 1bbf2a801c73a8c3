//! The page of the log book as data: its days, sessions and airings, not yet formatted.
mod answer;
mod part_answer;
mod range_answer;
mod session;

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::page::{LogPage, LoggedAiring, page_date};
use crate::airlog::record::Record;

pub(super) use answer::{day_verdict, next_session_sentence};
pub(super) use part_answer::full_answer;
pub(super) use range_answer::range_answer;
#[cfg(feature = "print")]
pub(super) use range_answer::range_name;
#[cfg(feature = "page")]
pub(super) use session::SessionProgress;
pub(super) use session::{BookRow, BookSession, UnloggedState};

/// The days of a page, and the titles that its other lines use.
pub(super) struct Book<'a> {
    /// The page.
    pub page: &'a LogPage,
    /// The days, in order. A day that the log does not cover is present only if it is the only requested day.
    pub days: Vec<BookDay<'a>>,
    /// The titles of the airings on the page, by id.
    pub titles: BTreeMap<&'a str, &'a str>,
}

/// One day of a page.
pub(super) struct BookDay<'a> {
    pub date: NaiveDate,
    /// The station's name and agency on this day.
    pub station: (&'a str, &'a str),
    /// The sessions, sorted by start.
    pub sessions: Vec<BookSession<'a>>,
    /// The airings outside the plan.
    pub unplanned: Vec<LoggedAiring<'a>>,
    /// The entries of the day, in the order of the log.
    pub records: Vec<&'a Record>,
    /// The number of planned airings whose outcome and plan are both missing.
    pub lost_airing_count: u64,
    /// Why a day without airings has none.
    pub blank_reason: BlankDayReason,
}

/// Why a day has no airings on the page, and whether that is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlankDayReason {
    /// The log covers the day, and nothing was planned.
    NothingPlanned,
    /// The log begins on this day, and nothing was planned for the rest of it.
    NothingSinceStart,
    /// The log has no entry at all.
    NoLog,
    /// The log begins after this day.
    BeforeLog,
    /// The day is in the future.
    Future,
    /// The log ends before this day, and the station has not run since.
    NotRun,
    /// The log is damaged before this day.
    Damaged,
    /// The log covers the day but has no plan for it.
    NoPlan,
    /// A clock that the station did not trust gave this date to its entries.
    DoubtfulDate,
}

impl<'a> Book<'a> {
    /// Groups the entries of a page by day and session.
    pub fn new(page: &'a LogPage) -> Self {
        let mut records: BTreeMap<NaiveDate, Vec<&Record>> = BTreeMap::new();
        for record in &page.records {
            records.entry(page_date(record)).or_default().push(record);
        }
        // A planned day is on the page even if nothing is logged for it yet. Without requested dates, future days are
        // left out.
        let today = page.now().map(|now| now.date_naive());
        let planned = page
            .plans
            .keys()
            .filter(|date| page.requested_dates.is_some() || today.is_none_or(|today| **date <= today));
        for date in planned {
            records.entry(*date).or_default();
        }
        if let Some((from, until)) = page.requested_dates
            && from == until
        {
            records.entry(from).or_default();
        }
        let titles =
            page.records.iter().filter_map(Record::labels).map(|labels| (labels.id.as_str(), labels.title.as_str()));
        let days = records.into_iter().map(|(date, records)| BookDay::new(page, date, records)).collect();
        Self { page, days, titles: titles.collect() }
    }

    /// Returns the first and the last date of the page: the requested dates or, for the whole log, those of its days. A
    /// date from a distrusted clock does not count as a day.
    pub fn extent(&self) -> Option<(NaiveDate, NaiveDate)> {
        let mut dates = self.days.iter().map(|day| day.date).filter(|date| !self.page.is_doubtful_date(*date));
        self.page.requested_dates.or_else(|| {
            let first = dates.next()?;
            Some((first, dates.next_back().unwrap_or(first)))
        })
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
            sessions: session::group_sessions(page, date, &planned, open_airings, &records),
            unplanned,
            lost_airing_count: unlogged.map_or(0, |day| day.lost_airing_count),
            blank_reason: blank_day_reason(page, date),
            records,
        }
    }
}

impl BookDay<'_> {
    /// Returns `true` if a relay slot of the day is over.
    pub fn has_finished_relay(&self) -> bool {
        self.sessions.iter().any(|session| session.relayed().next().is_some())
    }

    /// Returns the number of airings that are still planned and have no outcome.
    pub fn open_count(&self) -> u64 {
        let open_in_sessions: usize = self.sessions.iter().map(|session| session.counts().open_count()).sum();
        self.lost_airing_count + open_in_sessions as u64
    }

    /// Returns `true` if the answer for this day also names the next session: nothing is planned for today or a future
    /// day, or the station has not run yet. While the clock is not trusted, no session is next.
    fn should_name_next_session(&self, page: &LogPage) -> bool {
        let is_blank = self.sessions.is_empty() && self.unplanned.is_empty() && self.lost_airing_count == 0;
        let is_past = page.now().is_some_and(|now| self.date < now.date_naive());
        let is_known = matches!(
            self.blank_reason,
            BlankDayReason::NothingPlanned | BlankDayReason::NothingSinceStart | BlankDayReason::NoLog
        );
        is_blank && is_known && !is_past && !page.clock.is_distrusted()
    }
}

/// Returns why a day without airings has none.
fn blank_day_reason(page: &LogPage, date: NaiveDate) -> BlankDayReason {
    if page.is_doubtful_date(date) {
        return BlankDayReason::DoubtfulDate;
    }
    let Some(extent) = &page.extent else {
        return if page.damage.is_some() { BlankDayReason::Damaged } else { BlankDayReason::NoLog };
    };
    if page.plans.contains_key(&date) {
        let is_first_day = date == extent.first_at.date_naive();
        return if is_first_day { BlankDayReason::NothingSinceStart } else { BlankDayReason::NothingPlanned };
    }
    let is_running = page.present.is_some_and(|present| present.is_running);
    match page.now() {
        _ if date < extent.first_at.date_naive() => BlankDayReason::BeforeLog,
        Some(now) if date > now.date_naive() => BlankDayReason::Future,
        _ if date > extent.last_at.date_naive() && page.damage.is_some() => BlankDayReason::Damaged,
        _ if date > extent.last_at.date_naive() && !is_running => BlankDayReason::NotRun,
        _ => BlankDayReason::NoPlan,
    }
}

impl LogPage {
    /// Returns `true` if only a clock that was wrong, or was not trusted, gave this date to entries.
    pub(super) fn is_doubtful_date(&self, date: NaiveDate) -> bool {
        self.clock.is_doubtful_date(date, self.plans.contains_key(&date))
    }

    /// Returns the station's name and agency on a date: those of the schedule in force at the end of that date.
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

/// Returns the planned start of an airing, or the time of its entry if it was not planned.
pub(super) fn planned_start(airing: &LoggedAiring<'_>) -> DateTime<FixedOffset> {
    airing.outcome.labels.planned_at.unwrap_or(airing.record.at)
}
