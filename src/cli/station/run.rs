//! `loa run`: the daemon, and what other commands need of a station's folder.
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::airlog::entry::LostFileEntry;
use crate::airlog::recover::DamageReason;
use crate::airlog::storage::StorageMoved;
use crate::base::state_dirs;
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS};
use crate::cli::table::{format_seconds, format_spoken, strip_unprintable};
use crate::cli::words::{outcome_text, reason_text, trust_text};
use crate::library::Library;
use crate::playout::PlayoutNotice;
use crate::playout::daemon::{
    self, DaemonError, DaemonNotice, DaemonNotifier, FallbackSchedule, KeyLocation, RunUntil,
};
use crate::playout::engine::Notice;
use crate::schedule::problem::{self, Severity};
use crate::schedule::settings::{Device, OutputSettings};
use crate::schedule::{Schedule, SourceFile, read};
use crate::station::{self, FolderError};
use crate::text::cli::{CliText, with_hint};
use crate::text::run::{LogSetAsideReason, RunText};
use crate::text::{Lang, Localize, print_stderr};

/// A station's folder, read.
pub struct LoadedStation {
    /// What the operator wrote, as far as it could be understood.
    pub schedule: Schedule,
    /// Its audio files.
    pub library: Library,
    /// Its files.
    pub files: Vec<SourceFile>,
}

/// Reads a station for a command that only looks at it. Errors in its files are told, on standard error, and make
/// the exit code [`PROBLEMS`]; what could be understood is used all the same.
///
/// # Errors
/// The exit code, when the folder cannot be used; the reason has been told.
pub fn open_station(station: &Path, lang: Lang) -> Result<(LoadedStation, u8), u8> {
    let files = station::read_sources(station).map_err(|e| report_unusable_folder(&e, station, lang))?;
    let reading = read(&files);
    let errors: Vec<_> = reading.problems.iter().filter(|p| p.severity == Severity::Error).cloned().collect();
    let code = if errors.is_empty() { EXIT_OK } else { EXIT_PROBLEMS };
    if !errors.is_empty() {
        print_stderr!("{}", problem::render(&errors, &files, lang, false).trim_end());
    }
    let library = station::load_library(station, &reading.schedule, &Library::default());
    Ok((LoadedStation { schedule: reading.schedule, library, files }, code))
}

/// Tells why a folder cannot be used.
pub(super) fn report_unusable_folder(error: &FolderError, station: &Path, lang: Lang) -> u8 {
    let path = station.display().to_string();
    match error {
        FolderError::NotAStation { .. } => {
            print_stderr!("{}", with_hint(&CliText::NotAStation { path }, &CliText::MakeOne {}, lang));
        }
        error => print_stderr!("{}", CliText::Failed { what: path, detail: error.to_string() }.localized(lang)),
    }
    EXIT_CONFIG
}

/// `loa run`.
///
/// # Errors
/// None of its own; the daemon's are told and become the exit code.
pub fn run(args: &StationArg, lang: Lang) -> io::Result<u8> {
    let station = args.dir.as_path();
    let result = daemon::run(station, RunUntil::Signal, KeyLocation::StateFolder, &stderr_notifier(lang));
    Ok(exit_code(result, station, lang))
}

/// The exit code of a run, its reason told.
#[must_use]
pub fn exit_code(result: Result<(), DaemonError>, station: &Path, lang: Lang) -> u8 {
    match result {
        Ok(()) => {
            print_stderr!("{}", RunText::Ended {}.localized(lang));
            EXIT_OK
        }
        Err(DaemonError::Folder(error)) => report_unusable_folder(&error, station, lang),
        Err(DaemonError::EntriesLost(count)) => {
            print_stderr!("{}", RunText::EntriesLost { count }.localized(lang));
            EXIT_PROBLEMS
        }
        Err(DaemonError::RehearsalLog) => {
            print_stderr!("{}", RunText::RehearsalLog {}.localized(lang));
            EXIT_CONFIG
        }
        // The findings have been told.
        Err(DaemonError::InvalidSettings) => EXIT_CONFIG,
        Err(DaemonError::AlreadyRunning) => {
            print_stderr!("{}", RunText::AlreadyRuns {}.localized(lang));
            EXIT_PROBLEMS
        }
        Err(DaemonError::AirlogIsLink) => {
            let words = station::copy_over_log_command(station)
                .map_or(RunText::LinkedLogAway {}, |command| RunText::LinkedLog { command });
            print_stderr!("{}", words.localized(lang));
            EXIT_CONFIG
        }
        Err(DaemonError::System { what: "keys", error }) => {
            let folders =
                state_dirs::candidates().iter().map(|f| f.join("keys").display().to_string()).collect::<Vec<_>>();
            print_stderr!(
                "{}",
                RunText::NoPlaceForKeys { folders: folders.join(", "), detail: error.to_string() }.localized(lang)
            );
            EXIT_CONFIG
        }
        Err(DaemonError::System { what, error }) => {
            let (what, detail) = (what.to_owned(), error.to_string());
            print_stderr!("{}", CliText::Failed { what, detail }.localized(lang));
            EXIT_CONFIG
        }
    }
}

/// Puts the daemon's words on standard error.
#[must_use]
pub fn stderr_notifier(lang: Lang) -> DaemonNotifier {
    Arc::new(Mutex::new(move |word: DaemonNotice<'_>| {
        if let Some(text) = notice_text(&word, lang) {
            print_stderr!("{text}");
        }
    }))
}

fn notice_text(word: &DaemonNotice<'_>, lang: Lang) -> Option<String> {
    let run = match word {
        DaemonNotice::Playout(PlayoutNotice::Engine(notice)) => {
            return engine_notice_text(notice, lang).map(|text| strip_unprintable(&text));
        }
        DaemonNotice::ControlUnavailable(error) => RunText::Unheard { detail: error.to_string() },
        DaemonNotice::ControlAvailable => RunText::Heard {},
        DaemonNotice::Playout(PlayoutNotice::LogWriteFailed(error)) => log_failure_text(error),
        DaemonNotice::Playout(PlayoutNotice::LogWriteRecovered) => RunText::LogWorks {},
        DaemonNotice::Playout(PlayoutNotice::KeptCopyFailed(error)) => RunText::KeptFails { detail: error.to_string() },
        DaemonNotice::Playout(PlayoutNotice::EpochRotationFailed(error)) => {
            RunText::KeysFail { detail: error.to_string() }
        }
        DaemonNotice::LogTailTorn(bytes) => RunText::TornTail { bytes: *bytes },
        DaemonNotice::LogDamaged(damage) => {
            RunText::LogSetAside { why: damage_text(&damage.why), kept: damage.kept_as.clone() }
        }
        DaemonNotice::FolderUnreadable(error) => unreadable_folder_text(error),
        DaemonNotice::Started(schedule) => {
            RunText::Started { station: schedule.station.name.clone(), device: device_names(&schedule.station.output) }
        }
        DaemonNotice::Problems { problems, files, fallback: broken } => {
            let mut text = problem::render(problems, files, lang, false);
            if let Some(instead) = broken {
                let words = match instead {
                    FallbackSchedule::LastGood => RunText::BrokenKept {},
                    FallbackSchedule::ValidParts => RunText::BrokenParts {},
                    FallbackSchedule::LastGoodFilesMissing => RunText::AwayWhole {},
                };
                text.push_str(&words.localized(lang).to_string());
            }
            return Some(text);
        }
    };
    Some(strip_unprintable(&run.localized(lang).to_string()))
}

fn log_failure_text(error: &io::Error) -> RunText {
    match StorageMoved::moved_path(error) {
        Some(path) => RunText::LogMoved { path: path.display().to_string() },
        None => RunText::LogFails { detail: error.to_string() },
    }
}

fn unreadable_folder_text(error: &FolderError) -> RunText {
    let moved = |path: &Path| RunText::FolderMoved { path: path.display().to_string() };
    match error {
        FolderError::NotAStation { path } => RunText::FolderEmptied { path: path.display().to_string() },
        FolderError::Io { error: why, .. } => {
            StorageMoved::moved_path(why).map_or_else(|| RunText::Unreadable { detail: error.to_string() }, moved)
        }
    }
}

/// Why a log could not be gone on with.
fn damage_text(why: &DamageReason) -> LogSetAsideReason {
    match *why {
        DamageReason::Rewound { lines, size } => LogSetAsideReason::Rewound { lines, size },
        DamageReason::Changed => LogSetAsideReason::Changed {},
        DamageReason::NoHead => LogSetAsideReason::NoHead {},
        DamageReason::Closings => LogSetAsideReason::Closings {},
        DamageReason::NoKeys => LogSetAsideReason::NoKeys {},
        DamageReason::OlderCopy { size, newest } => LogSetAsideReason::OlderCopy { size, newest },
        DamageReason::Forked { newest } => LogSetAsideReason::Forked { newest },
    }
}

/// The station's devices, in the order in which they are tried.
fn device_names(output: &OutputSettings) -> String {
    let all = std::iter::once(&output.device).chain(&output.fallback_devices);
    all.map(device_name).collect::<Vec<_>>().join(", ")
}

/// A device as it is written in `station.toml`.
#[must_use]
pub fn device_name(device: &Device) -> String {
    match device {
        Device::Default => "default".to_owned(),
        Device::Named(name) => name.clone(),
        Device::Null => "null".to_owned(),
        Device::Wav(file) => format!("wav:{file}"),
    }
}

fn engine_notice_text(notice: &Notice, lang: Lang) -> Option<String> {
    let run = match notice {
        Notice::ClockUntrusted(why) => RunText::ClockDoubted { why: trust_text(*why).localized(lang).to_string() },
        Notice::ClockTrusted(why) => RunText::ClockBelieved { why: trust_text(*why).localized(lang).to_string() },
        Notice::LineLost(detail) => RunText::LineLost { detail: detail.clone() },
        Notice::LineRestored(device) => RunText::LineBack { device: device.clone() },
        Notice::FallbackDevice { device, detail } => {
            RunText::LineInstead { device: device.clone(), detail: detail.clone() }
        }
        Notice::AmplifierFails { on, error: trouble } => {
            return Some(crate::cli::words::switch_error_text(*on, trouble).localized(lang).to_string());
        }
        Notice::AmplifierRecovered => RunText::AmplifierWorks {},
        Notice::ScheduleAdopted { sessions, segments } => RunText::Adopted { sessions: *sessions, segments: *segments },
        Notice::StationIdChanged { log, file } => {
            RunText::StationChanged { log: log.to_string(), file: file.to_string() }
        }
        Notice::RemovalAccepted(files) => {
            let words =
                files.iter().map(|file| RunText::RemovalMeant { file: file.clone() }.localized(lang).to_string());
            return Some(words.collect::<Vec<_>>().join(" "));
        }
        // A restart within a minute is no news to anybody.
        Notice::WasOff { seconds } if *seconds < 60 => return None,
        Notice::WasOff { seconds } => RunText::WasOff { time: format_spoken(*seconds, lang) },
        Notice::ProgressMarksRejected(id) => RunText::MarksDoubted { id: id.clone() },
        Notice::KeptFileLost(LostFileEntry { date: Some(date), lacking, .. }) => {
            RunText::PlanLost { date: crate::cli::table::format_date(*date, lang), count: *lacking }
        }
        Notice::KeptFileLost(_) => RunText::ScheduleLost {},
        Notice::AiringStarted(id) => RunText::AiringStarted { id: id.clone() },
        Notice::AiringEnded(note) => {
            let mut result = outcome_text(note.result).localized(lang).to_string();
            if let Some(reason) = note.reason {
                result.push_str(&format!(" ({})", reason_text(reason).localized(lang)));
            }
            let played = format_seconds(note.played_ms, lang);
            RunText::AiringEnded { id: note.labels.id.clone(), result, played }
        }
    };
    Some(run.localized(lang).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_moved_is_told_in_the_readers_language_alone() {
        let path = Path::new("/đài");
        let moved = || io::Error::other(StorageMoved::from(path));
        let io = FolderError::Io { path: path.to_owned(), error: moved() };
        let emptied = FolderError::NotAStation { path: path.to_owned() };
        for run in [unreadable_folder_text(&io), unreadable_folder_text(&emptied), log_failure_text(&moved())] {
            let said = run.localized(Lang::Vi).to_string();
            let english =
                ["was", "when", "has", "is", "any more"].iter().any(|word| said.contains(&format!(" {word} ")));
            assert!(said.contains("/đài") && !english, "{said}");
        }
        // The system's own text follows our sentence.
        let denied = FolderError::Io { path: path.to_owned(), error: io::ErrorKind::PermissionDenied.into() };
        assert!(
            unreadable_folder_text(&denied)
                .localized(Lang::Vi)
                .to_string()
                .starts_with("Không đọc được thư mục của đài: /đài: ")
        );
    }
}
