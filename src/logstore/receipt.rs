//! Extracts the receipts for the outcomes of airings from a log.
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::source::{LogReadChunk, LogSource, RawHeads};
use super::verify::verify_from_start;
use crate::airlog::limits::none_if_too_large;
use crate::airlog::storage::Storage;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{MAX_NOTE_BYTES, VerifierKey};
use crate::proof::receipt::Receipt;
use crate::proof::signed_head::SignedHead;
use crate::proof::tree::{FullTree, InclusionProver};
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

/// Whose heads receipts are made with.
#[derive(Debug, Clone, Copy)]
pub struct HeadKeys<'a> {
    /// The key of the log.
    pub log: &'a VerifierKey,
    /// The department's key.
    pub witness: &'a VerifierKey,
    /// The folder beside the log with the heads that the department has countersigned.
    pub folder: &'a str,
}

/// Extracts the receipts of these entries, in one pass over the log. Each receipt has the smallest head that covers its
/// entry and that the department has countersigned: the earliest time proves most. Without such a head it has the newest
/// one.
///
/// # Errors
/// If the storage fails. The inner error is the first problem of the log, or [`VerifyError::ReceiptProof`] for an entry
/// that the log does not have.
pub fn extract_receipts<S: Storage + Sync>(
    source: &LogSource<S>,
    entries: &BTreeSet<u64>,
    keys: HeadKeys<'_>,
    threads: usize,
) -> io::Result<Result<Vec<Receipt>, VerifyError>> {
    let heads = source.heads()?;
    let (mut tree, mut lines) = (FullTree::default(), BTreeMap::new());
    let mut observer = |chunk: &LogReadChunk, hashed_lines: &HashedLines| {
        hashed_lines.leaves().iter().for_each(|leaf| tree.push(*leaf));
        let chunk_lines = chunk.lines();
        for seq in entries.range(chunk.first_seq..chunk.first_seq + chunk_lines.len() as u64) {
            let index = usize::try_from(seq - chunk.first_seq).unwrap_or(usize::MAX);
            lines.extend(chunk_lines.get(index).map(|line| (*seq, line.to_vec())));
        }
        Ok(Ok(()))
    };
    let policy = VerifyPolicy { key: Some(keys.log.clone()), ..VerifyPolicy::default() };
    let verdict = verify_from_start(source, &heads, policy, threads, &mut observer)?;
    if let Some(error) = verdict.errors.into_iter().find(|error| !error.is_outside_log()) {
        return Ok(Err(error));
    }
    let heads = covering_heads(source, &heads, &tree, keys)?;
    let mut receipts = Vec::with_capacity(entries.len());
    for seq in entries.iter().copied() {
        let head = heads.range(seq + 1..).next();
        let receipt = head.zip(lines.remove(&seq)).and_then(|((size, head), line)| {
            Some(Receipt { seq, line, proof: tree.inclusion_proof(seq, *size)?, head: head.clone() })
        });
        match receipt {
            Some(receipt) => receipts.push(receipt),
            None => return Ok(Err(VerifyError::ReceiptProof { seq })),
        }
    }
    Ok(Ok(receipts))
}

/// Returns the heads of a verified log by their sizes: those that the witness has countersigned, and the newest one. Heads
/// in the folder that do not fit the log are not used: others may have written them.
fn covering_heads<S: Storage>(
    source: &LogSource<S>,
    heads: &RawHeads,
    tree: &FullTree,
    keys: HeadKeys<'_>,
) -> io::Result<BTreeMap<u64, String>> {
    let fits = |head: &SignedHead| {
        head.checkpoint.origin == keys.log.name
            && tree.root_at(head.checkpoint.size) == Some(head.checkpoint.root)
            && head.check_signed_by(keys.log).is_ok()
            && cosigned_at(&head.note, keys.witness).is_ok()
    };
    let folder = keys.folder;
    let mut covering = BTreeMap::new();
    let sizes: BTreeSet<u64> = source.storage.list(folder)?.iter().filter_map(|name| name.parse().ok()).collect();
    let stored = sizes.iter().map(|size| format!("{folder}/{size}"));
    let mut notes: Vec<Vec<u8>> = heads.cosigned.iter().cloned().collect();
    for path in stored {
        notes.extend(source.storage.read_all(&path, MAX_NOTE_BYTES as u64).or_else(none_if_too_large)?);
    }
    for head in notes.iter().filter_map(|bytes| SignedHead::parse(bytes)) {
        if fits(&head) {
            covering.insert(head.checkpoint.size, head.note.to_string());
        }
    }
    if let Some(newest) = SignedHead::parse(&heads.head) {
        covering.entry(newest.checkpoint.size).or_insert_with(|| newest.note.to_string());
    }
    Ok(covering)
}
