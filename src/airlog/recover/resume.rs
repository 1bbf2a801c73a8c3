//! Checks a log against its head and its keys, and prepares its continuation.
use std::io;

use super::closings::{check_key_chain, repair_closings};
use crate::airlog::damage::DamageReason;
use crate::airlog::in_force::FilesInForce;
use crate::airlog::keys;
use crate::airlog::parts::LogOffset;
use crate::airlog::progress::{self, MarkKey, MarkWriter, ProgressMark, ProgressMarks};
use crate::airlog::record::Record;
use crate::airlog::replay::Replay;
use crate::airlog::signer::LogKeys;
use crate::airlog::storage::Storage;
use crate::airlog::walk::LogWalk;
use crate::proof::note::{NoteSigner, SignatureStatus, VerifierKey};
use crate::proof::origin::parse_epoch_key;
use crate::proof::signed_head::SignedHead;
use crate::proof::tree::CompactRange;

/// Maximum number of entries of a log whose closings are checked at startup. Each closing has two signatures, so a
/// longer log would take too long; `loa verify` checks it.
const MAX_CHAIN_CHECK_ENTRIES: u64 = 20_000;

/// The state from which a log is continued.
pub struct ResumedLog {
    /// Secret keys of the log.
    pub keys: LogKeys,
    /// Merkle tree over its entries.
    pub range: CompactRange,
    /// Number of entries in the open epoch.
    pub entries_in_epoch: u64,
    /// Running time of the station in the open epoch, in microseconds.
    pub epoch_runtime_us: i64,
    /// Position of the next line.
    pub write_offset: LogOffset,
    /// Length of the complete closings in the file `closings`, in bytes.
    pub closings_len: u64,
    /// Names of the files in force.
    pub in_force: FilesInForce,
    /// Progress marks of the last run that are still needed.
    pub marks: Vec<ProgressMark>,
}

/// The public keys of a log and of its open epoch.
struct PublicKeys {
    log: VerifierKey,
    epoch: VerifierKey,
}

/// Returns the log to continue, and its marks. The inner error is the reason why the log cannot be continued.
pub(super) fn check_and_resume<S: Storage>(
    storage: &mut S,
    key_storage: &mut S,
    head: &SignedHead,
    walk: &LogWalk,
) -> io::Result<Result<(ResumedLog, ProgressMarks), DamageReason>> {
    let public_keys = match check_head(head, walk) {
        Ok(public_keys) => public_keys,
        Err(reason) => return Ok(Err(reason)),
    };
    if head.checkpoint.size <= MAX_CHAIN_CHECK_ENTRIES
        && let Err(reason) = check_key_chain(storage, head, &public_keys.log)?
    {
        return Ok(Err(reason));
    }
    let replay = &walk.replay;
    let Some(closings_len) = repair_closings(storage, head, replay)? else {
        return Ok(Err(DamageReason::Closings));
    };
    let Some(secret_keys) = load_keys(key_storage, &public_keys, replay.epoch)? else {
        return Ok(Err(DamageReason::NoKeys));
    };
    let marks = read_marks(storage, key_storage, replay, &secret_keys.epoch_key)?;
    erase_other_epoch_keys(storage, key_storage, &secret_keys, &marks);
    let resumed = ResumedLog {
        keys: secret_keys,
        range: walk.range.clone(),
        entries_in_epoch: replay.entries_in_epoch,
        epoch_runtime_us: replay.epoch_runtime_us,
        write_offset: walk.end_offset.clone(),
        closings_len,
        in_force: FilesInForce::of(replay),
        marks: marks.authentic(),
    };
    Ok(Ok((resumed, marks)))
}

/// Checks that the head covers exactly these lines, that the keys of the log and of the epoch have signed the head, and
/// that this machine has not signed a newer head. Returns the public keys, or the reason why the log cannot be
/// continued.
fn check_head(head: &SignedHead, walk: &LogWalk) -> Result<PublicKeys, DamageReason> {
    let (size, lines) = (head.checkpoint.size, walk.replay.entries);
    if lines < size {
        return Err(if walk.has_invalid_line { DamageReason::Changed } else { DamageReason::Rewound { lines, size } });
    }
    if walk.range.root() != head.checkpoint.root {
        return Err(DamageReason::Changed);
    }
    let origin = &head.checkpoint.origin;
    let replay = &walk.replay;
    let genesis = walk.genesis.as_ref().and_then(Record::genesis).filter(|genesis| genesis.origin == *origin);
    let log = genesis.and_then(|genesis| VerifierKey::parse(&genesis.key)).filter(|key| key.name == *origin);
    let epoch = replay.epoch_key.as_deref().and_then(|key| parse_epoch_key(key, origin, replay.epoch));
    let (Some(log), Some(epoch)) = (log, epoch) else {
        return Err(DamageReason::Changed);
    };
    if head.note.signature_status(&log) != SignatureStatus::Valid {
        return Err(DamageReason::Changed);
    }
    if let Some(reason) = walk.rollback_reason(size) {
        return Err(reason);
    }
    let previous_epoch =
        replay.previous_epoch_key.as_deref().and_then(|key| parse_epoch_key(key, origin, replay.epoch.checked_sub(1)?));
    let head_key = if replay.entries_in_epoch == 0 { previous_epoch.as_ref() } else { Some(&epoch) };
    // A thief may have the log's key, so a head with only the signature of that key is refused.
    if head_key.is_none_or(|key| head.note.signature_status(key) != SignatureStatus::Valid) {
        return Err(DamageReason::Changed);
    }
    Ok(PublicKeys { log, epoch })
}

/// Loads the secret keys of the log and of its open epoch; `None` if one of them is not on this machine.
fn load_keys<S: Storage>(key_storage: &S, public: &PublicKeys, epoch: u64) -> io::Result<Option<LogKeys>> {
    let origin = &public.log.name;
    let log = keys::load_log_key(key_storage, &public.log)?;
    let epoch_key = keys::load_epoch_key(key_storage, origin, epoch, &public.epoch)?;
    Ok(log.zip(epoch_key).map(|(log, epoch_key)| LogKeys { origin: origin.clone(), log, epoch, epoch_key }))
}

/// Reads the marks of the last run. If an epoch has just ended, some marks may have been made with the key of that
/// epoch.
fn read_marks<S: Storage>(
    storage: &S,
    key_storage: &S,
    replay: &Replay,
    epoch_key: &NoteSigner,
) -> io::Result<ProgressMarks> {
    let mut mark_keys = vec![MarkKey::of(replay.epoch, epoch_key)];
    if let (Some(origin), Some(epoch)) = (&replay.origin, replay.epoch.checked_sub(1)) {
        let public = replay.previous_epoch_key.as_deref().and_then(|key| parse_epoch_key(key, origin, epoch));
        let previous_key =
            public.map(|public| keys::load_epoch_key(key_storage, origin, epoch, &public)).transpose()?.flatten();
        mark_keys.extend(previous_key.map(|key| MarkKey::of(epoch, &key)));
    }
    let open_ids: Vec<String> = replay.open_starts.iter().map(|open| open.labels.id.clone()).collect();
    progress::read(storage, &open_ids, &mark_keys)
}

/// Erases the keys of past epochs, which only a forger could still use, and an unused key of the next epoch. Errors are
/// ignored, because they must not stop the station; every start tries to erase all of them again.
fn erase_other_epoch_keys<S: Storage>(
    storage: &mut S,
    key_storage: &mut S,
    secret_keys: &LogKeys,
    marks: &ProgressMarks,
) {
    let epoch = secret_keys.epoch;
    // The marks are still needed for an outcome that is not durable yet. Without their key, nobody could verify them,
    // so they are first written again with the key of the open epoch.
    let has_older_marks = marks.authentic().iter().any(|mark| mark.epoch != epoch);
    let mark_key = MarkKey::of(epoch, &secret_keys.epoch_key);
    let rewrite = |storage: &mut S| MarkWriter::with_previous_marks(marks.authentic()).rewrite(storage, &mark_key);
    let needed_past_keys = u64::from(has_older_marks && rewrite(storage).is_err());
    for past_epoch in 0..epoch.saturating_sub(needed_past_keys) {
        let _ = keys::erase_epoch_key(key_storage, &secret_keys.origin, past_epoch);
    }
    let _ = keys::erase_epoch_key(key_storage, &secret_keys.origin, epoch + 1);
}
