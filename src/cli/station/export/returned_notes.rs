//! Takes the department's countersignature and anchor from the destination of an export.
use std::io;

use crate::airlog::files::COSIGNED;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::platform;
use crate::base::platform::available_threads;
use crate::cli::genesis_keys::read_genesis_keys;
use crate::department::collect::ANCHOR_FILE;
use crate::logstore::source::LogSource;
use crate::proof::anchor::{MAX_ANCHOR_BYTES, anchored_at, claimed_time, parse_anchor};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::{cosigned_at, has_cosignature};
use crate::proof::note::{MAX_NOTE_BYTES, Note, SignatureStatus, VerifierKey};
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// The minimum time between two anchors from a department whose key is unknown, in seconds.
const MIN_ANCHOR_INTERVAL_S: u64 = 600;
/// The maximum time by which an anchor from such a department can be ahead of this machine's clock, in seconds.
const MAX_ANCHOR_AHEAD_S: u64 = 86_400;

/// Stores the department's countersignature and anchor beside the log if they are new, and returns the notes that must
/// be logged.
pub(super) fn take_returned_notes<T: Storage>(
    log: &mut LogSource<FolderStorage>,
    destination: &T,
    department_key: Option<&VerifierKey>,
    lang: Lang,
) -> io::Result<Vec<String>> {
    let mut notes = Vec::new();
    if let Some(bytes) = read_if_small(destination, COSIGNED, MAX_NOTE_BYTES)?
        && read_if_small(&log.storage, COSIGNED, MAX_NOTE_BYTES)?.as_ref() != Some(&bytes)
    {
        match own_countersigned_head(log, &bytes, department_key)? {
            Some((note, _)) if !is_cosigned(&note, department_key) => {
                print_stderr!("{}", ProofText::NoCountersignature {}.localized(lang));
            }
            Some((note, size)) => {
                log.storage.replace(COSIGNED, note.as_bytes())?;
                notes.push(note);
                let (is_key_known, entries) = (department_key.is_some(), size);
                let message = if is_key_known {
                    ProofText::CosignedKept { entries: entries.into() }
                } else {
                    ProofText::CosignedUnchecked { entries: entries.into() }
                };
                print_stderr!("{}", message.localized(lang));
            }
            None => print_stderr!("{}", ProofText::CosignedOtherLog {}.localized(lang)),
        }
    }
    if let Some(bytes) = read_if_small(destination, ANCHOR_FILE, MAX_ANCHOR_BYTES)?
        && read_if_small(&log.storage, ANCHOR_FILE, MAX_ANCHOR_BYTES)?.as_ref() != Some(&bytes)
        && let Some(note) = parse_anchor(&bytes)
        && match department_key {
            Some(key) => anchored_at(&note, key).is_some(),
            None => is_acceptable_anchor(&note, &log.storage)?,
        }
    {
        log.storage.replace(ANCHOR_FILE, &bytes)?;
        notes.push(note.to_string());
    }
    Ok(notes)
}

/// Returns `true` if a note bears the department's countersignature. If the key is unknown, any line that looks like a
/// countersignature is accepted: the station stores and logs it unchecked, so that no genuine one is lost. A forged one
/// proves nothing, because verifiers have the key.
fn is_cosigned(note: &str, department_key: Option<&VerifierKey>) -> bool {
    let Some(note) = Note::parse(note.as_bytes()) else { return false };
    department_key.map_or_else(|| has_cosignature(&note), |key| cosigned_at(&note, key).is_ok())
}

/// Returns `true` if an anchor's time is plausible and at least [`MIN_ANCHOR_INTERVAL_S`] after the time of the last
/// anchor. Without the department's key, the station cannot tell who made an anchor. The limits keep forged anchors
/// from filling the log.
fn is_acceptable_anchor<S: Storage>(anchor: &Note, airlog: &S) -> io::Result<bool> {
    let last_time =
        read_if_small(airlog, ANCHOR_FILE, MAX_ANCHOR_BYTES)?.and_then(|bytes| claimed_time(&parse_anchor(&bytes)?));
    let now = platform::unix_time_s();
    let time = claimed_time(anchor).unwrap_or(0);
    Ok(time <= now.saturating_add(MAX_ANCHOR_AHEAD_S)
        && last_time.is_none_or(|last_time| {
            last_time > now.saturating_add(MAX_ANCHOR_AHEAD_S) || time >= last_time + MIN_ANCHOR_INTERVAL_S
        }))
}

/// Reads a file; returns `None` if it is missing or longer than `max_bytes` bytes.
fn read_if_small<S: Storage>(storage: &S, name: &str, max_bytes: usize) -> io::Result<Option<Vec<u8>>> {
    match storage.read_all(name, max_bytes as u64) {
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(None),
        result => result,
    }
}

/// Returns the text and the size of a countersigned head, if it is a head of this log and not older than the one that
/// is already stored; otherwise `None`. Once the department's key is known, a stored head that the department did not
/// sign is ignored, so that it does not block a genuine one.
fn own_countersigned_head(
    log: &LogSource<FolderStorage>,
    bytes: &[u8],
    department_key: Option<&VerifierKey>,
) -> io::Result<Option<(String, u64)>> {
    let heads = log.heads()?;
    let parse = |bytes: &[u8]| {
        let note = Note::parse(bytes)?;
        Some((Checkpoint::parse(&note.text)?, note))
    };
    let genesis = read_genesis_keys(log, &heads.head)?;
    let key = genesis.and_then(|genesis| VerifierKey::parse(&genesis.key));
    let (Some((head, _)), Some((returned_head, note)), Some(key)) = (parse(&heads.head), parse(bytes), key) else {
        return Ok(None);
    };
    let stored_head = heads.cosigned.as_deref().and_then(parse);
    let is_genuine = |note: &Note| department_key.is_none_or(|key| cosigned_at(note, key).is_ok());
    let stored_size = stored_head.filter(|(_, note)| is_genuine(note)).map_or(0, |(checkpoint, _)| checkpoint.size);
    let is_candidate = returned_head.origin == head.origin
        && stored_size <= returned_head.size
        && returned_head.size <= head.size
        && note.signature_status(&key) == SignatureStatus::Valid;
    if !is_candidate {
        return Ok(None);
    }
    // The root must match the station's own entries. Otherwise the stored head would contradict the log, which could
    // never be verified again.
    let policy = VerifyPolicy { earlier_heads: vec![returned_head.clone()], ..VerifyPolicy::default() };
    let verdict =
        crate::logstore::verify::verify_from_start(log, &heads, policy, available_threads(), &mut |_, _| Ok(Ok(())))?;
    let is_own = verdict.errors.iter().all(VerifyError::is_outside_log);
    Ok(is_own.then(|| (note.to_string(), returned_head.size)))
}
