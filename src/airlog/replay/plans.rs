//! Planned dates, and their missing outcomes.
use chrono::NaiveDate;

use super::{LoggedPlan, Replay};
use crate::airlog::airing_id::date_in_id;
use crate::airlog::entry::{LostFileEntry, LostFileKind, PlanEntry};

/// Number of the latest planned dates that are always kept.
const OPEN_DATES: usize = 3;

impl Replay {
    pub(super) fn plan(&mut self, note: &PlanEntry) {
        let PlanEntry { date, count, rows, sha256 } = note.clone();
        // A later plan of a date includes airings that have their outcome already. Airings that only an earlier plan
        // names are owed as well.
        let plans = self.plans.entry(date).or_default();
        plans.retain(|plan| plan.sha256 != sha256);
        plans.push(LoggedPlan { sha256, count, rows });
        self.outcome_counts.entry(date).or_default();
        self.planned_through = self.planned_through.max(Some(date));
        self.drop_complete();
        // Forget the ids of past dates, or years of them would pile up.
        if self.with_outcome.len() + self.old.settled.len() > 4096 {
            let oldest = self.plans.keys().next().copied().unwrap_or(date);
            let keep = oldest.pred_opt().unwrap_or(oldest);
            self.old.settled.retain(|(date, _)| *date >= keep);
            self.with_outcome.retain(|id| date_in_id(id).is_some_and(|d| d >= keep));
            self.begun_sessions.retain(|id| date_in_id(id).is_some_and(|d| d >= keep));
            self.old.begun.clear();
        }
    }

    /// Drops earlier dates that have all their outcomes.
    fn drop_complete(&mut self) {
        let dates: Vec<NaiveDate> = self.plans.keys().copied().collect();
        for date in &dates[..dates.len().saturating_sub(OPEN_DATES)] {
            if self.missing_outcomes(*date) == 0 {
                self.plans.remove(date);
                self.outcome_counts.remove(date);
            }
        }
    }

    /// Returns the number of rows of a date without an outcome: the largest number among its plans.
    #[must_use]
    pub fn missing_outcomes(&self, date: NaiveDate) -> u64 {
        let ends = self.outcome_counts.get(&date).copied().unwrap_or_default();
        let plans = self.plans.get(&date).into_iter().flatten();
        plans.map(|plan| ends.lacking(plan)).max().unwrap_or(0)
    }

    /// Returns the number of rows of one plan of this date without an outcome.
    #[must_use]
    pub fn missing_outcomes_of(&self, date: NaiveDate, plan: &LoggedPlan) -> u64 {
        self.outcome_counts.get(&date).copied().unwrap_or_default().lacking(plan)
    }

    /// Writes off a lost kept file.
    pub(super) fn write_off(&mut self, note: &LostFileEntry) {
        match (&note.what, note.date) {
            (LostFileKind::Schedule, _) => self.schedule = None,
            (LostFileKind::Plan, Some(date)) => {
                if let Some(plans) = self.plans.get_mut(&date) {
                    plans.retain(|plan| plan.sha256 != note.sha256);
                }
            }
            _ => {}
        }
    }
}
