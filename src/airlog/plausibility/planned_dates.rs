//! Compares plans with outcomes: each airing in any plan of its date must end exactly once, and no other airing may
//! end.
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::date_ranges::DateRanges;
use super::finding::Implausibility;
use crate::airlog::airing_id::date_in_id;
use crate::base::instant::SECOND_US;

/// A date counts as past when the latest planned date is this much later. Sessions can run past midnight, but no airing
/// of a date waits longer than this.
const PAST_AFTER_DAYS: chrono::Days = chrono::Days::new(3);
/// Maximum running time in which a station writes the outcomes of a past date, in microseconds. Restarts and clock
/// steps cannot delay the finding for longer than this.
const ANSWER_TIME_US: i64 = 86_400 * SECOND_US;
/// Maximum number of dates with missing outcomes that are remembered.
const MAX_OPEN_DATES: usize = 400;
/// Maximum number of dates whose ids were forgotten: more than a century. This and the next two limits bound the memory
/// for a hostile log; a station stays far below them.
const MAX_UNKNOWN_DATES: usize = 40_000;
/// Maximum number of ids of one date.
const MAX_IDS: usize = 20_000;
/// Maximum number of bytes of all ids. A stored fold is loaded only if it is at most twice as large.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The planned dates, with the outcomes of their airings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PlannedDates {
    /// Dates whose ids are remembered.
    days: BTreeMap<NaiveDate, DateState>,
    /// Dates whose airings all have an outcome.
    complete: DateRanges,
    /// Dates that were forgotten before all their airings had an outcome, or without a readable plan.
    vague: BTreeSet<NaiveDate>,
    /// Latest planned date.
    latest: Option<NaiveDate>,
    /// Bytes of the remembered ids.
    bytes: usize,
    /// True when the log exceeded a bound, so that some dates or ids are not remembered.
    pub beyond: bool,
}

/// The airings of a date.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct DateState {
    /// True when every plan of the date could be read.
    known: bool,
    /// Running time of the station when the date was first found to be past, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    over: Option<i64>,
    /// Ids of planned airings without an outcome.
    open: BTreeSet<String>,
    /// Ids of airings with an outcome.
    ended: BTreeSet<String>,
}

impl DateState {
    /// True when one more id can be remembered. `bytes` is the size of all remembered ids.
    fn has_room(&self, bytes: usize) -> bool {
        self.open.len() + self.ended.len() < MAX_IDS && bytes < MAX_BYTES
    }

    /// Returns the size of the ids of this date in the stored fold, in bytes.
    fn bytes(&self) -> usize {
        self.open.iter().chain(&self.ended).map(|id| stored_bytes(id)).sum()
    }
}

/// Returns the length of an id in the stored fold, in bytes: its text, two quotes and a comma.
fn stored_bytes(id: &str) -> usize {
    id.len() + 3
}

/// The state of the time that a station has for writing the outcomes of past dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerTime {
    /// The time has passed.
    Passed,
    /// The time has passed for dates that were past when this was the latest planned date.
    PassedUpTo(NaiveDate),
    /// The time is still running: the station started recently, or its clock is untrusted.
    Running,
}

impl PlannedDates {
    /// Adds a plan of a date. `ids` is `None` if the plan could not be read. Returns a finding if the plan omits
    /// airings that still need an outcome.
    pub fn add_plan(&mut self, date: NaiveDate, ids: Option<Vec<Cow<'_, str>>>) -> Option<Implausibility> {
        self.latest = self.latest.max(Some(date));
        // The ids of a closed date are not remembered. If such a date is planned again, the new plan cannot be compared
        // with them.
        let was_closed = self.complete.contains(date) || self.vague.contains(&date);
        let ids = ids.filter(|_| !was_closed || self.days.get(&date).is_some_and(|day| day.known));
        let (mut bytes, mut is_beyond) = (self.bytes, false);
        let is_new = !self.days.contains_key(&date);
        let day = self.days.entry(date).or_default();
        day.known = ids.is_some() && (is_new || day.known);
        let (mut example, mut count) = (None, 0);
        if let Some(mut ids) = ids {
            ids.sort_unstable();
            ids.dedup();
            let is_omitted = |open_id: &&String| ids.binary_search_by(|id| (**id).cmp(open_id)).is_err();
            let omitted: Vec<&String> = day.open.iter().filter(is_omitted).collect();
            (example, count) = (omitted.first().map(|id| (*id).clone()), omitted.len() as u64);
            for id in ids {
                if day.ended.contains(&*id) || day.open.contains(&*id) {
                    continue;
                }
                if !day.has_room(bytes) {
                    is_beyond = true;
                    break;
                }
                bytes += stored_bytes(&id);
                day.open.insert(id.into_owned());
            }
        }
        (self.bytes, self.beyond) = (bytes, self.beyond || is_beyond);
        self.close_past_dates();
        example.map(|example| Implausibility::PlanShrunk { date, count, example })
    }

    /// Closes past dates with all their outcomes, and the oldest past dates beyond [`MAX_OPEN_DATES`].
    fn close_past_dates(&mut self) {
        let Some(end) = self.latest.and_then(|latest| latest.checked_sub_days(PAST_AFTER_DAYS)) else { return };
        let past_dates: Vec<NaiveDate> = self.days.range(..end).map(|(date, _)| *date).collect();
        let excess = self.days.len().saturating_sub(MAX_OPEN_DATES);
        for (index, date) in past_dates.into_iter().enumerate() {
            let owes_outcomes = self.days.get(&date).is_some_and(|day| !day.open.is_empty());
            if owes_outcomes && index >= excess {
                continue;
            }
            // Forgetting a date that owes outcomes counts as exceeding a bound.
            self.beyond |= owes_outcomes;
            self.close(date);
        }
    }

    /// Closes a date: forgets its ids, and remembers only whether all its airings have an outcome. Returns the ids of
    /// the airings without one.
    fn close(&mut self, date: NaiveDate) -> BTreeSet<String> {
        let Some(day) = self.days.remove(&date) else { return BTreeSet::new() };
        self.bytes = self.bytes.saturating_sub(day.bytes());
        let is_remembered = match day.known && day.open.is_empty() {
            true => self.complete.insert(date),
            false => self.vague.contains(&date) || self.vague.len() < MAX_UNKNOWN_DATES && self.vague.insert(date),
        };
        self.beyond |= !is_remembered;
        day.open
    }

    /// Applies the end of a planned airing or a relay slot. Returns a finding if that end cannot be true.
    pub fn airing_ended(&mut self, id: &str) -> Option<Implausibility> {
        // Every planned id contains a date.
        let Some(date) = date_in_id(id) else { return self.unplanned_finding(true) };
        let Some(day) = self.days.get_mut(&date) else {
            // After a fast clock was corrected, dates are planned a second time. The ids of the first time are
            // forgotten, so a second outcome cannot be detected.
            if self.vague.contains(&date) {
                return None;
            }
            return if self.complete.contains(date) {
                Some(Implausibility::Again)
            } else {
                self.unplanned_finding(true)
            };
        };
        if let Some(id) = day.open.take(id) {
            day.ended.insert(id);
            return None;
        }
        if day.ended.contains(id) {
            return Some(Implausibility::Again);
        }
        let is_plan_known = day.known;
        if !day.has_room(self.bytes) {
            self.beyond = true;
            return Some(Implausibility::TooMuch);
        }
        day.ended.insert(id.to_owned());
        self.bytes += stored_bytes(id);
        self.unplanned_finding(is_plan_known)
    }

    /// Returns the finding for an id that no remembered plan names; `None` if the plans of its date are not known. If a
    /// bound was exceeded, a forgotten plan may have named the id.
    fn unplanned_finding(&self, is_plan_known: bool) -> Option<Implausibility> {
        match self.beyond {
            true => Some(Implausibility::TooMuch),
            false => is_plan_known.then_some(Implausibility::NeverPlanned),
        }
    }

    /// Returns the latest planned date.
    pub fn latest(&self) -> Option<NaiveDate> {
        self.latest
    }

    /// Returns a finding for each past date with missing outcomes, once the station has had enough time to write them.
    /// `ran_us` is its total running time, in microseconds. `today` is the latest possible date by its trusted clock;
    /// it matters because a clock that was ahead may have planned later dates.
    pub fn dates_without_outcome(
        &mut self,
        ran_us: i64,
        answer_time: AnswerTime,
        today: NaiveDate,
    ) -> Vec<Implausibility> {
        let is_past = |date: NaiveDate, latest| date.checked_add_days(PAST_AFTER_DAYS).is_some_and(|end| end <= latest);
        let Some(latest) = self.latest.map(|latest| latest.min(today)) else { return Vec::new() };
        let mut due_dates = Vec::new();
        for (date, day) in self.days.iter_mut().take_while(|(date, _)| is_past(**date, latest)) {
            let waited_us = ran_us.saturating_sub(*day.over.get_or_insert(ran_us));
            let has_time_passed = match answer_time {
                AnswerTime::Passed => true,
                AnswerTime::PassedUpTo(latest) => is_past(*date, latest),
                AnswerTime::Running => false,
            };
            if has_time_passed || waited_us > ANSWER_TIME_US {
                due_dates.push(*date);
            }
        }
        let findings = due_dates.into_iter().filter_map(|date| {
            let missing_ids = self.close(date);
            let count = missing_ids.len() as u64;
            missing_ids.into_iter().next().map(|example| Implausibility::NoOutcome { date, count, example })
        });
        findings.collect()
    }
}
