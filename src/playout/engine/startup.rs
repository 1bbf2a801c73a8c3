//! Starts the engine: closes the airings that the last run left open, and restores the open airings of the plans.
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::Engine;
use super::action::{Action, ActionBuffer};
use super::airings::Airings;
use super::amplifier::state::AmplifierState;
use super::clock_trust::{ClockTrust, LastSeen};
use super::concerns::state::ConcernState;
use super::device::log_state::DeviceLogState;
use super::line_state::LineState;
use super::notice::Notice;
use super::phase::Phase;
use super::preflight::state::PreflightState;
use super::restored_state::RestoredState;
use super::schedule_revision::ScheduleRevision;
use super::station_context::StationContext;
use super::suspect_files::SuspectFiles;
use super::timing::CLOCK_GRACE_US;
use crate::airlog::absences::PreviousRun;
use crate::airlog::entry::{Body, BootEntry, GenesisEntry, PredecessorLog};
use crate::airlog::progress::{ProgressMark, ProgressMarks};
use crate::airlog::replay::Replay;
use crate::base::instant::{BootTime, SECOND_US, WallTime, to_local};
use crate::concern::ConcernKey;
use crate::plan::Plan;
use crate::playout::adoption::RecoveredSchedule;
use crate::playout::clock::ClockSnapshot;
use crate::schedule::settings::Station;

/// The maximum time, in microseconds, after the last entry for which a progress mark alone proves that the daemon was
/// running.
const MAX_UNLOGGED_US: i64 = 31 * 86_400 * SECOND_US;

/// The program's name and version, for the log.
pub const PROGRAM: &str = concat!("loa ", env!("CARGO_PKG_VERSION"));

impl Engine {
    /// Starts the engine. Logs the boot and, before it in a new log, the genesis. Closes the airings that a power cut
    /// ended, and restores those that fell due while the station was off.
    #[must_use]
    pub fn start(state: RestoredState) -> (Self, Vec<Action>) {
        let RestoredState { now, boot_id, replay, marks, recovered_schedule, context, settings, predecessor } = state;
        let RecoveredSchedule { revision, plans, lost_files, lost_plan_dates } = recovered_schedule;
        let last_mark = newest_mark(&replay, &marks).filter(|mark| mark.trusted);
        // A mark of this boot of the machine, without an entry of it: the disk refused the entries.
        let is_mark_of_this_boot = last_mark.is_some_and(|mark| mark.boot == boot_id);
        let last_mark_at = last_mark.map(|mark| mark.wall);
        let last_trusted_entry_at = replay.clock_floor.map(|at| WallTime(at.timestamp_micros()));
        let last_seen_at = last_mark_at.max(last_trusted_entry_at);
        let last_seen = LastSeen { at: last_seen_at, is_in_this_boot: is_mark_of_this_boot };
        let (clock_trust, step_us) = ClockTrust::at_start(now, &boot_id, &replay, last_seen, context.built_at);
        let mut engine = Self::initial(now, context, clock_trust, revision, &replay);
        if replay.entries == 0 {
            engine.log_genesis(&settings, predecessor);
        }
        engine.log_boot(now, &boot_id, &replay, last_seen_at, find_last_alive_at(&replay, &marks));
        if let Some(step_us) = step_us {
            // The machine kept running, so its boot clock shows that the wall clock was set in the meantime.
            engine.log_clock_step(now, step_us);
        }
        if !now.sync.is_synchronised {
            engine.clock_grace_until = now.boot.plus(CLOCK_GRACE_US);
        }
        for open_start in &replay.open_starts {
            engine.close_after_power_loss(open_start, &marks.known_progress(open_start, &now, &boot_id));
        }
        engine.log_lost_files(lost_files);
        let replanned_dates =
            lost_plan_dates.into_iter().filter_map(|date| Some((date, engine.replan_lost_date(date, &replay)?)));
        let replanned_dates: Vec<(NaiveDate, Plan)> = replanned_dates.collect();
        engine.restore_plans(plans.into_iter().chain(replanned_dates).collect());
        engine.advance(now);
        engine.airings.remove_done();
        let actions = engine.drain_actions(now);
        (engine, actions)
    }

    fn initial(
        now: ClockSnapshot,
        context: StationContext,
        clock_trust: ClockTrust,
        revision: Option<Arc<ScheduleRevision>>,
        replay: &Replay,
    ) -> Self {
        Self {
            context,
            last_sound_ended_at: now.boot,
            clock_grace_until: now.boot,
            clock_trust,
            revision_in_force: revision,
            pending_revision: None,
            suspect_files: SuspectFiles::default(),
            planned_through: replay.planned_through,
            plans: BTreeMap::new(),
            airings: Airings::default(),
            settled_ids: replay.settled_ids.clone(),
            begun_sessions: replay.begun_sessions.clone(),
            absences: replay.absences.clone(),
            line: LineState::Closed,
            last_tick_at: now.boot,
            device_log: DeviceLogState::default(),
            output_settings: None,
            amplifier: AmplifierState::default(),
            concerns: ConcernState::resume(open_concerns(replay), now.boot),
            preflight: PreflightState::default(),
            last_cue_key: 0,
            zone_cache: Cell::default(),
            phase: Phase::Running,
            actions: ActionBuffer::default(),
        }
    }

    fn log_genesis(&mut self, settings: &Station, predecessor: Option<PredecessorLog>) {
        self.actions.log.push(Body::Genesis(GenesisEntry {
            origin: self.context.identity.origin.clone(),
            key: self.context.identity.key.clone(),
            epoch_key: self.context.identity.epoch_key.clone(),
            station: settings.id.clone(),
            name: settings.name.clone(),
            agency: settings.agency.clone(),
            timezone: settings.timezone.name().to_owned(),
            program: PROGRAM.to_owned(),
            follows: predecessor,
        }));
    }

    fn log_boot(
        &mut self,
        now: ClockSnapshot,
        boot_id: &str,
        replay: &Replay,
        last_seen_at: Option<WallTime>,
        last_alive_at: Option<BootTime>,
    ) {
        let is_trusted = self.clock_trust.is_trusted;
        let zone = self.zone();
        let downtime_us = last_seen_at.filter(|_| is_trusted).map(|last_seen_at| now.wall.since(last_seen_at).max(0));
        let previous_run =
            PreviousRun { ended_cleanly: replay.orderly, last_seen: last_seen_at, last_alive: last_alive_at };
        self.absences.begin_run(now.wall, now.boot, boot_id, previous_run, is_trusted);
        if !is_trusted {
            self.actions.notify(Notice::ClockUntrusted(self.clock_trust.reason));
        }
        self.actions.log.push(Body::Boot(BootEntry {
            last_seen: last_seen_at.map(|last_seen_at| to_local(last_seen_at, zone)),
            alive_us: last_alive_at.map(|at| at.0),
            off_s: downtime_us.map(|us| us / 1_000_000),
            orderly: replay.orderly,
            machine_restarted: replay.last_entry.as_ref().is_none_or(|(_, _, id)| id != boot_id),
            trusted: is_trusted,
            trust: self.clock_trust.reason,
            program: PROGRAM.to_owned(),
        }));
        if let Some(downtime_us) = downtime_us {
            self.concerns.record_time_off(downtime_us, self.today(now));
            let max_clock_wait_s = (!now.sync.is_synchronised).then_some(CLOCK_GRACE_US / SECOND_US);
            self.actions.notify(Notice::WasOff { seconds: downtime_us / SECOND_US, max_clock_wait_s });
        }
    }
}

/// Returns the concerns that were raised in the log and not cleared since then.
fn open_concerns(replay: &Replay) -> impl Iterator<Item = (ConcernKey, WallTime)> {
    let concerns = replay.open_concerns.iter();
    concerns.map(|((code, subject), since)| (ConcernKey { code: code.clone(), subject: subject.clone() }, *since))
}

/// The newest progress mark, if it is newer than the newest entry and from the same machine boot. An older mark does
/// not count, because the clock may have been corrected since then.
fn newest_mark<'a>(replay: &Replay, marks: &'a ProgressMarks) -> Option<&'a ProgressMark> {
    let (_, boot, id) = replay.last_entry.as_ref()?;
    marks.last.as_ref().filter(|mark| mark.boot == *id && mark.boottime_us >= boot.0)
}

/// The last time at which the previous run is known to have been alive, on its boot clock. It is the time of the last
/// entry, or of a mark after it.
fn find_last_alive_at(replay: &Replay, marks: &ProgressMarks) -> Option<BootTime> {
    let (_, boot, _) = replay.last_entry.as_ref()?;
    let unlogged_us = newest_mark(replay, marks).map_or(0, |mark| mark.boottime_us - boot.0);
    Some(if (0..=MAX_UNLOGGED_US).contains(&unlogged_us) { boot.plus(unlogged_us) } else { *boot })
}
