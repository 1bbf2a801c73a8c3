//! Checks the head of a log in the store against the head that this machine has recorded.
use std::collections::BTreeSet;

use super::IndexError;
use super::indexed_log::LogReadContext;
use crate::airlog::files::COSIGNED;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::logstore::source::LogSource;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{MAX_NOTE_BYTES, Note, SignatureStatus};
use crate::proof::verify::VerifyError;

/// A head of a log in the store that has the station's signature and does not contradict the recorded head.
pub struct AcceptedHead {
    /// The size and root of the log.
    pub checkpoint: Checkpoint,
    /// The head as a signed note, with the witness's signature if the store has it.
    pub note_text: String,
    /// The time at which this machine's witness countersigned it, in seconds since 1970; `None` if it has not.
    pub cosigned_at: Option<i64>,
    /// The number of entries for which the store has tiles. It is greater than the size of the head if the head is that
    /// of a closed period, because larger tiles replace those at the end of a log.
    pub stored_size: u64,
    /// The hashes of plans that count as missing, even if the store has them by now.
    pub absent_plans: BTreeSet<String>,
}

/// Parses the head of a log in the store, and checks it against the context's recorded head.
///
/// # Errors
/// [`IndexError::Store`] if the countersigned head cannot be read. The inner error is the fault of the head.
pub fn check_head(
    bytes: &[u8],
    source: &LogSource<AnyStorage>,
    context: &LogReadContext<'_>,
) -> Result<Result<AcceptedHead, VerifyError>, IndexError> {
    let parsed_head = Note::parse(bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)));
    let Some((checkpoint, note)) = parsed_head.filter(|(head, _)| head.origin == context.key.name) else {
        return Ok(Err(VerifyError::HeadUnreadable));
    };
    if note.signature_status(context.key) != SignatureStatus::Valid {
        return Ok(Err(VerifyError::HeadForged));
    }
    let cosigned_note = source.storage.read_all(COSIGNED, MAX_NOTE_BYTES as u64)?.and_then(|bytes| Note::parse(&bytes));
    let cosigned_note = cosigned_note.filter(|cosigned| cosigned.text == note.text);
    let cosigned_time = cosigned_note.as_ref().and_then(|note| cosigned_at(note, context.witness_key).ok());
    if let Some((_, recorded_head)) = context.recorded_head {
        if checkpoint.size < recorded_head.size {
            return Ok(Err(VerifyError::RolledBack { size: checkpoint.size, seen: recorded_head.size }));
        }
        let is_recorded = checkpoint.root == recorded_head.root && checkpoint.size == recorded_head.size;
        // This machine records or countersigns every head that it collects, so somebody else wrote this one.
        if !is_recorded && cosigned_time.is_none() {
            return Ok(Err(VerifyError::Fork { size: checkpoint.size }));
        }
    }
    let note_text = cosigned_note.unwrap_or(note).to_string();
    let cosigned_at = cosigned_time.and_then(|time| i64::try_from(time).ok());
    let stored_size = checkpoint.size;
    Ok(Ok(AcceptedHead { checkpoint, note_text, cosigned_at, stored_size, absent_plans: BTreeSet::new() }))
}
