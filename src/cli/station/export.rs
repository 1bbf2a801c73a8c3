//! `loa export`: the log onto a stick, and the department's answer back from it.
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::airlog::signer::COSIGNED;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::durable;
use crate::base::platform;
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS};
use crate::cli::table::strip_unprintable;
use crate::cli::words::fault_text;
use crate::department::collect::ANCHOR;
use crate::logstore::export::{ExportSummary, export};
use crate::logstore::source::{self, LogForm, LogSource};
use crate::logstore::verify::available_threads;
use crate::playout::epoch_rotation::{RotationOutcome, rotate_epoch};
use crate::proof::anchor::{MAX_ANCHOR, anchored_at, claimed_time, parse_anchor};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::{cosigned_at, has_cosignature};
use crate::proof::entry::GenesisKeys;
use crate::proof::headcode::head_code;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey};
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::schedule::read_station;
use crate::station;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// An anchor is taken when it is so many seconds later than the last,
const MIN_ANCHOR_INTERVAL_S: u64 = 600;
/// and not more than a day ahead of this machine's clock.
const MAX_AHEAD_S: u64 = 86_400;

/// Arguments of `loa export`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ExportArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

/// `loa export`.
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
    writeln!(out, "{}", strip_unprintable(&done.localized(lang).to_string()))?;
    writeln!(out, "{}", ProofText::ExportCode { code: head_code(&exported.verified.root) }.localized(lang))?;
    Ok(EXIT_OK)
}

/// Takes the department's answer over, ends the epoch, and exports the log; else gives the exit code, and it has been
/// said.
///
/// # Errors
/// When the station's folder or the place fails.
pub fn export_log<T: Storage>(station: &Path, to: &mut T, lang: Lang) -> io::Result<Result<ExportSummary, u8>> {
    let Some(log) = source::open_log(station) else {
        print_stderr!("{}", ProofText::NoLogYet {}.localized(lang));
        return Ok(Err(EXIT_CONFIG));
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
    // What is exported is what a power cut would leave.
    if let Some((folder, _)) = source::find_log(station) {
        durable::sync_parent_dir(&folder.join(COSIGNED))?;
    }
    match export(&log, to, VerifyPolicy::default(), available_threads())? {
        Ok(exported) => {
            for wrong in exported.missing.iter().filter(|wrong| !matches!(wrong, VerifyError::Torn { .. })) {
                print_stderr!(
                    "{}",
                    strip_unprintable(
                        &ProofText::TakenLacking { fault: fault_text(wrong) }.localized(lang).to_string()
                    )
                );
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

/// Why the open epoch has not ended, if it has not.
fn rotation_failure(rolled: RotationOutcome) -> Option<ProofText> {
    match rolled {
        RotationOutcome::Done => None,
        RotationOutcome::NoKeys => Some(ProofText::KeysElsewhere {}),
        RotationOutcome::Unreachable => Some(ProofText::StationUnreachable {}),
        RotationOutcome::Refused => Some(ProofText::DiskRefuses {}),
    }
}

/// What the department has put on the stick: its countersignature is kept beside the log, and both it and a new anchor
/// are to be logged.
fn take_returned_notes<T: Storage>(
    log: &mut LogSource<FolderStorage>,
    stick: &T,
    department: Option<&VerifierKey>,
    lang: Lang,
) -> io::Result<Vec<String>> {
    let mut notes = Vec::new();
    if let Some(bytes) = read_if_small(stick, COSIGNED, MAX_NOTE)?
        && read_if_small(&log.storage, COSIGNED, MAX_NOTE)?.as_ref() != Some(&bytes)
    {
        match own_countersigned_head(log, &bytes)? {
            Some((note, _)) if !is_cosigned(&note, department) => {
                print_stderr!("{}", ProofText::CosignedBare {}.localized(lang));
            }
            Some((note, size)) => {
                log.storage.replace(COSIGNED, note.as_bytes())?;
                notes.push(note);
                let (known, entries) = (department.is_some(), size);
                let kept =
                    if known { ProofText::CosignedKept { entries } } else { ProofText::CosignedUnchecked { entries } };
                print_stderr!("{}", kept.localized(lang));
            }
            None => print_stderr!("{}", ProofText::CosignedOther {}.localized(lang)),
        }
    }
    if let Some(bytes) = read_if_small(stick, ANCHOR, MAX_ANCHOR)?
        && read_if_small(&log.storage, ANCHOR, MAX_ANCHOR)?.as_ref() != Some(&bytes)
        && let Some(note) = parse_anchor(&bytes)
        && match department {
            Some(key) => anchored_at(&note, key).is_some(),
            None => is_newer(&note, &log.storage)?,
        }
    {
        log.storage.replace(ANCHOR, &bytes)?;
        notes.push(note.to_string());
    }
    Ok(notes)
}

/// The department's key, if `station.toml` has it.
fn department_key(station: &Path) -> Option<VerifierKey> {
    let files = station::read_sources(station).ok()?;
    VerifierKey::parse(&read_station(&files).department_key?)
}

/// Whether a note bears the department's countersignature; where its key is not known, any.
fn is_cosigned(note: &str, department: Option<&VerifierKey>) -> bool {
    let Some(note) = Note::parse(note.as_bytes()) else { return false };
    department.map_or_else(|| has_cosignature(&note), |key| cosigned_at(&note, key).is_ok())
}

/// Whether an anchor says a time that is later than that of the last one, and that can be. Who does not know
/// the department's key cannot know who made it; made-up ones must not fill the log.
fn is_newer<S: Storage>(anchor: &Note, airlog: &S) -> io::Result<bool> {
    let last = read_if_small(airlog, ANCHOR, MAX_ANCHOR)?.and_then(|bytes| claimed_time(&parse_anchor(&bytes)?));
    let now = platform::unix_time_s();
    let time = claimed_time(anchor).unwrap_or(0);
    Ok(time <= now.saturating_add(MAX_AHEAD_S)
        && last.is_none_or(|last| last > now.saturating_add(MAX_AHEAD_S) || time >= last + MIN_ANCHOR_INTERVAL_S))
}

fn read_if_small<S: Storage>(storage: &S, name: &str, limit: usize) -> io::Result<Option<Vec<u8>>> {
    match storage.read_all(name, limit as u64) {
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(None),
        other => other,
    }
}

/// A countersigned head of this log that is newer than the one we have: its text and size.
fn own_countersigned_head(log: &LogSource<FolderStorage>, bytes: &[u8]) -> io::Result<Option<(String, u64)>> {
    let heads = log.heads()?;
    let parse = |bytes: &[u8]| {
        let note = Note::parse(bytes)?;
        Some((Checkpoint::parse(&note.text)?, note))
    };
    let genesis = log.first_line(&heads.head)?.and_then(|line| serde_json::from_slice::<GenesisKeys>(&line).ok());
    let key = genesis.and_then(|genesis| VerifierKey::parse(&genesis.key));
    let (Some((head, _)), Some((there, note)), Some(key)) = (parse(&heads.head), parse(bytes), key) else {
        return Ok(None);
    };
    let newest = heads.cosigned.as_deref().and_then(parse).map_or(0, |(c, _)| c.size);
    let good = there.origin == head.origin
        && newest <= there.size
        && there.size <= head.size
        && note.signature_status(&key) == SignatureStatus::Valid;
    if !good {
        return Ok(None);
    }
    // Its root must be that of our own entries, or the log would never verify again.
    let policy = VerifyPolicy { earlier_heads: vec![there.clone()], ..VerifyPolicy::default() };
    let verdict =
        crate::logstore::verify::verify_from_start(log, &heads, policy, available_threads(), &mut |_, _| Ok(Ok(())))?;
    let whole = verdict.errors.iter().all(VerifyError::is_outside_log);
    Ok(whole.then(|| (note.to_string(), there.size)))
}
