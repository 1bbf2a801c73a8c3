//! Extracts the receipt for the outcome of an airing from a log.
use std::io;

use super::source::{LogReadChunk, LogSource};
use super::verify::verify_from_start;
use crate::airlog::storage::Storage;
use crate::proof::receipt::Receipt;
use crate::proof::signed_head::SignedHead;
use crate::proof::tree::InclusionProver;
use crate::proof::verify::{HashedLines, VerifyError, VerifyPolicy};

/// Extracts the receipt for the outcome of an airing. The receipt has the countersigned head if that head covers the
/// outcome, and otherwise the newest head.
///
/// # Errors
/// If the storage fails. The inner error is the first problem of the log, [`VerifyError::NoSuchAiring`], or
/// [`VerifyError::ReceiptProof`] if the proof cannot be built.
pub fn extract_receipt<S: Storage + Sync>(
    source: &LogSource<S>,
    id: &str,
    threads: usize,
) -> io::Result<Result<Receipt, VerifyError>> {
    let heads = source.heads()?;
    let policy = VerifyPolicy { airing: Some(id.to_owned()), ..VerifyPolicy::default() };
    let verdict = verify_from_start(source, &heads, policy, threads, &mut |_, _| Ok(Ok(())))?;
    if let Some(error) = verdict.errors.into_iter().find(|error| !error.is_outside_log()) {
        return Ok(Err(error));
    }
    let Some((seq, line)) = verdict.verified.airing else {
        return Ok(Err(VerifyError::NoSuchAiring));
    };
    let covering_head = |bytes: &Vec<u8>| {
        let head = SignedHead::parse(bytes)?;
        let size = head.checkpoint.size;
        (size > seq).then(|| (head.note.to_string(), size))
    };
    let head = heads.cosigned.as_ref().and_then(covering_head).or_else(|| covering_head(&heads.head));
    let Some((head, size)) = head else {
        return Ok(Err(VerifyError::NoSuchAiring));
    };
    let Some(mut prover) = InclusionProver::new(seq, size) else {
        return Ok(Err(VerifyError::NoSuchAiring));
    };
    let mut observer = |_: &LogReadChunk, hashed_lines: &HashedLines| {
        hashed_lines.leaves().iter().for_each(|leaf| prover.push(*leaf));
        Ok(Ok(()))
    };
    verify_from_start(source, &heads, VerifyPolicy::default(), threads, &mut observer)?;
    match prover.proof() {
        Some(proof) => Ok(Ok(Receipt { seq, line, proof, head })),
        None => Ok(Err(VerifyError::ReceiptProof { seq })),
    }
}
