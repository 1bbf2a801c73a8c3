//! The state of a log before it is collected again.
use std::io;

use super::heads::{none_if_too_large, parse_head};
use crate::airlog::files::CHECKPOINT;
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::storage::Storage;
use crate::department::witness::Witness;
use crate::logstore::resume::VerifiedState;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey};

/// The witness's record of a log.
pub(super) struct WitnessRecord {
    /// The recorded head, with or without the station's signature.
    pub(super) head: Option<(Note, Checkpoint)>,
    /// Whether the station has signed that head. If not, nothing else of the record counts: a head that the station
    /// has not signed accuses nobody.
    pub(super) is_signed: bool,
    /// How to go on from that head.
    pub(super) verified_state: Option<VerifiedState>,
    /// The plausibility of the entries under that head.
    pub(super) fold: Option<PlausibilityFold>,
    /// When the log was first countersigned, seconds since 1970.
    pub(super) first_cosigned: Option<i64>,
}

impl WitnessRecord {
    /// Loads the record of a log with this key.
    pub(super) fn load<K: Storage>(witness: &Witness<K>, key: &VerifierKey) -> io::Result<Self> {
        let origin = &key.name;
        let first_cosigned = witness.first_cosigned(origin)?;
        let head = witness.newest_head(origin)?;
        let (verified_state, fold) = (witness.verified_state(origin)?, witness.fold(origin)?);
        let is_signed = head.as_ref().is_some_and(|(note, head)| is_own_head(head, note, key));
        Ok(Self {
            head,
            is_signed,
            verified_state: verified_state.filter(|_| is_signed),
            fold: fold.filter(|_| is_signed),
            first_cosigned: first_cosigned.filter(|_| is_signed),
        })
    }

    /// Returns the recorded head, if the station has signed it.
    pub(super) fn signed_head(&self) -> Option<&(Note, Checkpoint)> {
        self.head.as_ref().filter(|_| self.is_signed)
    }
}

/// Reads the store's head of a log; none when the station has not signed it. Somebody else may have collected into the
/// same store.
pub(super) fn stored_head<T: Storage>(store: &T, key: &VerifierKey) -> io::Result<Option<Checkpoint>> {
    let bytes = store.read_all(CHECKPOINT, MAX_NOTE as u64).or_else(none_if_too_large)?;
    let head = bytes.and_then(|bytes| parse_head(&bytes));
    Ok(head.filter(|(head, note)| is_own_head(head, note, key)).map(|(head, _)| head))
}

fn is_own_head(head: &Checkpoint, note: &Note, key: &VerifierKey) -> bool {
    head.origin == key.name && note.signature_status(key) == SignatureStatus::Valid
}
