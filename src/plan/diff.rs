//! Compares the plans of two schedules for the same days, to show the effect of an edit.
use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{Airing, Plan};
use crate::schedule::Id;

/// One change to a start of a session, and the dates on which it occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChange {
    /// The session.
    pub session: Id,
    /// The nominal time of the start.
    pub at: NaiveTime,
    /// The kind of the change.
    pub change: ChangeKind,
    /// The dates of the change, in order.
    pub dates: Vec<NaiveDate>,
    /// The titles that the start has only in the new plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gains: Vec<String>,
    /// The titles that the start has only in the old plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loses: Vec<String>,
    /// The length in the old and in the new plan, in milliseconds.
    pub length_ms: (i64, i64),
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Only the new plan contains the start.
    Added,
    /// Only the old plan contains the start.
    Removed,
    /// The start plays different items.
    Items,
    /// The start plays the same items in a different order.
    Order,
    /// The start has a different length.
    Length,
    /// The start has a different priority, volume or other rule.
    Rules,
}

/// The airings of one start.
struct StartAirings<'a> {
    airings: Vec<&'a Airing>,
}

impl StartAirings<'_> {
    fn titles(&self) -> Vec<&str> {
        self.airings.iter().map(|airing| airing.title.as_ref()).collect()
    }

    fn length_ms(&self) -> i64 {
        let undropped_airings = self.airings.iter().filter(|airing| !airing.is_dropped());
        let last_end = undropped_airings.map(|airing| airing.ends_at()).max();
        let session_start = self.airings.first().map(|airing| airing.session_starts_at());
        last_end.zip(session_start).map_or(0, |(end, start)| end.since(start) / 1000)
    }
}

/// Returns the changes from `old_plans` to `new_plans`, plans of the same dates. The same change on several dates is
/// one entry.
#[must_use]
pub fn diff(old_plans: &[Plan], new_plans: &[Plan]) -> Vec<PlanChange> {
    let (old_starts, new_starts) = (group_by_start(old_plans), group_by_start(new_plans));
    let mut changes: Vec<PlanChange> = Vec::new();
    let mut indexes_by_session: HashMap<(NaiveTime, Id), Vec<usize>> = HashMap::new();
    let mut record = |key: &(NaiveTime, Id, NaiveDate), kind, gained: Vec<String>, lost: Vec<String>, length_ms| {
        let (at, session, date) = key.clone();
        // Only changes with the same session and time of day can be equal.
        let session_indexes = indexes_by_session.entry((at, session.clone())).or_default();
        let is_same_change = |other: &PlanChange| {
            other.change == kind && other.gains == gained && other.loses == lost && other.length_ms == length_ms
        };
        match session_indexes.iter().copied().find(|index| is_same_change(&changes[*index])) {
            Some(index) => changes[index].dates.push(date),
            None => {
                session_indexes.push(changes.len());
                changes.push(PlanChange {
                    session,
                    at,
                    change: kind,
                    dates: vec![date],
                    gains: gained,
                    loses: lost,
                    length_ms,
                });
            }
        }
    };
    for (key, old_start) in &old_starts {
        let Some(new_start) = new_starts.get(key) else {
            record(key, ChangeKind::Removed, Vec::new(), owned_titles(&old_start.titles()), (old_start.length_ms(), 0));
            continue;
        };
        let lengths_ms = (old_start.length_ms(), new_start.length_ms());
        let (old_titles, new_titles) = (old_start.titles(), new_start.titles());
        let (gained, lost) = (
            owned_titles(&multiset_difference(&new_titles, &old_titles)),
            owned_titles(&multiset_difference(&old_titles, &new_titles)),
        );
        if !gained.is_empty() || !lost.is_empty() {
            record(key, ChangeKind::Items, gained, lost, lengths_ms);
        } else if old_titles != new_titles {
            record(key, ChangeKind::Order, gained, lost, lengths_ms);
        } else if lengths_ms.0 != lengths_ms.1 {
            record(key, ChangeKind::Length, gained, lost, lengths_ms);
        } else if old_start
            .airings
            .iter()
            .zip(&new_start.airings)
            .any(|(old_airing, new_airing)| other_properties(old_airing) != other_properties(new_airing))
        {
            record(key, ChangeKind::Rules, gained, lost, lengths_ms);
        }
    }
    for (key, new_start) in new_starts.iter().filter(|(key, _)| !old_starts.contains_key(key)) {
        record(key, ChangeKind::Added, owned_titles(&new_start.titles()), Vec::new(), (0, new_start.length_ms()));
    }
    let sort_key = |change: &PlanChange| (change.dates[0], change.at, change.session.clone(), change.change);
    changes.sort_by_cached_key(sort_key);
    changes
}

/// Groups the airings of plans by nominal time, session and date. Withdrawn airings are omitted.
fn group_by_start(plans: &[Plan]) -> BTreeMap<(NaiveTime, Id, NaiveDate), StartAirings<'_>> {
    let mut starts: BTreeMap<(NaiveTime, Id, NaiveDate), StartAirings<'_>> = BTreeMap::new();
    for airing in plans.iter().flat_map(|plan| &plan.airings).filter(|airing| !airing.is_withdrawn()) {
        let at = airing.session_key().rsplit_once('T').and_then(|(_, at)| at.parse().ok()).unwrap_or_default();
        let key = (at, airing.session.clone(), airing.date);
        starts.entry(key).or_insert_with(|| StartAirings { airings: Vec::new() }).airings.push(airing);
    }
    starts
}

/// Returns the titles in `titles` that are missing from `other_titles`. A title that occurs more often in `titles` is
/// returned once for each additional occurrence.
fn multiset_difference<'t>(titles: &[&'t str], other_titles: &[&str]) -> Vec<&'t str> {
    let mut other_counts: HashMap<&str, usize> = HashMap::new();
    for title in other_titles {
        *other_counts.entry(title).or_default() += 1;
    }
    let mut difference = Vec::new();
    for title in titles {
        match other_counts.get_mut(title).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => difference.push(*title),
        }
    }
    difference
}

fn owned_titles(titles: &[&str]) -> Vec<String> {
    titles.iter().map(|title| (*title).to_owned()).collect()
}

/// Returns the properties, other than title and length, that affect the sound or decide whether the airing airs.
fn other_properties(airing: &Airing) -> impl PartialEq + use<'_> {
    // Without `..`, so that a new field must be considered here.
    let Airing {
        start,
        late,
        priority,
        rank,
        start_mode,
        end_by,
        interrupted,
        volume,
        file,
        sha256,
        // Part of `ineligible_reason`.
        kind: _,
        fate: _,
        valid_until: _,
        // Names and labels, and what `diff` compares itself.
        id: _,
        date: _,
        session: _,
        segment: _,
        title: _,
        duration_ms: _,
        campaign: _,
        topic: _,
        language: _,
        source: _,
        length: _,
        session_start: _,
        scanned_sha256: _,
        closing_reserve_us: _,
        gap_us: _,
    } = airing;
    (start, late, priority, rank, start_mode, (end_by, interrupted, volume, airing.ineligible_reason(), file, sha256))
}
