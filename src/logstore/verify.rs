//! Verifies stored logs on all processors. A log is read in chunks, so the memory use does not depend on the number of
//! lines.
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
use crate::proof::signed_head::SignedHead;
use crate::proof::tiles::{Tile, TileBuilder};
use crate::proof::tree::CompactRange;
use crate::proof::verify::{HashedLines, Verifier, VerifyError, VerifyPolicy};
use cosigned_head::check_cosigned_head;
use run::run_verifier;

pub use plausibility::{MAX_FINDINGS, Plausibility};
pub use run::ChunkObserver;
pub use verdict::Verdict;

/// The state from which a verification starts: the state after the entries that were verified before.
pub struct VerifyStart<'a> {
    /// The Merkle tree over these entries.
    pub range: CompactRange,
    /// The state of the keys after these entries.
    pub key_state: &'a KeyChainState,
    /// Number of bytes of `closings` that were verified before.
    pub closings_len: usize,
    /// The state of the plausibility check after these entries.
    pub fold: PlausibilityFold,
}

/// Verifies the entries after those that were verified before.
///
/// # Errors
/// If the storage or the observer fails.
pub fn verify_from<S: Storage + Sync>(
    source: &LogSource<S>,
    heads: &RawHeads,
    policy: VerifyPolicy,
    start: VerifyStart<'_>,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
) -> io::Result<Verdict> {
    let closings = heads.closings.get(start.closings_len..).unwrap_or_default();
    let plausibility = Plausibility::with_fold(start.fold);
    match Verifier::resume(&heads.head, closings, policy, start.range, start.key_state) {
        Ok(verifier) => {
            run_verifier(source, verifier, threads, observer, Verdict { plausibility, ..Verdict::default() })
        }
        Err(error) => Ok(Verdict { errors: vec![error], ..Verdict::default() }),
    }
}

/// Verifies a complete log. `observer` is called with each verified chunk.
///
/// # Errors
/// If the storage or the observer fails.
pub fn verify_from_start<S: Storage + Sync>(
    source: &LogSource<S>,
    heads: &RawHeads,
    policy: VerifyPolicy,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
) -> io::Result<Verdict> {
    reverify(source, heads, policy, 0, threads, observer)
}

/// Verifies a complete log, of which the first `known_entries` entries were verified before. Findings about those
/// entries are counted, but not returned.
///
/// # Errors
/// If the storage or the observer fails.
pub fn reverify<S: Storage + Sync>(
    source: &LogSource<S>,
    heads: &RawHeads,
    mut policy: VerifyPolicy,
    known_entries: u64,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
) -> io::Result<Verdict> {
    let mut verdict =
        Verdict { plausibility: Plausibility::with_reported_entries(known_entries), ..Verdict::default() };
    let first_line = source.first_line(&heads.head)?;
    if heads.head.is_empty() && first_line.is_none() {
        verdict.errors.push(VerifyError::NoLog);
        return Ok(verdict);
    }
    // The key of another log proves nothing about this one, so nothing else is checked.
    if let (Some(key), Some(head)) = (&policy.key, SignedHead::parse(&heads.head))
        && key.name != head.checkpoint.origin
    {
        verdict.errors.push(VerifyError::OtherLog { origin: head.checkpoint.origin });
        return Ok(verdict);
    }
    let cosigned_head = match check_cosigned_head(heads, first_line.as_deref(), &mut policy) {
        Ok(head) => head,
        Err(error) => {
            verdict.errors.push(error);
            None
        }
    };
    let witness = policy.witness.clone();
    let verifier = match Verifier::new(&heads.head, &heads.closings, policy) {
        Ok(verifier) => verifier,
        Err(error) => {
            verdict.errors.push(error);
            return Ok(verdict);
        }
    };
    let mut verdict = run_verifier(source, verifier, threads, observer, verdict)?;
    if let (Some(head), Some(witness)) = (&cosigned_head, &witness)
        && !verdict.verified.origin.is_empty()
    {
        verdict.verified.evidence.add_head(head, witness);
    }
    Ok(verdict)
}

/// Verifies a log and, if it is an export, all of its tiles.
///
/// # Errors
/// If the storage fails.
pub fn verify_log<S: Storage + Sync>(
    source: &LogSource<S>,
    policy: VerifyPolicy,
    threads: usize,
) -> io::Result<Verdict> {
    let mut builder = TileBuilder::default();
    let is_export = source.form == LogForm::Export;
    let mut tile_error = None;
    let mut observer = |_: &LogReadChunk, hashed_lines: &HashedLines| {
        if !is_export || tile_error.is_some() {
            return Ok(Ok(()));
        }
        for (index, leaf) in hashed_lines.leaves().iter().enumerate() {
            for tile in builder.push_with_root(None, *leaf, hashed_lines.root_at(index)) {
                tile_error = tile_error.take().or(check_tile(&source.storage, &tile)?);
            }
        }
        Ok(Ok(()))
    };
    let mut verdict = verify_from_start(source, &source.heads()?, policy, threads, &mut observer)?;
    if is_export && verdict.errors.is_empty() {
        for tile in builder.partial() {
            tile_error = tile_error.take().or(check_tile(&source.storage, &tile)?);
        }
    }
    verdict.errors.extend(tile_error);
    Ok(verdict)
}

/// Compares a stored tile with its expected bytes. Returns the problem, if any.
fn check_tile<S: Storage>(storage: &S, (tile, bytes): &(Tile, Vec<u8>)) -> io::Result<Option<VerifyError>> {
    let path = tile.path();
    match storage.read_all(&path, bytes.len() as u64) {
        Ok(Some(stored)) if stored == *bytes => Ok(None),
        Ok(None) => Ok(Some(VerifyError::TileMissing { path })),
        Ok(Some(_)) => Ok(Some(VerifyError::TileDiffers { path })),
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(Some(VerifyError::TileDiffers { path })),
        Err(e) => Err(e),
    }
}

/// Verifies the log at a path. If its station is running, lines after the head are not reported: the station is about
/// to sign them.
///
/// # Errors
/// If the folder cannot be read.
pub fn verify_path(path: &Path, policy: &VerifyPolicy, threads: usize) -> io::Result<Verdict> {
    let Some((folder, _)) = find_log(path) else {
        return Ok(Verdict { errors: vec![VerifyError::NoLog], ..Verdict::default() });
    };
    let Some(source) = open_log(path) else {
        return Ok(Verdict { errors: vec![VerifyError::NoLog], ..Verdict::default() });
    };
    let mut verdict = verify_log(&source, policy.clone(), threads)?;
    if verdict.errors.iter().any(|error| matches!(error, VerifyError::Torn { .. } | VerifyError::ExtraClosings))
        && is_running(&folder)
    {
        verdict = verify_log(&source, policy.clone(), threads)?;
        verdict.errors.retain(|error| !matches!(error, VerifyError::Torn { .. }));
    }
    Ok(verdict)
}
