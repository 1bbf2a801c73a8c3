//! Facts about the sessions of the upcoming days, computed when they may have changed.
use std::borrow::Cow;
use std::sync::Arc;

use chrono::{NaiveTime, TimeDelta};

use crate::base::instant::{SECOND_US, WallTime};
use crate::concern::{PlanFacts, session_conditions};
use crate::plan::Planner;
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::concerns::later_days::{LaterDays, SampleFacts};
use crate::playout::engine::concerns::state::CachedPlanFacts;
use crate::playout::engine::schedule_revision::ScheduleRevision;

/// How far ahead the sessions are checked, in microseconds.
const HORIZON_US: i64 = 24 * 3600 * SECOND_US;
/// While the schedule stays the same, the facts are kept at least this long, in microseconds. Otherwise, during a
/// session of many short items, the sessions would be checked again at each item.
const MIN_KEEP_US: i64 = 240 * SECOND_US;

impl Engine {
    /// Returns the facts about the upcoming sessions; `None` without a schedule.
    pub(super) fn plan_facts(&mut self, now: ClockSnapshot) -> Option<Arc<PlanFacts>> {
        let revision = self.revision_in_force.clone()?;
        if let Some(cached) = &self.concerns.plan_facts
            && Arc::ptr_eq(&cached.revision, &revision)
            && ((0..MIN_KEEP_US).contains(&now.boot.since(cached.at.boot))
                || (cached.at.wall..cached.changes_at).contains(&now.wall))
        {
            return Some(Arc::clone(&cached.facts));
        }
        let (facts, changes_at) = self.compute_plan_facts(now, &revision);
        let facts = Arc::new(facts);
        let cached = CachedPlanFacts { revision, at: now, changes_at, facts: Arc::clone(&facts) };
        self.concerns.plan_facts = Some(cached);
        Some(facts)
    }

    /// Returns the facts, and the wall time until which they stay the same if nothing else changes.
    fn compute_plan_facts(&mut self, now: ClockSnapshot, revision: &Arc<ScheduleRevision>) -> (PlanFacts, WallTime) {
        let today = self.today(now);
        let later_days = match self.concerns.later_days.take() {
            Some(days) if Arc::ptr_eq(&days.revision, revision) && days.today == today => days,
            _ => LaterDays::plan(revision, today),
        };
        let plan_today = match self.plans.get(&today) {
            Some(plan) => Cow::Borrowed(plan),
            None => Cow::Owned(Planner::new(&revision.schedule, &revision.library).plan_for(today)),
        };
        let rows_today = plan_today.expected_row_count();
        let rows_this_week = rows_today + later_days.rows;
        let mut samples = SampleFacts::default();
        if revision.schedule.station.output.device.is_real() {
            samples.add(plan_today.airings.iter().filter(|airing| airing.starts_at() > now.wall));
            samples.merge(&later_days.samples);
        }
        let airings = || plan_today.airings.iter().chain(&later_days.tomorrow.airings);
        let horizon = now.wall.plus(HORIZON_US);
        let upcoming = airings().filter(|airing| airing.starts_at() > now.wall && airing.session_starts_at() < horizon);
        let inspected_file = |file: &str| self.inspected_file(file);
        let troubles = session_conditions(&revision.schedule, &revision.library, inspected_file, upcoming);
        let midnight = self.zone_around(now.wall).resolve((today + TimeDelta::days(1)).and_time(NaiveTime::MIN));
        // An airing leaves the facts when it starts, and enters them a day before its session.
        let change_times =
            airings().flat_map(|airing| [airing.starts_at(), airing.session_starts_at().plus(1 - HORIZON_US)]);
        let changes_at = change_times.filter(|at| *at > now.wall).fold(midnight, WallTime::min);
        self.concerns.later_days = Some(later_days);
        let SampleFacts { titles: sample_titles, plays_former_greeting } = samples;
        (PlanFacts { rows_today, rows_this_week, sample_titles, plays_former_greeting, troubles }, changes_at)
    }
}
