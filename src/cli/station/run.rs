//! `loa run`: runs the daemon.
use std::io;
use std::path::Path;

use clap::Args;

use super::daemon_notices::stderr_notifier;
use super::open_station::report_unusable_folder;
use crate::base::state_dirs;
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS};
use crate::cli::shell_words::{folder_argument, quoted_path};
use crate::playout::AlarmFactsReader;
use crate::playout::daemon::{self, DaemonWatches, RunUntil, SamplePermission};
use crate::playout::error::{DaemonError, SystemPart};
use crate::playout::key_location::KeyLocation;
use crate::station;
use crate::text::cli::CliText;
use crate::text::init::InitText;
use crate::text::run::RunText;
use crate::text::system::{PartText, SystemText};
use crate::text::{Lang, Localize, print_stderr};

/// Arguments of `loa run`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct RunArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long)]
    pub sample: bool,
}

/// Runs `loa run`.
///
/// # Errors
/// Never: the daemon's errors are printed and become the exit code.
pub fn run(args: &RunArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    let sample_permission = if args.sample { SamplePermission::Given } else { SamplePermission::Withheld };
    let notifier = stderr_notifier(lang);
    #[cfg(feature = "alarm")]
    let notifier = super::alarm_queue::queueing_notifier(station, lang, notifier);
    #[cfg(feature = "alarm")]
    let read_alarm_facts: Box<AlarmFactsReader> = Box::new(crate::alarm::watch::alarm_watch(station));
    // Without the sender, nobody knows whether alarms are delivered.
    #[cfg(not(feature = "alarm"))]
    let read_alarm_facts: Box<AlarmFactsReader> = Box::new(|_| None);
    let watches = DaemonWatches { notifier: &notifier, read_alarm_facts };
    let result = daemon::run(station, RunUntil::Signal, sample_permission, KeyLocation::StateFolder, watches);
    Ok(exit_code(result, station, lang))
}

/// Prints why the daemon ended, and returns the exit code.
#[must_use]
pub fn exit_code(result: Result<(), DaemonError>, station: &Path, lang: Lang) -> u8 {
    match result {
        Ok(()) => {
            print_stderr!("{}", RunText::Ended {}.localized(lang));
            EXIT_OK
        }
        Err(DaemonError::Folder(error)) => report_unusable_folder(&error, station, lang),
        Err(DaemonError::EntriesLost { entries, is_log_moved }) => {
            let count = entries.into();
            let text = match is_log_moved {
                true => RunText::EntriesLostMoved { count },
                false => RunText::EntriesLost { count },
            };
            print_stderr!("{}", text.localized(lang));
            EXIT_PROBLEMS
        }
        Err(DaemonError::RehearsalLog) => {
            print_stderr!("{}", RunText::RehearsalLog {}.localized(lang));
            EXIT_CONFIG
        }
        Err(DaemonError::SampleStation) => {
            print_stderr!(
                "{}\n{}",
                InitText::SampleRefused {}.localized(lang),
                InitText::SampleHint {}.localized(lang)
            );
            EXIT_CONFIG
        }
        // The daemon has already printed the problems.
        Err(DaemonError::InvalidSettings) => EXIT_CONFIG,
        Err(DaemonError::AlreadyRunning) => {
            print_stderr!("{}", RunText::AlreadyRuns { folder: folder_argument(station) }.localized(lang));
            EXIT_PROBLEMS
        }
        Err(DaemonError::CopyIsRunning(running)) => {
            print_stderr!("{}", RunText::CopyIsRunning { running: quoted_path(&running) }.localized(lang));
            EXIT_PROBLEMS
        }
        Err(DaemonError::AirlogIsLink) => {
            let message = station::copy_over_log_command(station)
                .map_or(RunText::LinkedLogAway {}, |command| RunText::LinkedLog { command });
            print_stderr!("{}", message.localized(lang));
            EXIT_CONFIG
        }
        Err(DaemonError::System { part, error }) => {
            print_stderr!("{}", system_failure(part, &error, station, lang));
            EXIT_CONFIG
        }
    }
}

/// Returns the message for a system failure.
fn system_failure(part: SystemPart, error: &io::Error, station: &Path, lang: Lang) -> String {
    let detail = SystemText::from(error);
    let is_refused = matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
    match part {
        SystemPart::Keys => {
            let folders: Vec<String> =
                state_dirs::candidates().iter().map(|folder| folder.join("keys").display().to_string()).collect();
            RunText::NoPlaceForKeys { folders: folders.join(", "), detail }.localized(lang).to_string()
        }
        // Without a log there is no proof of what was aired, so the station does not play.
        SystemPart::Airlog | SystemPart::AirlogLock if is_refused => {
            RunText::LogNotWritable { path: station.display().to_string(), detail }.localized(lang).to_string()
        }
        _ => {
            let what = part_text(part).localized(lang).to_string();
            CliText::Failed { what, detail }.localized(lang).to_string()
        }
    }
}

/// Returns the name of a part of the daemon.
fn part_text(part: SystemPart) -> PartText {
    match part {
        SystemPart::Station => PartText::Station {},
        SystemPart::Airlog => PartText::Airlog {},
        SystemPart::AirlogLock => PartText::AirlogLock {},
        SystemPart::PathLock => PartText::PathLock {},
        SystemPart::Keys => PartText::Keys {},
        SystemPart::Clock => PartText::Clock {},
        SystemPart::Signals => PartText::Signals {},
        SystemPart::ControlSocket => PartText::ControlSocket {},
        SystemPart::Watch => PartText::Watch {},
    }
}
