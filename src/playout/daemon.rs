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

use super::amplifier::Runner;
use super::clock::Clock;
use super::clock::system::SystemClock;
use super::control::Server;
use super::engine::{Beginning, Engine, Facts, Notice};
use super::loader::Loader;
use super::lock::{lock, lock_file};
use super::output::real::LineOutput;
use super::{Hands, Playout, Tell, adoption, signals, watch};
use crate::airlog::entry::Follows;
use crate::airlog::keys::{folder_of, system_chance};
use crate::airlog::progress::Marks;
use crate::airlog::record::Reader;
use crate::airlog::recover::{Damage, recover};
use crate::airlog::replay::Replay;
use crate::airlog::seal::CHECKPOINT;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::airlog::{AirLog, BALLAST, Opening};
use crate::durable::{self, Folder, SECRET};
use crate::folder::{self, FolderError, Shelf};
use crate::id::Id;
use crate::instant::{SECOND, Wall};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::REHEARSAL;
use crate::proof::note::{MAX_NOTE, Note};
use crate::schedule::problem::Problem;
use crate::schedule::{Schedule, SourceFile, read, read_station};
use crate::state;
use crate::station::Station;
use crate::sys;

/// The day this program was built, seconds since 1970.
const BUILT: &str = env!("LOA_BUILD_UNIX");

/// How far behind the sound the reading of files stands, as nice(1) counts.
const BACKGROUND: i32 = 10;

/// What the daemon tells people; the words are the caller's.
pub enum Word<'a> {
    /// By the loop.
    Tell(&'a Tell<'a>),
    /// Findings in the station's files, told once for each set of them.
    Problems {
        /// What was found.
        problems: &'a [Problem],
        /// In which files.
        files: &'a [SourceFile],
        /// The schedule cannot be taken as it is written; what happens instead.
        broken: Option<Instead>,
    },
    /// The folder cannot be read; told once.
    Unreadable(&'a FolderError),
    /// The log's last bytes were torn and set aside.
    Torn(u64),
    /// The log was damaged inside: it was set aside, and a new one begins.
    Damaged(&'a Damage),
    /// Nobody can ask the station or give it orders: there is no place for its control socket so far.
    Unheard(&'a io::Error),
    /// Now there is.
    Heard,
    /// The station runs.
    Running(&'a Schedule),
}

/// What plays when the files cannot be taken as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// The last good schedule.
    LastGood,
    /// There is none: the parts that could be understood.
    SoundParts,
    /// The last good schedule, whole: files of it have gone from the folder.
    Whole,
}

/// Tells people; called from several threads.
pub type Sayer = Arc<Mutex<dyn FnMut(Word<'_>) + Send>>;

/// Why a station cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Another loa runs it.
    #[error("the station is already being run")]
    AlreadyRuns,
    /// Its folder cannot be read at all.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its `airlog` is a link.
    #[error("the folder airlog is a link")]
    LinkedLog,
    /// It ended while the disk refused this many entries.
    #[error("{0} entries could not be written")]
    EntriesLost(usize),
    /// The log in its folder is a rehearsal's.
    #[error("the log is a rehearsal's")]
    Rehearsal,
    /// A new station's `station.toml` has errors; they have been told.
    #[error("station.toml has errors")]
    Settings,
    /// Something that the system should give is missing.
    #[error("{what}: {error}")]
    System {
        /// What was being done.
        what: &'static str,
        /// What the system says.
        error: io::Error,
    },
}

fn system(what: &'static str) -> impl FnOnce(io::Error) -> DaemonError {
    move |error| DaemonError::System { what, error }
}

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// By a signal.
    Signalled,
    /// When everything that was planned has its outcome, or by a signal.
    Idle,
}

/// Where the secret keys are.
#[derive(Debug, Clone, Copy)]
pub enum Secrets<'a> {
    /// Where this machine keeps its state.
    OfTheMachine,
    /// In this folder: a sample's, which nobody believes.
    In(&'a Path),
}

impl Secrets<'_> {
    /// The storage with the keys of this log, or for those of a new one.
    ///
    /// # Errors
    /// When no folder for it can be made.
    pub fn storage<S: Storage>(self, airlog: &S) -> io::Result<FolderStorage> {
        let folder = match self {
            Self::In(folder) => folder.to_owned(),
            Self::OfTheMachine => {
                let head = airlog.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten();
                let origin = head.and_then(|head| Some(Checkpoint::parse(&Note::parse(&head)?.text)?.origin));
                let name = origin.as_deref().map(folder_of);
                let folder = state::folder("keys", name.as_deref())?;
                // A key that was never announced may have been left behind by a cut.
                durable::sweep(&folder.join(name.unwrap_or_default()))?;
                folder
            }
        };
        Ok(FolderStorage::private(folder))
    }
}

/// Runs a station until it is told to end.
///
/// # Errors
/// See [`DaemonError`]; once it runs, nothing but a signal ends it.
pub fn run(station: &Path, until: Until, secrets: Secrets<'_>, say: &Sayer) -> Result<(), DaemonError> {
    sys::keep_small();
    // Links on the way to the station are followed once, and never again.
    let station = &*station.canonicalize().unwrap_or_else(|_| station.to_owned());
    let airlog = station.join("airlog");
    let files = match folder::read_sources(station) {
        // A station that has run is one still: what has gone from its folder is told once it runs.
        Err(FolderError::NotAStation { .. }) if airlog.join(CHECKPOINT).is_file() => Vec::new(),
        files => files?,
    };
    let _lock = lock(station)?;
    let home = Arc::new(Folder::open(station).map_err(system("station"))?);
    for folder in [airlog.clone(), airlog.join("kept"), airlog.join("torn")] {
        durable::sweep(&folder).map_err(system("airlog"))?;
    }
    let mut storage = FolderStorage::airlog(airlog);
    storage.hold().map_err(system("airlog"))?;
    if kind_of(&storage).map_err(system("airlog"))?.is_some_and(|origin| origin.starts_with(REHEARSAL)) {
        return Err(DaemonError::Rehearsal);
    }
    let mut keys = secrets.storage(&storage).map_err(system("keys"))?;
    // Two copies of one station's folder have one set of keys: whoever signed with both would sign a fork, and recovery
    // itself writes beside the keys. Taken before the log is looked into.
    let log_lock = lock_keys(&storage, &keys)?;
    let mut recovered = recover(&mut storage, &mut keys);
    if recovered.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::StorageFull) {
        // A disk that has filled up left a torn tail, and setting that aside takes some room, too.
        storage.remove(BALLAST).map_err(system("airlog"))?;
        recovered = recover(&mut storage, &mut keys);
    }
    let recovered = recovered.map_err(system("airlog"))?;
    let key_folder = keys.folder().to_owned();
    if let Some(damage) = &recovered.damaged {
        tell(say, Word::Damaged(damage));
    }
    if recovered.torn > 0 {
        tell(say, Word::Torn(recovered.torn));
    }
    let mut clock = SystemClock::new().map_err(system("clock"))?;
    let replay = recovered.replay;
    if replay.entries == 0 {
        // A log bears its station's id for ever: none begins without the folder that says it.
        if files.is_empty() {
            folder::read_sources(station)?;
        }
        settings_must_be_read(&files, say)?;
    }
    let settings = read_station(&files);
    let id = replay.station.clone().unwrap_or_else(|| settings.id.clone());
    let boot_id = clock.boot_id();
    let opening =
        Opening { kind: "loa", station: id.as_str(), boot: &boot_id, zone: settings.timezone, chance: system_chance };
    let mut log = AirLog::open(storage, keys, recovered.resumed, &opening).map_err(system("keys"))?;
    // Of a log that has just begun.
    let _new_lock = match log_lock.as_ref().is_some_and(|(origin, _)| *origin == log.identity().origin) {
        true => None,
        false => Some(lock_file(&key_folder.join(folder_of(&log.identity().origin)).join("lock"), "keys", SECRET)?),
    };
    let log_station = id.clone();
    let in_force = replay.schedule.as_ref().and_then(|kept| adoption::kept_sources(&log.kept(), kept));
    let mut beginning = beginning(&home.path(station), settings, id, &log, (replay, recovered.marks), &mut clock);
    beginning.follows = recovered.damaged.map(Follows::from);
    let (had_schedule, schedule) = match &beginning.found.adopted {
        Some(adopted) => (true, adopted.schedule.clone()),
        None => (false, read(&files).schedule),
    };
    let previous = beginning.found.adopted.as_ref().map(|a| a.library.clone()).unwrap_or_default();
    log.set_zone(schedule.station.timezone);
    let begun = Engine::begin(beginning);

    let (commands, receiver) = mpsc::channel();
    let caller = clock.caller();
    signals::listen(commands.clone(), caller.clone()).map_err(system("signals"))?;
    let heard_say = say.clone();
    let heard =
        move |heard: io::Result<()>| tell(&heard_say, heard.as_ref().map_or_else(Word::Unheard, |()| Word::Heard));
    let _server = Server::start(station, commands.clone(), caller.clone(), heard).map_err(system("control socket"))?;
    tell(say, Word::Running(&schedule));
    let mut loader = Loader::new(station, home.clone(), log_station, Shelf::new(station, previous), say.clone());
    let word_of_a_person = loader.goes_on_from(had_schedule, in_force);
    let (watch_commands, watch_caller) = (commands.clone(), caller.clone());
    let look_again = watch::start(station, move || {
        // Decoding a changed file must not take the processor from what sounds. Of this thread alone.
        let _ = rustix::process::nice(0).and_then(|now| rustix::process::nice((BACKGROUND - now).max(0)));
        for command in loader.load() {
            let _ = watch_commands.send(command);
            watch_caller.call();
        }
        sys::give_back();
        loader.look_again()
    })
    .map_err(system("watch"))?;

    let output_station = home.path(station);
    let mut runner = Runner::new(station, commands, caller.clone());
    let switcher = move |switch| runner.switch(switch);
    let maker = move |settings: &_| {
        let caller = caller.clone();
        Box::new(LineOutput::new(settings, &output_station, Arc::new(move || caller.call()))) as Box<_>
    };
    let teller_say = say.clone();
    let teller = move |words: &Tell<'_>| {
        if matches!(words, Tell::Notice(Notice::RemovalMeant(_))) {
            word_of_a_person.store(true, Ordering::Relaxed);
            look_again.now();
        }
        tell(&teller_say, Word::Tell(words));
    };
    let hands = Hands { maker: Box::new(maker), switcher: Box::new(switcher), teller: Box::new(teller) };
    let mut playout = Playout::new(clock, log, begun, hands, receiver);
    playout.end_when_idle(until == Until::Idle);
    match playout.run() {
        0 => Ok(()),
        lost => Err(DaemonError::EntriesLost(lost)),
    }
}

/// A log bears its station's id for ever: a new one does not begin while `station.toml` cannot be read.
fn settings_must_be_read(files: &[SourceFile], say: &Sayer) -> Result<(), DaemonError> {
    let of_settings = |p: &&Problem| p.structural && files.get(p.place.file).is_some_and(|f| f.name == "station.toml");
    let problems: Vec<_> = read(files).problems.iter().filter(of_settings).cloned().collect();
    if problems.is_empty() {
        return Ok(());
    }
    tell(say, Word::Problems { problems: &problems, files, broken: None });
    Err(DaemonError::Settings)
}

pub(super) fn tell(say: &Sayer, word: Word<'_>) {
    // A poisoned lock means that telling panicked elsewhere; the station plays on.
    let mut say = say.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    (*say)(word);
}

/// Locks the keys of the log whose head lies in the folder, if they are on this machine; gives its origin, too.
fn lock_keys(airlog: &FolderStorage, keys: &FolderStorage) -> Result<Option<(String, File)>, DaemonError> {
    let head = airlog.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten();
    let Some(origin) = head.and_then(|head| Some(Checkpoint::parse(&Note::parse(&head)?.text)?.origin)) else {
        return Ok(None);
    };
    let folder = keys.folder().join(folder_of(&origin));
    if !folder.is_dir() {
        return Ok(None);
    }
    let lock = lock_file(&folder.join("lock"), "keys", SECRET)?;
    Ok(Some((origin, lock)))
}

/// The origin in a log's first entry.
fn kind_of(storage: &FolderStorage) -> io::Result<Option<String>> {
    let first = Reader::new(storage)?.next_record();
    Ok(first.ok().flatten().and_then(|record| record.genesis().map(|genesis| genesis.origin.clone())))
}

/// Everything that a starting engine must know.
fn beginning(
    station: &Path,
    settings: Station,
    id: Id,
    log: &AirLog<FolderStorage>,
    (replay, marks): (Replay, Marks),
    clock: &mut SystemClock,
) -> Beginning {
    let found = adoption::find(&log.kept(), &replay);
    let facts = Facts {
        identity: log.identity(),
        station: id,
        audio: station.join("audio"),
        build: Wall(BUILT.parse::<i64>().unwrap_or(0) * SECOND),
        rehearsal: false,
        until: None,
    };
    let (now, boot_id) = (clock.now(), clock.boot_id());
    Beginning { now, boot_id, replay, marks, found, facts, station: settings, follows: None }
}
