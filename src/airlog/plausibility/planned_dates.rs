//! Plans against outcomes: each airing that any plan of its date names ends once, and nothing else does.
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::date_ranges::DateRanges;
use super::finding::Implausibility;
use crate::airlog::airing_id::date_in_id;
use crate::base::instant::SECOND_US;

/// A date is over so many days before the latest planned one: sessions run past midnight, and nothing waits longer.
const OVER_AFTER_DAYS: chrono::Days = chrono::Days::new(3);
/// What a station says of a date that is over it says before it has run for so long, microseconds: restarts and steps of the
/// clock put the judgement off for no longer.
const ANSWER_TIME_US: i64 = 86_400 * SECOND_US;
/// A station that owes more dates than this is not remembered further back.
const MAX_OPEN_DATES: usize = 400;
/// Bounds on what is remembered of a hostile log; each lies far above what a station can reach. Dates of which nothing
/// more is known: a century of them.
const MAX_UNKNOWN_DATES: usize = 40_000;
/// So many ids of one date: four times the longest plan.
const MAX_IDS: usize = 20_000;
/// So many bytes of ids in all: the whole is read again when it is not larger than twice that.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The dates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PlannedDates {
    days: BTreeMap<NaiveDate, DateState>,
    /// Dates of which everything had its end.
    complete: DateRanges,
    /// Dates of which nothing more is known.
    vague: BTreeSet<NaiveDate>,
    latest: Option<NaiveDate>,
    /// Bytes of the ids that are remembered.
    bytes: usize,
    /// The log exceeded a bound: some of its dates or ids were not remembered.
    pub beyond: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct DateState {
    /// Whether every plan of it could be read.
    known: bool,
    /// How long the station had run when it was first seen to be over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<i64>,
    /// Named by a plan, without an end.
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

/// Bytes that an id takes in the kept form: its text, two quotes and a comma.
fn size_of(id: &str) -> usize {
    id.len() + 3
}

/// Whether a station has had the time to say what became of dates that are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerTime {
    /// It has.
    Passed,
    /// It has, of what was over when this was the latest date.
    PassedUpTo(NaiveDate),
    /// It was started lately, or its clock is not believed.
    Running,
}

impl PlannedDates {
    /// A date was planned; `ids` are none when the plan could not be read.
    pub fn plan(&mut self, date: NaiveDate, ids: Option<Vec<Cow<'_, str>>>) -> Option<Implausibility> {
        self.latest = self.latest.max(Some(date));
        // A date that is planned once more after all was said of it: what ended then is not remembered by name.
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

    /// Dates that are over and lack nothing need no remembering.
    fn close_complete(&mut self) {
        let Some(before) = self.latest.and_then(|latest| latest.checked_sub_days(OVER_AFTER_DAYS)) else { return };
        let over: Vec<NaiveDate> = self.days.range(..before).map(|(date, _)| *date).collect();
        let too_many = self.days.len().saturating_sub(MAX_OPEN_DATES);
        for (n, date) in over.into_iter().enumerate() {
            let owes = self.days.get(&date).is_some_and(|day| !day.open.is_empty());
            if owes && n >= too_many {
                continue;
            }
            // What is owed and not remembered any more is not passed over in silence.
            self.beyond |= owes;
            self.close(date);
        }
    }

    /// A date is remembered no more, but for whether everything of it had its end. Gives what had not.
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

    /// An airing or a relay slot that was planned has its end.
    pub fn airing_ended(&mut self, id: &str) -> Option<Implausibility> {
        // No plan has an id without a date.
        let Some(date) = date_in_id(id) else { return self.unplanned_finding(true) };
        let Some(day) = self.days.get_mut(&date) else {
            // A date can come again when a clock that was ahead is put right. Its ids from the first time are forgotten, so
            // an outcome cannot be called a second one.
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

    /// What no plan names that is remembered; of a log that exceeds all bounds nobody can say that there was none.
    fn unplanned_finding(&self, doubted: bool) -> Option<Implausibility> {
        match self.beyond {
            true => Some(Implausibility::TooMuch),
            false => doubted.then_some(Implausibility::NeverPlanned),
        }
    }

    /// The latest date that was planned.
    pub fn latest(&self) -> Option<NaiveDate> {
        self.latest
    }

    /// Dates that are over and lack outcomes, once the station has had the time to say what became of them; each is told
    /// once. `ran` is how long it has run in all, microseconds. No date is over that is not by the clock that the station
    /// believes, whose date is at most `today`: one that was ahead may have planned what comes again.
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
