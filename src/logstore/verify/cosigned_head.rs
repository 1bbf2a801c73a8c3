//! Checks the countersigned head that is stored with a log.
use crate::logstore::source::RawHeads;
use crate::proof::cosign::cosigned_at;
use crate::proof::entry::GenesisKeys;
use crate::proof::note::{Note, SignatureStatus, VerifierKey, split_notes};
use crate::proof::signed_head::SignedHead;
use crate::proof::verify::{VerifyError, VerifyPolicy};

/// Checks the countersigned head that is stored with the log, and adds it to the heads that the log must extend.
/// Returns `None` if there is no such head.
///
/// # Errors
/// [`VerifyError::CosignedForged`] if the head is not a head of this log, or if the witness of the policy has not
/// signed it.
pub(super) fn check_cosigned_head(
    heads: &RawHeads,
    first_line: Option<&[u8]>,
    policy: &mut VerifyPolicy,
) -> Result<Option<SignedHead>, VerifyError> {
    let Some(bytes) = &heads.cosigned else {
        return Ok(None);
    };
    let announced_key = first_line.and_then(|line| VerifierKey::parse(&GenesisKeys::parse(line)?.key));
    let key = policy.key.clone().or(announced_key);
    let (Some(head), Some(key)) = (SignedHead::parse(bytes), key) else {
        return Err(VerifyError::CosignedForged);
    };
    let is_signed = head.checkpoint.origin == key.name && head.note.signature_status(&key) == SignatureStatus::Valid;
    let is_witnessed = policy.witness.as_ref().is_none_or(|witness| cosigned_at(&head.note, witness).is_ok());
    if !is_signed || !is_witnessed || !matches_closing(&head.note, &heads.closings) {
        return Err(VerifyError::CosignedForged);
    }
    policy.earlier_heads.push(head.checkpoint.clone());
    Ok(Some(head))
}

/// True when the countersigned head is not a closing, or has all signatures of that closing. The verifier checks only
/// the signatures of the closing, so the head must have the same signatures.
fn matches_closing(note: &Note, closings: &[u8]) -> bool {
    let is_same_head = |closing: &&[u8]| closing.starts_with(note.text.as_bytes());
    let closing = split_notes(closings).0.into_iter().find(is_same_head).and_then(Note::parse);
    closing.is_none_or(|closing| closing.signatures.iter().all(|signature| note.signatures.contains(signature)))
}
