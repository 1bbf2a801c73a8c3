//! One verification of a log: hashes lines and checks signatures on all threads, and judges the lines in order.
use std::io;
use std::sync::Arc;

use super::verdict::Verdict;
use crate::airlog::storage::Storage;
use crate::logstore::kept_files::{check_kept_file, read_kept_plan};
use crate::logstore::pool::{PoolFunctions, PoolJob, PoolResult, VerifyPool};
use crate::logstore::prepared_chunk::{PreparedChunk, prepare_chunk};
use crate::logstore::source::{ChunkReader, LogReadChunk, LogSource};
use crate::proof::entry::kept_file_name;
use crate::proof::signature_check::SignatureCheck;
use crate::proof::verify::{HashedLines, Verifier, VerifyError};

/// Observes the verified lines of a log, with their hashes; may refuse them with an error.
pub type ChunkObserver<'a> = dyn FnMut(&LogReadChunk, &HashedLines) -> io::Result<Result<(), VerifyError>> + 'a;

/// Reads and judges the lines of a log, then its head.
pub(super) fn run_verifier<S: Storage + Sync>(
    source: &LogSource<S>,
    mut verifier: Verifier,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
    mut verdict: Verdict,
) -> io::Result<Verdict> {
    if let Err(wrong) = verify_lines(source, &mut verifier, threads, observer, &mut verdict)? {
        verdict.errors.insert(0, wrong);
        return Ok(verdict);
    }
    verdict.plausibility.fold.finish();
    verdict.plausibility.take_findings();
    match verifier.finish() {
        Ok((found, checks)) => {
            verdict.errors.extend(SignatureCheck::verify_all(&checks).err());
            verdict.verified = found;
        }
        Err(wrong) => verdict.errors.insert(0, wrong),
    }
    Ok(verdict)
}

/// Number of signatures that are checked as one job.
const SIGNATURE_BATCH: usize = 256;

/// Judges all lines; a fault of the lines is returned inside, bytes after the last signed line go into the verdict.
fn verify_lines<S: Storage + Sync>(
    source: &LogSource<S>,
    verifier: &mut Verifier,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
    verdict: &mut Verdict,
) -> io::Result<Result<(), VerifyError>> {
    let mut chunks = source.chunks_from(verifier.lines_read(), verifier.size())?;
    let prepared = |first, lines: &[&[u8]], digest: &HashedLines| prepare_chunk(&source.storage, first, lines, digest);
    let read = std::thread::scope(|scope| {
        let mut run = VerifyRun { source, verifier, verdict, checks: Vec::new() };
        let mut pool =
            VerifyPool::new(scope, threads, PoolFunctions { hasher: run.verifier.hasher(), prepare: &prepared });
        run.run(&mut chunks, &mut pool, observer)
    })?;
    if read.is_ok() && verifier.lines_read() == verifier.size() {
        let bytes = chunks.unsigned_bytes()?;
        if bytes > 0 {
            verdict.errors.push(VerifyError::Torn { bytes, size: verifier.size() });
        }
    }
    Ok(read)
}

/// The state of one verification.
struct VerifyRun<'a, S> {
    source: &'a LogSource<S>,
    verifier: &'a mut Verifier,
    verdict: &'a mut Verdict,
    /// Signature checks that wait until they make a job.
    checks: Vec<SignatureCheck>,
}

impl<S: Storage> VerifyRun<'_, S> {
    /// Keeps the pool busy and takes its results in order, until the lines end or one has a fault.
    fn run(
        &mut self,
        chunks: &mut ChunkReader<'_, S>,
        pool: &mut VerifyPool<'_>,
        observer: &mut ChunkObserver<'_>,
    ) -> io::Result<Result<(), VerifyError>> {
        let mut unread = None;
        loop {
            while unread.is_none() && pool.pending() < pool.capacity() {
                match chunks.next_chunk()? {
                    Ok(chunk) if chunk.is_empty() => unread = Some(Ok(())),
                    Ok(chunk) => pool.submit(PoolJob::Hash(chunk)),
                    Err(wrong) => unread = Some(Err(wrong)),
                }
            }
            let taken = match pool.next_result() {
                Some(PoolResult::Hashed(chunk, digest, prepared)) => {
                    self.take_digest(&chunk, &digest, prepared, observer)?
                }
                Some(PoolResult::Checked(checked)) => checked,
                None => break,
            };
            if let Err(wrong) = taken {
                return Ok(Err(self.earlier_signature_error(pool).unwrap_or(wrong)));
            }
            if self.checks.len() >= SIGNATURE_BATCH {
                pool.submit(PoolJob::Check(std::mem::take(&mut self.checks)));
            }
        }
        let rest = SignatureCheck::verify_all(&std::mem::take(&mut self.checks));
        Ok(rest.and(unread.unwrap_or(Ok(()))))
    }

    /// Judges a hashed chunk, then shows it to the observer.
    fn take_digest(
        &mut self,
        chunk: &LogReadChunk,
        digest: &HashedLines,
        prepared: PreparedChunk,
        observer: &mut ChunkObserver<'_>,
    ) -> io::Result<Result<(), VerifyError>> {
        let taken = self.verifier.add_lines(&chunk.lines(), digest);
        self.checks.extend(self.verifier.take_checks());
        if taken.is_ok() {
            self.check_plausibility(chunk, prepared)?;
        }
        for (seq, name) in self.verifier.take_kept_files() {
            if self.verdict.kept_files.insert(name.clone(), seq).is_none() {
                self.verdict.errors.extend(check_kept_file(&self.source.storage, name)?);
            }
        }
        match taken {
            Ok(()) => observer(chunk, digest),
            Err(wrong) => Ok(Err(wrong)),
        }
    }

    /// Folds verified lines. Plans that were not read ahead are read here.
    fn check_plausibility(&mut self, chunk: &LogReadChunk, prepared: PreparedChunk) -> io::Result<()> {
        let mut plausibility = std::mem::take(&mut self.verdict.plausibility);
        let mut failed = None;
        let PreparedChunk { sketches, plans } = prepared;
        for (line, sketch) in chunk.lines().into_iter().zip(sketches) {
            let seq = plausibility.fold.next_seq();
            if seq == plausibility.already_reported {
                plausibility.take_findings();
            }
            plausibility.fold.add_indexed_line(line, sketch, &mut |sha256| {
                let read = || read_kept_plan(&self.source.storage, sha256).map(|plan| plan.map(Arc::new));
                let plan = plans.get(sha256).map_or_else(read, |plan| Ok(Some(plan.clone())));
                let plan = plan.unwrap_or_else(|e| {
                    failed = Some(e);
                    None
                });
                // A bad plan is reported by the check of all kept files.
                if plan.is_some() {
                    self.verdict.kept_files.insert(kept_file_name(sha256, "json"), seq);
                }
                plan
            });
        }
        plausibility.take_findings();
        self.verdict.plausibility = plausibility;
        failed.map_or(Ok(()), Err)
    }

    /// Returns the first bad signature of earlier entries, which takes precedence over a later fault.
    fn earlier_signature_error(&mut self, pool: &mut VerifyPool<'_>) -> Option<VerifyError> {
        while let Some(done) = pool.next_result() {
            if let PoolResult::Checked(Err(wrong)) = done {
                return Some(wrong);
            }
        }
        SignatureCheck::verify_all(&std::mem::take(&mut self.checks)).err()
    }
}
