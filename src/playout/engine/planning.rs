//! Dates become plans, and edits are adopted.
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::lineup::PREFETCH_LEAD_US;
use super::live_airing::LiveAiring;
use super::{Action, Engine, Notice, ScheduleRevision};
use crate::airlog::entry::{Body, EditEntry, PlanEntry};
use crate::base::hash::sha256_hex;
use crate::base::instant::WallTime;
use crate::plan::diff::diff;
use crate::plan::{Airing, Plan, Planner};
use crate::playout::clock::ClockSnapshot;

/// Days of which an edit's changes are logged, how many changes, and titles of each: an entry must stay short.
const EDIT_DAYS: usize = 7;
const EDIT_CHANGES: usize = 30;
const EDIT_TITLES: usize = 6;
const EDIT_BYTES: usize = 16_384;
/// Plans that are remembered: an edit may concern today's and tomorrow's, and the clock may go back over midnight.
const MAX_PLANS: usize = 4;

impl Engine {
    /// The local date.
    pub(super) fn today(&self, now: ClockSnapshot) -> NaiveDate {
        self.local_time(now.wall).date_naive()
    }

    /// How long before a day begins it is planned: its first session needs its files, its line and its amplifier ahead,
    /// microseconds.
    pub(super) fn planning_lead_us(&self) -> i64 {
        PREFETCH_LEAD_US + self.preroll_us()
    }

    /// Plans every date up to today that has none yet, by the schedule in force.
    pub(super) fn plan_due_dates(&mut self, now: ClockSnapshot) {
        self.plan_due_dates_from(now, None);
    }

    /// The same up to tomorrow, when that is near: once what has fallen due has its outcome.
    pub(super) fn plan_ahead(&mut self, now: ClockSnapshot) {
        let ahead = self.local_time(now.wall.plus(self.planning_lead_us())).date_naive();
        self.plan_through(now, ahead, None);
    }

    /// As [`Self::roll`]; of the dates that have no plan yet nothing is owed from before `from`.
    fn plan_due_dates_from(&mut self, now: ClockSnapshot, from: Option<WallTime>) {
        self.plan_through(now, self.today(now), from);
    }

    fn plan_through(&mut self, now: ClockSnapshot, through: NaiveDate, from: Option<WallTime>) {
        // So it is at nearly every look.
        if self.planned_through.is_some_and(|last| last >= through) {
            return;
        }
        let Some(adopted) = self.in_force.clone() else {
            return;
        };
        let last_date = |date: NaiveDate| self.context.last_date.map_or(date, |last| date.min(last));
        let (today, through) = (last_date(self.today(now)), last_date(through));
        // A new station owes nothing to the hours before it began.
        let from = from.or(self.planned_through.is_none().then_some(now.wall));
        let mut date = self.planned_through.map_or(today, |last| last + TimeDelta::days(1));
        if date > through {
            return;
        }
        let planner = Planner::new(&adopted.schedule, &adopted.library);
        while date <= through {
            let mut plan = planner.plan_for(date);
            if let Some(from) = from {
                plan.airings.retain(|a| a.session_starts_at() >= from);
            }
            let owed = plan.airings.iter().filter(|a| !self.settled_ids.contains(&a.id));
            self.airings.extend(owed.cloned().map(LiveAiring::from_plan));
            self.record_plan(date, plan);
            if date < today {
                // Each date's misses right behind its plan: a batch torn between them owes the latest dates only.
                self.settle_overdue(now);
                self.airings.retain(|slot| !slot.is_done());
            }
            date += TimeDelta::days(1);
        }
    }

    /// Keeps a date's plan, logs it, and remembers it.
    pub(super) fn record_plan(&mut self, date: NaiveDate, plan: Plan) {
        let bytes = plan.to_json_bytes();
        let sha256 = sha256_hex(&bytes);
        let name = format!("kept/{sha256}.json");
        self.actions.files.push(Action::KeepFile { name, bytes });
        self.actions.log.push(Body::Plan(PlanEntry {
            date,
            count: plan.expected_airings(),
            rows: plan.airings.len() as u64,
            sha256,
        }));
        self.planned_through = self.planned_through.max(Some(date));
        self.prune_ids_before(date - TimeDelta::days(3));
        self.plans.insert(date, plan);
        while self.plans.len() > MAX_PLANS {
            self.plans.pop_first();
        }
    }

    fn prune_ids_before(&mut self, date: NaiveDate) {
        if self.settled_ids.len() + self.begun_sessions.len() > 8192 {
            let recent = |id: &String| {
                let day = id.split_once('@').and_then(|(_, rest)| rest.get(..10)?.parse::<NaiveDate>().ok());
                day.is_some_and(|day| day >= date)
            };
            self.settled_ids.retain(recent);
            self.begun_sessions.retain(recent);
        }
    }

    /// A schedule was read. While the clock is not believed it waits: nobody knows yet what it comes after.
    pub(super) fn adopt_when_trusted(&mut self, now: ClockSnapshot, adopted: Arc<ScheduleRevision>) {
        if self.clock_trust.trusted {
            // What has fallen due belongs to the schedule before it.
            self.advance(now);
            self.adopt(now, adopted);
        } else {
            self.pending_revision = Some(adopted);
        }
    }

    /// Puts a schedule in force from `now` on.
    pub(super) fn adopt(&mut self, now: ClockSnapshot, adopted: Arc<ScheduleRevision>) {
        let id = &adopted.schedule.station.id;
        if *id != self.context.station {
            let (log, file) = (self.context.station.clone(), id.clone());
            self.actions.after_log.push(Action::Notify(Notice::StationIdChanged { log, file }));
            return;
        }
        if self.in_force.as_ref().is_none_or(|old| old.note != adopted.note) {
            for (name, bytes) in &adopted.kept {
                self.actions.files.push(Action::KeepFile { name: name.clone(), bytes: bytes.clone() });
            }
            self.actions.log.push(Body::Schedule(adopted.note.clone()));
            self.log_edit(now, &adopted);
            let (sessions, segments) = (adopted.note.sessions, adopted.note.segments);
            self.actions.after_log.push(Action::Notify(Notice::ScheduleAdopted { sessions, segments }));
        }
        let had_schedule = self.in_force.replace(adopted.clone()).is_some();
        let today = self.today(now);
        // Planned by the log, and the kept plan is lost: what is still to come is planned anew.
        if self.plans.is_empty() && self.planned_through >= Some(today) {
            self.replan_date(now, today, &Plan { airings: Vec::new() }, &adopted);
        }
        // Of a later date than today it is still ahead, or the clock went back over midnight; of an earlier one, another
        // zone has moved the date on, and the old one's times with it.
        let to_come = |plan: &Plan| plan.airings.iter().any(|a| a.session_starts_at() > now.wall);
        let planned = self.plans.iter().filter(|(date, plan)| **date >= today || to_come(plan));
        for (date, plan) in planned.map(|(date, plan)| (*date, plan.clone())).collect::<Vec<_>>() {
            self.replan_date(now, date, &plan, &adopted);
        }
        // All dates up to today had their plans: one that this edit moves to begins with it. And where the schedule before is
        // lost, this one was not in force before now.
        let begins = had_schedule || self.planned_through.is_some();
        self.plan_due_dates_from(now, begins.then_some(now.wall));
    }

    /// What the edit changes in the next days: the same that `loa plan --diff` says.
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

    /// A date's plan after an edit. A session whose time has come keeps its plan; nothing is added in the past; what
    /// was taken out stays, marked, so that it gets its outcome when its time comes.
    fn replan_date(&mut self, now: ClockSnapshot, date: NaiveDate, old: &Plan, adopted: &ScheduleRevision) {
        let fresh = Planner::new(&adopted.schedule, &adopted.library).plan_for(date);
        let kept = self.fixed_sessions(now.wall, old);
        let merged = merge_plans(old, fresh, now.wall, &kept);
        if merged == *old {
            return;
        }
        // What stands keeps its slots; all else of this date is lined up anew.
        let stands = |slot: &LiveAiring| slot.session_key().is_none_or(|key| kept.contains(key));
        let (mut slots, replaced): (Vec<_>, Vec<_>) = std::mem::take(&mut self.airings)
            .into_iter()
            .partition(|slot| stands(slot) || slot.planned.as_ref().is_some_and(|a| a.date != date));
        for key in replaced.iter().filter_map(LiveAiring::cue_key) {
            self.actions.output.push(Action::Cut(key));
        }
        let fresh =
            merged.airings.iter().filter(|a| !kept.contains(a.session_key()) && !self.settled_ids.contains(&a.id));
        slots.extend(fresh.cloned().map(LiveAiring::from_plan));
        // Stable: the items of a session stay together and in order.
        slots.sort_by_key(|slot| slot.planned.as_ref().map(Airing::session_starts_at));
        self.airings = slots;
        self.record_plan(date, merged);
    }

    /// The sessions of a plan that an edit does not touch: their time has come, or something of them has happened.
    fn fixed_sessions(&self, now: WallTime, plan: &Plan) -> HashSet<String> {
        let stands = |a: &&Airing| {
            a.session_starts_at() <= now
                || self.settled_ids.contains(&a.id)
                || self.begun_sessions.contains(a.session_key())
        };
        plan.airings.iter().filter(stands).map(|a| a.session_key().to_owned()).collect()
    }
}

/// The sessions of `old` named in `kept`, and those of `fresh` that are still to come; what is in neither any
/// more is marked as withdrawn.
fn merge_plans(old: &Plan, fresh: Plan, now: WallTime, kept: &HashSet<String>) -> Plan {
    let mut airings: Vec<Airing> = old.airings.iter().filter(|a| kept.contains(a.session_key())).cloned().collect();
    let coming = fresh.airings.into_iter();
    let coming: Vec<Airing> =
        coming.filter(|a| a.session_starts_at() > now && !kept.contains(a.session_key())).collect();
    let ids: HashMap<&str, ()> = coming.iter().map(|a| (a.id.as_str(), ())).collect();
    let gone: Vec<Airing> = old
        .airings
        .iter()
        .filter(|a| !kept.contains(a.session_key()) && !ids.contains_key(a.id.as_str()))
        .map(Airing::withdrawn)
        .collect();
    airings.extend(coming);
    airings.extend(gone);
    airings.sort_by_key(Airing::session_starts_at);
    Plan { airings }
}
