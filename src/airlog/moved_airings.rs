//! The airings that an edit moved to another position of their session, found in the kept plans of a date.
//!
//! An id contains the position, so an edit at an earlier position of the session gives such an airing a new id. The
//! plan keeps the old id as withdrawn. `docs/report.md` has the rule.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Deserialize;

use super::airing_id::{date_in_id, session_key};

/// The maximum number of plans that are compared for one date: the newest ones. All readers of a log use this limit.
pub const MAX_COMPARED_PLANS: usize = 50;

/// The fields of a kept plan's row that show which place of a session a segment has.
#[derive(Debug, Clone, Deserialize)]
struct PlacedRow {
    id: String,
    segment: String,
    #[serde(default)]
    withdrawn: bool,
}

/// Compares each kept plan of a date with the one before it.
#[derive(Debug, Clone)]
pub struct PlanComparison {
    date: NaiveDate,
    previous_plan: Option<Vec<PlacedRow>>,
    moved_ids: BTreeSet<String>,
}

impl PlanComparison {
    /// Begins without plans.
    #[must_use]
    pub fn new(date: NaiveDate) -> Self {
        Self { date, previous_plan: None, moved_ids: BTreeSet::new() }
    }

    /// Adds the next plan of the log for this date. Bytes that are not a plan add nothing.
    pub fn add_plan(&mut self, plan: &[u8]) {
        if let Ok(rows) = serde_json::from_slice(plan) {
            self.add_rows(rows);
        }
    }

    /// Returns the ids of the withdrawn airings whose segment the same session still airs, at another position.
    #[must_use]
    pub fn into_moved_ids(self) -> BTreeSet<String> {
        self.moved_ids
    }

    /// Compares the next plan with the previous one. If an edit left a segment fewer places in a session, as many of
    /// the withdrawn ids stay withdrawn as places were lost; the other withdrawn ids have moved.
    fn add_rows(&mut self, mut new_plan: Vec<PlacedRow>) {
        // Only a forged plan names airings of other dates.
        new_plan.retain(|row| date_in_id(&row.id) == Some(self.date));
        if let Some(old_plan) = &self.previous_plan {
            let (old_places, new_places) = (place_counts(old_plan), place_counts(&new_plan));
            let old_ids: BTreeSet<&str> = active_rows(old_plan).map(|row| row.id.as_str()).collect();
            let mut withdrawn_ids: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
            for row in &new_plan {
                if !row.withdrawn {
                    self.moved_ids.remove(&row.id);
                } else if old_ids.contains(row.id.as_str()) {
                    withdrawn_ids.entry(place_key(row)).or_default().push(&row.id);
                }
            }
            for (key, ids) in withdrawn_ids {
                let count_in = |places: &HashMap<(&str, &str), usize>| places.get(&key).copied().unwrap_or(0);
                let lost_count = count_in(&old_places).saturating_sub(count_in(&new_places));
                self.moved_ids.extend(ids.into_iter().rev().skip(lost_count).map(str::to_owned));
            }
        }
        self.previous_plan = Some(new_plan);
    }
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

    const START: &str = "@2026-03-12T05:15:00";

    /// Makes a plan from rows such as `s#2 closing`; a trailing `-` marks a withdrawn row.
    fn plan(rows: &[&str]) -> Vec<PlacedRow> {
        let row = |text: &&str| {
            let (id, segment) = text.split_once(' ').expect("split the row");
            let withdrawn = segment.ends_with('-');
            let id = id.replace('#', &format!("{START}#"));
            PlacedRow { id, segment: segment.trim_end_matches('-').to_owned(), withdrawn }
        };
        rows.iter().map(row).collect()
    }

    fn assert_moved<const N: usize>(plans: &[&[&str]], ids: [&str; N]) {
        let mut comparison = PlanComparison::new("2026-03-12".parse().expect("the date is valid"));
        plans.iter().for_each(|rows| comparison.add_rows(plan(rows)));
        let moved_ids: Vec<String> = comparison.into_moved_ids().iter().map(|id| id.replace(START, "")).collect();
        assert_eq!(moved_ids, ids);
    }

    #[test]
    fn a_segment_that_the_session_airs_elsewhere_has_moved() {
        let (before, after) = (["s#1 a", "s#2 end"], ["s#1 a", "s#3 end", "s#2 end-"]);
        assert_moved(&[&before, &after], ["s#2"]);
        // Undone: the old place is in use again, and the new one is empty.
        assert_moved(&[&before, &after, &["s#1 a", "s#2 end", "s#3 end-"]], ["s#3"]);
        // Taken out after it had moved: only its last place is withdrawn.
        assert_moved(&[&before, &after, &["s#1 a", "s#2 end-", "s#3 end-"]], ["s#2"]);
    }

    #[test]
    fn a_segment_that_the_session_no_longer_airs_is_withdrawn() {
        assert_moved(&[&["s#1 a", "s#2 end"], &["s#1 a", "s#2 end-"]], []);
        // It airs twice, then once: one place is lost, although the other still airs.
        assert_moved(&[&["s#1 a", "s#2 a"], &["s#1 a", "s#2 a-"]], []);
        // Another start of the session is another session.
        assert_moved(&[&["s#2 end", "t#1 end"], &["s#2 end-", "t#1 end"]], []);
    }

    #[test]
    fn only_as_many_ids_stay_withdrawn_as_places_were_lost() {
        assert_moved(
            &[&["s#1 a", "s#2 a", "s#3 a"], &["s#1 a-", "s#2 a-", "s#3 a-", "s#4 a", "s#5 a"]],
            ["s#1", "s#2"],
        );
    }

    #[test]
    fn bytes_that_are_not_a_plan_and_ids_of_other_dates_move_nothing() {
        let mut comparison = PlanComparison::new("2026-03-13".parse().expect("the date is valid"));
        comparison.add_rows(plan(&["s#1 a", "s#2 end"]));
        comparison.add_plan(b"[{}]");
        comparison.add_rows(plan(&["s#1 a", "s#3 end", "s#2 end-"]));
        assert_eq!(comparison.into_moved_ids(), BTreeSet::new());
    }
}
