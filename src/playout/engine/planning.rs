//! Turns dates into plans, and plans into airings.
use chrono::{NaiveDate, TimeDelta};

use super::Engine;
use super::action::Action;
use super::live_airing::LiveAiring;
use crate::airlog::airing_id::date_in_id;
use crate::airlog::entry::{Body, PlanEntry};
use crate::base::hash::sha256_hex;
use crate::base::instant::WallTime;
use crate::plan::{Plan, Planner};
use crate::playout::clock::ClockSnapshot;

/// If more ids and session keys than this are remembered, those of older dates are forgotten.
const MAX_RECENT_IDS: usize = 8192;
/// The maximum number of remembered plans. An edit can concern today and tomorrow, and the clock can go back past
/// midnight.
const MAX_PLANS: usize = 4;

impl Engine {
    /// The time in microseconds before midnight at which the next day is planned. Its first session needs the files,
    /// the line and the amplifier before it starts.
    pub(super) fn planning_lead_us(&self) -> i64 {
        self.inspection_lead_us() + self.preroll_us()
    }

    /// Plans every date up to today that has no plan yet, according to the schedule in force.
    pub(super) fn plan_due_dates(&mut self, now: ClockSnapshot) {
        self.plan_due_dates_from(now, None);
    }

    /// Plans tomorrow shortly before midnight. The caller must settle overdue airings first.
    pub(super) fn plan_ahead(&mut self, now: ClockSnapshot) {
        let date = self.local_time(now.wall.plus(self.planning_lead_us())).date_naive();
        self.plan_through(now, date, None);
    }

    /// Plans every date up to today. Sessions before `owed_from` are left out.
    pub(super) fn plan_due_dates_from(&mut self, now: ClockSnapshot, owed_from: Option<WallTime>) {
        self.plan_through(now, self.today(now), owed_from);
    }

    fn plan_through(&mut self, now: ClockSnapshot, through_date: NaiveDate, owed_from: Option<WallTime>) {
        let planned_through = self.planned_through_by(self.today(now));
        if planned_through.is_some_and(|planned_through| planned_through >= through_date) {
            return;
        }
        let Some(revision) = self.revision_in_force.clone() else {
            return;
        };
        let cap_at_last_date = |date: NaiveDate| self.context.last_date.map_or(date, |last_date| date.min(last_date));
        let (today, through_date) = (cap_at_last_date(self.today(now)), cap_at_last_date(through_date));
        // A new station owes no airings for the hours before its first start.
        let owed_from = owed_from.or(planned_through.is_none().then_some(now.wall));
        let mut date = planned_through.map_or(today, |planned_through| planned_through + TimeDelta::days(1));
        if date > through_date {
            return;
        }
        let planner = Planner::new(&revision.schedule, &revision.library);
        while date <= through_date {
            let mut plan = planner.plan_for(date);
            if let Some(owed_from) = owed_from {
                plan.airings.retain(|a| a.session_starts_at() >= owed_from);
            }
            self.add_open_airings(&plan);
            self.record_plan(date, plan);
            if date < today {
                // The missed airings of a date are logged right after its plan. If a power cut tears the batch, only
                // the latest dates have no outcomes.
                self.settle_overdue(now);
                self.airings.remove_done();
            }
            date += TimeDelta::days(1);
        }
    }

    /// The latest planned date that is at most tomorrow. Later dates were planned by a wrong clock that the station
    /// believed, and the dates before them may have no plan.
    fn planned_through_by(&self, today: NaiveDate) -> Option<NaiveDate> {
        let tomorrow = today + TimeDelta::days(1);
        if self.planned_through.is_none_or(|planned_through| planned_through <= tomorrow) {
            return self.planned_through;
        }
        let latest_plan = self.plans.range(..=tomorrow).next_back().map(|(date, _)| *date);
        if latest_plan >= Some(today) {
            return latest_plan;
        }
        let settled_dates = self.settled_ids.iter().filter_map(|id| date_in_id(id));
        settled_dates.filter(|date| *date <= tomorrow).max().max(latest_plan)
    }

    /// Adds the airings of a plan that have no outcome yet.
    pub(super) fn add_open_airings(&mut self, plan: &Plan) {
        let open_airings = plan.airings.iter().filter(|a| !self.settled_ids.contains(&a.id));
        self.airings.extend_planned(open_airings.cloned().map(LiveAiring::from_plan));
    }

    /// Stores a date's plan with the log, logs it, and remembers it.
    pub(super) fn record_plan(&mut self, date: NaiveDate, plan: Plan) {
        let bytes = plan.to_json_bytes();
        let sha256 = sha256_hex(&bytes);
        let name = format!("kept/{sha256}.json");
        self.actions.files.push(Action::KeepFile { name, bytes });
        self.actions.log.push(Body::Plan(PlanEntry {
            date,
            count: plan.expected_airing_count(),
            rows: plan.airings.len() as u64,
            sha256,
        }));
        self.planned_through = self.planned_through.max(Some(date));
        self.prune_ids_before(date - TimeDelta::days(3));
        self.plans.insert(date, plan);
        while self.plans.len() > MAX_PLANS
            && let Some(farthest) = self.plans.keys().copied().max_by_key(|known| (*known - date).num_days().abs())
        {
            self.plans.remove(&farthest);
        }
    }

    /// Forgets the ids and session keys of dates before this one, once there are more than [`MAX_RECENT_IDS`].
    fn prune_ids_before(&mut self, date: NaiveDate) {
        if self.settled_ids.len() + self.begun_sessions.len() > MAX_RECENT_IDS {
            // Ids and session keys have the format `<session>@<date>T<time>`.
            let is_recent = |id: &String| {
                let id_date = id.split_once('@').and_then(|(_, time)| time.get(..10)?.parse::<NaiveDate>().ok());
                id_date.is_some_and(|id_date| id_date >= date)
            };
            self.settled_ids.retain(is_recent);
            self.begun_sessions.retain(is_recent);
        }
    }
}
