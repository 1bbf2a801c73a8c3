//! Closes the airings that a power cut ended, and restores the open airings of the plans.
use chrono::{NaiveDate, TimeDelta};

use super::Engine;
use super::live_airing::{LiveAiring, Playback};
use super::notice::Notice;
use crate::airlog::entry::{Body, LostFileEntry, Outcome, Reason};
use crate::airlog::progress::KnownProgress;
use crate::airlog::replay::{OpenStart, Replay};
use crate::base::instant::WallTime;
use crate::plan::{Plan, Planner};
use crate::playout::output::SinkInfo;

/// The `detail` of an outcome when progress marks claim an implausible length. Those marks are not used.
const MARKS_REJECTED: &str = "marks in airlog/progress are not believed";

impl Engine {
    /// Closes an airing that was sounding when the power failed, with the length that is known to have played.
    pub(super) fn close_after_power_loss(&mut self, open_start: &OpenStart, progress: &KnownProgress) {
        let fields = &open_start.fields;
        let playback = Playback {
            frames: progress.frames,
            rate: progress.rate,
            late_us: fields.late_us,
            sha256: fields.sha256.clone(),
            device: fields.device.clone(),
            sink: SinkInfo { name: fields.sink.clone(), is_hardware: fields.hardware },
            volume: fields.volume,
            proof_level: fields.level,
            detail: progress.is_contradicted.then(|| MARKS_REJECTED.to_owned()),
            ..Playback::default()
        };
        if progress.is_contradicted {
            self.actions.notify(Notice::ProgressMarksRejected(self.airing_name(&open_start.labels)));
        }
        // The airing's start is logged, so the device took at least one frame even if no mark records it. The airing is
        // therefore partial.
        let airing = LiveAiring::unplayed(open_start.labels.clone());
        let entry = airing.outcome_entry(Outcome::Partial, Some(Reason::PowerOff), playback);
        self.settled_ids.insert(open_start.labels.id.clone());
        let name = self.airing_name(&entry.labels);
        self.actions.notify(Notice::AiringEnded { name, entry: Box::new(entry.clone()) });
        self.actions.log.push(Body::Outcome(entry));
    }

    /// Logs the kept files that have no copy left. The log still contains the number of their airings, but no details.
    /// These entries must precede all new plans.
    pub(super) fn log_lost_files(&mut self, entries: Vec<LostFileEntry>) {
        for entry in entries {
            self.actions.notify(Notice::KeptFileLost(entry.clone()));
            self.actions.log.push(Body::Lost(entry));
        }
    }

    /// Returns a new plan for a date whose last plan is lost, made from the schedule in force. Sessions before the
    /// adoption of that schedule are left out. If the schedule is lost too, returns an empty plan, to which the next
    /// adopted schedule adds the upcoming sessions, or `None` when the date has passed.
    pub(super) fn replan_lost_date(&mut self, date: NaiveDate, replay: &Replay) -> Option<Plan> {
        let Some(revision) = self.revision_in_force.clone() else {
            // The last planned date can be tomorrow, so the date before it counts as current too.
            let is_current = replay.planned_through.is_some_and(|through| date >= through - TimeDelta::days(1));
            return is_current.then(|| Plan { airings: Vec::new() });
        };
        let mut plan = Planner::new(&revision.schedule, &revision.library).plan_for(date);
        let adopted_at = replay.adopted_at.unwrap_or(WallTime(i64::MIN));
        plan.airings.retain(|airing| airing.session_starts_at() >= adopted_at || self.settled_ids.contains(&airing.id));
        self.record_plan(date, plan.clone());
        Some(plan)
    }

    /// Adds the open airings of the latest plans.
    pub(super) fn restore_plans(&mut self, plans: Vec<(NaiveDate, Plan)>) {
        for (date, plan) in plans {
            self.add_open_airings(&plan);
            self.plans.insert(date, plan);
        }
        let planned_airings = self.airings.take_planned();
        self.airings.set_planned(planned_airings);
    }
}
