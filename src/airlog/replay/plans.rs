//! Replays plans, and counts missing outcomes.
use chrono::NaiveDate;

use super::{LoggedPlan, Replay};
use crate::airlog::airing_id::date_in_id;
use crate::airlog::entry::{LostFileEntry, LostFileKind, PlanEntry};

/// Number of latest planned dates that always stay in the state.
const RECENT_DATE_COUNT: usize = 3;
/// If more ids of settled airings than this are stored, those of past dates are dropped.
const MAX_SETTLED_IDS: usize = 4096;

impl Replay {
    pub(super) fn add_plan(&mut self, entry: &PlanEntry) {
        let PlanEntry { date, count, rows, sha256 } = entry.clone();
        // All plans of a date are stored. A later plan also contains airings that already have an outcome. Airings that
        // only an earlier plan names still need an outcome.
        let plans = self.plans.entry(date).or_default();
        plans.retain(|plan| plan.sha256 != sha256);
        plans.push(LoggedPlan { sha256, count, rows });
        self.outcome_counts.entry(date).or_default();
        self.planned_through = self.planned_through.max(Some(date));
        self.drop_complete_dates();
        // The sets would otherwise grow for years.
        if self.settled_ids.len() + self.old.outcomes.len() > MAX_SETTLED_IDS {
            let oldest = self.plans.keys().next().copied().unwrap_or(date);
            let first_date = oldest.pred_opt().unwrap_or(oldest);
            self.old.outcomes.retain(|(date, _)| *date >= first_date);
            self.settled_ids.retain(|id| date_in_id(id).is_some_and(|date| date >= first_date));
            self.begun_sessions.retain(|id| date_in_id(id).is_some_and(|date| date >= first_date));
            self.old.last_session.clear();
        }
    }

    /// Drops the dates whose airings all have an outcome, except the latest [`RECENT_DATE_COUNT`].
    fn drop_complete_dates(&mut self) {
        let dates: Vec<NaiveDate> = self.plans.keys().copied().collect();
        for date in &dates[..dates.len().saturating_sub(RECENT_DATE_COUNT)] {
            if self.missing_outcomes(*date) == 0 {
                self.plans.remove(date);
                self.outcome_counts.remove(date);
            }
        }
    }

    /// Returns how many rows of a date have no outcome: the maximum over all plans of the date.
    #[must_use]
    pub fn missing_outcomes(&self, date: NaiveDate) -> u64 {
        let counts = self.outcome_counts.get(&date).copied().unwrap_or_default();
        let plans = self.plans.get(&date).into_iter().flatten();
        plans.map(|plan| counts.missing_outcomes(plan)).max().unwrap_or(0)
    }

    /// Returns how many rows of one plan of this date have no outcome.
    #[must_use]
    pub fn missing_outcomes_of(&self, date: NaiveDate, plan: &LoggedPlan) -> u64 {
        self.outcome_counts.get(&date).copied().unwrap_or_default().missing_outcomes(plan)
    }

    /// Removes a lost kept file from the schedule or the plans.
    pub(super) fn drop_lost_file(&mut self, entry: &LostFileEntry) {
        match (&entry.what, entry.date) {
            (LostFileKind::Schedule, _) => self.schedule = None,
            (LostFileKind::Plan, Some(date)) => {
                if let Some(plans) = self.plans.get_mut(&date) {
                    plans.retain(|plan| plan.sha256 != entry.sha256);
                }
            }
            _ => {}
        }
    }
}
