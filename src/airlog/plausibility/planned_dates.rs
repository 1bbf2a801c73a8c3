//! Compares plans with outcomes: each airing in any plan of its date must have exactly one outcome, and no other airing
//! may have one.
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::date_ranges::DateRanges;
use super::finding::Implausibility;
use crate::airlog::airing_id::date_in_id;
use crate::base::instant::SECOND_US;

/// A date counts as past when the latest planned date is this much later. Sessions can run past midnight, but no airing
/// waits longer than this.
const PAST_AFTER_DAYS: chrono::Days = chrono::Days::new(3);
/// Maximum running time of a station after one of its dates was found to be past, in microseconds. After this time, the
/// missing outcomes of that date are reported even if restarts or clock steps have extended the grace period.
const MAX_GRACE_RUNTIME_US: i64 = 86_400 * SECOND_US;
/// Maximum number of dates with missing outcomes that are remembered.
const MAX_OPEN_DATES: usize = 400;
/// Maximum number of closed dates that were incomplete; enough for more than a century. This and the next two limits
/// bound the memory that a hostile log can use. A real log stays far below them.
const MAX_INCOMPLETE_DATES: usize = 40_000;
/// Maximum number of ids for one date.
const MAX_IDS_PER_DATE: usize = 20_000;
/// Maximum total size of all ids, in bytes. A stored state is loaded only if its size is at most twice this limit.
const MAX_TOTAL_ID_BYTES: usize = 8 * 1024 * 1024;

/// The planned dates, with the outcomes of their airings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PlannedDates {
    /// Dates whose ids are remembered.
    #[serde(rename = "days")]
    open_dates: BTreeMap<NaiveDate, DateState>,
    /// Closed dates whose airings all have an outcome.
    #[serde(rename = "complete")]
    complete_dates: DateRanges,
    /// Closed dates with a missing outcome or an unreadable plan.
    #[serde(rename = "vague")]
    incomplete_dates: BTreeSet<NaiveDate>,
    /// Latest planned date.
    #[serde(rename = "latest")]
    latest_date: Option<NaiveDate>,
    /// Size of the remembered ids, in bytes.
    #[serde(rename = "bytes")]
    id_bytes: usize,
    /// True when the log exceeded a bound, so that some dates or ids are not remembered.
    #[serde(rename = "beyond")]
    pub has_forgotten_airings: bool,
}

/// The airings of a date.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct DateState {
    /// True when every plan of the date could be read.
    #[serde(rename = "known")]
    has_readable_plans: bool,
    /// Running time of the station when the date was first found to be past, in microseconds.
    #[serde(rename = "over", default, skip_serializing_if = "Option::is_none")]
    past_since_runtime_us: Option<i64>,
    /// Ids of planned airings without an outcome.
    #[serde(rename = "open")]
    open_ids: BTreeSet<String>,
    /// Ids of airings with an outcome.
    #[serde(rename = "ended")]
    ended_ids: BTreeSet<String>,
}

impl DateState {
    /// True when one more id can be remembered. `id_bytes` is the size of the remembered ids of all dates.
    fn has_room(&self, id_bytes: usize) -> bool {
        self.open_ids.len() + self.ended_ids.len() < MAX_IDS_PER_DATE && id_bytes < MAX_TOTAL_ID_BYTES
    }

    /// Returns the size of the ids of this date in the stored state, in bytes.
    fn stored_bytes(&self) -> usize {
        self.open_ids.iter().chain(&self.ended_ids).map(|id| stored_id_bytes(id)).sum()
    }
}

/// Returns the length of an id in the stored state, in bytes: its text, two quotes and a comma.
fn stored_id_bytes(id: &str) -> usize {
    id.len() + 3
}

/// The state of the grace period in which a station writes the outcomes of past dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GracePeriod {
    /// It has ended for all past dates.
    Ended,
    /// It has ended only for the dates that were already past when this was the latest planned date.
    EndedUpTo(NaiveDate),
    /// It has not ended for any date: the station has started recently, its clock has leapt recently, or the clock is
    /// untrusted.
    Running,
}

impl PlannedDates {
    /// Adds a plan of a date. `ids` is `None` if the plan could not be read. Returns a finding if the plan omits
    /// airings that still need an outcome.
    pub fn add_plan(&mut self, date: NaiveDate, ids: Option<Vec<Cow<'_, str>>>) -> Option<Implausibility> {
        self.latest_date = self.latest_date.max(Some(date));
        // The ids of a closed date are not remembered. If such a date is planned again, the new plan cannot be compared
        // with them.
        let was_closed = self.complete_dates.contains(date) || self.incomplete_dates.contains(&date);
        let ids = ids.filter(|_| !was_closed || self.open_dates.get(&date).is_some_and(|day| day.has_readable_plans));
        let (mut id_bytes, mut exceeds_bound) = (self.id_bytes, false);
        let is_new = !self.open_dates.contains_key(&date);
        let day = self.open_dates.entry(date).or_default();
        day.has_readable_plans = ids.is_some() && (is_new || day.has_readable_plans);
        let (mut example, mut count) = (None, 0);
        if let Some(mut ids) = ids {
            ids.sort_unstable();
            ids.dedup();
            let is_omitted = |open_id: &&String| ids.binary_search_by(|id| (**id).cmp(open_id)).is_err();
            let omitted: Vec<&String> = day.open_ids.iter().filter(is_omitted).collect();
            (example, count) = (omitted.first().map(|id| (*id).clone()), omitted.len() as u64);
            for id in ids {
                if day.ended_ids.contains(&*id) || day.open_ids.contains(&*id) {
                    continue;
                }
                if !day.has_room(id_bytes) {
                    exceeds_bound = true;
                    break;
                }
                id_bytes += stored_id_bytes(&id);
                day.open_ids.insert(id.into_owned());
            }
        }
        (self.id_bytes, self.has_forgotten_airings) = (id_bytes, self.has_forgotten_airings || exceeds_bound);
        self.close_past_dates();
        example.map(|example| Implausibility::PlanShrunk { date, count, example })
    }

    /// Closes the past dates without missing outcomes. If more than [`MAX_OPEN_DATES`] are open, closes the oldest past
    /// dates too.
    fn close_past_dates(&mut self) {
        let Some(end) = self.latest_date.and_then(|latest| latest.checked_sub_days(PAST_AFTER_DAYS)) else { return };
        let past_dates: Vec<NaiveDate> = self.open_dates.range(..end).map(|(date, _)| *date).collect();
        let excess = self.open_dates.len().saturating_sub(MAX_OPEN_DATES);
        for (index, date) in past_dates.into_iter().enumerate() {
            let has_missing_outcomes = self.open_dates.get(&date).is_some_and(|day| !day.open_ids.is_empty());
            if has_missing_outcomes && index >= excess {
                continue;
            }
            // Forgetting a date with missing outcomes counts as exceeding a bound.
            self.has_forgotten_airings |= has_missing_outcomes;
            self.close(date);
        }
    }

    /// Closes a date: forgets its ids, and remembers only whether all its airings have an outcome. Returns the ids of
    /// the airings that have no outcome.
    fn close(&mut self, date: NaiveDate) -> BTreeSet<String> {
        let Some(day) = self.open_dates.remove(&date) else { return BTreeSet::new() };
        self.id_bytes = self.id_bytes.saturating_sub(day.stored_bytes());
        let is_remembered = match day.has_readable_plans && day.open_ids.is_empty() {
            true => self.complete_dates.insert(date),
            false => {
                self.incomplete_dates.contains(&date)
                    || self.incomplete_dates.len() < MAX_INCOMPLETE_DATES && self.incomplete_dates.insert(date)
            }
        };
        self.has_forgotten_airings |= !is_remembered;
        day.open_ids
    }

    /// Applies the end of a planned airing or a relay slot. Returns a finding if that end cannot be true.
    pub fn end_airing(&mut self, id: &str) -> Option<Implausibility> {
        // The id of every planned airing contains a date.
        let Some(date) = date_in_id(id) else { return self.unplanned_finding(true) };
        let Some(day) = self.open_dates.get_mut(&date) else {
            // After a fast clock was corrected, dates are planned a second time. The ids in their first plans are
            // forgotten, so a second outcome cannot be detected.
            if self.incomplete_dates.contains(&date) {
                return None;
            }
            return if self.complete_dates.contains(date) {
                Some(Implausibility::Again)
            } else {
                self.unplanned_finding(true)
            };
        };
        if let Some(id) = day.open_ids.take(id) {
            day.ended_ids.insert(id);
            return None;
        }
        if day.ended_ids.contains(id) {
            return Some(Implausibility::Again);
        }
        let is_plan_known = day.has_readable_plans;
        if !day.has_room(self.id_bytes) {
            self.has_forgotten_airings = true;
            return Some(Implausibility::TooMuch);
        }
        day.ended_ids.insert(id.to_owned());
        self.id_bytes += stored_id_bytes(id);
        self.unplanned_finding(is_plan_known)
    }

    /// Returns the finding for an id that no remembered plan names; `None` if the plans of its date are not known. If a
    /// bound was exceeded, a forgotten plan may have named the id.
    fn unplanned_finding(&self, is_plan_known: bool) -> Option<Implausibility> {
        match self.has_forgotten_airings {
            true => Some(Implausibility::TooMuch),
            false => is_plan_known.then_some(Implausibility::NeverPlanned),
        }
    }

    /// Returns the latest planned date.
    pub fn latest_date(&self) -> Option<NaiveDate> {
        self.latest_date
    }

    /// Returns a finding for each past date with missing outcomes whose grace period has ended, and closes these dates.
    /// `runtime_us` is the total running time of the station. `today` is the latest possible date according to its
    /// trusted clock. Dates after `today` may be planned, because the clock may once have been ahead.
    pub fn close_overdue_dates(
        &mut self,
        runtime_us: i64,
        grace_period: GracePeriod,
        today: NaiveDate,
    ) -> Vec<Implausibility> {
        let is_past = |date: NaiveDate, latest| date.checked_add_days(PAST_AFTER_DAYS).is_some_and(|end| end <= latest);
        let Some(latest) = self.latest_date.map(|latest| latest.min(today)) else { return Vec::new() };
        let mut due_dates = Vec::new();
        for (date, day) in self.open_dates.iter_mut().take_while(|(date, _)| is_past(**date, latest)) {
            let waited_us = runtime_us.saturating_sub(*day.past_since_runtime_us.get_or_insert(runtime_us));
            let is_due = match grace_period {
                GracePeriod::Ended => true,
                GracePeriod::EndedUpTo(latest_then) => is_past(*date, latest_then),
                GracePeriod::Running => false,
            };
            if is_due || waited_us > MAX_GRACE_RUNTIME_US {
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
