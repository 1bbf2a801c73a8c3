//! The planned airings that have no outcome on a page.
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;

use super::{LogPage, page_date};
use crate::airlog::entry::Body;
use crate::airlog::moved_airings::MAX_COMPARED_PLANS;
use crate::airlog::storage::Storage;
use crate::logstore::kept_files::read_kept_file;

/// A planned airing without an outcome on the page, or a relay slot without its entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UnloggedAiring {
    /// The id of the planned airing.
    pub id: String,
    /// The title of the segment.
    #[serde(default)]
    pub title: Arc<str>,
    /// The planned start.
    pub start: DateTime<FixedOffset>,
    /// The planned length, in milliseconds.
    #[serde(default)]
    pub duration_ms: i64,
    /// True for a relay slot, which gets a `relay` entry instead of an outcome.
    #[serde(default)]
    pub relay: bool,
    /// True when an edit removed the airing from the schedule. It still gets its outcome at its planned time.
    #[serde(default)]
    pub withdrawn: bool,
}

/// The planned airings of a date that have no outcome on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnloggedDay {
    /// The planned airings without an outcome and the relay slots without an entry, sorted by start.
    pub airings: Vec<UnloggedAiring>,
    /// The number of planned airings that have no outcome and whose plan is lost.
    pub lost_airing_count: u64,
}

/// Reads the plans of the dates whose outcomes may be incomplete. A plan that is lost, or whose hash does not match the
/// log, adds nothing.
///
/// # Errors
/// If the storage fails.
pub(super) fn read_unlogged<S: Storage>(storage: &S, page: &LogPage) -> io::Result<BTreeMap<NaiveDate, UnloggedDay>> {
    let mut logged: BTreeMap<NaiveDate, HashSet<&str>> = BTreeMap::new();
    for record in &page.records {
        match &record.body {
            // An airing outside the plan has no row in the plan.
            Some(Body::Outcome(outcome)) if outcome.labels.planned_at.is_some() => {
                logged.entry(page_date(record)).or_default().insert(&outcome.labels.id);
            }
            Some(Body::Relay(relay)) => drop(logged.entry(page_date(record)).or_default().insert(&relay.id)),
            _ => {}
        }
    }
    let mut unlogged = BTreeMap::new();
    for (date, plans) in &page.plans {
        let empty = HashSet::new();
        let logged = logged.get(date).unwrap_or(&empty);
        // A later plan of a date has all airings that still need an outcome, except those of a session that had begun.
        // That session keeps its earlier plan. So a date with several plans can have more rows than any one of them.
        // Plans in old logs do not record the number of rows, and their relay slots have no entries. Such plans are
        // read only if an airing has no outcome.
        let may_have_more_rows = plans.len() > 1 && plans.iter().any(|plan| plan.rows > 0);
        if page.planned_row_count(*date) <= logged.len() as u64 && !may_have_more_rows {
            continue;
        }
        let mut airings: BTreeMap<String, UnloggedAiring> = BTreeMap::new();
        for plan in plans.iter().skip(plans.len().saturating_sub(MAX_COMPARED_PLANS)) {
            let bytes = read_kept_file(storage, &plan.sha256, "json")?.unwrap_or_default();
            let rows: Vec<UnloggedAiring> = serde_json::from_slice(&bytes).unwrap_or_default();
            airings.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
        }
        let mut missing: Vec<UnloggedAiring> =
            airings.into_values().filter(|row| !logged.contains(row.id.as_str())).collect();
        let lost_airing_count = page.planned_row_count(*date).saturating_sub((logged.len() + missing.len()) as u64);
        if missing.is_empty() && lost_airing_count == 0 {
            continue;
        }
        missing.sort_by_key(|row| row.start);
        unlogged.insert(*date, UnloggedDay { airings: missing, lost_airing_count });
    }
    Ok(unlogged)
}

impl LogPage {
    /// Returns the number of rows in this date's largest plan. Each row needs an outcome or a `relay` entry. Old plans
    /// give only the number of airings.
    pub(in crate::cli::record::log) fn planned_row_count(&self, date: NaiveDate) -> u64 {
        self.plans.get(&date).into_iter().flatten().map(|plan| plan.rows.max(plan.count)).max().unwrap_or(0)
    }
}
