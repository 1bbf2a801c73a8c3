//! The kept files that the schedule in force and the open plans name.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::airing_id::date_in_id;
use super::entry::Body;
use super::files::kept_name;
use super::kept::{copy_name, read_intact, remove_copy};
use super::replay::{LoggedPlan, Replay};
use super::storage::Storage;

/// Planned dates whose copies stay while the station runs, in addition to earlier dates that may still owe outcomes.
const KEPT_DATES: usize = 8;

/// Names of the kept files of the schedule in force and of the open plans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilesInForce {
    schedule: BTreeSet<String>,
    plans: Vec<OpenPlan>,
    /// Outcomes logged in this run, by the date of their plan.
    ended: BTreeMap<NaiveDate, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct OpenPlan {
    date: NaiveDate,
    name: String,
    /// Outcomes missing when this run began, or when the date was planned.
    owes: u64,
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
        let open = |(date, plan): (NaiveDate, &LoggedPlan)| {
            Some(OpenPlan { date, name: kept_name(&plan.sha256, "json")?, owes: replay.missing_outcomes(date) })
        };
        Self { schedule: schedule.collect(), plans: plans.filter_map(open).collect(), ended: BTreeMap::new() }
    }

    fn names(&self) -> BTreeSet<&str> {
        self.schedule.iter().map(String::as_str).chain(self.plans.iter().map(|plan| plan.name.as_str())).collect()
    }

    /// Takes the names in an entry. Returns those that are no longer in force after it.
    pub fn apply(&mut self, body: &Body) -> Vec<String> {
        let mut gone: Vec<String> = Vec::new();
        match body {
            Body::Schedule(note) => {
                let files = note.files.iter().filter_map(|file| kept_name(&file.sha256, "toml"));
                let names = files.chain(kept_name(&note.library, "json")).collect();
                gone.extend(std::mem::replace(&mut self.schedule, names));
            }
            Body::Plan(note) => {
                let (date, owes) = (note.date, note.rows);
                self.plans.extend(kept_name(&note.sha256, "json").map(|name| OpenPlan { date, name, owes }));
                gone.extend(self.take_settled_plans());
            }
            Body::Outcome(note) => {
                let date = date_in_id(&note.labels.id).filter(|date| self.plans.iter().any(|plan| plan.date == *date));
                if let Some(date) = date {
                    *self.ended.entry(date).or_default() += 1;
                }
            }
            _ => {}
        }
        let names = self.names();
        gone.retain(|name| !names.contains(name.as_str()));
        gone
    }

    /// Removes the plans of old dates that have all their outcomes. When a date was planned again, outcomes before that
    /// are not counted, so it stays until the next start.
    fn take_settled_plans(&mut self) -> Vec<String> {
        let dates: BTreeSet<NaiveDate> = self.plans.iter().map(|plan| plan.date).collect();
        let Some(oldest) = dates.iter().rev().nth(KEPT_DATES - 1) else { return Vec::new() };
        let settled = |date: &NaiveDate| {
            let owes = self.plans.iter().filter(|plan| plan.date == *date).map(|plan| plan.owes).max();
            date < oldest && owes <= Some(self.ended.get(date).copied().unwrap_or(0))
        };
        let settled: BTreeSet<NaiveDate> = dates.iter().copied().filter(settled).collect();
        self.ended.retain(|date, _| !settled.contains(date));
        self.plans.extract_if(.., |plan| settled.contains(&plan.date)).map(|plan| plan.name).collect()
    }
}

/// Restores missing copies of files in force, each from the other place, and removes copies of all other files.
/// Failures are ignored, because they must not stop the station; the next start tries again.
pub fn repair_copies<S: Storage>(airlog: &mut S, keys: &mut S, origin: &str, in_force: &FilesInForce) {
    let names = in_force.names();
    for name in &names {
        let place = copy_name(origin, name);
        match (read_intact(airlog, name, name), read_intact(keys, &place, name)) {
            (Some(bytes), None) => drop(keys.replace(&place, &bytes)),
            (None, Some(bytes)) => drop(airlog.replace(name, &bytes)),
            _ => {}
        }
    }
    for name in keys.list(&copy_name(origin, "kept")).unwrap_or_default() {
        let name = format!("kept/{name}");
        if !names.contains(name.as_str()) {
            remove_copy(airlog, keys, origin, &name);
        }
    }
}
