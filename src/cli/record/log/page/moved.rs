//! The airings that an edit moved to another position of their session.
use std::collections::BTreeSet;
use std::io;

use chrono::NaiveDate;

use super::{LogPage, page_date};
use crate::airlog::entry::{Body, Outcome, OutcomeEntry, PlanEntry, Reason};
use crate::airlog::moved_airings::{MAX_COMPARED_PLANS, PlanComparison};
use crate::airlog::storage::Storage;
use crate::logstore::kept_files::read_kept_file;

/// Returns the ids of the withdrawn airings whose segment the same session still airs, at another position.
///
/// # Errors
/// If the storage fails.
pub(super) fn read_moved_ids<S: Storage>(storage: &S, page: &LogPage) -> io::Result<BTreeSet<String>> {
    let mut moved_ids = BTreeSet::new();
    for date in dates_with_withdrawals(page) {
        let plans: &[PlanEntry] = page.plans.get(&date).map_or(&[], Vec::as_slice);
        let mut comparison = PlanComparison::new(date);
        for plan in &plans[plans.len().saturating_sub(MAX_COMPARED_PLANS)..] {
            comparison.add_plan(&read_kept_file(storage, &plan.sha256, "json")?.unwrap_or_default());
        }
        moved_ids.extend(comparison.into_moved_ids());
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

impl LogPage {
    /// Returns `true` if this outcome only closes the former place of an airing that an edit moved.
    pub(in crate::cli::record::log) fn is_outcome_of_moved_airing(&self, outcome: &OutcomeEntry) -> bool {
        let is_withdrawn = outcome.result == Outcome::Missed && outcome.reason == Some(Reason::Withdrawn);
        is_withdrawn && self.moved_ids.contains(&outcome.labels.id)
    }
}
