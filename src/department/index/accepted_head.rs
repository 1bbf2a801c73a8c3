//! The head of a log in the store, compared with what this machine has collected or countersigned.
use super::IndexError;
use super::indexed_log::LogReadContext;
use crate::airlog::files::COSIGNED;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::logstore::source::LogSource;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus};
use crate::proof::verify::VerifyError;

/// A head of this log that does not contradict the collected one.
pub struct AcceptedHead {
    /// The head.
    pub checkpoint: Checkpoint,
    /// The head as a signed note, with all signatures.
    pub note_text: String,
    /// When this machine's witness countersigned it, seconds since 1970.
    pub cosigned_at: Option<i64>,
}

pub fn check_head(
    bytes: &[u8],
    source: &LogSource<AnyStorage>,
    reading: &LogReadContext<'_>,
) -> Result<Result<AcceptedHead, VerifyError>, IndexError> {
    let parsed = Note::parse(bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)));
    let Some((checkpoint, note)) = parsed.filter(|(head, _)| head.origin == reading.key.name) else {
        return Ok(Err(VerifyError::HeadUnreadable));
    };
    if note.signature_status(reading.key) != SignatureStatus::Valid {
        return Ok(Err(VerifyError::HeadForged));
    }
    let cosigned = source.storage.read_all(COSIGNED, MAX_NOTE as u64)?.and_then(|bytes| Note::parse(&bytes));
    let same = cosigned.filter(|cosigned| cosigned.text == note.text);
    let time = same.as_ref().and_then(|note| cosigned_at(note, reading.witness_key).ok());
    if let Some((_, seen)) = reading.witnessed_head {
        if checkpoint.size < seen.size {
            return Ok(Err(VerifyError::RolledBack { size: checkpoint.size, seen: seen.size }));
        }
        let known = checkpoint.root == seen.root && checkpoint.size == seen.size;
        // A head that this machine has neither collected nor countersigned came into the store some other way.
        if !known && time.is_none() {
            return Ok(Err(VerifyError::Fork { size: checkpoint.size }));
        }
    }
    let shown = same.map_or_else(|| note.to_string(), |note| note.to_string());
    Ok(Ok(AcceptedHead { checkpoint, note_text: shown, cosigned_at: time.and_then(|time| i64::try_from(time).ok()) }))
}
