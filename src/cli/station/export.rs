//! `loa export`: copies the log to a stick, and takes the department's answer from it.
mod returned_notes;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::airlog::files::COSIGNED;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::durable;
use crate::base::platform::available_threads;
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::table::strip_unprintable;
use crate::cli::words::fault_text;
use crate::logstore::export::{ExportSummary, export};
use crate::logstore::source::{self, LogForm, LogSource};
use crate::playout::epoch_rotation::{RotationOutcome, rotate_epoch};
use crate::proof::headcode::head_code;
use crate::proof::note::VerifierKey;
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::schedule::read_station;
use crate::station;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};
use returned_notes::take_returned_notes;

/// Arguments of `loa export`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ExportArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

/// Runs `loa export`.
///
/// # Errors
/// When standard output, the station's folder or the stick fails.
pub fn run(args: &ExportArgs, lang: Lang) -> io::Result<u8> {
    let (station, to) = (args.station.dir.as_path(), args.to.as_path());
    let mut stick = FolderStorage::new(to.to_owned());
    let exported = match export_log(station, &mut stick, lang)? {
        Ok(exported) => exported,
        Err(code) => return Ok(code),
    };
    let mut out = io::stdout().lock();
    let (entries, before, files) = (exported.verified.entries, exported.entries_before, exported.files_written);
    let done = ProofText::Exported { entries, before, files, path: to.display().to_string() };
    writeln!(out, "{}", done.to_plain(lang))?;
    writeln!(out, "{}", ProofText::ExportCode { code: head_code(&exported.verified.root) }.localized(lang))?;
    Ok(EXIT_OK)
}

/// Takes over the department's answer, ends the epoch, and exports the log. Returns the exit code, after printing the
/// reason, when the log cannot be exported.
///
/// # Errors
/// When the station's folder or the place fails.
pub fn export_log<T: Storage>(station: &Path, to: &mut T, lang: Lang) -> io::Result<Result<ExportSummary, u8>> {
    let Some(log) = source::open_log(station) else {
        return Ok(Err(fail(ProofText::NoLogYet {}.localized(lang), EXIT_CONFIG)));
    };
    if log.form == LogForm::Airlog {
        let mut log = LogSource { storage: FolderStorage::for_airlog(station.join("airlog")), form: LogForm::Airlog };
        let department = department_key(station);
        let notes = take_returned_notes(&mut log, to, department.as_ref(), lang)?;
        if let Some(why) = rotation_failure(rotate_epoch(station, notes)?) {
            let why = why.localized(lang).to_string();
            print_stderr!("{}", ProofText::NotRolled { why }.localized(lang));
        }
    }
    // Export only what a power cut would leave.
    if let Some((folder, _)) = source::find_log(station) {
        durable::sync_parent_dir(&folder.join(COSIGNED))?;
    }
    match export(&log, to, VerifyPolicy::default(), available_threads())? {
        Ok(exported) => {
            for wrong in exported.missing.iter().filter(|wrong| !matches!(wrong, VerifyError::Torn { .. })) {
                print_stderr!("{}", ProofText::TakenLacking { fault: fault_text(wrong) }.to_plain(lang));
            }
            Ok(Ok(exported))
        }
        Err(wrong) => {
            let said = ProofText::NotExported { fault: fault_text(&wrong) }.localized(lang).to_string();
            print_stderr!("{}", strip_unprintable(&said));
            if matches!(wrong, VerifyError::OtherLog { .. } | VerifyError::RolledBack { .. } | VerifyError::Fork { .. })
            {
                print_stderr!("{}", ProofText::OtherFolder {}.localized(lang));
            }
            Ok(Err(EXIT_PROBLEMS))
        }
    }
}

/// Returns the reason why the open epoch could not be ended, if it could not.
fn rotation_failure(rolled: RotationOutcome) -> Option<ProofText> {
    match rolled {
        RotationOutcome::Done => None,
        RotationOutcome::NoKeys => Some(ProofText::KeysElsewhere {}),
        RotationOutcome::Unreachable => Some(ProofText::StationUnreachable {}),
        RotationOutcome::Refused => Some(ProofText::DiskRefuses {}),
    }
}

/// Returns the department's key, if `station.toml` has it.
fn department_key(station: &Path) -> Option<VerifierKey> {
    let files = station::read_sources(station).ok()?;
    VerifierKey::parse(&read_station(&files).department_key?)
}
