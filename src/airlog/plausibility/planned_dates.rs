//! Compares plans with outcomes: each airing in any plan of its date ends once, and no other airing ends.
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::date_ranges::DateRanges;
use super::finding::Implausibility;
use crate::airlog::airing_id::date_in_id;
use crate::base::instant::SECOND_US;

/// A date has passed when the latest planned date is this much later: sessions run past midnight, and no airing waits
/// longer.
const OVER_AFTER_DAYS: chrono::Days = chrono::Days::new(3);
/// Running time within which a station writes the outcomes of a past date, in microseconds. Restarts and clock steps
/// delay the judgement no longer than that.
const ANSWER_TIME_US: i64 = 86_400 * SECOND_US;
/// Dates with missing outcomes that are remembered.
const MAX_OPEN_DATES: usize = 400;
/// Bounds on what is remembered of a hostile log; each lies far above what a station can reach. Dates of which nothing
/// more is known: a century of them.
const MAX_UNKNOWN_DATES: usize = 40_000;
/// Ids of one date: four times the longest plan.
const MAX_IDS: usize = 20_000;
/// Bytes of ids in all: a stored fold is read again when it is at most twice as large.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Planned dates and the outcomes of their airings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PlannedDates {
    days: BTreeMap<NaiveDate, DateState>,
    /// Dates whose airings all have an outcome.
    complete: DateRanges,
    /// Dates that were forgotten before all outcomes were known.
    vague: BTreeSet<NaiveDate>,
    latest: Option<NaiveDate>,
    /// Bytes of the remembered ids.
    bytes: usize,
    /// Whether the log exceeded a bound, so that some dates or ids are not remembered.
    pub beyond: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct DateState {
    /// Whether every plan of the date could be read.
    known: bool,
    /// Running time of the station when the date was first seen to have passed, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<i64>,
    /// Ids in a plan without an outcome.
    open: BTreeSet<String>,
    ended: BTreeSet<String>,
}

impl DateState {
    fn has_room(&self, bytes: usize) -> bool {
        self.open.len() + self.ended.len() < MAX_IDS && bytes < MAX_BYTES
    }

    fn bytes(&self) -> usize {
        self.open.iter().chain(&self.ended).map(|id| size_of(id)).sum()
    }
}

/// Returns the bytes of an id in the stored fold: its text, two quotes and a comma.
fn size_of(id: &str) -> usize {
    id.len() + 3
}

/// Whether a station has had the time to write the outcomes of past dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerTime {
    /// Yes.
    Passed,
    /// Yes, for dates that had passed when this was the latest planned date.
    PassedUpTo(NaiveDate),
    /// Not yet: it started recently, or its clock is untrusted.
    Running,
}

impl PlannedDates {
    /// Takes the plan of a date; `ids` is none when the plan could not be read.
    pub fn plan(&mut self, date: NaiveDate, ids: Option<Vec<Cow<'_, str>>>) -> Option<Implausibility> {
        self.latest = self.latest.max(Some(date));
        // A closed date that is planned again: the ids that ended before are not remembered.
        let said = self.complete.has(date) || self.vague.contains(&date);
        let ids = ids.filter(|_| !said || self.days.get(&date).is_some_and(|day| day.known));
        let (mut bytes, mut beyond) = (self.bytes, false);
        let fresh = !self.days.contains_key(&date);
        let day = self.days.entry(date).or_default();
        day.known = ids.is_some() && (fresh || day.known);
        let mut shrunk = (None, 0);
        if let Some(mut ids) = ids {
            ids.sort_unstable();
            ids.dedup();
            let is_left_out = |id: &&String| ids.binary_search_by(|one| (**one).cmp(id)).is_err();
            let left_out: Vec<&String> = day.open.iter().filter(is_left_out).collect();
            shrunk = (left_out.first().map(|id| (*id).clone()), left_out.len() as u64);
            for id in ids {
                if day.ended.contains(&*id) || day.open.contains(&*id) {
                    continue;
                }
                if !day.has_room(bytes) {
                    beyond = true;
                    break;
                }
                bytes += size_of(&id);
                day.open.insert(id.into_owned());
            }
        }
        (self.bytes, self.beyond) = (bytes, self.beyond || beyond);
        self.close_complete();
        let (example, count) = shrunk;
        example.map(|example| Implausibility::PlanShrunk { date, count, example })
    }

    /// Forgets past dates with all their outcomes.
    fn close_complete(&mut self) {
        let Some(before) = self.latest.and_then(|latest| latest.checked_sub_days(OVER_AFTER_DAYS)) else { return };
        let over: Vec<NaiveDate> = self.days.range(..before).map(|(date, _)| *date).collect();
        let too_many = self.days.len().saturating_sub(MAX_OPEN_DATES);
        for (n, date) in over.into_iter().enumerate() {
            let owes = self.days.get(&date).is_some_and(|day| !day.open.is_empty());
            if owes && n >= too_many {
                continue;
            }
            // A date that owes outcomes is never forgotten silently.
            self.beyond |= owes;
            self.close(date);
        }
    }

    /// Forgets a date, except whether all of its airings have an outcome. Returns the ids of those that have none.
    fn close(&mut self, date: NaiveDate) -> BTreeSet<String> {
        let Some(day) = self.days.remove(&date) else { return BTreeSet::new() };
        self.bytes = self.bytes.saturating_sub(day.bytes());
        let kept = match day.known && day.open.is_empty() {
            true => self.complete.take(date),
            false => self.vague.contains(&date) || self.vague.len() < MAX_UNKNOWN_DATES && self.vague.insert(date),
        };
        self.beyond |= !kept;
        day.open
    }

    /// Takes the end of a planned airing or relay slot.
    pub fn airing_ended(&mut self, id: &str) -> Option<Implausibility> {
        // Every id in a plan has a date.
        let Some(date) = date_in_id(id) else { return self.unplanned_finding(true) };
        let Some(day) = self.days.get_mut(&date) else {
            // A date can come again after a fast clock was corrected. The ids from the first time are forgotten, so an
            // outcome cannot be called a second one.
            if self.vague.contains(&date) {
                return None;
            }
            return if self.complete.has(date) { Some(Implausibility::Again) } else { self.unplanned_finding(true) };
        };
        if let Some(id) = day.open.take(id) {
            day.ended.insert(id);
            return None;
        }
        if day.ended.contains(id) {
            return Some(Implausibility::Again);
        }
        let doubted = day.known;
        if !day.has_room(self.bytes) {
            self.beyond = true;
            return Some(Implausibility::TooMuch);
        }
        day.ended.insert(id.to_owned());
        self.bytes += size_of(id);
        self.unplanned_finding(doubted)
    }

    /// Returns the finding for an id that no remembered plan names. After a bound was exceeded, a forgotten plan may
    /// have named it.
    fn unplanned_finding(&self, doubted: bool) -> Option<Implausibility> {
        match self.beyond {
            true => Some(Implausibility::TooMuch),
            false => doubted.then_some(Implausibility::NeverPlanned),
        }
    }

    /// Returns the latest planned date.
    pub fn latest(&self) -> Option<NaiveDate> {
        self.latest
    }

    /// Returns findings for past dates with missing outcomes, each once, when the station has had the time to write
    /// them. `ran` is its total running time, in microseconds. `today` is the latest date that its trusted clock
    /// allows: a clock that was ahead may have planned dates that come again.
    pub fn dates_without_outcome(&mut self, ran: i64, patience: AnswerTime, today: NaiveDate) -> Vec<Implausibility> {
        let is_over =
            |date: NaiveDate, latest| date.checked_add_days(OVER_AFTER_DAYS).is_some_and(|over| over <= latest);
        let Some(latest) = self.latest.map(|latest| latest.min(today)) else { return Vec::new() };
        let mut due = Vec::new();
        for (date, day) in self.days.iter_mut().take_while(|(date, _)| is_over(**date, latest)) {
            let waited = ran.saturating_sub(*day.over.get_or_insert(ran));
            let settled = match patience {
                AnswerTime::Passed => true,
                AnswerTime::PassedUpTo(latest) => is_over(*date, latest),
                AnswerTime::Running => false,
            };
            if settled || waited > ANSWER_TIME_US {
                due.push(*date);
            }
        }
        let told = due.into_iter().filter_map(|date| {
            let owes = self.close(date);
            let count = owes.len() as u64;
            owes.into_iter().next().map(|example| Implausibility::NoOutcome { date, count, example })
        });
        told.collect()
    }
}
