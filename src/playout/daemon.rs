//! The daemon. It opens the real clock, output and storage, holds the station's locks, and runs the loop.
//!
//! The loop runs on the caller's thread. The threads `signals`, `control`, `watch` and `amplifier` only send commands
//! to it through a `LoopHandle`. The output runs on its own thread.
mod open_log;
mod threads;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use super::amplifier::AmplifierRunner;
use super::assembly::StationSetup;
use super::clock::Clock;
use super::clock::system::SystemClock;
use super::effects::{AlarmFactsReader, Effects};
use super::engine::Notice;
use super::error::{DaemonError, SystemPart};
use super::hand_in_watch::hand_in_watch;
use super::host_watch::host_watch;
use super::key_location::KeyLocation;
use super::loader::ScheduleLoader;
use super::lock::lock_station;
use super::loop_handle::LoopHandle;
use super::notice::{PlayoutNotice, SharedNotifier, notify};
use super::player::deck_output::DeckOutput;
use super::signals;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::lost_log::find_lost_log;
use crate::airlog::recover::Recovered;
use crate::base::durable::DirHandle;
use crate::base::instant::{SECOND_US, WallTime};
use crate::base::platform;
use crate::schedule::problem::Problem;
use crate::schedule::sample::is_sample_id;
use crate::schedule::{SourceFile, read, read_station};
use crate::station::{self, FolderError, LibraryCache};
use open_log::LockedLog;

/// Build time of this program, in seconds since 1970.
const BUILD_TIME_UNIX_S: &str = env!("LOA_BUILD_UNIX");

/// The event that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunUntil {
    /// A signal.
    Signal,
    /// The last outcome of a planned airing, or a signal.
    Idle,
}

/// Whether a new station may play on a real device, and so in public, under the sample's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SamplePermission {
    /// The operator asked for the sample.
    Given,
    /// The operator did not ask for it, so this may be a real station without an id of its own.
    Withheld,
}

/// The callbacks of the daemon's caller.
pub struct DaemonWatches<'a> {
    /// Gets every notice.
    pub notifier: &'a SharedNotifier,
    /// Checks the delivery of alarms.
    pub read_alarm_facts: Box<AlarmFactsReader>,
}

/// Runs a station until the event `until`.
///
/// # Errors
/// Any [`DaemonError`]. After the start of the loop, only [`DaemonError::EntriesLost`] can occur.
pub fn run(
    station: &Path,
    until: RunUntil,
    sample_permission: SamplePermission,
    key_location: KeyLocation<'_>,
    watches: DaemonWatches<'_>,
) -> Result<(), DaemonError> {
    platform::configure_low_memory();
    let notifier = watches.notifier;
    // Symbolic links in the station's path are resolved only here.
    let station = &*station.canonicalize().unwrap_or_else(|_| station.to_owned());
    let files = read_sources(station)?;
    let _station_lock = lock_station(station)?;
    let folder = Arc::new(DirHandle::open(station).map_err(DaemonError::system(SystemPart::Station))?);
    let mut log = LockedLog::open(station, key_location)?;
    let recovered_log = log.recover(notifier)?;
    if matches!(key_location, KeyLocation::StateFolder) {
        report_lost_log(station, &files, &recovered_log, notifier);
    }
    let mut clock = SystemClock::new().map_err(DaemonError::system(SystemPart::Clock))?;
    require_station_toml(station, &files, &recovered_log, notifier)?;
    if sample_permission == SamplePermission::Withheld {
        refuse_new_sample(&files, &recovered_log)?;
    }
    let setup = station_setup(&folder.stable_path(station), &files, &recovered_log, &clock);
    let log_station_id = setup.id.clone();
    let (restored_station, _key_locks) = log.restore(recovered_log, setup)?;
    let (revision, revision_files) =
        (restored_station.recovered_schedule.revision.clone(), restored_station.sources_in_force());
    let schedule = revision.as_ref().map_or_else(|| read(&files).schedule, |loaded| loaded.schedule.clone());
    let started_station = restored_station.start(clock.now());

    let (sender, commands) = mpsc::channel();
    let loop_handle = LoopHandle::new(sender, clock.waker());
    signals::listen(loop_handle.clone()).map_err(DaemonError::system(SystemPart::Signals))?;
    let is_reachable = Arc::new(AtomicBool::new(true));
    let _control = threads::start_control(station, &loop_handle, notifier, is_reachable.clone())?;
    notify(notifier, PlayoutNotice::Started(&schedule));
    // Consumes the revision, so that it does not stay in memory while the station runs.
    let (has_schedule, library) = (revision.is_some(), revision.map(|loaded| loaded.library.clone()));
    let cache = LibraryCache::new(station, library.unwrap_or_default());
    let mut loader = ScheduleLoader::new(station, folder.clone(), log_station_id, cache, notifier.clone());
    if has_schedule {
        loader.resume_from(revision_files.unwrap_or_default());
    }
    let is_removal_confirmed = loader.removal_flag();
    let rescan = threads::start_watch(station, loader, loop_handle.clone())?;
    let on_removal_accepted = move || {
        is_removal_confirmed.store(true, Ordering::Relaxed);
        rescan.request();
    };
    let mut effects = real_effects(station, &folder, loop_handle, on_removal_accepted, watches);
    effects.read_host_facts = Box::new(host_watch(station, folder.clone(), is_reachable));
    let mut playout = started_station.into_playout(clock, effects, commands);
    playout.end_when_idle(until == RunUntil::Idle);
    match playout.run() {
        0 => Ok(()),
        entries => Err(DaemonError::EntriesLost { entries, is_log_moved: playout.is_log_moved() }),
    }
}

/// Reads the station's files. A folder with a signed log counts as a station even if all of its files are missing. The
/// loader reports the missing files once the station is running.
fn read_sources(station: &Path) -> Result<Vec<SourceFile>, FolderError> {
    match station::read_sources(station) {
        Err(FolderError::NotAStation { .. }) if station.join("airlog").join(CHECKPOINT).is_file() => Ok(Vec::new()),
        files => files,
    }
}

/// Reports a log that this machine signed for this folder, if it is gone and a new one begins.
fn report_lost_log(station: &Path, files: &[SourceFile], recovered: &Recovered, notifier: &SharedNotifier) {
    if recovered.resumed.is_some() || recovered.damaged.is_some() {
        return;
    }
    let settings = read_station(files);
    if let Some(log) = find_lost_log(station, settings.id.as_str(), i64::MAX) {
        notify(notifier, PlayoutNotice::LogLost { log: &log, settings: &settings });
    }
}

/// Checks that a station without a log has a valid `station.toml`. A station with a log needs none, because the log
/// keeps the station's id.
///
/// # Errors
/// [`DaemonError::Folder`] if a new station has no files; [`DaemonError::InvalidSettings`] if its `station.toml` has
/// errors.
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
    let is_in_settings = |p: &&Problem| files.get(p.span.file_index).is_some_and(|file| file.name == "station.toml");
    let problems: Vec<_> =
        read(files).problems.iter().filter(|p| p.is_structural).filter(is_in_settings).cloned().collect();
    if problems.is_empty() {
        return Ok(());
    }
    notify(notifier, PlayoutNotice::Problems { problems: &problems, files, fallback: None });
    Err(DaemonError::InvalidSettings)
}

/// Refuses to begin a log under the sample's id on a real device, because the log would keep that id for ever. A
/// station that already has a log continues, even if that log is damaged, so that no update silences a station.
///
/// # Errors
/// [`DaemonError::SampleStation`].
fn refuse_new_sample(files: &[SourceFile], recovered: &Recovered) -> Result<(), DaemonError> {
    let station = read_station(files);
    let is_new = recovered.replay.entries == 0 && recovered.damaged.is_none();
    let is_refused = is_new && is_sample_id(&station.id) && station.output.device.is_real();
    if is_refused { Err(DaemonError::SampleStation) } else { Ok(()) }
}

/// Returns the setup of the station. `folder` is a path that stays valid when the station's folder is moved.
fn station_setup(folder: &Path, files: &[SourceFile], recovered: &Recovered, clock: &SystemClock) -> StationSetup {
    let settings = read_station(files);
    StationSetup {
        id: recovered.replay.station.clone().unwrap_or_else(|| settings.id.clone()),
        settings,
        audio_dir: folder.join("audio"),
        built_at: WallTime(BUILD_TIME_UNIX_S.parse::<i64>().unwrap_or(0) * SECOND_US),
        boot_id: clock.boot_id(),
        rehearsal_until: None,
    }
}

/// Returns the effects of a real station: the sound output, the amplifier's commands, and the caller's callbacks.
fn real_effects(
    station: &Path,
    folder: &Arc<DirHandle>,
    loop_handle: LoopHandle,
    on_removal_accepted: impl Fn() + 'static,
    watches: DaemonWatches<'_>,
) -> Effects {
    let notifier = watches.notifier.clone();
    let output_dir = folder.stable_path(station);
    let waker = loop_handle.waker();
    let mut amplifier = AmplifierRunner::new(station, loop_handle);
    Effects {
        make_output: Box::new(move |settings| {
            let waker = waker.clone();
            Box::new(DeckOutput::new(settings, &output_dir, Arc::new(move || waker.wake())))
        }),
        switch_amplifier: Box::new(move |request| amplifier.switch(request)),
        read_host_facts: Box::new(|_| None),
        read_hand_in_state: Box::new(hand_in_watch(station, folder.clone())),
        read_alarm_facts: watches.read_alarm_facts,
        notify: Box::new(move |notice| {
            if matches!(notice, PlayoutNotice::Engine(Notice::RemovalAccepted(_))) {
                on_removal_accepted();
            }
            notify(&notifier, notice);
        }),
    }
}
