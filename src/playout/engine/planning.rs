//! Turns dates into plans, and plans into airings.
use chrono::{NaiveDate, TimeDelta};

use super::Engine;
use super::action::Action;
use super::live_airing::LiveAiring;
use super::timing::PREFETCH_LEAD_US;
use crate::airlog::entry::{Body, PlanEntry};
use crate::base::hash::sha256_hex;
use crate::base::instant::WallTime;
use crate::plan::{Plan, Planner};
use crate::playout::clock::ClockSnapshot;

/// Recent ids and sessions that are remembered before older dates are forgotten.
const MAX_RECENT_IDS: usize = 8192;
/// Plans that are remembered: an edit may concern today's and tomorrow's, and the clock may go back over midnight.
const MAX_PLANS: usize = 4;

impl Engine {
    /// How long before a day begins it is planned, microseconds: its first session needs its files, its line and its
    /// amplifier ahead.
    pub(super) fn planning_lead_us(&self) -> i64 {
        PREFETCH_LEAD_US + self.preroll_us()
    }

    /// Plans every date up to today that has no plan yet, by the schedule in force.
    pub(super) fn plan_due_dates(&mut self, now: ClockSnapshot) {
        self.plan_due_dates_from(now, None);
    }

    /// Plans tomorrow when it is near: once what has fallen due has its outcome.
    pub(super) fn plan_ahead(&mut self, now: ClockSnapshot) {
        let ahead = self.local_time(now.wall.plus(self.planning_lead_us())).date_naive();
        self.plan_through(now, ahead, None);
    }

    /// Plans every date up to today; sessions before `from` are not owed.
    pub(super) fn plan_due_dates_from(&mut self, now: ClockSnapshot, from: Option<WallTime>) {
        self.plan_through(now, self.today(now), from);
    }

    fn plan_through(&mut self, now: ClockSnapshot, through: NaiveDate, from: Option<WallTime>) {
        // The usual case.
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
            self.add_owed(&plan);
            self.record_plan(date, plan);
            if date < today {
                // The misses of a date come right after its plan: a batch torn between them owes the latest dates only.
                self.settle_overdue(now);
                self.airings.remove_done();
            }
            date += TimeDelta::days(1);
        }
    }

    /// Adds the airings of a plan that have no outcome yet.
    pub(super) fn add_owed(&mut self, plan: &Plan) {
        let owed = plan.airings.iter().filter(|a| !self.settled_ids.contains(&a.id));
        self.airings.extend_planned(owed.cloned().map(LiveAiring::from_plan));
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

    /// Forgets ids and sessions of dates before this one, once there are many.
    fn prune_ids_before(&mut self, date: NaiveDate) {
        if self.settled_ids.len() + self.begun_sessions.len() > MAX_RECENT_IDS {
            let recent = |id: &String| {
                let day = id.split_once('@').and_then(|(_, rest)| rest.get(..10)?.parse::<NaiveDate>().ok());
                day.is_some_and(|day| day >= date)
            };
            self.settled_ids.retain(recent);
            self.begun_sessions.retain(recent);
        }
    }
}
