//! The files in force: the kept files of the adopted schedule and of the open plans.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::airing_id::date_in_id;
use super::entry::Body;
use super::files::kept_name;
use super::kept::{copy_name, read_intact, remove_copy};
use super::replay::{LoggedPlan, Replay};
use super::storage::Storage;

/// Number of latest dates whose plans keep their second copies for as long as the station runs. The copies for an
/// earlier date are removed once all outcomes of that date are logged.
const RECENT_DATE_COUNT: usize = 8;

/// The names of the files in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilesInForce {
    schedule: BTreeSet<String>,
    plans: Vec<OpenPlan>,
    /// The number of outcomes logged in this run, by the date of their plan.
    outcome_counts: BTreeMap<NaiveDate, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct OpenPlan {
    date: NaiveDate,
    name: String,
    /// The number of outcomes that were missing when this run began, or when the date was planned.
    missing_outcomes: u64,
}

impl FilesInForce {
    /// Collects the names from a replayed log.
    #[must_use]
    pub fn of(replay: &Replay) -> Self {
        let schedule = replay.schedule.iter().flat_map(|kept| {
            let files = kept.files.iter().filter_map(|(_, sha256)| kept_name(sha256, "toml"));
            files.chain(kept_name(&kept.library, "json"))
        });
        let plans = replay.plans.iter().flat_map(|(date, plans)| plans.iter().map(move |plan| (*date, plan)));
        let open_plan = |(date, plan): (NaiveDate, &LoggedPlan)| {
            let name = kept_name(&plan.sha256, "json")?;
            Some(OpenPlan { date, name, missing_outcomes: replay.missing_outcomes(date) })
        };
        let (schedule, plans) = (schedule.collect(), plans.filter_map(open_plan).collect());
        Self { schedule, plans, outcome_counts: BTreeMap::new() }
    }

    fn names(&self) -> BTreeSet<&str> {
        self.schedule.iter().map(String::as_str).chain(self.plans.iter().map(|plan| plan.name.as_str())).collect()
    }

    /// Applies an entry of the log. Returns the names of the files that are no longer in force after it.
    pub fn apply(&mut self, body: &Body) -> Vec<String> {
        let mut expired: Vec<String> = Vec::new();
        match body {
            Body::Schedule(entry) => {
                let files = entry.files.iter().filter_map(|file| kept_name(&file.sha256, "toml"));
                let names = files.chain(kept_name(&entry.library, "json")).collect();
                expired.extend(std::mem::replace(&mut self.schedule, names));
            }
            Body::Plan(entry) => {
                let (date, missing_outcomes) = (entry.date, entry.rows);
                let name = kept_name(&entry.sha256, "json");
                self.plans.extend(name.map(|name| OpenPlan { date, name, missing_outcomes }));
                expired.extend(self.take_settled_plans());
            }
            Body::Outcome(entry) => {
                let date = date_in_id(&entry.labels.id).filter(|date| self.plans.iter().any(|plan| plan.date == *date));
                if let Some(date) = date {
                    *self.outcome_counts.entry(date).or_default() += 1;
                }
            }
            _ => {}
        }
        let names = self.names();
        expired.retain(|name| !names.contains(name.as_str()));
        expired
    }

    /// Removes the plans of past dates whose outcomes are all logged, and returns the names of their files. If a date
    /// was planned again, its outcomes from earlier runs are counted only after the next start. Its plans may stay
    /// until then.
    fn take_settled_plans(&mut self) -> Vec<String> {
        let dates: BTreeSet<NaiveDate> = self.plans.iter().map(|plan| plan.date).collect();
        let Some(oldest_recent) = dates.iter().rev().nth(RECENT_DATE_COUNT - 1) else { return Vec::new() };
        let is_settled = |date: &NaiveDate| {
            let missing = self.plans.iter().filter(|plan| plan.date == *date).map(|plan| plan.missing_outcomes).max();
            date < oldest_recent && missing <= Some(self.outcome_counts.get(date).copied().unwrap_or(0))
        };
        let settled: BTreeSet<NaiveDate> = dates.iter().copied().filter(is_settled).collect();
        self.outcome_counts.retain(|date, _| !settled.contains(date));
        self.plans.extract_if(.., |plan| settled.contains(&plan.date)).map(|plan| plan.name).collect()
    }
}

/// Restores each missing copy of a file in force from the other copy, and removes the second copies of all other files.
/// Errors are ignored, because they must not stop the station; the next start tries again.
pub fn repair_copies<S: Storage>(airlog: &mut S, key_storage: &mut S, origin: &str, in_force: &FilesInForce) {
    let names = in_force.names();
    for name in &names {
        let copy = copy_name(origin, name);
        match (read_intact(airlog, name, name), read_intact(key_storage, &copy, name)) {
            (Some(bytes), None) => drop(key_storage.replace(&copy, &bytes)),
            (None, Some(bytes)) => drop(airlog.replace(name, &bytes)),
            _ => {}
        }
    }
    for name in key_storage.list(&copy_name(origin, "kept")).unwrap_or_default() {
        let name = format!("kept/{name}");
        if !names.contains(name.as_str()) {
            remove_copy(airlog, key_storage, origin, &name);
        }
    }
}
