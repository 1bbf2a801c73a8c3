//! Opens a log and repairs the damage of a power cut.
//!
//! Lines under the signed head were acknowledged. Lines beyond it were not: they go to `airlog/torn/` and are not
//! signed later. Some logs are never continued: a log that differs from its head, one whose keys are not on this
//! machine, and one that is older than the high-water mark beside the keys, because somebody may have seen that head.
//! To continue them would sign a fork, and an honest SD card would look like a forger. Such a log moves whole to
//! `airlog/damaged/`, and a new log begins that cites its head: the station must not fall silent over it.
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
use crate::proof::note::MAX_NOTE;
use crate::proof::signed_head::SignedHead;
pub use resume::ResumedLog;
use resume::check_and_resume;
use set_aside::{move_tail_to_torn, move_to_damaged, read_pending};

/// Result of a recovery.
#[derive(Default)]
pub struct Recovered {
    /// State from the log; empty when the log was set aside.
    pub replay: Replay,
    /// The log to continue; none when a new log must begin.
    pub resumed: Option<ResumedLog>,
    /// Marks of the last run.
    pub marks: ProgressMarks,
    /// Bytes beyond the head that were moved to `torn/`.
    pub torn: u64,
    /// The log that was set aside, if any.
    pub damaged: Option<DamagedLog>,
}

/// Reads the log, sets aside what cannot be continued, and returns the state to continue from.
///
/// # Errors
/// Errors of the storages. A log that is damaged is not an error.
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
            in_force::repair_copies(storage, keys, &head.checkpoint.origin, &resumed.in_force);
            // The new log has its genesis entry, which cites the old one. If this fails, the next start removes the
            // file.
            if storage.has(PENDING_DAMAGE) {
                let _ = storage.remove(PENDING_DAMAGE);
            }
            Ok(Recovered { replay: walk.replay, resumed: Some(resumed), marks, torn, damaged: None })
        }
        Err(why) => {
            let entries = walk.replay.entries;
            let size = entries.max(head.checkpoint.size);
            let damage = DamagedLog { size, newest, why, entries, ..DamagedLog::of(Some(head.note.to_string())) };
            let damaged = move_to_damaged(storage, damage)?;
            Ok(Recovered { damaged: Some(damaged), ..Recovered::default() })
        }
    }
}

fn unreadable_head(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    // Something else has the name of the head: an invalid head.
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(Some(Vec::new())) } else { Err(error) }
}

/// Recovers a log without a valid head: it was cut off during its first write, or has lost its head.
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
    let damaged = move_to_damaged(storage, DamagedLog { entries, size: entries, newest, ..DamagedLog::of(None) })?;
    Ok(Recovered { damaged: Some(damaged), ..Recovered::default() })
}
