//! Assembly of a station: log, engine, clock and effects become a [`Playout`].
//!
//! The daemon, the rehearsal and the tests go through the same three phases: [`recover_log`], [`RestoredStation::open`]
//! and [`RestoredStation::start`]. Nothing here names a real clock, output or disk.
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

/// Facts about a station that its log does not hold.
#[derive(Debug, Clone)]
pub struct StationSetup {
    /// Settings from `station.toml`.
    pub settings: Station,
    /// Id of the station. A log keeps the id with which it began.
    pub id: Id,
    /// Folder of the audio files.
    pub audio_dir: PathBuf,
    /// When this program was built: no clock before it is trusted.
    pub built_at: WallTime,
    /// Id of this start of the machine.
    pub boot_id: String,
    /// Last date of a rehearsal; `None` when sound is meant.
    pub rehearsal_until: Option<NaiveDate>,
}

/// Recovers a log after a stop of any kind, before anything is appended to it.
///
/// # Errors
/// An I/O error of the storage. On a full disk the log's ballast is given up first, and recovery is tried again.
pub fn recover_log<S: Storage>(storage: &mut S, keys: &mut S) -> io::Result<Recovered> {
    match recover(storage, keys) {
        // A disk that filled up left a torn tail, and setting that aside takes some room, too.
        Err(error) if error.kind() == io::ErrorKind::StorageFull => {
            storage.remove(BALLAST)?;
            recover(storage, keys)
        }
        recovered => recovered,
    }
}

/// A station whose log is open and whose kept files were read. Its engine has not started.
pub struct RestoredStation<S> {
    /// The open log.
    pub log: AirLog<S>,
    /// Schedule and open plans, from the kept files that the log names.
    pub found: RecoveredSchedule,
    replay: Replay,
    marks: ProgressMarks,
    follows: Option<PredecessorLog>,
    setup: StationSetup,
}

impl<S: Storage> RestoredStation<S> {
    /// Opens a recovered log, or a new one, and reads the kept files that it names.
    ///
    /// # Errors
    /// An I/O error when keys cannot be made or kept.
    pub fn open(storage: S, keys: S, recovered: Recovered, setup: StationSetup) -> io::Result<Self> {
        let Recovered { replay, resumed, marks, damaged, .. } = recovered;
        let config = LogConfig {
            kind: if setup.rehearsal_until.is_some() { "rehearsal" } else { "loa" },
            station: setup.id.as_str(),
            boot: &setup.boot_id,
            zone: setup.settings.timezone,
            seed_source: os_seed,
        };
        let mut log = AirLog::open(storage, keys, resumed, &config)?;
        let found = adoption::recover_schedule(&log.kept_files(), &replay);
        if let Some(revision) = &found.adopted {
            log.set_zone(revision.schedule.station.timezone);
        }
        Ok(Self { log, found, replay, marks, follows: damaged.map(PredecessorLog::from), setup })
    }

    /// Returns the files of the schedule in force, if all of them were kept.
    #[must_use]
    pub fn sources_in_force(&self) -> Option<Vec<SourceFile>> {
        let kept = self.replay.schedule.as_ref()?;
        adoption::read_kept_sources(&self.log.kept_files(), kept)
    }

    /// Starts the engine. Its first actions wait for [`StartedStation::into_playout`].
    #[must_use]
    pub fn start(self, now: ClockSnapshot) -> StartedStation<S> {
        let Self { log, found, replay, marks, follows, setup } = self;
        let context = StationContext {
            station: setup.id,
            audio_dir: setup.audio_dir,
            built_at: setup.built_at,
            rehearsal: setup.rehearsal_until.is_some(),
            last_date: setup.rehearsal_until,
            identity: log.identity(),
        };
        let (boot_id, station) = (setup.boot_id, setup.settings);
        let engine = Engine::start(RestoredState { now, boot_id, replay, marks, found, context, station, follows });
        StartedStation { log, engine }
    }
}

/// A station whose engine has started, and waits for its clock and its effects.
pub struct StartedStation<S> {
    log: AirLog<S>,
    engine: (Engine, Vec<Action>),
}

impl<S: Storage> StartedStation<S> {
    /// Returns the running station, and performs the engine's first actions.
    pub fn into_playout<C: Clock>(
        self,
        clock: C,
        effects: Effects,
        commands: Receiver<PlayoutCommand>,
    ) -> Playout<C, S> {
        Playout::new(clock, self.log, self.engine, effects, commands)
    }
}
