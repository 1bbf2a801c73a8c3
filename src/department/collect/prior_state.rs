//! What the witness recorded about a log, and what the store holds, before a collection.
use std::io;

use super::heads::parse_head;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::limits::none_if_too_large;
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::storage::Storage;
use crate::department::witness::Witness;
use crate::logstore::resume::VerifiedState;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE_BYTES, Note, SignatureStatus, VerifierKey};

/// The witness's record of a log.
pub(super) struct WitnessRecord {
    /// The recorded head, with or without the station's signature.
    pub(super) head: Option<(Note, Checkpoint)>,
    /// True when the station has signed that head. If it has not, the fields below are `None`, because a head without
    /// the station's signature proves nothing against the station.
    pub(super) is_signed: bool,
    /// The state from which reading continues after that head; `None` if unknown.
    pub(super) verified_state: Option<VerifiedState>,
    /// The plausibility fold over the entries under that head; `None` if unknown.
    pub(super) fold: Option<PlausibilityFold>,
    /// The time of the log's first countersignature, in seconds since 1970; `None` if unknown.
    pub(super) first_cosigned_at: Option<i64>,
}

impl WitnessRecord {
    /// Loads the record of the log with this key.
    pub(super) fn load<K: Storage>(witness: &Witness<K>, key: &VerifierKey) -> io::Result<Self> {
        let origin = &key.name;
        let first_cosigned_at = witness.first_cosigned_at(origin)?;
        let head = witness.newest_head(origin)?;
        let (verified_state, fold) = (witness.verified_state(origin)?, witness.fold(origin)?);
        let is_signed = head.as_ref().is_some_and(|(note, head)| is_signed_head(head, note, key));
        Ok(Self {
            head,
            is_signed,
            verified_state: verified_state.filter(|_| is_signed),
            fold: fold.filter(|_| is_signed),
            first_cosigned_at: first_cosigned_at.filter(|_| is_signed),
        })
    }

    /// Returns the recorded head, if the station has signed it.
    pub(super) fn signed_head(&self) -> Option<&(Note, Checkpoint)> {
        self.head.as_ref().filter(|_| self.is_signed)
    }
}

/// Reads the head of a log in the store; `None` if there is none, or the station has not signed it. Others may write to
/// the store.
pub(super) fn stored_head<T: Storage>(store: &T, key: &VerifierKey) -> io::Result<Option<Checkpoint>> {
    let bytes = store.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64).or_else(none_if_too_large)?;
    let head = bytes.and_then(|bytes| parse_head(&bytes));
    Ok(head.filter(|(head, note)| is_signed_head(head, note, key)).map(|(head, _)| head))
}

/// Returns whether a head belongs to the log with this key, and has a valid signature made with that key.
fn is_signed_head(head: &Checkpoint, note: &Note, key: &VerifierKey) -> bool {
    head.origin == key.name && note.signature_status(key) == SignatureStatus::Valid
}
