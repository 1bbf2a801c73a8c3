//! The daemon: the three real seams, the threads around the loop, and one instance a station.
//!
//! The loop runs on the caller's thread. Around it: `watch` reads the folder anew after every edit, `control`
//! takes orders, `signals` turns SIGTERM, SIGINT and SIGHUP into an orderly end. They only send commands and call.
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use super::amplifier::AmplifierRunner;
use super::clock::Clock;
use super::clock::system::SystemClock;
use super::control::ControlServer;
use super::engine::{Engine, Notice, RestoredState, StationContext};
use super::loader::ScheduleLoader;
use super::lock::{lock_file, lock_station};
use super::player::deck_output::DeckOutput;
use super::{Effects, Playout, PlayoutNotice, adoption, signals, watch};
use crate::airlog::entry::PredecessorLog;
use crate::airlog::files::BALLAST;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::keys::{key_folder, os_seed};
use crate::airlog::progress::ProgressMarks;
use crate::airlog::record::LogReader;
use crate::airlog::recover::{DamagedLog, recover};
use crate::airlog::replay::Replay;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::airlog::{AirLog, LogConfig};
use crate::base::durable;
use crate::base::durable::{DirHandle, OWNER_ONLY};
use crate::base::id::Id;
use crate::base::instant::{SECOND_US, WallTime};
use crate::base::platform;
use crate::base::state_dirs;
use crate::proof::note::MAX_NOTE;
use crate::proof::origin::REHEARSAL_PREFIX;
use crate::proof::signed_head::SignedHead;
use crate::schedule::problem::Problem;
use crate::schedule::settings::Station;
use crate::schedule::{Schedule, SourceFile, read, read_station};
use crate::station::{self, FolderError, LibraryCache};

/// The day this program was built, seconds since 1970.
const BUILD_UNIX: &str = env!("LOA_BUILD_UNIX");

/// How far behind the sound the reading of files stands, as nice(1) counts.
const BACKGROUND_NICE: i32 = 10;

/// What the daemon tells people; the words are the caller's.
pub enum DaemonNotice<'a> {
    /// By the loop.
    Playout(&'a PlayoutNotice<'a>),
    /// Findings in the station's files, told once for each set of them.
    Problems {
        /// What was found.
        problems: &'a [Problem],
        /// In which files.
        files: &'a [SourceFile],
        /// The schedule cannot be taken as it is written; what happens instead.
        fallback: Option<FallbackSchedule>,
    },
    /// The folder cannot be read; told once.
    FolderUnreadable(&'a FolderError),
    /// The log's last bytes were torn and set aside.
    LogTailTorn(u64),
    /// The log was damaged inside: it was set aside, and a new one begins.
    LogDamaged(&'a DamagedLog),
    /// Nobody can ask the station or give it orders: there is no place for its control socket so far.
    ControlUnavailable(&'a io::Error),
    /// Now there is.
    ControlAvailable,
    /// The station runs.
    Started(&'a Schedule),
}

/// What plays when the files cannot be taken as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FallbackSchedule {
    /// The last good schedule.
    LastGood,
    /// There is none: the parts that could be understood.
    ValidParts,
    /// The last good schedule, whole: files of it have gone from the folder.
    LastGoodFilesMissing,
}

/// Tells people; called from several threads.
pub type DaemonNotifier = Arc<Mutex<dyn FnMut(DaemonNotice<'_>) + Send>>;

/// Why a station cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Another loa runs it.
    #[error("the station is already being run")]
    AlreadyRunning,
    /// Its folder cannot be read at all.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its `airlog` is a link.
    #[error("the folder airlog is a link")]
    AirlogIsLink,
    /// It ended while the disk refused this many entries.
    #[error("{0} entries could not be written")]
    EntriesLost(usize),
    /// The log in its folder is a rehearsal's.
    #[error("the log is a rehearsal's")]
    RehearsalLog,
    /// A new station's `station.toml` has errors; they have been told.
    #[error("station.toml has errors")]
    InvalidSettings,
    /// Something that the system should give is missing.
    #[error("{what}: {error}")]
    System {
        /// What was being done.
        what: &'static str,
        /// What the system says.
        error: io::Error,
    },
}

fn system_error(what: &'static str) -> impl FnOnce(io::Error) -> DaemonError {
    move |error| DaemonError::System { what, error }
}

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunUntil {
    /// By a signal.
    Signal,
    /// When everything that was planned has its outcome, or by a signal.
    Idle,
}

/// Where the secret keys are.
#[derive(Debug, Clone, Copy)]
pub enum KeyLocation<'a> {
    /// Where this machine keeps its state.
    StateFolder,
    /// In this folder: a sample's, which nobody believes.
    Folder(&'a Path),
}

impl KeyLocation<'_> {
    /// The storage with the keys of this log, or for those of a new one.
    ///
    /// # Errors
    /// When no folder for it can be made.
    pub fn open_storage<S: Storage>(self, airlog: &S) -> io::Result<FolderStorage> {
        let folder = match self {
            Self::Folder(folder) => folder.to_owned(),
            Self::StateFolder => {
                let head = airlog.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten();
                let origin = head.and_then(|head| Some(SignedHead::parse(&head)?.checkpoint.origin));
                let name = origin.as_deref().map(key_folder);
                let folder = state_dirs::find_or_create("keys", name.as_deref())?;
                // A key that was never announced may have been left behind by a cut.
                durable::remove_temp_files(&folder.join(name.unwrap_or_default()))?;
                folder
            }
        };
        Ok(FolderStorage::for_secrets(folder))
    }
}

/// Runs a station until it is told to end.
///
/// # Errors
/// See [`DaemonError`]; once it runs, nothing but a signal ends it.
pub fn run(
    station: &Path,
    until: RunUntil,
    secrets: KeyLocation<'_>,
    notifier: &DaemonNotifier,
) -> Result<(), DaemonError> {
    platform::configure_low_memory();
    // Links on the way to the station are followed once, and never again.
    let station = &*station.canonicalize().unwrap_or_else(|_| station.to_owned());
    let airlog = station.join("airlog");
    let files = match station::read_sources(station) {
        // A station that has run is one still: what has gone from its folder is told once it runs.
        Err(FolderError::NotAStation { .. }) if airlog.join(CHECKPOINT).is_file() => Vec::new(),
        files => files?,
    };
    let _lock = lock_station(station)?;
    let station_folder = Arc::new(DirHandle::open(station).map_err(system_error("station"))?);
    for folder in [airlog.clone(), airlog.join("kept"), airlog.join("torn")] {
        durable::remove_temp_files(&folder).map_err(system_error("airlog"))?;
    }
    let mut storage = FolderStorage::for_airlog(airlog);
    storage.pin_folder().map_err(system_error("airlog"))?;
    if origin_in_genesis(&storage)
        .map_err(system_error("airlog"))?
        .is_some_and(|origin| origin.starts_with(REHEARSAL_PREFIX))
    {
        return Err(DaemonError::RehearsalLog);
    }
    let mut keys = secrets.open_storage(&storage).map_err(system_error("keys"))?;
    // Two copies of one station's folder have one set of keys: whoever signed with both would sign a fork, and recovery
    // itself writes beside the keys. Taken before the log is looked into.
    let log_lock = lock_keys(&storage, &keys)?;
    let mut recovered = recover(&mut storage, &mut keys);
    if recovered.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::StorageFull) {
        // A disk that has filled up left a torn tail, and setting that aside takes some room, too.
        storage.remove(BALLAST).map_err(system_error("airlog"))?;
        recovered = recover(&mut storage, &mut keys);
    }
    let recovered = recovered.map_err(system_error("airlog"))?;
    let keys_home = keys.folder().to_owned();
    if let Some(damage) = &recovered.damaged {
        notify(notifier, DaemonNotice::LogDamaged(damage));
    }
    if recovered.torn > 0 {
        notify(notifier, DaemonNotice::LogTailTorn(recovered.torn));
    }
    let mut clock = SystemClock::new().map_err(system_error("clock"))?;
    let replay = recovered.replay;
    if replay.entries == 0 {
        // A log bears its station's id for ever: none begins without the folder that says it.
        if files.is_empty() {
            station::read_sources(station)?;
        }
        require_valid_settings(&files, notifier)?;
    }
    let settings = read_station(&files);
    let id = replay.station.clone().unwrap_or_else(|| settings.id.clone());
    let boot_id = clock.boot_id();
    let opening =
        LogConfig { kind: "loa", station: id.as_str(), boot: &boot_id, zone: settings.timezone, seed_source: os_seed };
    let mut log = AirLog::open(storage, keys, recovered.resumed, &opening).map_err(system_error("keys"))?;
    // Of a log that has just begun.
    let _new_lock = match log_lock.as_ref().is_some_and(|(origin, _)| *origin == log.identity().origin) {
        true => None,
        false => Some(lock_file(&keys_home.join(key_folder(&log.identity().origin)).join("lock"), "keys", OWNER_ONLY)?),
    };
    let log_station = id.clone();
    let in_force = replay.schedule.as_ref().and_then(|kept| adoption::read_kept_sources(&log.kept_files(), kept));
    let mut restored = collect_restored_state(
        &station_folder.stable_path(station),
        settings,
        id,
        &log,
        (replay, recovered.marks),
        &mut clock,
    );
    restored.follows = recovered.damaged.map(PredecessorLog::from);
    let (had_schedule, schedule) = match &restored.found.adopted {
        Some(adopted) => (true, adopted.schedule.clone()),
        None => (false, read(&files).schedule),
    };
    let previous = restored.found.adopted.as_ref().map(|a| a.library.clone()).unwrap_or_default();
    log.set_zone(schedule.station.timezone);
    let begun = Engine::start(restored);

    let (commands, receiver) = mpsc::channel();
    let caller = clock.waker();
    signals::listen(commands.clone(), caller.clone()).map_err(system_error("signals"))?;
    let heard_say = notifier.clone();
    let on_control = move |heard: io::Result<()>| {
        notify(
            &heard_say,
            heard.as_ref().map_or_else(DaemonNotice::ControlUnavailable, |()| DaemonNotice::ControlAvailable),
        )
    };
    let _server = ControlServer::start(station, commands.clone(), caller.clone(), on_control)
        .map_err(system_error("control socket"))?;
    notify(notifier, DaemonNotice::Started(&schedule));
    let mut loader = ScheduleLoader::new(
        station,
        station_folder.clone(),
        log_station,
        LibraryCache::new(station, previous),
        notifier.clone(),
    );
    let removal_confirmed = loader.resume_from(had_schedule, in_force);
    let (watch_commands, watch_caller) = (commands.clone(), caller.clone());
    let rescan = watch::start(station, move || {
        // Decoding a changed file must not take the processor from what sounds. Of this thread alone.
        let _ = rustix::process::nice(0).and_then(|now| rustix::process::nice((BACKGROUND_NICE - now).max(0)));
        for command in loader.load() {
            let _ = watch_commands.send(command);
            watch_caller.wake();
        }
        platform::release_unused_memory();
        loader.rescan_after()
    })
    .map_err(system_error("watch"))?;

    let output_station = station_folder.stable_path(station);
    let mut runner = AmplifierRunner::new(station, commands, caller.clone());
    let switcher = move |switch| runner.switch(switch);
    let maker = move |settings: &_| {
        let caller = caller.clone();
        Box::new(DeckOutput::new(settings, &output_station, Arc::new(move || caller.wake()))) as Box<_>
    };
    let teller_say = notifier.clone();
    let teller = move |words: &PlayoutNotice<'_>| {
        if matches!(words, PlayoutNotice::Engine(Notice::RemovalAccepted(_))) {
            removal_confirmed.store(true, Ordering::Relaxed);
            rescan.request();
        }
        notify(&teller_say, DaemonNotice::Playout(words));
    };
    let hands =
        Effects { make_output: Box::new(maker), switch_amplifier: Box::new(switcher), notify: Box::new(teller) };
    let mut playout = Playout::new(clock, log, begun, hands, receiver);
    playout.end_when_idle(until == RunUntil::Idle);
    match playout.run() {
        0 => Ok(()),
        lost => Err(DaemonError::EntriesLost(lost)),
    }
}

/// A log bears its station's id for ever: a new one does not begin while `station.toml` cannot be read.
fn require_valid_settings(files: &[SourceFile], say: &DaemonNotifier) -> Result<(), DaemonError> {
    let of_settings = |p: &&Problem| p.structural && files.get(p.span.file).is_some_and(|f| f.name == "station.toml");
    let problems: Vec<_> = read(files).problems.iter().filter(of_settings).cloned().collect();
    if problems.is_empty() {
        return Ok(());
    }
    notify(say, DaemonNotice::Problems { problems: &problems, files, fallback: None });
    Err(DaemonError::InvalidSettings)
}

pub(super) fn notify(notifier: &DaemonNotifier, word: DaemonNotice<'_>) {
    // A poisoned lock means that telling panicked elsewhere; the station plays on.
    let mut say = notifier.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    (*say)(word);
}

/// Locks the keys of the log whose head lies in the folder, if they are on this machine; gives its origin, too.
fn lock_keys(airlog: &FolderStorage, keys: &FolderStorage) -> Result<Option<(String, File)>, DaemonError> {
    let head = airlog.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten();
    let Some(origin) = head.and_then(|head| Some(SignedHead::parse(&head)?.checkpoint.origin)) else {
        return Ok(None);
    };
    let folder = keys.folder().join(key_folder(&origin));
    if !folder.is_dir() {
        return Ok(None);
    }
    let lock = lock_file(&folder.join("lock"), "keys", OWNER_ONLY)?;
    Ok(Some((origin, lock)))
}

/// The origin in a log's first entry.
fn origin_in_genesis(storage: &FolderStorage) -> io::Result<Option<String>> {
    let first = LogReader::new(storage)?.next_record();
    Ok(first.ok().flatten().and_then(|record| record.genesis().map(|genesis| genesis.origin.clone())))
}

/// Everything that a starting engine must know.
fn collect_restored_state(
    station: &Path,
    settings: Station,
    id: Id,
    log: &AirLog<FolderStorage>,
    (replay, marks): (Replay, ProgressMarks),
    clock: &mut SystemClock,
) -> RestoredState {
    let found = adoption::recover_schedule(&log.kept_files(), &replay);
    let facts = StationContext {
        identity: log.identity(),
        station: id,
        audio_dir: station.join("audio"),
        built_at: WallTime(BUILD_UNIX.parse::<i64>().unwrap_or(0) * SECOND_US),
        rehearsal: false,
        last_date: None,
    };
    let (now, boot_id) = (clock.now(), clock.boot_id());
    RestoredState { now, boot_id, replay, marks, found, context: facts, station: settings, follows: None }
}
