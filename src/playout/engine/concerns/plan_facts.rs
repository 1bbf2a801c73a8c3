//! Facts about the sessions of the next days, computed when they may have changed.
use std::sync::Arc;

use chrono::TimeDelta;

use crate::base::instant::SECOND_US;
use crate::concern::{PlanFacts, session_conditions};
use crate::plan::Planner;
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::schedule_revision::ScheduleRevision;

/// How far ahead the sessions are looked at, in microseconds.
const HORIZON_US: i64 = 24 * 3600 * SECOND_US;
/// The days in which something has to be planned.
const WEEK_DAYS: i64 = 7;
/// How long the facts are kept while the schedule stays the same, in microseconds: sessions pass.
const KEEP_US: i64 = 240 * SECOND_US;

impl Engine {
    /// Returns the facts about the sessions to come; `None` without a schedule.
    pub(super) fn plan_facts(&mut self, now: ClockSnapshot) -> Option<PlanFacts> {
        let adopted = self.revision_in_force.clone()?;
        if let Some((revision, at, facts)) = &self.concerns.plan_facts
            && Arc::ptr_eq(revision, &adopted)
            && (0..KEEP_US).contains(&now.boot.since(*at))
        {
            return Some(facts.clone());
        }
        let facts = self.compute_plan_facts(now, &adopted);
        self.concerns.plan_facts = Some((adopted, now.boot, facts.clone()));
        Some(facts)
    }

    fn compute_plan_facts(&self, now: ClockSnapshot, adopted: &ScheduleRevision) -> PlanFacts {
        let today = self.today(now);
        let planner = Planner::new(&adopted.schedule, &adopted.library);
        let plan_today = self.plans.get(&today).cloned().unwrap_or_else(|| planner.plan_for(today));
        let plan_tomorrow = planner.plan_for(today + TimeDelta::days(1));
        let later = (2..WEEK_DAYS).map(|days| planner.plan_for(today + TimeDelta::days(days)).expected_airings());
        let airings_today = plan_today.expected_airings();
        let airings_this_week = airings_today + plan_tomorrow.expected_airings() + later.sum::<u64>();
        let horizon = now.wall.plus(HORIZON_US);
        let to_come = plan_today
            .airings
            .iter()
            .chain(&plan_tomorrow.airings)
            .filter(|airing| airing.starts_at() > now.wall && airing.session_starts_at() < horizon);
        let troubles = session_conditions(&adopted.schedule, &adopted.library, &self.inspected_files(), to_come);
        PlanFacts { airings_today, airings_this_week, troubles }
    }
}
