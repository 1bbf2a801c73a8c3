//! Takes over what the department has put on the stick: its countersignature and its anchor.
use std::io;

use crate::airlog::signer::COSIGNED;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::platform;
use crate::department::collect::ANCHOR;
use crate::logstore::source::LogSource;
use crate::logstore::verify::available_threads;
use crate::proof::anchor::{MAX_ANCHOR, anchored_at, claimed_time, parse_anchor};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::{cosigned_at, has_cosignature};
use crate::proof::entry::GenesisKeys;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey};
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// An anchor is taken when it is so many seconds later than the last,
const MIN_ANCHOR_INTERVAL_S: u64 = 600;

/// and not more than a day ahead of this machine's clock.
const MAX_AHEAD_S: u64 = 86_400;

/// What the department has put on the stick: its countersignature is kept beside the log, and both it and a new anchor
/// are to be logged.
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
