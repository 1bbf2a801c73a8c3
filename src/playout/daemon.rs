//! The daemon: it opens the real clock, output and storage, holds the station's locks, and runs the loop.
//!
//! The loop runs on the caller's thread. The threads `signals`, `control`, `watch` and `amplifier` only send commands
//! through a `LoopHandle`; the output has a thread of its own.
mod open_log;
mod threads;

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};

use super::amplifier::AmplifierRunner;
use super::assembly::StationSetup;
use super::clock::Clock;
use super::clock::system::SystemClock;
use super::effects::Effects;
use super::engine::Notice;
use super::error::{DaemonError, SystemPart};
use super::key_location::KeyLocation;
use super::loader::ScheduleLoader;
use super::lock::lock_station;
use super::loop_handle::LoopHandle;
use super::notice::{PlayoutNotice, SharedNotifier, notify};
use super::player::deck_output::DeckOutput;
use super::signals;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::recover::Recovered;
use crate::base::durable::DirHandle;
use crate::base::instant::{SECOND_US, WallTime};
use crate::base::platform;
use crate::schedule::problem::Problem;
use crate::schedule::{SourceFile, read, read_station};
use crate::station::{self, FolderError, LibraryCache};
use open_log::LockedLog;

/// When this program was built, seconds since 1970.
const BUILD_UNIX: &str = env!("LOA_BUILD_UNIX");

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunUntil {
    /// By a signal.
    Signal,
    /// When everything that was planned has its outcome, or by a signal.
    Idle,
}

/// Runs a station until it is told to end.
///
/// # Errors
/// Every [`DaemonError`]. Once the station runs, only [`DaemonError::EntriesLost`] is left.
pub fn run(
    station: &Path,
    until: RunUntil,
    key_location: KeyLocation<'_>,
    notifier: &SharedNotifier,
) -> Result<(), DaemonError> {
    platform::configure_low_memory();
    // Links on the way to the station are followed once, and never again.
    let station = &*station.canonicalize().unwrap_or_else(|_| station.to_owned());
    let files = read_sources(station)?;
    let _station_lock = lock_station(station)?;
    let folder = Arc::new(DirHandle::open(station).map_err(DaemonError::system(SystemPart::Station))?);
    let mut log = LockedLog::open(station, key_location)?;
    let recovered = log.recover(notifier)?;
    let mut clock = SystemClock::new().map_err(DaemonError::system(SystemPart::Clock))?;
    require_station_toml(station, &files, &recovered, notifier)?;
    let setup = station_setup(&folder.stable_path(station), &files, &recovered, &clock);
    let log_station = setup.id.clone();
    let (restored, _key_locks) = log.restore(recovered, setup)?;
    let (in_force, sources_in_force) = (restored.found.adopted.clone(), restored.sources_in_force());
    let schedule = in_force.as_ref().map_or_else(|| read(&files).schedule, |revision| revision.schedule.clone());
    let started = restored.start(clock.now());

    let (sender, commands) = mpsc::channel();
    let to_loop = LoopHandle::new(sender, clock.waker());
    signals::listen(to_loop.clone()).map_err(DaemonError::system(SystemPart::Signals))?;
    let _control = threads::start_control(station, &to_loop, notifier)?;
    notify(notifier, PlayoutNotice::Started(&schedule));
    // Takes the revision: it must not stay in memory for as long as the station runs.
    let (had_schedule, library) = (in_force.is_some(), in_force.map(|revision| revision.library.clone()));
    let cache = LibraryCache::new(station, library.unwrap_or_default());
    let mut loader = ScheduleLoader::new(station, folder.clone(), log_station, cache, notifier.clone());
    if had_schedule {
        loader.resume_from(sources_in_force.unwrap_or_default());
    }
    let removal_confirmed = loader.removal_confirmed();
    let rescan = threads::start_watch(station, loader, to_loop.clone())?;
    let on_removal_accepted = move || {
        removal_confirmed.store(true, Ordering::Relaxed);
        rescan.request();
    };
    let effects = real_effects(station, &folder, to_loop, on_removal_accepted, notifier.clone());
    let mut playout = started.into_playout(clock, effects, commands);
    playout.end_when_idle(until == RunUntil::Idle);
    match playout.run() {
        0 => Ok(()),
        lost => Err(DaemonError::EntriesLost(lost)),
    }
}

/// Reads the station's files. A folder that has a signed log is a station even when all of its files have gone: that is
/// reported once the station runs.
fn read_sources(station: &Path) -> Result<Vec<SourceFile>, FolderError> {
    match station::read_sources(station) {
        Err(FolderError::NotAStation { .. }) if station.join("airlog").join(CHECKPOINT).is_file() => Ok(Vec::new()),
        files => files,
    }
}

/// Returns once the station has a log, or a valid `station.toml` for a new one. A log keeps its station's id for ever.
fn require_station_toml(
    station: &Path,
    files: &[SourceFile],
    recovered: &Recovered,
    notifier: &SharedNotifier,
) -> Result<(), DaemonError> {
    if recovered.replay.entries > 0 {
        return Ok(());
    }
    if files.is_empty() {
        station::read_sources(station)?;
    }
    let of_settings = |p: &&Problem| p.structural && files.get(p.span.file).is_some_and(|f| f.name == "station.toml");
    let problems: Vec<_> = read(files).problems.iter().filter(of_settings).cloned().collect();
    if problems.is_empty() {
        return Ok(());
    }
    notify(notifier, PlayoutNotice::Problems { problems: &problems, files, fallback: None });
    Err(DaemonError::InvalidSettings)
}

/// Returns the facts about the station. `folder` stays valid when the station's folder is moved.
fn station_setup(folder: &Path, files: &[SourceFile], recovered: &Recovered, clock: &SystemClock) -> StationSetup {
    let settings = read_station(files);
    StationSetup {
        id: recovered.replay.station.clone().unwrap_or_else(|| settings.id.clone()),
        settings,
        audio_dir: folder.join("audio"),
        built_at: WallTime(BUILD_UNIX.parse::<i64>().unwrap_or(0) * SECOND_US),
        boot_id: clock.boot_id(),
        rehearsal_until: None,
    }
}

/// Returns the effects of a real station: the sound device, the amplifier's commands, and the caller's notifier.
fn real_effects(
    station: &Path,
    folder: &DirHandle,
    to_loop: LoopHandle,
    on_removal_accepted: impl Fn() + 'static,
    notifier: SharedNotifier,
) -> Effects {
    let output_dir = folder.stable_path(station);
    let waker = to_loop.waker();
    let mut amplifier = AmplifierRunner::new(station, to_loop);
    Effects {
        make_output: Box::new(move |settings| {
            let waker = waker.clone();
            Box::new(DeckOutput::new(settings, &output_dir, Arc::new(move || waker.wake())))
        }),
        switch_amplifier: Box::new(move |request| amplifier.switch(request)),
        notify: Box::new(move |notice| {
            if matches!(notice, PlayoutNotice::Engine(Notice::RemovalAccepted(_))) {
                on_removal_accepted();
            }
            notify(&notifier, notice);
        }),
    }
}
