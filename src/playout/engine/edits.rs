//! Adopts edited schedules, and merges their plans into those in force.
use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;

use super::Engine;
use super::action::Action;
use super::live_airing::LiveAiring;
use super::notice::Notice;
use super::schedule_revision::ScheduleRevision;
use crate::airlog::entry::{Body, EditEntry};
use crate::base::instant::WallTime;
use crate::plan::airtime_change::airtime_changes;
use crate::plan::diff::diff;
use crate::plan::{Airing, Plan, Planner};
use crate::playout::clock::ClockSnapshot;

/// The number of days that an `edit` entry covers. This and the next four constants keep the entry short.
const EDIT_DAYS: usize = 7;
/// The maximum number of changes in an `edit` entry.
const MAX_EDIT_CHANGES: usize = 30;
/// The maximum number of titles in each list of a change.
const MAX_EDIT_TITLES: usize = 6;
/// The maximum number of changes of airtime in an `edit` entry.
const MAX_AIRTIME_CHANGES: usize = 100;
/// The maximum size of all changes together, in bytes.
const MAX_EDIT_BYTES: usize = 16_384;

impl Engine {
    /// Adopts a schedule. While the clock is untrusted, the schedule waits, because the engine does not know yet which
    /// airings fell due under the previous schedule.
    pub(super) fn adopt_when_trusted(&mut self, now: ClockSnapshot, revision: Arc<ScheduleRevision>) {
        if self.clock_trust.is_trusted {
            // Airings that have fallen due belong to the previous schedule, so they are settled first.
            self.advance(now);
            self.adopt(now, revision);
        } else {
            self.concerns.differing_station_ids = self.differing_station_ids(&revision);
            self.pending_revision = Some(revision);
        }
    }

    /// Returns true if a schedule waits until the clock is trusted, and it is not the one in force. After every start,
    /// the loader delivers the schedule that it finds in the folder, even if nothing in it has changed.
    pub(super) fn is_newer_schedule_waiting(&self) -> bool {
        let entry_in_force = self.revision_in_force.as_ref().map(|revision| &revision.entry);
        self.adoptable_revision().is_some_and(|pending| Some(&pending.entry) != entry_in_force)
    }

    /// Returns the schedule that waits until the clock is trusted, if it will be adopted then. A schedule with another
    /// station's id never is.
    fn adoptable_revision(&self) -> Option<&Arc<ScheduleRevision>> {
        self.pending_revision.as_ref().filter(|revision| self.differing_station_ids(revision).is_none())
    }

    /// Returns the schedule that will be in force once the clock is trusted.
    pub(super) fn revision_under_trusted_clock(&self) -> Option<&Arc<ScheduleRevision>> {
        self.adoptable_revision().or(self.revision_in_force.as_ref())
    }

    /// Returns the station's id in the log and its id in this schedule, if they differ.
    fn differing_station_ids(&self, revision: &ScheduleRevision) -> Option<(String, String)> {
        let (log_id, file_id) = (&self.context.station_id, &revision.schedule.station.id);
        (log_id != file_id).then(|| (log_id.to_string(), file_id.to_string()))
    }

    /// Puts a schedule in force from `now` on.
    pub(super) fn adopt(&mut self, now: ClockSnapshot, revision: Arc<ScheduleRevision>) {
        self.concerns.differing_station_ids = self.differing_station_ids(&revision);
        if self.concerns.differing_station_ids.is_some() {
            let (log, file) = (self.context.station_id.clone(), revision.schedule.station.id.clone());
            self.actions.notify(Notice::StationIdChanged { log, file });
            return;
        }
        self.forget_inspections();
        let output_in_force = self.revision_in_force_or_pending().map(|old| &old.schedule.station.output);
        let output = &revision.schedule.station.output;
        if let Some(old) = output_in_force.filter(|old| *old != output) {
            let is_other_device = (&old.device, &old.fallback_devices) != (&output.device, &output.fallback_devices);
            if is_other_device {
                self.actions.notify(Notice::OutputChanged(Box::new(output.clone())));
            }
            self.forget_line_facts();
        }
        if self.revision_in_force.as_ref().is_none_or(|old_revision| old_revision.entry != revision.entry) {
            self.log_adoption(now, &revision);
        }
        let had_schedule = self.revision_in_force.replace(revision.clone()).is_some();
        let today = self.today(now);
        // The log says that today was planned, but the kept plan is lost. The remaining sessions are planned again.
        if self.plans.is_empty() && self.planned_through >= Some(today) {
            self.replan_date(now, today, &Plan { airings: Vec::new() }, &revision);
        }
        // Today and later dates are planned again, because tomorrow may be planned already and the clock may have gone
        // back past midnight. An earlier date may still have upcoming sessions if a change of the time zone moved the
        // local date forward.
        let has_upcoming_session = |plan: &Plan| plan.airings.iter().any(|a| a.session_starts_at() > now.wall);
        let planned_dates = self.plans.iter().filter(|(date, plan)| **date >= today || has_upcoming_session(plan));
        for (date, plan) in planned_dates.map(|(date, plan)| (*date, plan.clone())).collect::<Vec<_>>() {
            self.replan_date(now, date, &plan, &revision);
        }
        // All dates up to today already had their plans. When the edit's time zone moves the local date forward, the
        // new date owes no airings from before now. Likewise, when the previous schedule is lost, this one was not in
        // force before now.
        let owes_nothing_before_now = had_schedule || self.planned_through.is_some();
        self.plan_due_dates_from(now, owes_nothing_before_now.then_some(now.wall));
    }

    /// Stores the files of an adopted schedule with the log, and logs the schedule.
    fn log_adoption(&mut self, now: ClockSnapshot, revision: &ScheduleRevision) {
        for (name, bytes) in &revision.kept_files {
            self.actions.files.push(Action::KeepFile { name: name.clone(), bytes: bytes.clone() });
        }
        self.actions.log.push(Body::Schedule(revision.entry.clone()));
        self.log_edit(now, revision);
        let (sessions, segments) = (revision.entry.sessions, revision.entry.segments);
        self.actions.notify(Notice::ScheduleAdopted { sessions, segments });
    }

    /// Logs the changes of the plans for the upcoming days, as `loa plan --diff` shows them.
    fn log_edit(&mut self, now: ClockSnapshot, revision: &ScheduleRevision) {
        let Some(old_revision) = self.revision_in_force.clone() else { return };
        let today = self.today(now);
        let plan_days = |schedule, library| -> Vec<Plan> {
            let planner = Planner::new(schedule, library);
            today.iter_days().take(EDIT_DAYS).map(|date| planner.plan_for(date)).collect()
        };
        let old_plans = plan_days(&old_revision.schedule, &old_revision.library);
        let new_plans = plan_days(&revision.schedule, &revision.library);
        let mut changes = diff(&old_plans, &new_plans);
        if changes.is_empty() {
            return;
        }
        let change_count = changes.len();
        changes.truncate(MAX_EDIT_CHANGES);
        for change in &mut changes {
            change.gains.truncate(MAX_EDIT_TITLES);
            change.loses.truncate(MAX_EDIT_TITLES);
        }
        while serde_json::to_vec(&changes).is_ok_and(|bytes| bytes.len() > MAX_EDIT_BYTES) {
            changes.pop();
        }
        let more = (change_count - changes.len()) as u64;
        let days = EDIT_DAYS as u64;
        let mut airtime = airtime_changes(&old_plans, &new_plans);
        // What is removed from a date that has its plan gets an outcome, `missed` with the reason `withdrawn`.
        airtime.retain(|change| Some(change.date) > self.planned_through);
        let airtime_more = airtime.len().saturating_sub(MAX_AIRTIME_CHANGES) as u64;
        airtime.truncate(MAX_AIRTIME_CHANGES);
        self.actions.log.push(Body::Edit(EditEntry { date: today, days, changes, more, airtime, airtime_more }));
    }

    /// Plans a date again after an edit. A session whose time has come keeps its plan. Nothing is added in the past. A
    /// removed airing stays in the plan, marked as withdrawn, and gets its outcome at its time.
    fn replan_date(&mut self, now: ClockSnapshot, date: NaiveDate, old_plan: &Plan, revision: &ScheduleRevision) {
        let new_plan = Planner::new(&revision.schedule, &revision.library).plan_for(date);
        let kept_session_keys = self.fixed_session_keys(now.wall, old_plan);
        let merged_plan = merge_plans(old_plan, new_plan, now.wall, &kept_session_keys);
        if merged_plan == *old_plan {
            return;
        }
        // Kept sessions keep their airings. All others of this date are replaced.
        let is_kept_or_other_date = |live_airing: &LiveAiring| {
            live_airing
                .planned
                .as_ref()
                .is_none_or(|airing| kept_session_keys.contains(airing.session_key()) || airing.date != date)
        };
        let (mut airings, replaced_airings): (Vec<_>, Vec<_>) =
            self.airings.take_planned().into_iter().partition(is_kept_or_other_date);
        for key in replaced_airings.iter().filter_map(LiveAiring::cue_key) {
            self.actions.output.push(Action::Cut(key));
        }
        let is_new = |airing: &&Airing| {
            !kept_session_keys.contains(airing.session_key()) && !self.settled_ids.contains(&airing.id)
        };
        airings.extend(merged_plan.airings.iter().filter(is_new).cloned().map(LiveAiring::from_plan));
        self.airings.set_planned(airings);
        self.record_plan(date, merged_plan);
    }

    /// The keys of the sessions that an edit must not change, because their time has come or one of their airings has
    /// started or has its outcome.
    fn fixed_session_keys(&self, now: WallTime, plan: &Plan) -> HashSet<String> {
        let is_fixed = |airing: &&Airing| {
            airing.session_starts_at() <= now
                || self.settled_ids.contains(&airing.id)
                || self.begun_sessions.contains(airing.session_key())
        };
        plan.airings.iter().filter(is_fixed).map(|a| a.session_key().to_owned()).collect()
    }
}

/// Merges the sessions of `old_plan` that are listed in `kept_session_keys` with the upcoming sessions of `new_plan`.
/// The remaining airings of `old_plan` are marked as withdrawn.
fn merge_plans(old_plan: &Plan, new_plan: Plan, now: WallTime, kept_session_keys: &HashSet<String>) -> Plan {
    let is_kept = |airing: &Airing| kept_session_keys.contains(airing.session_key());
    let mut airings: Vec<Airing> = old_plan.airings.iter().filter(|a| is_kept(a)).cloned().collect();
    let new_airings = new_plan.airings.into_iter();
    let new_airings: Vec<Airing> =
        new_airings.filter(|airing| airing.session_starts_at() > now && !is_kept(airing)).collect();
    let new_ids: HashSet<&str> = new_airings.iter().map(|a| a.id.as_str()).collect();
    let withdrawn_airings: Vec<Airing> = old_plan
        .airings
        .iter()
        .filter(|airing| !is_kept(airing) && !new_ids.contains(airing.id.as_str()))
        .map(Airing::to_withdrawn)
        .collect();
    airings.extend(new_airings);
    airings.extend(withdrawn_airings);
    airings.sort_by_key(Airing::session_starts_at);
    Plan { airings }
}
