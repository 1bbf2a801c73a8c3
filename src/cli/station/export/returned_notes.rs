//! Takes over the department's countersignature and anchor from the stick.
use std::io;

use crate::airlog::files::COSIGNED;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::platform;
use crate::base::platform::available_threads;
use crate::cli::genesis_keys::read_genesis_keys;
use crate::department::collect::ANCHOR;
use crate::logstore::source::LogSource;
use crate::proof::anchor::{MAX_ANCHOR, anchored_at, claimed_time, parse_anchor};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::{cosigned_at, has_cosignature};
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey};
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// Least seconds between two anchors from a department whose key is unknown.
const MIN_ANCHOR_INTERVAL_S: u64 = 600;
/// Most seconds by which such an anchor may be ahead of this machine's clock.
const MAX_AHEAD_S: u64 = 86_400;

/// Keeps the department's countersignature and a new anchor next to the log, and returns the notes to be logged.
pub(super) fn take_returned_notes<T: Storage>(
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

/// Returns whether a note bears the department's countersignature, or any when the department's key is unknown.
fn is_cosigned(note: &str, department: Option<&VerifierKey>) -> bool {
    let Some(note) = Note::parse(note.as_bytes()) else { return false };
    department.map_or_else(|| has_cosignature(&note), |key| cosigned_at(&note, key).is_ok())
}

/// Returns whether an anchor's time is plausible and later than that of the last one. Without the department's key
/// nobody can tell who made an anchor, and forged ones must not fill the log.
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

/// Returns text and size of a countersigned head of this log that is newer than the one kept.
fn own_countersigned_head(log: &LogSource<FolderStorage>, bytes: &[u8]) -> io::Result<Option<(String, u64)>> {
    let heads = log.heads()?;
    let parse = |bytes: &[u8]| {
        let note = Note::parse(bytes)?;
        Some((Checkpoint::parse(&note.text)?, note))
    };
    let genesis = read_genesis_keys(log, &heads.head)?;
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
