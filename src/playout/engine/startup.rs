//! What a starting daemon owes to the past.
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::clock_trust::ClockTrust;
use super::live_airing::{LiveAiring, Playback};
use super::{Action, ActionBuffer, Engine, LineState, Notice, ScheduleRevision, StationContext};
use crate::airlog::absences::PreviousRun;
use crate::airlog::entry::{Body, BootEntry, GenesisEntry, LostFileEntry, Outcome, PredecessorLog, Reason};
use crate::airlog::progress::{KnownProgress, ProgressMark, ProgressMarks};
use crate::airlog::replay::{OpenStart, Replay};
use crate::base::instant::to_local;
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::plan::{Plan, Planner};
use crate::playout::adoption::RecoveredSchedule;
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::SinkInfo;
use crate::schedule::settings::Station;

/// A network that is there puts the clock right within this time of a start. A computer whose battery clock runs on
/// another zone's time would otherwise have logged sessions as missed that are still to come.
const CLOCK_GRACE_US: i64 = 300 * SECOND_US;

/// The `detail` of an outcome when there were marks that said more, and are not believed.
const MARKS_REJECTED: &str = "marks in airlog/progress are not believed";

/// Program and version, for the log.
pub const PROGRAM: &str = concat!("loa ", env!("CARGO_PKG_VERSION"));

/// Everything a starting daemon has learnt.
pub struct RestoredState {
    /// The clocks.
    pub now: ClockSnapshot,
    /// This start of the machine.
    pub boot_id: String,
    /// What the log tells.
    pub replay: Replay,
    /// What the marks tell.
    pub marks: ProgressMarks,
    /// The last adopted schedule and the open plans, from their kept files, and what of them is lost.
    pub found: RecoveredSchedule,
    /// What cannot change.
    pub context: StationContext,
    /// The station as its folder says now, for a new log.
    pub station: Station,
    /// The damaged log that a new one takes the place of.
    pub follows: Option<PredecessorLog>,
}

impl Engine {
    /// Begins: a new log gets its genesis, an airing that was cut off its outcome, and what was to be done while the
    /// station was off is found again.
    #[must_use]
    pub fn start(beginning: RestoredState) -> (Self, Vec<Action>) {
        let RestoredState { now, boot_id, replay, marks, found, context: facts, station, follows } = beginning;
        let RecoveredSchedule { adopted, plans, lost_files: lost, lost_plan_dates: unplanned } = found;
        let mark_seen = last_mark(&replay, &marks).filter(|m| m.trusted).map(|m| m.wall);
        let entry_seen = replay.clock_floor.map(|at| WallTime(at.timestamp_micros()));
        let last_seen = mark_seen.max(entry_seen);
        let (trust, step) = ClockTrust::at_start(now, &boot_id, &replay, last_seen, facts.built_at);
        let mut engine = Self::empty(now, facts, trust, adopted, &replay);
        if replay.entries == 0 {
            engine.log_genesis(&station, follows);
        }
        engine.log_boot(now, &boot_id, &replay, last_seen, last_alive(&replay, &marks));
        if let Some(by_us) = step {
            // The machine ran on: its boot clock tells that the wall clock was set meanwhile.
            engine.log_clock_step(now, by_us);
        }
        if !now.sync.synchronised {
            engine.clock_grace_until = now.boot.plus(CLOCK_GRACE_US);
        }
        for open in &replay.open_starts {
            engine.close_after_power_loss(now, open, &marks.known_progress(open, &now, &boot_id));
        }
        engine.log_lost_files(lost);
        let anew = unplanned.into_iter().filter_map(|date| Some((date, engine.replan_lost_date(date, &replay)?)));
        let anew: Vec<(NaiveDate, Plan)> = anew.collect();
        engine.restore_plans(plans.into_iter().chain(anew).collect());
        engine.advance(now);
        engine.airings.retain(|slot| !slot.is_done());
        let actions = engine.drain_actions(now);
        (engine, actions)
    }

    fn empty(
        now: ClockSnapshot,
        facts: StationContext,
        trust: ClockTrust,
        adopted: Option<Arc<ScheduleRevision>>,
        replay: &Replay,
    ) -> Self {
        Self {
            context: facts,
            last_sound_at: now.boot,
            clock_grace_until: now.boot,
            clock_trust: trust,
            in_force: adopted,
            pending_revision: None,
            suspect_files: super::suspect_files::SuspectFiles::default(),
            planned_through: replay.planned_through,
            plans: BTreeMap::new(),
            airings: Vec::new(),
            unplanned: Vec::new(),
            settled_ids: replay.with_outcome.clone(),
            begun_sessions: replay.begun_sessions.clone(),
            runs: replay.absences.clone(),
            line: LineState::Closed,
            last_tick: now.boot,
            away_since: None,
            lost_while_sounding: false,
            device_log: super::device::DeviceLogState::default(),
            output_settings: None,
            amplifier: super::amplifier::AmplifierState::default(),
            next_key: 0,
            zone_cache: Cell::default(),
            shutdown: None,
            exited: false,
            actions: ActionBuffer::default(),
        }
    }

    fn log_genesis(&mut self, station: &Station, follows: Option<PredecessorLog>) {
        self.actions.log.push(Body::Genesis(GenesisEntry {
            origin: self.context.identity.origin.clone(),
            key: self.context.identity.key.clone(),
            epoch_key: self.context.identity.epoch_key.clone(),
            station: station.id.clone(),
            name: station.name.clone(),
            agency: station.agency.clone(),
            timezone: station.timezone.name().to_owned(),
            program: PROGRAM.to_owned(),
            follows,
        }));
    }

    /// An airing that sounded when the daemon was cut off: what is known to have played, and no more.
    fn close_after_power_loss(&mut self, now: ClockSnapshot, open: &OpenStart, told: &KnownProgress) {
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
            self.actions.after_log.push(Action::Notify(Notice::ProgressMarksRejected(open.labels.id.clone())));
        }
        let slot = LiveAiring { ends_at: now.boot, ..LiveAiring::unplayed(open.labels.clone()) };
        // It had started: at least one frame was taken, even if no mark came to say so.
        let result = Outcome::Partial;
        let note = slot.outcome(result, Some(Reason::PowerOff), taken);
        self.settled_ids.insert(open.labels.id.clone());
        self.actions.after_log.push(Action::Notify(Notice::AiringEnded(Box::new(note.clone()))));
        self.actions.log.push(Body::Outcome(note));
    }

    /// Of what neither copy is left: what it named is owed and unknown, and is said before anything is planned anew.
    fn log_lost_files(&mut self, lost: Vec<LostFileEntry>) {
        for note in lost {
            self.actions.after_log.push(Action::Notify(Notice::KeptFileLost(note.clone())));
            self.actions.log.push(Body::Lost(note));
        }
    }

    /// A date whose last plan is lost, planned anew by the schedule that was in force, as far back as that was adopted.
    /// When that is lost, too, nothing is known: then the date has an empty plan, to which what is still to come is added.
    /// None when the date is over.
    fn replan_lost_date(&mut self, date: NaiveDate, replay: &Replay) -> Option<Plan> {
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

    /// Lines up what the latest plans still owe.
    fn restore_plans(&mut self, plans: Vec<(NaiveDate, Plan)>) {
        for (date, plan) in plans {
            let owed = plan.airings.iter().filter(|a| !self.settled_ids.contains(&a.id));
            self.airings.extend(owed.cloned().map(LiveAiring::from_plan));
            self.plans.insert(date, plan);
        }
        self.airings.sort_by_key(|slot| slot.planned.as_ref().map(crate::plan::Airing::session_starts_at));
    }

    fn log_boot(
        &mut self,
        now: ClockSnapshot,
        boot_id: &str,
        replay: &Replay,
        last_seen: Option<WallTime>,
        alive: Option<BootTime>,
    ) {
        let trusted = self.clock_trust.trusted;
        let zone = self.zone();
        let off_us = last_seen.filter(|_| trusted).map(|seen| now.wall.since(seen).max(0));
        let before = PreviousRun { orderly: replay.orderly, seen: last_seen, alive };
        self.runs.begin_run(now.wall, now.boot, boot_id, before, trusted);
        if !trusted {
            self.actions.after_log.push(Action::Notify(Notice::ClockUntrusted(self.clock_trust.reason)));
        }
        self.actions.log.push(Body::Boot(BootEntry {
            last_seen: last_seen.map(|seen| to_local(seen, zone)),
            alive_us: alive.map(|boot| boot.0),
            off_s: off_us.map(|us| us / 1_000_000),
            orderly: replay.orderly,
            machine_restarted: replay.last_entry.as_ref().is_none_or(|(_, _, id)| id != boot_id),
            trusted,
            trust: self.clock_trust.reason,
            program: PROGRAM.to_owned(),
        }));
        if let Some(us) = off_us {
            self.actions.after_log.push(Action::Notify(Notice::WasOff { seconds: us / 1_000_000 }));
        }
    }
}

/// The newest mark, if it is newer than the newest entry, by the boot clock of the same start of the machine. An older
/// one may bear a time that was put right since: it is no sign of life.
fn last_mark<'a>(replay: &Replay, marks: &'a ProgressMarks) -> Option<&'a ProgressMark> {
    let (_, boot, id) = replay.last_entry.as_ref()?;
    marks.last.as_ref().filter(|mark| mark.boot == *id && mark.boottime_us >= boot.0)
}

/// The last sign of life by the boot clock of the run before: the last entry, or the mark after it.
fn last_alive(replay: &Replay, marks: &ProgressMarks) -> Option<BootTime> {
    let (_, boot, _) = replay.last_entry.as_ref()?;
    let ran_us = last_mark(replay, marks).map_or(0, |mark| mark.boottime_us - boot.0);
    Some(if (0..=MAX_UNLOGGED_US).contains(&ran_us) { boot.plus(ran_us) } else { *boot })
}

/// A daemon that has nothing to log for longer than this is not believed to have lived on its mark alone.
const MAX_UNLOGGED_US: i64 = 31 * 86_400 * SECOND_US;
