//! Facts about the sessions of the upcoming days, computed when they may have changed.
use std::sync::Arc;

use chrono::{NaiveTime, TimeDelta};

use crate::base::instant::{SECOND_US, WallTime};
use crate::concern::{PlanFacts, session_conditions};
use crate::plan::{Plan, Planner};
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::concerns::state::CachedPlanFacts;
use crate::playout::engine::schedule_revision::ScheduleRevision;
use crate::schedule::sample::{is_former_greeting, is_sample_recording};

/// How far ahead the sessions are checked, in microseconds.
const HORIZON_US: i64 = 24 * 3600 * SECOND_US;
/// The number of days, from today on, in which something must be planned.
const WEEK_DAYS: i64 = 7;
/// While the schedule stays the same, the facts are kept at least this long, in microseconds. Otherwise, during a
/// session of many short items, the days would be planned again at each item.
const MIN_KEEP_US: i64 = 240 * SECOND_US;

impl Engine {
    /// Returns the facts about the upcoming sessions; `None` without a schedule.
    pub(super) fn plan_facts(&mut self, now: ClockSnapshot) -> Option<PlanFacts> {
        let revision = self.revision_in_force.clone()?;
        if let Some(cached) = &self.concerns.plan_facts
            && Arc::ptr_eq(&cached.revision, &revision)
            && ((0..MIN_KEEP_US).contains(&now.boot.since(cached.at.boot))
                || (cached.at.wall..cached.changes_at).contains(&now.wall))
        {
            return Some(cached.facts.clone());
        }
        let (facts, changes_at) = self.compute_plan_facts(now, &revision);
        self.concerns.plan_facts = Some(CachedPlanFacts { revision, at: now, changes_at, facts: facts.clone() });
        Some(facts)
    }

    /// Returns the facts, and the wall time until which they stay the same if nothing else changes.
    fn compute_plan_facts(&self, now: ClockSnapshot, revision: &ScheduleRevision) -> (PlanFacts, WallTime) {
        let today = self.today(now);
        let planner = Planner::new(&revision.schedule, &revision.library);
        let plan_today = self.plans.get(&today).cloned().unwrap_or_else(|| planner.plan_for(today));
        let plan_tomorrow = planner.plan_for(today + TimeDelta::days(1));
        let mut facts = PlanFacts::default();
        let plays_on_real_device = revision.schedule.station.output.device.is_real();
        let mut add_plan = |plan: &Plan| {
            facts.rows_this_week += plan.expected_row_count();
            if plays_on_real_device {
                add_sample_recordings(plan, now.wall, &mut facts);
            }
        };
        add_plan(&plan_today);
        add_plan(&plan_tomorrow);
        (2..WEEK_DAYS).for_each(|days| add_plan(&planner.plan_for(today + TimeDelta::days(days))));
        facts.rows_today = plan_today.expected_row_count();
        let horizon = now.wall.plus(HORIZON_US);
        let upcoming = plan_today
            .airings
            .iter()
            .chain(&plan_tomorrow.airings)
            .filter(|airing| airing.starts_at() > now.wall && airing.session_starts_at() < horizon);
        facts.troubles = session_conditions(&revision.schedule, &revision.library, &self.inspected_files(), upcoming);
        let midnight = self.zone_around(now.wall).resolve((today + TimeDelta::days(1)).and_time(NaiveTime::MIN));
        // An airing leaves the facts when it starts, and enters them a day before its session.
        let change_times = plan_today
            .airings
            .iter()
            .chain(&plan_tomorrow.airings)
            .flat_map(|airing| [airing.starts_at(), airing.session_starts_at().plus(1 - HORIZON_US)]);
        let changes_at = change_times.filter(|at| *at > now.wall).fold(midnight, WallTime::min);
        (facts, changes_at)
    }
}

/// Adds the sample's recordings that have not aired yet.
fn add_sample_recordings(plan: &Plan, now: WallTime, facts: &mut PlanFacts) {
    for airing in plan.airings.iter().filter(|airing| airing.starts_at() > now && !airing.is_withdrawn()) {
        let Some(sha256) = airing.scanned_sha256.as_deref().filter(|sha256| is_sample_recording(sha256)) else {
            continue;
        };
        facts.plays_former_greeting |= is_former_greeting(sha256);
        if !facts.sample_titles.iter().any(|title| **title == *airing.title) {
            facts.sample_titles.push(airing.title.to_string());
        }
    }
}
