//! The airings that an edit moved to another position of their session.
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use chrono::NaiveDate;
use serde::Deserialize;

use super::unlogged::MAX_PLANS_PER_DATE;
use super::{LogPage, page_date};
use crate::airlog::airing_id::session_key;
use crate::airlog::entry::{Body, PlanEntry, Reason};
use crate::airlog::storage::Storage;
use crate::logstore::kept_files::read_kept_file;

/// The fields of a row in a kept plan that give its place in a session.
#[derive(Debug, Clone, Deserialize)]
struct PlacedRow {
    id: String,
    segment: String,
    #[serde(default)]
    withdrawn: bool,
}

/// Returns the ids of the withdrawn airings whose segment the same session still airs, at another position. An id
/// contains the position, so an edit earlier in the session gives such an airing a new id, and the plan keeps the old
/// id as withdrawn.
///
/// # Errors
/// If the storage fails.
pub(super) fn read_moved_ids<S: Storage>(storage: &S, page: &LogPage) -> io::Result<BTreeSet<String>> {
    let mut moved_ids = BTreeSet::new();
    for date in dates_with_withdrawals(page) {
        let plans: &[PlanEntry] = page.plans.get(&date).map_or(&[], Vec::as_slice);
        let mut kept_plans: Vec<Vec<PlacedRow>> = Vec::new();
        for plan in &plans[plans.len().saturating_sub(MAX_PLANS_PER_DATE)..] {
            let bytes = read_kept_file(storage, &plan.sha256, "json")?.unwrap_or_default();
            kept_plans.extend(serde_json::from_slice::<Vec<PlacedRow>>(&bytes));
        }
        moved_ids.extend(moved_ids_of(&kept_plans));
    }
    Ok(moved_ids)
}

fn dates_with_withdrawals(page: &LogPage) -> BTreeSet<NaiveDate> {
    let has_withdrawal = |body: &Body| match body {
        Body::Outcome(outcome) => outcome.reason == Some(Reason::Withdrawn),
        Body::Relay(relay) => relay.reason == Some(Reason::Withdrawn),
        _ => false,
    };
    let logged = page.records.iter().filter(|record| record.body.as_ref().is_some_and(has_withdrawal)).map(page_date);
    let unlogged = page.unlogged.iter().filter(|(_, day)| day.airings.iter().any(|airing| airing.withdrawn));
    logged.chain(unlogged.map(|(date, _)| *date)).collect()
}

/// Compares each plan of a date with the one before it. If a segment lost places in a session, as many of its ids
/// count as withdrawn; its other ids moved.
fn moved_ids_of(plans: &[Vec<PlacedRow>]) -> BTreeSet<String> {
    let mut moved_ids = BTreeSet::new();
    for pair in plans.windows(2) {
        let (Some(old_plan), Some(new_plan)) = (pair.first(), pair.last()) else { continue };
        let (old_places, new_places) = (place_counts(old_plan), place_counts(new_plan));
        let old_ids: BTreeSet<&str> = active_rows(old_plan).map(|row| row.id.as_str()).collect();
        let mut withdrawn_ids: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for row in new_plan {
            if !row.withdrawn {
                moved_ids.remove(&row.id);
            } else if old_ids.contains(row.id.as_str()) {
                withdrawn_ids.entry(place_key(row)).or_default().push(&row.id);
            }
        }
        for (key, ids) in withdrawn_ids {
            let count_in = |places: &HashMap<(&str, &str), usize>| places.get(&key).copied().unwrap_or(0);
            let lost_count = count_in(&old_places).saturating_sub(count_in(&new_places));
            moved_ids.extend(ids.into_iter().rev().skip(lost_count).map(str::to_owned));
        }
    }
    moved_ids
}

fn active_rows(plan: &[PlacedRow]) -> impl Iterator<Item = &PlacedRow> {
    plan.iter().filter(|row| !row.withdrawn)
}

fn place_key(row: &PlacedRow) -> (&str, &str) {
    (session_key(&row.id), &row.segment)
}

/// Counts the places of each segment in each session.
fn place_counts(plan: &[PlacedRow]) -> HashMap<(&str, &str), usize> {
    let mut counts = HashMap::new();
    for row in active_rows(plan) {
        *counts.entry(place_key(row)).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a plan from rows such as `s#2 closing`; a trailing `-` marks a withdrawn row.
    fn plan(rows: &[&str]) -> Vec<PlacedRow> {
        let row = |text: &&str| {
            let (id, segment) = text.split_once(' ').expect("split the row");
            let withdrawn = segment.ends_with('-');
            PlacedRow { id: id.to_owned(), segment: segment.trim_end_matches('-').to_owned(), withdrawn }
        };
        rows.iter().map(row).collect()
    }

    fn assert_moved<const N: usize>(plans: &[&[&str]], ids: [&str; N]) {
        let plans: Vec<Vec<PlacedRow>> = plans.iter().map(|rows| plan(rows)).collect();
        assert_eq!(moved_ids_of(&plans).into_iter().collect::<Vec<_>>(), ids);
    }

    #[test]
    fn a_segment_that_the_session_airs_elsewhere_has_moved() {
        let (before, after) = (["s#1 a", "s#2 end"], ["s#1 a", "s#3 end", "s#2 end-"]);
        assert_moved(&[&before, &after], ["s#2"]);
        // Undone: the old place is in use again, and the new one is empty.
        assert_moved(&[&before, &after, &["s#1 a", "s#2 end", "s#3 end-"]], ["s#3"]);
    }

    #[test]
    fn a_segment_that_the_session_no_longer_airs_is_withdrawn() {
        assert_moved(&[&["s#1 a", "s#2 end"], &["s#1 a", "s#2 end-"]], []);
        // It airs twice, then once: one place is lost, although the other still airs.
        assert_moved(&[&["s#1 a", "s#2 a"], &["s#1 a", "s#2 a-"]], []);
        // Each start of a session counts as a session of its own.
        assert_moved(&[&["s#2 end", "t#1 end"], &["s#2 end-", "t#1 end"]], []);
    }

    #[test]
    fn as_many_ids_are_withdrawn_as_the_segment_lost_places() {
        assert_moved(
            &[&["s#1 a", "s#2 a", "s#3 a"], &["s#1 a-", "s#2 a-", "s#3 a-", "s#4 a", "s#5 a"]],
            ["s#1", "s#2"],
        );
    }
}
