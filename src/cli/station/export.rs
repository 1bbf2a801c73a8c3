//! `loa export`: copies the log to a USB stick, and takes the department's countersignature and anchor from it.
mod hand_in;
mod returned_notes;

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::messages::MessageSink;
use crate::airlog::files::COSIGNED;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::durable;
use crate::base::medium::{Medium, medium_of};
use crate::base::platform::available_threads;
use crate::cli::args::{CliFormat, StationArg};
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::shell_words::folder_argument;
use crate::cli::table::strip_unprintable;
use crate::cli::waiting_entries::waiting_entries;
use crate::cli::words::fault_text;
use crate::logstore::export::{ExportSummary, export};
use crate::logstore::source::{self, LogForm, LogSource};
use crate::playout::epoch_rotation::{RotationResult, rotate_epoch};
use crate::proof::headcode::head_code;
use crate::proof::note::VerifierKey;
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::schedule::read_station;
use crate::station;
use crate::text::proof::{HandInText, ProofText};
use crate::text::{Lang, Localize, print_stderr};
pub(super) use hand_in::remember_hand_in;
use hand_in::{confirm_copy_to_fixed_disk, finish_copy};
use returned_notes::take_returned_notes;

/// Arguments of `loa export`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ExportArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    #[arg(id = "any_folder", long = "anyway")]
    pub anyway: bool,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// Runs `loa export`.
///
/// # Errors
/// If standard output, the station's folder or the stick fails.
pub fn run(args: &ExportArgs, lang: Lang) -> io::Result<u8> {
    let sink = MessageSink::new(args.format == CliFormat::Json);
    let code = run_export(args, &sink, lang)?;
    sink.print_list()?;
    Ok(code)
}

fn run_export(args: &ExportArgs, sink: &MessageSink, lang: Lang) -> io::Result<u8> {
    let (station, to) = (args.station.dir.as_path(), args.to.as_path());
    let medium = medium_of(Path::new("/"), to, station);
    if medium == Medium::Fixed && !args.anyway && !confirm_copy_to_fixed_disk(to, lang)? {
        return Ok(EXIT_PROBLEMS);
    }
    let mut destination = FolderStorage::new(to.to_owned());
    let summary = match export_log(station, &mut destination, lang)? {
        Ok(summary) => summary,
        Err(code) => return Ok(code),
    };
    let (entries, before, files) = (summary.verified.entries, summary.entries_before, summary.files_written);
    let message =
        ProofText::Exported { entries: entries.into(), before, files: files.into(), path: to.display().to_string() };
    sink.done(message.to_plain(lang))?;
    sink.done(ProofText::ExportCode { code: head_code(&summary.verified.root) }.localized(lang))?;
    match finish_copy(to, &medium) {
        // A page says in its own words that the stick may be taken out, not with a command.
        Ok(sentence) if matches!(sink, MessageSink::Terminal) => sink.done(sentence.to_plain(lang))?,
        Ok(_) => {}
        Err(e) => {
            return Ok(fail(HandInText::NotWrittenDown { detail: (&e).into() }.localized(lang), EXIT_PROBLEMS));
        }
    }
    // A copy on this computer is not a hand-in.
    if medium != Medium::Fixed {
        remember_hand_in(station, &summary, lang);
    }
    Ok(EXIT_OK)
}

/// Takes the department's countersignature and anchor from the destination, ends the epoch, and exports the log to the
/// destination. If the log cannot be exported, prints the reason and returns the exit code.
///
/// # Errors
/// If the station's folder or the destination fails.
pub fn export_log<T: Storage>(
    station: &Path,
    destination: &mut T,
    lang: Lang,
) -> io::Result<Result<ExportSummary, u8>> {
    let Some(log) = source::open_log(station) else {
        return Ok(Err(fail(ProofText::NoLogYet { folder: folder_argument(station) }.localized(lang), EXIT_CONFIG)));
    };
    let mut rotation_failure_text = None;
    if log.form == LogForm::Airlog {
        let mut log = LogSource { storage: FolderStorage::for_airlog(station.join("airlog")), form: LogForm::Airlog };
        let department_key = department_key(station);
        let notes = take_returned_notes(&mut log, destination, department_key.as_ref(), lang)?;
        rotation_failure_text = rotation_failure(rotate_epoch(station, notes)?);
    }
    // Only durable files are exported. Otherwise a power cut at the station could lose files that the
    // destination already holds.
    if let Some((folder, _)) = source::find_log(station) {
        durable::sync_parent_dir(&folder.join(COSIGNED))?;
    }
    match export(&log, destination, VerifyPolicy::default(), available_threads())? {
        Ok(summary) => {
            for error in summary.missing.iter().filter(|error| !matches!(error, VerifyError::Torn { .. })) {
                print_stderr!("{}", ProofText::ExportFault { fault: fault_text(error) }.to_plain(lang));
            }
            let waiting = waiting_entries(station);
            if waiting > 0 {
                print_stderr!("{}", ProofText::ExportLacksWaiting { count: waiting.into() }.localized(lang));
            } else if let Some(reason) = rotation_failure_text {
                let why = reason.localized(lang).to_string();
                print_stderr!("{}", ProofText::NewestNotLocked { why }.localized(lang));
            }
            Ok(Ok(summary))
        }
        Err(error) => {
            let message = ProofText::NotExported { fault: fault_text(&error) }.localized(lang).to_string();
            print_stderr!("{}", strip_unprintable(&message));
            if matches!(error, VerifyError::OtherLog { .. } | VerifyError::RolledBack { .. } | VerifyError::Fork { .. })
            {
                print_stderr!("{}", ProofText::OtherFolder {}.localized(lang));
            }
            Ok(Err(EXIT_PROBLEMS))
        }
    }
}

/// Returns the reason why the open epoch could not be ended; `None` if it was ended.
fn rotation_failure(outcome: RotationResult) -> Option<ProofText> {
    match outcome {
        RotationResult::Done => None,
        RotationResult::NoKeys => Some(ProofText::KeysElsewhere {}),
        RotationResult::Unreachable => Some(ProofText::StationUnreachable {}),
        RotationResult::NoReply => Some(ProofText::StationSilent {}),
        RotationResult::KeysInUse => Some(ProofText::KeysInUse {}),
        RotationResult::OldCopy => Some(ProofText::LogNotNewest {}),
        RotationResult::Damaged => Some(ProofText::LogDamaged {}),
        RotationResult::DiskRefused => Some(ProofText::DiskRefuses {}),
    }
}

/// Returns the department's key from `station.toml`; `None` if there is no valid key.
fn department_key(station: &Path) -> Option<VerifierKey> {
    let files = station::read_sources(station).ok()?;
    VerifierKey::parse(&read_station(&files).department_key?)
}
