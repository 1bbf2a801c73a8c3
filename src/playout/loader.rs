//! The loader: it reads the station's folder, reports problems once, and tells the loop what to adopt.
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::adoption;
use super::clock::Clock;
use super::clock::system::SystemClock;
use super::command::PlayoutCommand;
use super::engine::{OperatorCommand, ScheduleRevision};
use super::notice::{FallbackSchedule, PlayoutNotice, SharedNotifier, notify};
use super::removal_confirmation::{self, RemovalConfirmation};
use crate::airlog::storage::StorageMoved;
use crate::base::durable::DirHandle;
use crate::base::instant::WallTime;
use crate::check;
use crate::library::Library;
use crate::schedule::finding::SuspectReason as Why;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, ParsedSchedule, Schedule, SourceFile, read};
use crate::station::suspect::{SuspectFile, all_suspect, suspect_files};
use crate::station::{self, FolderError, LibraryCache, ScanTime, StationFiles};

/// Reads the folder of a running station. The thread `watch` owns it.
pub struct ScheduleLoader {
    station: PathBuf,
    /// Handle to the folder that was there at the start.
    opened_folder: Arc<DirHandle>,
    /// Id of the log's station: an edit with another id is not adopted.
    log_station: Id,
    library_cache: LibraryCache,
    last_reported: Option<u64>,
    /// Whether a schedule is in force.
    has_schedule: bool,
    /// Files of the schedule in force.
    in_force: Vec<SourceFile>,
    /// Files of the schedule that comes into force when a person confirms the removal of others.
    files_if_confirmed: Option<Vec<SourceFile>>,
    removal_confirmed: Arc<AtomicBool>,
    /// Confirmation that a person gave while the station was off.
    offline_confirmation: Option<RemovalConfirmation>,
    /// Whether the last look found suspect files.
    reported_suspects: bool,
    notifier: SharedNotifier,
}

impl ScheduleLoader {
    /// Returns a loader for a station that has had no schedule yet.
    #[must_use]
    pub fn new(station: &Path, home: Arc<DirHandle>, id: Id, shelf: LibraryCache, say: SharedNotifier) -> Self {
        Self {
            station: station.to_owned(),
            opened_folder: home,
            log_station: id,
            library_cache: shelf,
            last_reported: None,
            has_schedule: false,
            in_force: Vec::new(),
            files_if_confirmed: None,
            removal_confirmed: Arc::default(),
            offline_confirmation: removal_confirmation::read(station),
            reported_suspects: false,
            notifier: say,
        }
    }

    /// Continues with the schedule that was in force when the station stopped. `files` are its sources, empty when they
    /// were not all kept: then nothing can stand in for what is gone.
    pub fn resume_from(&mut self, files: Vec<SourceFile>) {
        self.has_schedule = true;
        self.in_force = files;
    }

    /// Returns the flag to set when a person confirms that files were removed on purpose.
    #[must_use]
    pub fn removal_confirmed(&self) -> Arc<AtomicBool> {
        self.removal_confirmed.clone()
    }

    /// Returns when to look at the folder again even if nothing changes: a file is still being written.
    #[must_use]
    pub fn rescan_after(&self) -> Option<Duration> {
        self.library_cache.recheck_after()
    }

    /// Reads the folder; returns commands for the loop.
    pub fn load(&mut self) -> Vec<PlayoutCommand> {
        // Another folder in the station's place is not an edit of this one.
        let there = DirHandle::open(&self.station).and_then(|there| there.file_id()).ok();
        if there.is_none() || there != self.opened_folder.file_id().ok() {
            let error = io::Error::other(StorageMoved::from(&*self.station));
            let error = FolderError::Io { path: self.station.clone(), error };
            if self.is_new_report(&error.to_string()) {
                notify(&self.notifier, PlayoutNotice::FolderUnreadable(&error));
            }
            return Vec::new();
        }
        if self.removal_confirmed.swap(false, Ordering::Relaxed)
            && let Some(files) = self.files_if_confirmed.take()
        {
            self.in_force = files;
        }
        let commands = match station::read_folder(&self.station) {
            Ok(sources) => self.on_sources(&sources),
            Err(error) => self.on_unreadable(&error),
        };
        // The confirmation was given for the folder as it was then.
        if self.offline_confirmation.take().is_some() {
            removal_confirmation::discard(&self.station);
        }
        commands
    }

    fn on_unreadable(&mut self, error: &FolderError) -> Vec<PlayoutCommand> {
        if self.is_new_report(&error.to_string()) {
            notify(&self.notifier, PlayoutNotice::FolderUnreadable(error));
        }
        let why = if matches!(error, FolderError::NotAStation { .. }) { Why::Gone } else { Why::Unreadable };
        self.files_if_confirmed = None;
        self.suspect_file_commands(all_suspect(&self.in_force, why), None)
    }

    fn on_sources(&mut self, sources: &StationFiles) -> Vec<PlayoutCommand> {
        let files = &sources.files;
        let reading = read(files);
        let library = self.library_cache.refresh(&self.station, &reading.schedule, ScanTime::now());
        let away = suspect_files(&self.in_force, sources);
        let mut all = sources.all_files();
        let mut problems = self.collect_problems(sources, &reading, &library, &mut all);
        for one in &away {
            problems.push(one.to_problem(SourceSpan::start_of(all.len())));
            all.push(SourceFile::new(&one.file, b""));
        }
        let structural = reading.problems.iter().any(|p| p.structural);
        let broken = match (away.is_empty(), structural, self.has_schedule) {
            (false, ..) => Some(FallbackSchedule::LastGoodFilesMissing),
            (true, false, _) => None,
            (true, true, true) => Some(FallbackSchedule::LastGood),
            (true, true, false) => Some(FallbackSchedule::ValidParts),
        };
        if self.is_new_report(&format!("{problems:?}")) && !problems.is_empty() {
            notify(&self.notifier, PlayoutNotice::Problems { problems: &problems, files: &all, fallback: broken });
        }
        if !away.is_empty() {
            let meant = !structural && away.iter().all(SuspectFile::may_be_intentional);
            let adopted = meant.then(|| Arc::new(adoption::prepare_adopted(files, reading.schedule, library)));
            self.files_if_confirmed = meant.then(|| files.clone());
            return self.suspect_file_commands(away, adopted);
        }
        let mut commands = self.suspect_file_commands(away, None);
        self.files_if_confirmed = None;
        if broken == Some(FallbackSchedule::LastGood) {
            return commands;
        }
        self.has_schedule |= !structural;
        if reading.schedule.station.id == self.log_station {
            self.in_force.clone_from(files);
        }
        commands.push(PlayoutCommand::Adopt(Arc::new(adoption::prepare_adopted(files, reading.schedule, library))));
        commands
    }

    fn collect_problems(
        &self,
        sources: &StationFiles,
        reading: &ParsedSchedule,
        library: &Library,
        all: &mut Vec<SourceFile>,
    ) -> Vec<Problem> {
        let mut problems = reading.problems.clone();
        problems.extend(sources.problems.iter().cloned());
        problems.extend(check::check(reading, library, self.today(&reading.schedule)));
        station::add_disk_findings(&self.station, reading, &mut problems, all);
        problems
    }

    /// Reports suspect files to the loop, and a confirmation that a person gave while the station was off.
    fn suspect_file_commands(
        &mut self,
        away: Vec<SuspectFile>,
        instead: Option<Arc<ScheduleRevision>>,
    ) -> Vec<PlayoutCommand> {
        let doubted = !away.is_empty();
        let mut commands = Vec::new();
        if doubted || self.reported_suspects {
            commands.push(PlayoutCommand::SuspectFiles { files: away, schedule_without: instead });
        }
        self.reported_suspects = doubted;
        if let Some(RemovalConfirmation { files, who, .. }) = self.offline_confirmation.clone().filter(|_| doubted) {
            // Nobody waits for the reply.
            let (answer, _) = mpsc::channel();
            commands.push(PlayoutCommand::Operator(OperatorCommand::AcceptRemoval { files }, who, answer));
        }
        commands
    }

    /// Returns whether this differs from the last report.
    fn is_new_report(&mut self, told: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        told.hash(&mut hasher);
        self.last_reported.replace(hasher.finish()) != Some(hasher.finish())
    }

    fn today(&self, schedule: &Schedule) -> chrono::NaiveDate {
        let wall = SystemClock::new().map_or(WallTime(0), |mut clock| clock.now().wall);
        crate::base::instant::to_local(wall, schedule.station.timezone).date_naive()
    }
}
