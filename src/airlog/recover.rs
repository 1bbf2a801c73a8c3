//! Opens a log and puts right what a power cut left.
//!
//! What the signed head covers was acknowledged; what lies beyond it never was: it is set aside in `airlog/torn/`, and
//! not signed afterwards. A log that is not what its head says, or whose keys are not on this machine, is never gone on
//! with: going on would sign a fork, and accuse an honest SD card. Neither is one that is older than the newest head
//! that this machine remembers beside the keys: somebody may have seen that head. It is set aside whole, in
//! `airlog/damaged/`, and a new log begins that cites its head. A station must not fall silent over it.
use std::io::{self, Read};

pub use super::damage::{DamageReason, DamagedLog};
use super::highwater;
use super::kept::{self, FilesInForce};
use super::keys;
use super::parts::{self, LogLines, LogOffset, part_name};
use super::progress::{self, MarkKey, MarkWriter, ProgressMark, ProgressMarks};
use super::record::Record;
use super::replay::Replay;
use super::signer::{CHECKPOINT, CLOSINGS, COSIGNED, LogKeys, append_closing};
use super::storage::Storage;
use super::walk::{LogWalk, MAX_UNSIGNED_ENTRIES, walk_log};
use crate::proof::closings::MAX_CLOSINGS;
use crate::proof::entry::{EpochAnnouncement, GenesisKeys, entry_type};
use crate::proof::key_chain::EpochKeyChain;
use crate::proof::note::{self, MAX_NOTE, NoteSigner, SignatureStatus, VerifierKey};
use crate::proof::origin::parse_epoch_key;
use crate::proof::signed_head::SignedHead;
use crate::proof::tree::{CompactRange, leaf_hash};

/// What a new log has to cite, until its genesis is signed.
const PENDING: &str = "damaged/pending.json";
/// Of logs up to this size every closing is checked at the start, two signatures each; of longer ones `loa verify` does.
const CHAIN_CHECKED: u64 = 20_000;

/// What was found.
#[derive(Default)]
pub struct Recovered {
    /// What the log tells; nothing when it was set aside.
    pub replay: Replay,
    /// What goes on; none when a new log is to begin.
    pub resumed: Option<ResumedLog>,
    /// What the marks of the last run tell.
    pub marks: ProgressMarks,
    /// Bytes beyond the head that were set aside.
    pub torn: u64,
    /// The log was set aside.
    pub damaged: Option<DamagedLog>,
}

/// A log as it goes on.
pub struct ResumedLog {
    /// What it signs with.
    pub keys: LogKeys,
    /// Its tree.
    pub range: CompactRange,
    /// Entries since the last closing,
    pub in_epoch: u64,
    /// and how long the station ran meanwhile, microseconds.
    pub ran_us: i64,
    /// Where the next line goes.
    pub write_offset: LogOffset,
    /// Bytes of `closings` that are whole.
    pub closings_len: u64,
    /// What its schedule and open plans name.
    pub in_force: FilesInForce,
    /// Marks of the last run that still tell something.
    pub marks: Vec<ProgressMark>,
}

/// Reads the log, sets aside what cannot be gone on with, and says what the log tells.
///
/// # Errors
/// When the storage fails.
pub fn recover<S: Storage>(storage: &mut S, keys: &mut S) -> io::Result<Recovered> {
    let head_bytes = storage.read_all(CHECKPOINT, MAX_NOTE as u64).or_else(unreadable_head)?;
    let parts = parts::count_parts(storage);
    if head_bytes.is_none() && parts == 0 {
        return Ok(Recovered { damaged: read_pending(storage), ..Recovered::default() });
    }
    let head = head_bytes.as_deref().and_then(SignedHead::parse).filter(|head| head.checkpoint.size > 0);
    let newest = head.as_ref().and_then(|head| highwater::read(keys, &head.checkpoint.origin));
    let walk = walk_log(storage, head.as_ref().map_or(0, |h| h.checkpoint.size), newest)?;
    let Some(head) = head else {
        return recover_without_head(storage, keys, head_bytes.as_deref(), &walk);
    };
    match check_and_resume(storage, keys, &head, &walk)? {
        Ok((resumed, marks)) => {
            let torn = move_tail_to_torn(storage, &walk.end)?;
            kept::repair_copies(storage, keys, &head.checkpoint.origin, &resumed.in_force);
            // The log that follows one that was set aside has its genesis. What stays is taken away by the next start.
            if storage.has(PENDING) {
                let _ = storage.remove(PENDING);
            }
            Ok(Recovered { replay: walk.replay, resumed: Some(resumed), marks, torn, damaged: None })
        }
        Err(why) => {
            let entries = walk.replay.entries;
            let size = entries.max(head.checkpoint.size);
            move_to_damaged(
                storage,
                DamagedLog { size, newest, why, entries, ..DamagedLog::of(Some(head.note.to_string())) },
            )
        }
    }
}

fn unreadable_head(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    // A head that is no head.
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(Some(Vec::new())) } else { Err(error) }
}

/// A log that nobody has signed: cut off at its very beginning, or robbed of its head.
fn recover_without_head<S: Storage>(
    storage: &mut S,
    keys: &S,
    head: Option<&[u8]>,
    walk: &LogWalk,
) -> io::Result<Recovered> {
    let entries = walk.replay.entries;
    let beginning = head.is_none() && entries <= MAX_UNSIGNED_ENTRIES && !walk.invalid_line && !storage.has(CLOSINGS);
    if beginning {
        let torn = move_tail_to_torn(storage, &LogOffset { part: 0, bytes: 0 })?;
        return Ok(Recovered { torn, damaged: read_pending(storage), ..Recovered::default() });
    }
    let origin = walk.replay.origin.as_deref();
    let newest = origin.and_then(|origin| highwater::read(keys, origin));
    move_to_damaged(storage, DamagedLog { entries, size: entries, newest, ..DamagedLog::of(None) })
}

/// What goes on, or why nothing can.
fn check_and_resume<S: Storage>(
    storage: &mut S,
    keys: &mut S,
    head: &SignedHead,
    walk: &LogWalk,
) -> io::Result<Result<(ResumedLog, ProgressMarks), DamageReason>> {
    let (size, lines) = (head.checkpoint.size, walk.replay.entries);
    if lines < size {
        let changed = walk.invalid_line;
        return Ok(Err(if changed { DamageReason::Changed } else { DamageReason::Rewound { lines, size } }));
    }
    if walk.range.root() != head.checkpoint.root {
        return Ok(Err(DamageReason::Changed));
    }
    let origin = &head.checkpoint.origin;
    let replay = &walk.replay;
    let genesis = walk.genesis.as_ref().and_then(Record::genesis).filter(|genesis| genesis.origin == *origin);
    let public = genesis.and_then(|genesis| VerifierKey::parse(&genesis.key)).filter(|key| key.name == *origin);
    let epoch_public = replay.epoch_key.as_deref().and_then(|key| parse_epoch_key(key, origin, replay.epoch));
    let (Some(public), Some(epoch_public)) = (public, epoch_public) else {
        return Ok(Err(DamageReason::Changed));
    };
    if head.note.signature_status(&public) != SignatureStatus::Valid {
        return Ok(Err(DamageReason::Changed));
    }
    if let Some(why) = walk.rollback_reason(size) {
        return Ok(Err(why));
    }
    let before =
        replay.epoch_key_before.as_deref().and_then(|key| parse_epoch_key(key, origin, replay.epoch.checked_sub(1)?));
    let in_force = if replay.in_epoch == 0 { before.as_ref() } else { Some(&epoch_public) };
    // The log's key alone may have been stolen: what it has signed alone must not be signed on.
    if in_force.is_none_or(|key| head.note.signature_status(key) != SignatureStatus::Valid) {
        return Ok(Err(DamageReason::Changed));
    }
    if size <= CHAIN_CHECKED
        && let Err(why) = check_key_chain(storage, head, &public)?
    {
        return Ok(Err(why));
    }
    let Some(closings_len) = repair_closings(storage, head, replay)? else {
        return Ok(Err(DamageReason::Closings));
    };
    let log = keys::load_log_key(keys, &public)?;
    let current = keys::load_epoch_key(keys, origin, replay.epoch, &epoch_public)?;
    let (Some(log), Some(current)) = (log, current) else {
        return Ok(Err(DamageReason::NoKeys));
    };
    let marks = marks(storage, keys, replay, &current)?;
    // What the marks tell is in no durable outcome yet. Without its key nobody could say any more that a mark is ours.
    let by_former = marks.all().iter().any(|mark| mark.epoch != replay.epoch);
    let renew =
        |storage: &mut S| MarkWriter::following(marks.all()).rewrite(storage, &MarkKey::of(replay.epoch, &current));
    let needed = u64::from(by_former && renew(storage).is_err());
    // Keys before are of no use but to a forger; the key after was made, and nothing came of it. That they cannot be
    // erased now is no reason to fall silent: every start tries all of them again.
    for before in 0..replay.epoch.saturating_sub(needed) {
        let _ = keys::erase_epoch_key(keys, origin, before);
    }
    let _ = keys::erase_epoch_key(keys, origin, replay.epoch + 1);
    let with = LogKeys { origin: origin.clone(), log, epoch: replay.epoch, epoch_key: current };
    let resumed = ResumedLog {
        keys: with,
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

/// What the marks tell. After an epoch's end the last of them may still be by its key.
fn marks<S: Storage>(storage: &S, keys: &S, replay: &Replay, current: &NoteSigner) -> io::Result<ProgressMarks> {
    let mut by = vec![MarkKey::of(replay.epoch, current)];
    if let (Some(origin), Some(epoch)) = (&replay.origin, replay.epoch.checked_sub(1)) {
        let public = replay.epoch_key_before.as_deref().and_then(|key| parse_epoch_key(key, origin, epoch));
        let before = public.map(|public| keys::load_epoch_key(keys, origin, epoch, &public)).transpose()?.flatten();
        by.extend(before.map(|key| MarkKey::of(epoch, &key)));
    }
    let open: Vec<String> = replay.open_starts.iter().map(|open| open.labels.id.clone()).collect();
    progress::read(storage, &open, &by)
}

/// Bytes of the closings once they are whole; none when they do not fit the entries. The last is written anew from the
/// head that is it, if the power went between the two.
fn repair_closings<S: Storage>(storage: &mut S, head: &SignedHead, replay: &Replay) -> io::Result<Option<u64>> {
    let bytes = storage.read_all(CLOSINGS, MAX_CLOSINGS)?.unwrap_or_default();
    let (notes, rest) = note::split_notes(&bytes);
    let mut len = (bytes.len() - rest.len()) as u64;
    let mut count = notes.len() as u64;
    let parse = |bytes: &[u8]| SignedHead::parse(bytes).map(|head| head.checkpoint);
    let mut last = notes.last().copied();
    // A closing that was torn can look whole only up to a line's end.
    if let Some(note) = last
        && parse(note)
            .is_none_or(|c| c.size > head.checkpoint.size || replay.in_epoch == 0 && c.size == head.checkpoint.size)
        && count > 0
    {
        len -= note.len() as u64;
        count -= 1;
        last = notes.len().checked_sub(2).map(|n| notes[n]);
    }
    if count + 1 == replay.epoch && replay.in_epoch == 0 {
        return append_closing(storage, head.note.to_string().as_bytes(), len).map(Some);
    }
    let closed_at = head.checkpoint.size - replay.in_epoch;
    let fits = count == replay.epoch && last.is_none_or(|note| parse(note).is_some_and(|c| c.size == closed_at));
    Ok(fits.then_some(len))
}

/// Moves what lies beyond a place to `torn/`.
fn move_tail_to_torn<S: Storage>(storage: &mut S, place: &LogOffset) -> io::Result<u64> {
    let mut torn = 0;
    for part in place.part..parts::count_parts(storage) {
        let name = part_name(part);
        let from = if part == place.part { place.bytes } else { 0 };
        let mut tail = Vec::new();
        if let Some(mut input) = storage.read(&name)? {
            io::copy(&mut Read::take(&mut input, from), &mut io::sink())?;
            // A tail larger than this is no torn batch; its beginning tells what it was.
            Read::take(input, 64 * 1024 * 1024).read_to_end(&mut tail)?;
        }
        if !tail.is_empty() {
            let aside = fresh_name(storage, &format!("torn/{part}-{from}"));
            storage.replace(&aside, &tail)?;
            storage.truncate(&name, from)?;
            storage.sync(&name)?;
        }
        torn += tail.len() as u64;
    }
    Ok(torn)
}

/// A log that was set aside, or is about to be, and that no genesis is known to cite yet.
fn read_pending<S: Storage>(storage: &S) -> Option<DamagedLog> {
    let bytes = storage.read_all(PENDING, MAX_NOTE as u64 * 4).ok()??;
    serde_json::from_slice(&bytes).ok()
}

/// Moves a log that cannot be gone on with to `damaged/`, whole. What a new log has to cite is written before, so that no
/// cut and no refused start in between loses it.
fn move_to_damaged<S: Storage>(storage: &mut S, damage: DamagedLog) -> io::Result<Recovered> {
    // The head is moved last: without it there, the moving was cut off.
    let cut_off = read_pending(storage).filter(|begun| !storage.has(&format!("{}/{CHECKPOINT}", begun.kept_as)));
    let damage = match cut_off {
        Some(begun) => begun,
        None => {
            let kept_as = free_folder(storage, damage.entries);
            let size = damage.size.max(damage.newest.map_or(0, |newest| newest.size));
            DamagedLog { kept_as, size, ..damage }
        }
    };
    storage.replace(PENDING, &serde_json::to_vec(&damage).map_err(io::Error::other)?)?;
    let lines = (0..parts::count_parts(storage)).rev().map(part_name);
    let names: Vec<String> = lines.chain([CLOSINGS, COSIGNED, CHECKPOINT].map(str::to_owned)).collect();
    for name in names.iter().filter(|name| storage.has(name)).cloned().collect::<Vec<_>>() {
        storage.rename(&name, &format!("{}/{name}", damage.kept_as))?;
    }
    Ok(Recovered { damaged: Some(damage), ..Recovered::default() })
}

fn free_folder<S: Storage>(storage: &S, entries: u64) -> String {
    let mut number = 0;
    loop {
        let folder = format!("damaged/log-{entries}-{number}");
        if !storage.has(&format!("{folder}/{}", parts::LOG)) && !storage.has(&format!("{folder}/{CHECKPOINT}")) {
            return folder;
        }
        number += 1;
    }
}

fn fresh_name<S: Storage>(storage: &S, stem: &str) -> String {
    let mut number = 0;
    loop {
        let name = format!("{stem}-{number}");
        if !storage.has(&name) {
            return name;
        }
        number += 1;
    }
}

/// The chain of epoch keys over the lines under the head: every closing is what the lines give, and signed.
fn check_key_chain<S: Storage>(
    storage: &S,
    head: &SignedHead,
    public: &VerifierKey,
) -> io::Result<Result<(), DamageReason>> {
    let size = head.checkpoint.size;
    let bytes = storage.read_all(CLOSINGS, MAX_CLOSINGS)?.unwrap_or_default();
    let before = |note: &&[u8]| SignedHead::parse(note).is_some_and(|closing| closing.checkpoint.size < size);
    let (mut notes, _) = note::split_notes(&bytes);
    while notes.last().is_some_and(|note| !before(note)) {
        notes.pop();
    }
    let mut lines = LogLines::new(storage)?;
    let (mut line, mut range, mut chain) = (Vec::new(), CompactRange::default(), None);
    while range.size() < size
        && lines
            .next_into({
                line.clear();
                &mut line
            })?
            .is_ok()
    {
        let seq = range.size();
        range.push(leaf_hash(&line));
        if seq == 0 {
            let Ok(genesis) = serde_json::from_slice::<GenesisKeys>(&line) else {
                return Ok(Err(DamageReason::Changed));
            };
            chain = EpochKeyChain::begin(&genesis, public, &notes.concat()).ok();
        } else if entry_type(&line, seq) == Some("epoch") {
            let Ok(epoch) = serde_json::from_slice::<EpochAnnouncement>(&line) else {
                return Ok(Err(DamageReason::Changed));
            };
            let Some(chain) = &mut chain else { return Ok(Err(DamageReason::Closings)) };
            if chain.close_epoch(&epoch, seq + 1, range.root(), head).and_then(|check| check.verify()).is_err() {
                return Ok(Err(DamageReason::Closings));
            }
        }
    }
    let Some(chain) = &mut chain else { return Ok(Err(DamageReason::Closings)) };
    Ok(chain.finish(head, size).and_then(|check| check.verify()).map_err(|_| DamageReason::Changed))
}
