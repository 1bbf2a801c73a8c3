//! Assembles a station's log, engine, clock and effects into a [`Playout`].
//!
//! The daemon, the rehearsal and the tests use the same three steps: [`recover_log`], [`RestoredStation::open`] and
//! [`RestoredStation::start`]. Nothing here depends on a real clock, output or disk.
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use chrono::NaiveDate;

use super::adoption::{self, RecoveredSchedule};
use super::clock::{Clock, ClockSnapshot};
use super::command::PlayoutCommand;
use super::effects::Effects;
use super::engine::{Action, Engine, RestoredState, StationContext};
use super::run_loop::Playout;
use crate::airlog::entry::PredecessorLog;
use crate::airlog::files::BALLAST;
use crate::airlog::keys::os_seed;
use crate::airlog::progress::ProgressMarks;
use crate::airlog::recover::{Recovered, recover};
use crate::airlog::replay::Replay;
use crate::airlog::storage::Storage;
use crate::airlog::{AirLog, LogConfig};
use crate::base::id::Id;
use crate::base::instant::WallTime;
use crate::schedule::SourceFile;
use crate::schedule::settings::Station;

/// The facts about a station that are not in its log.
#[derive(Debug, Clone)]
pub struct StationSetup {
    /// The settings from `station.toml`.
    pub settings: Station,
    /// The station's id. A log keeps the id with which it began.
    pub id: Id,
    /// The folder of the audio files.
    pub audio_dir: PathBuf,
    /// The build time of this program. A clock that shows an earlier time is not trusted.
    pub built_at: WallTime,
    /// The id of the current machine boot.
    pub boot_id: String,
    /// The last date of a rehearsal; `None` outside a rehearsal.
    pub rehearsal_until: Option<NaiveDate>,
}

/// Recovers a log after a clean stop, a crash or a power cut, before anything is appended to it. If the disk is full,
/// deletes the log's ballast and tries once more.
///
/// # Errors
/// An I/O error if the storage cannot be read or written.
pub fn recover_log<S: Storage>(storage: &mut S, key_storage: &mut S) -> io::Result<Recovered> {
    match recover(storage, key_storage) {
        // A full disk leaves a torn tail in the log. Recovery sets it aside, and needs disk space for that.
        Err(error) if error.kind() == io::ErrorKind::StorageFull => {
            storage.remove(BALLAST)?;
            recover(storage, key_storage)
        }
        result => result,
    }
}

/// A station whose log is open and whose kept files have been read. Its engine has not started.
pub struct RestoredStation<S> {
    /// The open log.
    pub log: AirLog<S>,
    /// The schedule and the open plans, from the kept files that the log names.
    pub recovered_schedule: RecoveredSchedule,
    replay: Replay,
    marks: ProgressMarks,
    predecessor: Option<PredecessorLog>,
    setup: StationSetup,
}

impl<S: Storage> RestoredStation<S> {
    /// Opens a recovered log or a new one, and reads the kept files that it names.
    ///
    /// # Errors
    /// An I/O error if keys cannot be created or stored.
    pub fn open(storage: S, key_storage: S, recovered: Recovered, setup: StationSetup) -> io::Result<Self> {
        let Recovered { replay, resumed, marks, damaged, .. } = recovered;
        let config = LogConfig {
            kind: if setup.rehearsal_until.is_some() { "rehearsal" } else { "loa" },
            station: setup.id.as_str(),
            boot: &setup.boot_id,
            zone: setup.settings.timezone,
            seed_source: os_seed,
        };
        let mut log = AirLog::open(storage, key_storage, resumed, &config)?;
        let recovered_schedule = adoption::recover_schedule(&log.kept_files(), &replay);
        if let Some(revision) = &recovered_schedule.revision {
            log.set_zone(revision.schedule.station.timezone);
        }
        Ok(Self { log, recovered_schedule, replay, marks, predecessor: damaged.map(PredecessorLog::from), setup })
    }

    /// Returns the source files of the schedule in force. `None` when one of them is missing or there is no schedule.
    #[must_use]
    pub fn sources_in_force(&self) -> Option<Vec<SourceFile>> {
        let schedule = self.replay.schedule.as_ref()?;
        adoption::read_kept_sources(&self.log.kept_files(), schedule)
    }

    /// Starts the engine. [`StartedStation::into_playout`] performs the engine's first actions.
    #[must_use]
    pub fn start(self, now: ClockSnapshot) -> StartedStation<S> {
        let Self { log, recovered_schedule, replay, marks, predecessor, setup } = self;
        let context = StationContext {
            station_id: setup.id,
            settings_zone: setup.settings.timezone,
            audio_dir: setup.audio_dir,
            built_at: setup.built_at,
            is_rehearsal: setup.rehearsal_until.is_some(),
            last_date: setup.rehearsal_until,
            identity: log.identity(),
        };
        let (boot_id, settings) = (setup.boot_id, setup.settings);
        let state = RestoredState { now, boot_id, replay, marks, recovered_schedule, context, settings, predecessor };
        let (engine, first_actions) = Engine::start(state);
        StartedStation { log, engine, first_actions }
    }
}

/// A station whose engine has started. It still needs its clock and its effects.
pub struct StartedStation<S> {
    log: AirLog<S>,
    engine: Engine,
    first_actions: Vec<Action>,
}

impl<S: Storage> StartedStation<S> {
    /// Performs the engine's first actions, and returns the running station.
    pub fn into_playout<C: Clock>(
        self,
        clock: C,
        effects: Effects,
        commands: Receiver<PlayoutCommand>,
    ) -> Playout<C, S> {
        Playout::new(clock, self.log, (self.engine, self.first_actions), effects, commands)
    }
}
