//! The loader. It reads the station's folder, reports each set of problems once, and sends revisions to the loop.
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
use super::engine::{ExternalFacts, FolderFacts, OperatorCommand, ScheduleRevision};
use super::notice::{FallbackSchedule, PlayoutNotice, SharedNotifier, notify};
use super::removal_confirmation::{self, RemovalConfirmation};
use crate::airlog::storage::StorageMoved;
use crate::base::durable::DirHandle;
use crate::base::instant::WallTime;
use crate::check;
use crate::concern::RefusedSchedule;
use crate::library::{FileStatus, Library};
use crate::schedule::finding::{Finding, SuspectReason};
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, ParsedSchedule, Schedule, SourceFile, read, without_copies};
use crate::station::suspect::{SuspectFile, all_suspect, suspect_files};
use crate::station::{self, FolderError, LibraryCache, ScanTime, StationFiles};

/// Reads the folder of a running station. The thread `watch` owns the loader.
pub struct ScheduleLoader {
    station: PathBuf,
    /// Handle to the folder that was at the station's path when the daemon started.
    opened_folder: Arc<DirHandle>,
    /// The station's id in the log. The engine does not adopt a schedule with a different id.
    log_station_id: Id,
    library_cache: LibraryCache,
    /// Hash of the last report, so that the same report is not repeated.
    last_report_hash: Option<u64>,
    /// True from a report of problems until it is reported that there are none any more.
    has_reported_problems: bool,
    /// True when a schedule is in force.
    has_schedule: bool,
    /// Source files of the schedule in force.
    files_in_force: Vec<SourceFile>,
    /// Source files of the schedule that comes into force if the operator confirms that the missing files were removed
    /// on purpose.
    files_if_confirmed: Option<Vec<SourceFile>>,
    /// The flag that the loop sets when the operator confirms that files were removed on purpose.
    is_removal_confirmed: Arc<AtomicBool>,
    /// A confirmation that the operator gave while the station was off.
    offline_confirmation: Option<RemovalConfirmation>,
    /// True when the last load found suspect files.
    has_suspects: bool,
    /// The facts about the folder that the current load has found.
    folder_facts: FolderFacts,
    /// The facts about the folder that were last sent to the loop; `None` before the first load.
    reported_facts: Option<FolderFacts>,
    /// True once it has been reported that the station does not play the schedule in the folder.
    is_fallback_reported: bool,
    notifier: SharedNotifier,
}

impl ScheduleLoader {
    /// Returns a loader for a station without a schedule in force.
    #[must_use]
    pub fn new(
        station: &Path,
        opened_folder: Arc<DirHandle>,
        log_station_id: Id,
        library_cache: LibraryCache,
        notifier: SharedNotifier,
    ) -> Self {
        Self {
            station: station.to_owned(),
            opened_folder,
            log_station_id,
            library_cache,
            last_report_hash: None,
            has_reported_problems: false,
            has_schedule: false,
            files_in_force: Vec::new(),
            files_if_confirmed: None,
            is_removal_confirmed: Arc::default(),
            offline_confirmation: removal_confirmation::read(station),
            has_suspects: false,
            folder_facts: FolderFacts::default(),
            reported_facts: None,
            is_fallback_reported: false,
            notifier,
        }
    }

    /// Continues with the schedule that was in force when the station stopped. `files` are its source files. The list
    /// is empty if a kept copy is missing. In that case, the loader cannot tell which files have disappeared.
    pub fn resume_from(&mut self, files: Vec<SourceFile>) {
        self.has_schedule = true;
        self.files_in_force = files;
    }

    /// Returns the flag that the loop sets when the operator confirms that files were removed on purpose.
    #[must_use]
    pub fn removal_flag(&self) -> Arc<AtomicBool> {
        self.is_removal_confirmed.clone()
    }

    /// Returns the delay after which to load again even if nothing changes. It is `Some` if a file is still being
    /// written.
    #[must_use]
    pub fn rescan_delay(&self) -> Option<Duration> {
        self.library_cache.recheck_after()
    }

    /// Reads the folder, and returns commands for the loop.
    pub fn load(&mut self) -> Vec<PlayoutCommand> {
        let mut commands = self.load_folder();
        let facts = std::mem::take(&mut self.folder_facts);
        if self.reported_facts.as_ref() != Some(&facts) {
            self.reported_facts = Some(facts.clone());
            commands.push(PlayoutCommand::ExternalFacts(ExternalFacts::Folder(facts)));
        }
        commands
    }

    fn load_folder(&mut self) -> Vec<PlayoutCommand> {
        // If a different folder is now at the station's path, its contents are not an edit of this station.
        let folder_id = DirHandle::open(&self.station).and_then(|folder| folder.file_id()).ok();
        if folder_id.is_none() || folder_id != self.opened_folder.file_id().ok() {
            (self.folder_facts.is_unreadable, self.is_fallback_reported) = (true, true);
            let error = io::Error::other(StorageMoved::from(&*self.station));
            let error = FolderError::Io { path: self.station.clone(), error };
            if self.update_last_report(&error.to_string()) {
                notify(&self.notifier, PlayoutNotice::FolderUnreadable(&error));
            }
            return Vec::new();
        }
        if self.is_removal_confirmed.swap(false, Ordering::Relaxed)
            && let Some(files) = self.files_if_confirmed.take()
        {
            self.files_in_force = files;
        }
        let commands = match station::read_folder(&self.station) {
            Ok(mut sources) => {
                sources.mark_in_force(&self.files_in_force);
                self.commands_for_sources(&sources)
            }
            Err(error) => self.commands_for_unreadable_folder(&error),
        };
        // The confirmation was given for the folder as it was then, so it applies only to the first load.
        if self.offline_confirmation.take().is_some() {
            removal_confirmation::discard(&self.station);
        }
        commands
    }

    fn commands_for_unreadable_folder(&mut self, error: &FolderError) -> Vec<PlayoutCommand> {
        (self.folder_facts.is_unreadable, self.is_fallback_reported) = (true, true);
        if self.update_last_report(&error.to_string()) {
            notify(&self.notifier, PlayoutNotice::FolderUnreadable(error));
        }
        let reason = if matches!(error, FolderError::NotAStation { .. }) {
            SuspectReason::Gone
        } else {
            SuspectReason::Unreadable
        };
        self.files_if_confirmed = None;
        self.suspect_file_commands(all_suspect(&self.files_in_force, reason), None)
    }

    fn commands_for_sources(&mut self, sources: &StationFiles) -> Vec<PlayoutCommand> {
        let parsed = read(&sources.files);
        let files = &without_copies(&sources.files);
        let library = self.library_cache.refresh(&self.station, &parsed.schedule, ScanTime::now());
        let suspects = suspect_files(&self.files_in_force, sources);
        let mut all_files = sources.all_files();
        let mut problems = self.collect_problems(sources, &parsed, &library, &mut all_files);
        for suspect in &suspects {
            problems.push(suspect.to_problem(SourceSpan::start_of(all_files.len())));
            all_files.push(SourceFile::new(&suspect.file, b""));
        }
        let has_structural_problem = parsed.problems.iter().any(|p| p.is_structural);
        let fallback = match (suspects.is_empty(), has_structural_problem, self.has_schedule) {
            (false, ..) => Some(FallbackSchedule::LastGoodFilesMissing),
            (true, false, _) => None,
            (true, true, true) => Some(FallbackSchedule::LastGood),
            (true, true, false) => Some(FallbackSchedule::ValidParts),
        };
        self.folder_facts.files_of_missing_audio = files_of_missing_audio(&problems, &library);
        if has_structural_problem && self.has_schedule {
            // A damaged file is reported as damaged, so the errors in it do not count.
            let is_suspect = |file: &str| suspects.iter().any(|suspect| suspect.file == file);
            self.folder_facts.refused = first_error(&parsed.problems, &all_files, is_suspect);
        }
        self.report_problems(&problems, &all_files, fallback);
        // Files that differ from those in force are adopted, and the engine reports the new schedule instead.
        let has_other_id = parsed.schedule.station.id != self.log_station_id;
        let is_fallback = fallback.is_some() || has_other_id;
        if std::mem::replace(&mut self.is_fallback_reported, is_fallback)
            && !is_fallback
            && *files == self.files_in_force
        {
            notify(&self.notifier, PlayoutNotice::InForceAgain);
        }
        if !suspects.is_empty() {
            let may_be_intentional = !has_structural_problem && suspects.iter().all(SuspectFile::may_be_intentional);
            let revision_if_confirmed =
                may_be_intentional.then(|| Arc::new(adoption::prepare_revision(files, parsed.schedule, library)));
            self.files_if_confirmed = may_be_intentional.then(|| files.clone());
            return self.suspect_file_commands(suspects, revision_if_confirmed);
        }
        let mut commands = self.suspect_file_commands(suspects, None);
        self.files_if_confirmed = None;
        if fallback == Some(FallbackSchedule::LastGood) {
            return commands;
        }
        self.has_schedule |= !has_structural_problem;
        if !has_other_id {
            self.files_in_force.clone_from(files);
        }
        commands.push(PlayoutCommand::Adopt(Arc::new(adoption::prepare_revision(files, parsed.schedule, library))));
        commands
    }

    /// Returns all problems of the folder. Appends to `all_files` the other files that the problems name.
    fn collect_problems(
        &self,
        sources: &StationFiles,
        parsed: &ParsedSchedule,
        library: &Library,
        all_files: &mut Vec<SourceFile>,
    ) -> Vec<Problem> {
        let mut problems = parsed.problems.clone();
        problems.extend(sources.problems.iter().cloned());
        problems.extend(check::check(parsed, library, self.today(&parsed.schedule)));
        station::add_disk_findings(&self.station, parsed, &mut problems, all_files);
        problems
    }

    /// Reports the problems, if they differ from those of the last report, or that there are none any more.
    fn report_problems(&mut self, problems: &[Problem], files: &[SourceFile], fallback: Option<FallbackSchedule>) {
        if self.update_last_report(&format!("{problems:?}")) && !problems.is_empty() {
            self.has_reported_problems = true;
            notify(&self.notifier, PlayoutNotice::Problems { problems, files, fallback });
        }
        // A file that is still being written may turn out to be damaged.
        if problems.is_empty() && self.has_reported_problems && self.library_cache.recheck_after().is_none() {
            self.has_reported_problems = false;
            notify(&self.notifier, PlayoutNotice::NoMoreProblems);
        }
    }

    /// Returns a command that reports the suspect files, and a command with the confirmation that was given while the
    /// station was off. `revision_if_confirmed` comes into force if the operator confirms that the files were removed.
    fn suspect_file_commands(
        &mut self,
        suspects: Vec<SuspectFile>,
        revision_if_confirmed: Option<Arc<ScheduleRevision>>,
    ) -> Vec<PlayoutCommand> {
        let has_suspects = !suspects.is_empty();
        let mut commands = Vec::new();
        if has_suspects || self.has_suspects {
            commands.push(PlayoutCommand::SuspectFiles {
                files: suspects,
                schedule_without_suspects: revision_if_confirmed,
            });
        }
        self.has_suspects = has_suspects;
        if let Some(RemovalConfirmation { files, author, .. }) =
            self.offline_confirmation.clone().filter(|_| has_suspects)
        {
            // The reply is dropped, because no client waits for it.
            let (reply_sender, _) = mpsc::channel();
            commands.push(PlayoutCommand::Operator(OperatorCommand::AcceptRemoval { files }, author, reply_sender));
        }
        commands
    }

    /// Stores the hash of this report. Returns whether the report differs from the last one.
    fn update_last_report(&mut self, report: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        report.hash(&mut hasher);
        self.last_report_hash.replace(hasher.finish()) != Some(hasher.finish())
    }

    fn today(&self, schedule: &Schedule) -> chrono::NaiveDate {
        let wall = SystemClock::new().map_or(WallTime(0), |mut clock| clock.now().wall);
        crate::base::instant::to_local(wall, schedule.station.timezone).date_naive()
    }
}

/// Returns the number of files that the schedule needs from `audio/`, if a problem says that the folder is missing or is
/// a link that leads nowhere.
fn files_of_missing_audio(problems: &[Problem], library: &Library) -> Option<u64> {
    let is_missing_audio = |problem: &Problem| match &problem.finding {
        Finding::AudioFolderGone { .. } => true,
        Finding::FolderUnavailable { folder, .. } => folder == "audio",
        _ => false,
    };
    let missing_files = library.files.values().filter(|status| matches!(status, FileStatus::Missing { .. })).count();
    (missing_files > 0 && problems.iter().any(is_missing_audio)).then_some(missing_files as u64)
}

/// Returns the file and the line of the first error that keeps a schedule from being adopted, in a file that is not
/// suspect.
fn first_error(
    problems: &[Problem],
    files: &[SourceFile],
    is_suspect: impl Fn(&str) -> bool,
) -> Option<RefusedSchedule> {
    let mut located_errors = problems
        .iter()
        .filter(|problem| problem.is_structural)
        .filter_map(|error| Some((error, files.get(error.span.file_index)?)));
    let (error, file) = located_errors.find(|(_, file)| !is_suspect(&file.name))?;
    let text_before = file.text.get(..error.span.range.start).unwrap_or_default();
    let line = text_before.matches('\n').count() as u64 + 1;
    Some(RefusedSchedule { file: file.name.clone(), line })
}
