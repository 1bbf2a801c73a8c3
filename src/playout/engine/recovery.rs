//! Closes what a power cut ended, and finds again what the plans still owe.
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

/// The `detail` of an outcome when marks say more and are not trusted.
const MARKS_REJECTED: &str = "marks in airlog/progress are not believed";

impl Engine {
    /// Closes an airing that sounded at a power cut, with what is known to have played and no more.
    pub(super) fn close_after_power_loss(&mut self, open: &OpenStart, told: &KnownProgress) {
        let fields = &open.fields;
        let taken = Playback {
            frames: told.frames,
            rate: told.rate,
            late_us: fields.late_us,
            sha256: fields.sha256.clone(),
            device: fields.device.clone(),
            sink: SinkInfo { name: fields.sink.clone(), hardware: fields.hardware },
            volume: fields.volume,
            proof_level: fields.level,
            detail: told.contradicted.then(|| MARKS_REJECTED.to_owned()),
            ..Playback::default()
        };
        if told.contradicted {
            self.actions.notify(Notice::ProgressMarksRejected(open.labels.id.clone()));
        }
        // It had started: at least one frame was taken, even if no mark says so.
        let airing = LiveAiring::unplayed(open.labels.clone());
        let note = airing.outcome(Outcome::Partial, Some(Reason::PowerOff), taken);
        self.settled_ids.insert(open.labels.id.clone());
        self.actions.notify(Notice::AiringEnded(Box::new(note.clone())));
        self.actions.log.push(Body::Outcome(note));
    }

    /// Logs the kept files of which no copy is left: what they named is owed and unknown. This comes before anything is
    /// planned again.
    pub(super) fn log_lost_files(&mut self, lost: Vec<LostFileEntry>) {
        for note in lost {
            self.actions.notify(Notice::KeptFileLost(note.clone()));
            self.actions.log.push(Body::Lost(note));
        }
    }

    /// Plans a date whose last plan is lost again, by the schedule that was in force and from its adoption on. When
    /// that is lost, too, nothing is known: then the date has an empty plan, to which what is still to come is added.
    /// Returns none when the date is over.
    pub(super) fn replan_lost_date(&mut self, date: NaiveDate, replay: &Replay) -> Option<Plan> {
        let Some(adopted) = self.in_force.clone() else {
            // Tomorrow may be planned already.
            let ahead = replay.planned_through.is_some_and(|through| date >= through - TimeDelta::days(1));
            return ahead.then(|| Plan { airings: Vec::new() });
        };
        let mut plan = Planner::new(&adopted.schedule, &adopted.library).plan_for(date);
        let from = replay.adopted_at.unwrap_or(WallTime(i64::MIN));
        plan.airings.retain(|a| a.session_starts_at() >= from || self.settled_ids.contains(&a.id));
        self.record_plan(date, plan.clone());
        Some(plan)
    }

    /// Adds what the latest plans still owe.
    pub(super) fn restore_plans(&mut self, plans: Vec<(NaiveDate, Plan)>) {
        for (date, plan) in plans {
            self.add_owed(&plan);
            self.plans.insert(date, plan);
        }
        let planned = self.airings.take_planned();
        self.airings.set_planned(planned);
    }
}
