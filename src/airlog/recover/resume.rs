//! Checks a log against its head and its keys, and prepares to continue it.
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

/// Entries up to which a start checks every closing, with two signatures each. `loa verify` checks longer logs.
const CHAIN_CHECKED: u64 = 20_000;

/// A log that is continued.
pub struct ResumedLog {
    /// Secret keys.
    pub keys: LogKeys,
    /// Tree over its entries.
    pub range: CompactRange,
    /// Entries after the last closing.
    pub in_epoch: u64,
    /// Running time of the station since then, in microseconds.
    pub ran_us: i64,
    /// Position of the next line.
    pub write_offset: LogOffset,
    /// Bytes of `closings` that are complete.
    pub closings_len: u64,
    /// Files that its schedule and its open plans name.
    pub in_force: FilesInForce,
    /// Marks of the last run that still count.
    pub marks: Vec<ProgressMark>,
}

/// Public keys of a log and of its open epoch.
struct PublicKeys {
    log: VerifierKey,
    epoch: VerifierKey,
}

/// Returns the log to continue, and its marks; or why it cannot be continued.
pub(super) fn check_and_resume<S: Storage>(
    storage: &mut S,
    keys: &mut S,
    head: &SignedHead,
    walk: &LogWalk,
) -> io::Result<Result<(ResumedLog, ProgressMarks), DamageReason>> {
    let public = match check_head(head, walk) {
        Ok(public) => public,
        Err(why) => return Ok(Err(why)),
    };
    if head.checkpoint.size <= CHAIN_CHECKED
        && let Err(why) = check_key_chain(storage, head, &public.log)?
    {
        return Ok(Err(why));
    }
    let replay = &walk.replay;
    let Some(closings_len) = repair_closings(storage, head, replay)? else {
        return Ok(Err(DamageReason::Closings));
    };
    let Some(secret) = load_keys(keys, &public, replay.epoch)? else {
        return Ok(Err(DamageReason::NoKeys));
    };
    let marks = read_marks(storage, keys, replay, &secret.epoch_key)?;
    erase_other_epoch_keys(storage, keys, &secret, &marks);
    let resumed = ResumedLog {
        keys: secret,
        range: walk.range.clone(),
        in_epoch: replay.in_epoch,
        ran_us: replay.epoch_ran_us,
        write_offset: walk.end.clone(),
        closings_len,
        in_force: FilesInForce::of(replay),
        marks: marks.all(),
    };
    Ok(Ok((resumed, marks)))
}

/// Checks that the lines are those under the head, that both keys of the log have signed it, and that this machine has
/// signed no newer head.
fn check_head(head: &SignedHead, walk: &LogWalk) -> Result<PublicKeys, DamageReason> {
    let (size, lines) = (head.checkpoint.size, walk.replay.entries);
    if lines < size {
        return Err(if walk.invalid_line { DamageReason::Changed } else { DamageReason::Rewound { lines, size } });
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
    if let Some(why) = walk.rollback_reason(size) {
        return Err(why);
    }
    let before =
        replay.epoch_key_before.as_deref().and_then(|key| parse_epoch_key(key, origin, replay.epoch.checked_sub(1)?));
    let in_force = if replay.in_epoch == 0 { before.as_ref() } else { Some(&epoch) };
    // The log's key alone may have been stolen: a head signed by it alone must not be built on.
    if in_force.is_none_or(|key| head.note.signature_status(key) != SignatureStatus::Valid) {
        return Err(DamageReason::Changed);
    }
    Ok(PublicKeys { log, epoch })
}

/// Loads the secret keys, if both are on this machine.
fn load_keys<S: Storage>(keys: &S, public: &PublicKeys, epoch: u64) -> io::Result<Option<LogKeys>> {
    let origin = &public.log.name;
    let log = keys::load_log_key(keys, &public.log)?;
    let epoch_key = keys::load_epoch_key(keys, origin, epoch, &public.epoch)?;
    Ok(log.zip(epoch_key).map(|(log, epoch_key)| LogKeys { origin: origin.clone(), log, epoch, epoch_key }))
}

/// Reads the marks of the last run. After the end of an epoch the last of them may still be made by its key.
fn read_marks<S: Storage>(storage: &S, keys: &S, replay: &Replay, current: &NoteSigner) -> io::Result<ProgressMarks> {
    let mut by = vec![MarkKey::of(replay.epoch, current)];
    if let (Some(origin), Some(epoch)) = (&replay.origin, replay.epoch.checked_sub(1)) {
        let public = replay.epoch_key_before.as_deref().and_then(|key| parse_epoch_key(key, origin, epoch));
        let before = public.map(|public| keys::load_epoch_key(keys, origin, epoch, &public)).transpose()?.flatten();
        by.extend(before.map(|key| MarkKey::of(epoch, &key)));
    }
    let open: Vec<String> = replay.open_starts.iter().map(|open| open.labels.id.clone()).collect();
    progress::read(storage, &open, &by)
}

/// Erases the keys of past epochs, which serve only a forger, and a key made for the next epoch that was never used. A
/// failure does not stop the station: every start tries all of them again.
fn erase_other_epoch_keys<S: Storage>(storage: &mut S, keys: &mut S, secret: &LogKeys, marks: &ProgressMarks) {
    let epoch = secret.epoch;
    // No durable outcome has taken over the marks yet. Without the key that made them, nobody could tell that they are
    // genuine: they are first written again with the key of the open epoch.
    let made_before = marks.all().iter().any(|mark| mark.epoch != epoch);
    let renew =
        |storage: &mut S| MarkWriter::following(marks.all()).rewrite(storage, &MarkKey::of(epoch, &secret.epoch_key));
    let needed = u64::from(made_before && renew(storage).is_err());
    for before in 0..epoch.saturating_sub(needed) {
        let _ = keys::erase_epoch_key(keys, &secret.origin, before);
    }
    let _ = keys::erase_epoch_key(keys, &secret.origin, epoch + 1);
}
