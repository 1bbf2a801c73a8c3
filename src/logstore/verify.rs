//! Verifies stored logs on all processors, in constant memory.
mod cosigned_head;
mod plausibility;
mod run;
mod verdict;

use std::io;
use std::path::Path;

use super::source::{LogForm, LogReadChunk, LogSource, RawHeads, find_log, is_running, open_log};
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::storage::Storage;
use crate::proof::key_chain::KeyChainState;
use crate::proof::tiles::{Tile, TileBuilder};
use crate::proof::tree::CompactRange;
use crate::proof::verify::{HashedLines, Verifier, VerifyError, VerifyPolicy};
use cosigned_head::check_cosigned_head;
use run::run_verifier;

pub use plausibility::{MAX_FINDINGS, Plausibility};
pub use run::ChunkObserver;
pub use verdict::Verdict;

/// The state after the entries that are known, where verification starts.
pub struct VerifyStart<'a> {
    /// The tree over the known entries.
    pub range: CompactRange,
    /// The keys at their end.
    pub key_state: &'a KeyChainState,
    /// Number of known bytes of `closings`.
    pub closings_len: usize,
    /// The plausibility fold over the known entries.
    pub fold: PlausibilityFold,
}

/// Verifies the entries after the known ones.
///
/// # Errors
/// Errors of the storage, and of the observer.
pub fn verify_from<S: Storage + Sync>(
    source: &LogSource<S>,
    heads: &RawHeads,
    policy: VerifyPolicy,
    start: VerifyStart<'_>,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
) -> io::Result<Verdict> {
    let closings = heads.closings.get(start.closings_len..).unwrap_or_default();
    let plausible = Plausibility::with_fold(start.fold);
    match Verifier::resume(&heads.head, closings, policy, start.range, start.key_state) {
        Ok(verifier) => {
            run_verifier(source, verifier, threads, observer, Verdict { plausibility: plausible, ..Verdict::default() })
        }
        Err(wrong) => Ok(Verdict { errors: vec![wrong], ..Verdict::default() }),
    }
}

/// Verifies a whole log. `observer` sees every chunk that passed so far.
///
/// # Errors
/// Errors of the storage, and of the observer.
pub fn verify_from_start<S: Storage + Sync>(
    source: &LogSource<S>,
    heads: &RawHeads,
    policy: VerifyPolicy,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
) -> io::Result<Verdict> {
    reverify(source, heads, policy, 0, threads, observer)
}

/// Verifies a whole log of which `known` entries were verified before; findings in those are counted but not returned.
///
/// # Errors
/// Errors of the storage, and of the observer.
pub fn reverify<S: Storage + Sync>(
    source: &LogSource<S>,
    heads: &RawHeads,
    mut policy: VerifyPolicy,
    known: u64,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
) -> io::Result<Verdict> {
    let mut verdict = Verdict { plausibility: Plausibility::with_reported(known), ..Verdict::default() };
    let first = source.first_line(&heads.head)?;
    if heads.head.is_empty() && first.is_none() {
        verdict.errors.push(VerifyError::NoLog);
        return Ok(verdict);
    }
    let cosigned = match check_cosigned_head(heads, first.as_deref(), &mut policy) {
        Ok(cosigned) => cosigned,
        Err(wrong) => {
            verdict.errors.push(wrong);
            None
        }
    };
    let witness = policy.witness.clone();
    let verifier = match Verifier::new(&heads.head, &heads.closings, policy) {
        Ok(verifier) => verifier,
        Err(wrong) => {
            verdict.errors.push(wrong);
            return Ok(verdict);
        }
    };
    let mut verdict = run_verifier(source, verifier, threads, observer, verdict)?;
    if let (Some(head), Some(witness)) = (&cosigned, &witness)
        && !verdict.verified.origin.is_empty()
    {
        verdict.verified.evidence.add_head(head, witness);
    }
    Ok(verdict)
}

/// Verifies a log and, if it is an export, all of its tiles.
///
/// # Errors
/// Errors of the storage.
pub fn verify_log<S: Storage + Sync>(
    source: &LogSource<S>,
    policy: VerifyPolicy,
    threads: usize,
) -> io::Result<Verdict> {
    let mut builder = TileBuilder::default();
    let compare = source.form == LogForm::Export;
    let mut differing = None;
    let mut observer = |_: &LogReadChunk, digest: &HashedLines| {
        if !compare || differing.is_some() {
            return Ok(Ok(()));
        }
        for (index, leaf) in digest.leaves().iter().enumerate() {
            for tile in builder.push_with_root(None, *leaf, digest.root_at(index)) {
                differing = differing.take().or(check_tile(&source.storage, &tile)?);
            }
        }
        Ok(Ok(()))
    };
    let mut verdict = verify_from_start(source, &source.heads()?, policy, threads, &mut observer)?;
    if compare && verdict.errors.is_empty() {
        for tile in builder.partial() {
            differing = differing.take().or(check_tile(&source.storage, &tile)?);
        }
    }
    verdict.errors.extend(differing);
    Ok(verdict)
}

fn check_tile<S: Storage>(storage: &S, (tile, bytes): &(Tile, Vec<u8>)) -> io::Result<Option<VerifyError>> {
    let path = tile.path();
    match storage.read_all(&path, bytes.len() as u64) {
        Ok(Some(there)) if there == *bytes => Ok(None),
        Ok(None) => Ok(Some(VerifyError::TileMissing { path })),
        Ok(Some(_)) => Ok(Some(VerifyError::TileDiffers { path })),
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(Some(VerifyError::TileDiffers { path })),
        Err(e) => Err(e),
    }
}

/// Verifies the log at a path. While its station runs, lines may follow the head that it is about to sign.
///
/// # Errors
/// Errors of reading the folder.
pub fn verify_path(path: &Path, policy: &VerifyPolicy, threads: usize) -> io::Result<Verdict> {
    let Some((folder, _)) = find_log(path) else {
        return Ok(Verdict { errors: vec![VerifyError::NoLog], ..Verdict::default() });
    };
    let Some(source) = open_log(path) else {
        return Ok(Verdict { errors: vec![VerifyError::NoLog], ..Verdict::default() });
    };
    let mut verdict = verify_log(&source, policy.clone(), threads)?;
    if verdict.errors.iter().any(|w| matches!(w, VerifyError::Torn { .. } | VerifyError::ExtraClosings))
        && is_running(&folder)
    {
        verdict = verify_log(&source, policy.clone(), threads)?;
        verdict.errors.retain(|wrong| !matches!(wrong, VerifyError::Torn { .. }));
    }
    Ok(verdict)
}
