//! Checks the countersigned head stored with a log.
use crate::logstore::source::RawHeads;
use crate::proof::cosign::cosigned_at;
use crate::proof::entry::GenesisKeys;
use crate::proof::note::{Note, SignatureStatus, VerifierKey, split_notes};
use crate::proof::signed_head::SignedHead;
use crate::proof::verify::{VerifyError, VerifyPolicy};

/// Checks the countersigned head stored with the log, and adds it to the heads that the log must extend.
///
/// # Errors
/// [`VerifyError::CosignedForged`] when it is not a head of this log, or the given witness has not signed it.
pub(super) fn check_cosigned_head(
    heads: &RawHeads,
    first: Option<&[u8]>,
    policy: &mut VerifyPolicy,
) -> Result<Option<SignedHead>, VerifyError> {
    let Some(bytes) = &heads.cosigned else {
        return Ok(None);
    };
    let own = first.and_then(|line| VerifierKey::parse(&GenesisKeys::parse(line)?.key));
    let key = policy.key.clone().or(own);
    let (Some(head), Some(key)) = (SignedHead::parse(bytes), key) else {
        return Err(VerifyError::CosignedForged);
    };
    let good = head.checkpoint.origin == key.name && head.note.signature_status(&key) == SignatureStatus::Valid;
    let witnessed = policy.witness.as_ref().is_none_or(|w| cosigned_at(&head.note, w).is_ok());
    if !good || !witnessed || !matches_closing(&head.note, &heads.closings) {
        return Err(VerifyError::CosignedForged);
    }
    policy.earlier_heads.push(head.checkpoint.clone());
    Ok(Some(head))
}

/// Returns whether a countersigned head that is also a closing has the signatures of that closing. Those are checked
/// with the closings, so the head's copies of them must be the same.
fn matches_closing(note: &Note, closings: &[u8]) -> bool {
    let is_it = |closing: &&[u8]| closing.starts_with(note.text.as_bytes());
    let closing = split_notes(closings).0.into_iter().find(is_it).and_then(Note::parse);
    closing.is_none_or(|closing| closing.signatures.iter().all(|line| note.signatures.contains(line)))
}
