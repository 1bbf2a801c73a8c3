//! Start-up recovery: closes what the last run left open, and finds what the plans still owe.
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::Engine;
use super::action::{Action, ActionBuffer};
use super::airings::Airings;
use super::amplifier::state::AmplifierState;
use super::clock_trust::ClockTrust;
use super::device::log_state::DeviceLogState;
use super::line_state::LineState;
use super::notice::Notice;
use super::phase::Phase;
use super::restored_state::RestoredState;
use super::schedule_revision::ScheduleRevision;
use super::station_context::StationContext;
use super::suspect_files::SuspectFiles;
use crate::airlog::absences::PreviousRun;
use crate::airlog::entry::{Body, BootEntry, GenesisEntry, PredecessorLog};
use crate::airlog::progress::{ProgressMark, ProgressMarks};
use crate::airlog::replay::Replay;
use crate::base::instant::{BootTime, SECOND_US, WallTime, to_local};
use crate::plan::Plan;
use crate::playout::adoption::RecoveredSchedule;
use crate::playout::clock::ClockSnapshot;
use crate::schedule::settings::Station;

/// The network, if there is one, corrects the clock within this time of a start. Without this wait, a computer whose
/// battery clock runs on another zone's time would log sessions as missed that are still to come.
const CLOCK_GRACE_US: i64 = 300 * SECOND_US;

/// The longest time without an entry for which a mark alone proves that the daemon ran.
const MAX_UNLOGGED_US: i64 = 31 * 86_400 * SECOND_US;

/// Program and version, for the log.
pub const PROGRAM: &str = concat!("loa ", env!("CARGO_PKG_VERSION"));

impl Engine {
    /// Starts the engine: a new log gets its genesis, an airing that a power cut ended its outcome, and what was due
    /// while the station was off is found again.
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
            // The machine ran on: its boot clock shows that the wall clock was set meanwhile.
            engine.log_clock_step(now, by_us);
        }
        if !now.sync.synchronised {
            engine.clock_grace_until = now.boot.plus(CLOCK_GRACE_US);
        }
        for open in &replay.open_starts {
            engine.close_after_power_loss(open, &marks.known_progress(open, &now, &boot_id));
        }
        engine.log_lost_files(lost);
        let anew = unplanned.into_iter().filter_map(|date| Some((date, engine.replan_lost_date(date, &replay)?)));
        let anew: Vec<(NaiveDate, Plan)> = anew.collect();
        engine.restore_plans(plans.into_iter().chain(anew).collect());
        engine.advance(now);
        engine.airings.remove_done();
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
            suspect_files: SuspectFiles::default(),
            planned_through: replay.planned_through,
            plans: BTreeMap::new(),
            airings: Airings::default(),
            settled_ids: replay.with_outcome.clone(),
            begun_sessions: replay.begun_sessions.clone(),
            runs: replay.absences.clone(),
            line: LineState::Closed,
            last_tick: now.boot,
            device_log: DeviceLogState::default(),
            output_settings: None,
            amplifier: AmplifierState::default(),
            next_key: 0,
            zone_cache: Cell::default(),
            phase: Phase::Running,
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
            self.actions.notify(Notice::ClockUntrusted(self.clock_trust.reason));
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
            self.actions.notify(Notice::WasOff { seconds: us / 1_000_000 });
        }
    }
}

/// The newest mark, if it is newer than the newest entry by the boot clock of the same start of the machine. An older
/// one may have a time that was corrected since: it is not a sign of life.
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
