//! The airings that an edit moved to another position of their session, and the recordings that it withdrew.
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use chrono::NaiveDate;
use serde_json::Value;

use super::{LogPage, page_date};
use crate::airlog::entry::{AiringLabels, Body, Outcome, OutcomeEntry, PlanEntry, Reason};
use crate::airlog::moved_airings::{FormerPlace, MAX_COMPARED_PLANS, PlanComparison, WithdrawnRecording};
use crate::airlog::storage::Storage;
use crate::logstore::kept_files::read_kept_file;
use crate::schedule::Id;

/// Returns the withdrawn ids whose segment the same session still airs, at another position.
///
/// # Errors
/// If the storage fails.
pub(super) fn read_former_places<S: Storage>(storage: &S, page: &LogPage) -> io::Result<BTreeMap<String, FormerPlace>> {
    let mut former_places = BTreeMap::new();
    for date in dates_with_withdrawals(page) {
        let plans: &[PlanEntry] = page.plans.get(&date).map_or(&[], Vec::as_slice);
        let mut comparison = PlanComparison::new(date);
        for plan in &plans[plans.len().saturating_sub(MAX_COMPARED_PLANS)..] {
            comparison.add_plan(&read_kept_file(storage, &plan.sha256, "json")?.unwrap_or_default());
        }
        former_places.extend(comparison.into_former_places());
    }
    Ok(former_places)
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

impl LogPage {
    /// Returns `true` if a withdrawn id only closes the former place of an airing that an edit moved.
    pub(in crate::cli::record::log) fn has_moved(&self, id: &str) -> bool {
        matches!(self.former_places.get(id), Some(FormerPlace::Moved))
    }

    /// Returns `true` if this outcome only closes the former place of an airing that an edit moved.
    pub(in crate::cli::record::log) fn is_outcome_of_moved_airing(&self, outcome: &OutcomeEntry) -> bool {
        is_withdrawn(outcome) && self.has_moved(&outcome.labels.id)
    }

    /// Gives the withdrawn airings that stand for another recording the title of that recording: on the page, and in the
    /// JSON as `withdrawn_segment` and `withdrawn_title`. Marks moved ones in the JSON.
    pub(super) fn mark_former_places(&mut self) {
        for row in &mut self.json_rows {
            let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
            let is_withdrawn = [text("type"), text("result"), text("reason")] == ["outcome", "missed", "withdrawn"];
            let place = self.former_places.get(text("id")).filter(|_| is_withdrawn);
            match place {
                Some(FormerPlace::Moved) => drop(row.insert("moved".to_owned(), Value::Bool(true))),
                Some(FormerPlace::StandsFor(recording)) => {
                    row.insert("withdrawn_segment".to_owned(), recording.segment.clone().into());
                    row.insert("withdrawn_title".to_owned(), recording.title.clone().into());
                }
                None => {}
            }
        }
        let recording_of = |id: &str| match self.former_places.get(id) {
            Some(FormerPlace::StandsFor(recording)) => Some(recording),
            Some(FormerPlace::Moved) | None => None,
        };
        for record in &mut self.records {
            if let Some(Body::Outcome(outcome)) = &mut record.body
                && is_withdrawn(outcome)
                && let Some(recording) = recording_of(&outcome.labels.id)
            {
                relabel(&mut outcome.labels, recording);
            }
        }
        for airing in self.unlogged.values_mut().flat_map(|day| &mut day.airings).filter(|airing| airing.withdrawn) {
            if let Some(recording) = recording_of(&airing.id) {
                airing.title = recording.title.as_str().into();
                airing.start = recording.start.parse().unwrap_or(airing.start);
            }
        }
    }
}

fn is_withdrawn(outcome: &OutcomeEntry) -> bool {
    outcome.result == Outcome::Missed && outcome.reason == Some(Reason::Withdrawn)
}

fn relabel(labels: &mut AiringLabels, recording: &WithdrawnRecording) {
    labels.title.clone_from(&recording.title);
    labels.planned_at = recording.start.parse().ok().or(labels.planned_at);
    labels.planned_ms = recording.duration_ms;
    labels.segment = Id::new(&recording.segment).unwrap_or_else(|| labels.segment.clone());
}
