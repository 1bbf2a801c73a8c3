//! Opens a log and repairs the damage of a power cut.
//!
//! Lines under the signed head were acknowledged. Lines beyond it were not: they are moved to `airlog/torn/` and are
//! never signed. Some logs are never continued: a log that differs from its head, a log whose keys are not on this
//! machine, and a log that is older than the high-water mark beside the keys. Somebody may have seen the newer head, so
//! a continued log would be a fork, and a station with a faulty SD card would look like a forger. Such a log is moved
//! to `airlog/damaged/`, and a new log that cites its head begins, so the station continues to play.
mod closings;
mod resume;
mod set_aside;

use std::io;

pub use super::damage::{DamageReason, DamagedLog};
use super::files::{CHECKPOINT, CLOSINGS, PENDING_DAMAGE};
use super::highwater;
use super::in_force;
use super::parts::{self, LogOffset};
use super::progress::ProgressMarks;
use super::replay::Replay;
use super::storage::Storage;
use super::walk::{LogWalk, MAX_UNSIGNED_ENTRIES, walk_log};
use crate::proof::note::MAX_NOTE_BYTES;
use crate::proof::signed_head::SignedHead;
pub use resume::ResumedLog;
use resume::check_and_resume;
use set_aside::{move_tail_to_torn, move_to_damaged, read_pending};

/// The result of a recovery.
#[derive(Default)]
pub struct Recovered {
    /// The replayed log; empty if the log was moved to `damaged/`.
    pub replay: Replay,
    /// The log to continue; `None` if a new log must begin.
    pub resumed: Option<ResumedLog>,
    /// Progress marks of the last run.
    pub marks: ProgressMarks,
    /// Number of bytes beyond the head that were moved to `torn/`.
    pub torn_bytes: u64,
    /// The log that was moved to `damaged/` and that the new log must cite, if any.
    pub damaged: Option<DamagedLog>,
}

/// Reads the log, moves away the parts that cannot be continued, and returns the state from which to continue.
///
/// # Errors
/// If one of the two storages fails. A damaged log is not an error.
pub fn recover<S: Storage>(storage: &mut S, key_storage: &mut S) -> io::Result<Recovered> {
    let head_bytes = storage.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64).or_else(empty_if_too_large)?;
    let parts = parts::count_parts(storage);
    if head_bytes.is_none() && parts == 0 {
        return Ok(Recovered { damaged: read_pending(storage), ..Recovered::default() });
    }
    let head = head_bytes.as_deref().and_then(SignedHead::parse).filter(|head| head.checkpoint.size > 0);
    let high_water = head.as_ref().and_then(|head| highwater::read(key_storage, &head.checkpoint.origin));
    let walk = walk_log(storage, head.as_ref().map_or(0, |head| head.checkpoint.size), high_water)?;
    let Some(head) = head else {
        return recover_without_head(storage, key_storage, head_bytes.as_deref(), &walk);
    };
    match check_and_resume(storage, key_storage, &head, &walk)? {
        Ok((resumed, marks)) => {
            let torn_bytes = move_tail_to_torn(storage, &walk.end_offset)?;
            in_force::repair_copies(storage, key_storage, &head.checkpoint.origin, &resumed.in_force);
            // This log has a signed genesis entry, which cites the damaged log, so the description of that log is no
            // longer needed. If its removal fails, the next start tries again.
            if storage.exists(PENDING_DAMAGE) {
                let _ = storage.remove(PENDING_DAMAGE);
            }
            Ok(Recovered { replay: walk.replay, resumed: Some(resumed), marks, torn_bytes, damaged: None })
        }
        Err(reason) => {
            let entries = walk.replay.entries;
            let size = entries.max(head.checkpoint.size);
            let damage = DamagedLog::of(Some(head.note.to_string()));
            let damage = DamagedLog { size, high_water, reason, entries, ..damage };
            let damaged = move_to_damaged(storage, damage)?;
            Ok(Recovered { damaged: Some(damaged), ..Recovered::default() })
        }
    }
}

/// Turns a head that is too large into an empty one, which is invalid.
fn empty_if_too_large(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(Some(Vec::new())) } else { Err(error) }
}

/// Recovers a log without a valid head: its first write was cut off, or its head was lost.
fn recover_without_head<S: Storage>(
    storage: &mut S,
    key_storage: &S,
    head: Option<&[u8]>,
    walk: &LogWalk,
) -> io::Result<Recovered> {
    let entries = walk.replay.entries;
    let was_cut_off_in_first_write =
        head.is_none() && entries <= MAX_UNSIGNED_ENTRIES && !walk.has_invalid_line && !storage.exists(CLOSINGS);
    if was_cut_off_in_first_write {
        let torn_bytes = move_tail_to_torn(storage, &LogOffset { part: 0, bytes: 0 })?;
        return Ok(Recovered { torn_bytes, damaged: read_pending(storage), ..Recovered::default() });
    }
    let origin = walk.replay.origin.as_deref();
    let high_water = origin.and_then(|origin| highwater::read(key_storage, origin));
    let damaged = move_to_damaged(storage, DamagedLog { entries, size: entries, high_water, ..DamagedLog::of(None) })?;
    Ok(Recovered { damaged: Some(damaged), ..Recovered::default() })
}
