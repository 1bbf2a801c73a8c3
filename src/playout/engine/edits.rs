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
use crate::plan::diff::diff;
use crate::plan::{Airing, Plan, Planner};
use crate::playout::clock::ClockSnapshot;

/// Limits of an `edit` entry, which must stay short: the days it covers,
const EDIT_DAYS: usize = 7;
/// its changes,
const EDIT_CHANGES: usize = 30;
/// the titles of each change,
const EDIT_TITLES: usize = 6;
/// and the bytes of all changes.
const EDIT_BYTES: usize = 16_384;

impl Engine {
    /// Adopts a schedule that was read. While the clock is untrusted it waits: nobody knows yet what it comes after.
    pub(super) fn adopt_when_trusted(&mut self, now: ClockSnapshot, revision: Arc<ScheduleRevision>) {
        if self.clock_trust.trusted {
            // What has fallen due belongs to the schedule before it.
            self.advance(now);
            self.adopt(now, revision);
        } else {
            self.pending_revision = Some(revision);
        }
    }

    /// Puts a schedule in force from `now` on.
    pub(super) fn adopt(&mut self, now: ClockSnapshot, adopted: Arc<ScheduleRevision>) {
        let id = &adopted.schedule.station.id;
        if *id != self.context.station {
            let (log, file) = (self.context.station.clone(), id.clone());
            self.actions.notify(Notice::StationIdChanged { log, file });
            return;
        }
        if self.in_force.as_ref().is_none_or(|old| old.note != adopted.note) {
            self.log_adoption(now, &adopted);
        }
        let had_schedule = self.in_force.replace(adopted.clone()).is_some();
        let today = self.today(now);
        // The log says that it was planned, and the kept plan is lost: what is still to come is planned again.
        if self.plans.is_empty() && self.planned_through >= Some(today) {
            self.replan_date(now, today, &Plan { airings: Vec::new() }, &adopted);
        }
        // A later date is still ahead, or the clock went back over midnight; of an earlier one airings may be ahead
        // when another zone has moved the date on.
        let to_come = |plan: &Plan| plan.airings.iter().any(|a| a.session_starts_at() > now.wall);
        let planned = self.plans.iter().filter(|(date, plan)| **date >= today || to_come(plan));
        for (date, plan) in planned.map(|(date, plan)| (*date, plan.clone())).collect::<Vec<_>>() {
            self.replan_date(now, date, &plan, &adopted);
        }
        // All dates up to today had their plans: a date that this edit moves to begins with it. Where the schedule
        // before is lost, this one was not in force before now.
        let begins = had_schedule || self.planned_through.is_some();
        self.plan_due_dates_from(now, begins.then_some(now.wall));
    }

    /// Keeps and logs an adopted schedule.
    fn log_adoption(&mut self, now: ClockSnapshot, adopted: &ScheduleRevision) {
        for (name, bytes) in &adopted.kept {
            self.actions.files.push(Action::KeepFile { name: name.clone(), bytes: bytes.clone() });
        }
        self.actions.log.push(Body::Schedule(adopted.note.clone()));
        self.log_edit(now, adopted);
        let (sessions, segments) = (adopted.note.sessions, adopted.note.segments);
        self.actions.notify(Notice::ScheduleAdopted { sessions, segments });
    }

    /// Logs what the edit changes in the next days, as `loa plan --diff` shows it.
    fn log_edit(&mut self, now: ClockSnapshot, adopted: &ScheduleRevision) {
        let Some(old) = self.in_force.clone() else { return };
        let today = self.today(now);
        let plans = |schedule, library| -> Vec<Plan> {
            let planner = Planner::new(schedule, library);
            today.iter_days().take(EDIT_DAYS).map(|date| planner.plan_for(date)).collect()
        };
        let (before, after) = (plans(&old.schedule, &old.library), plans(&adopted.schedule, &adopted.library));
        let mut changes = diff(&before, &after);
        if changes.is_empty() {
            return;
        }
        let all = changes.len();
        changes.truncate(EDIT_CHANGES);
        for change in &mut changes {
            change.gains.truncate(EDIT_TITLES);
            change.loses.truncate(EDIT_TITLES);
        }
        while serde_json::to_vec(&changes).is_ok_and(|bytes| bytes.len() > EDIT_BYTES) {
            changes.pop();
        }
        let more = (all - changes.len()) as u64;
        let days = EDIT_DAYS as u64;
        self.actions.log.push(Body::Edit(EditEntry { date: today, days, changes, more }));
    }

    /// Plans a date again after an edit. A session whose time has come keeps its plan; nothing is added in the past;
    /// what was taken out stays, marked, so that it gets its outcome when its time comes.
    fn replan_date(&mut self, now: ClockSnapshot, date: NaiveDate, old: &Plan, adopted: &ScheduleRevision) {
        let fresh = Planner::new(&adopted.schedule, &adopted.library).plan_for(date);
        let kept = self.fixed_sessions(now.wall, old);
        let merged = merge_plans(old, fresh, now.wall, &kept);
        if merged == *old {
            return;
        }
        // Kept sessions keep their airings; all others of this date are replaced.
        let stands =
            |slot: &LiveAiring| slot.planned.as_ref().is_none_or(|a| kept.contains(a.session_key()) || a.date != date);
        let (mut airings, replaced): (Vec<_>, Vec<_>) = self.airings.take_planned().into_iter().partition(stands);
        for key in replaced.iter().filter_map(LiveAiring::cue_key) {
            self.actions.output.push(Action::Cut(key));
        }
        let fresh =
            merged.airings.iter().filter(|a| !kept.contains(a.session_key()) && !self.settled_ids.contains(&a.id));
        airings.extend(fresh.cloned().map(LiveAiring::from_plan));
        self.airings.set_planned(airings);
        self.record_plan(date, merged);
    }

    /// The sessions of a plan that an edit does not touch: their time has come, or part of them has aired.
    fn fixed_sessions(&self, now: WallTime, plan: &Plan) -> HashSet<String> {
        let stands = |a: &&Airing| {
            a.session_starts_at() <= now
                || self.settled_ids.contains(&a.id)
                || self.begun_sessions.contains(a.session_key())
        };
        plan.airings.iter().filter(stands).map(|a| a.session_key().to_owned()).collect()
    }
}

/// Merges the sessions of `old` named in `kept` and those of `fresh` that are still to come; what is in neither is
/// marked as withdrawn.
fn merge_plans(old: &Plan, fresh: Plan, now: WallTime, kept: &HashSet<String>) -> Plan {
    let mut airings: Vec<Airing> = old.airings.iter().filter(|a| kept.contains(a.session_key())).cloned().collect();
    let coming = fresh.airings.into_iter();
    let coming: Vec<Airing> =
        coming.filter(|a| a.session_starts_at() > now && !kept.contains(a.session_key())).collect();
    let ids: HashSet<&str> = coming.iter().map(|a| a.id.as_str()).collect();
    let gone: Vec<Airing> = old
        .airings
        .iter()
        .filter(|a| !kept.contains(a.session_key()) && !ids.contains(a.id.as_str()))
        .map(Airing::withdrawn)
        .collect();
    airings.extend(coming);
    airings.extend(gone);
    airings.sort_by_key(Airing::session_starts_at);
    Plan { airings }
}
