//! One verification of a log. The threads of the pool hash lines and check signatures; the calling thread verifies the
//! lines in order.
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

/// Function that is called with each verified chunk and its hashes. It can end the verification with an error.
pub type ChunkObserver<'a> = dyn FnMut(&LogReadChunk, &HashedLines) -> io::Result<Result<(), VerifyError>> + 'a;

/// Verifies the lines of a log, then its head. Adds the results to `verdict`.
pub(super) fn run_verifier<S: Storage + Sync>(
    source: &LogSource<S>,
    mut verifier: Verifier,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
    mut verdict: Verdict,
) -> io::Result<Verdict> {
    if let Err(error) = verify_lines(source, &mut verifier, threads, observer, &mut verdict)? {
        verdict.errors.insert(0, error);
        return Ok(verdict);
    }
    verdict.plausibility.fold.finish();
    verdict.plausibility.collect_findings();
    match verifier.finish() {
        Ok((verified, checks)) => {
            verdict.errors.extend(SignatureCheck::verify_all(&checks).err());
            verdict.verified = verified;
        }
        Err(error) => verdict.errors.insert(0, error),
    }
    Ok(verdict)
}

/// Number of signatures that are checked in one job.
const SIGNATURES_PER_JOB: usize = 256;

/// Verifies all lines. The inner error is the first problem of the lines. Bytes after the last signed line are reported
/// in the verdict.
fn verify_lines<S: Storage + Sync>(
    source: &LogSource<S>,
    verifier: &mut Verifier,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
    verdict: &mut Verdict,
) -> io::Result<Result<(), VerifyError>> {
    let mut chunks = source.chunks_from(verifier.lines_read(), verifier.size())?;
    let prepare = |first_seq, lines: &[&[u8]], hashed_lines: &HashedLines| {
        prepare_chunk(&source.storage, first_seq, lines, hashed_lines)
    };
    let result = std::thread::scope(|scope| {
        let mut run = VerifyRun { source, verifier, verdict, checks: Vec::new() };
        let mut pool =
            VerifyPool::new(scope, threads, PoolFunctions { hasher: run.verifier.hasher(), prepare: &prepare });
        run.run(&mut chunks, &mut pool, observer)
    })?;
    if result.is_ok() && verifier.lines_read() == verifier.size() {
        let bytes = chunks.unsigned_bytes()?;
        if bytes > 0 {
            verdict.errors.push(VerifyError::Torn { bytes, size: verifier.size() });
        }
    }
    Ok(result)
}

/// The state of one verification.
struct VerifyRun<'a, S> {
    source: &'a LogSource<S>,
    verifier: &'a mut Verifier,
    verdict: &'a mut Verdict,
    /// Signature checks that are not submitted to the pool yet.
    checks: Vec<SignatureCheck>,
}

impl<S: Storage> VerifyRun<'_, S> {
    /// Submits jobs and takes their results in order, until the end of the lines or the first problem.
    fn run(
        &mut self,
        chunks: &mut ChunkReader<'_, S>,
        pool: &mut VerifyPool<'_>,
        observer: &mut ChunkObserver<'_>,
    ) -> io::Result<Result<(), VerifyError>> {
        let mut end_result = None;
        loop {
            while end_result.is_none() && pool.pending() < pool.capacity() {
                match chunks.next_chunk()? {
                    Ok(chunk) if chunk.is_empty() => end_result = Some(Ok(())),
                    Ok(chunk) => pool.submit(PoolJob::Hash(chunk)),
                    Err(error) => end_result = Some(Err(error)),
                }
            }
            let result = match pool.next_result() {
                Some(PoolResult::Hashed(chunk, hashed_lines, prepared)) => {
                    self.verify_chunk(&chunk, &hashed_lines, prepared, observer)?
                }
                Some(PoolResult::Checked(result)) => result,
                None => break,
            };
            if let Err(error) = result {
                return Ok(Err(self.earlier_signature_error(pool).unwrap_or(error)));
            }
            if self.checks.len() >= SIGNATURES_PER_JOB {
                pool.submit(PoolJob::Check(std::mem::take(&mut self.checks)));
            }
        }
        let last_checks = SignatureCheck::verify_all(&std::mem::take(&mut self.checks));
        Ok(last_checks.and(end_result.unwrap_or(Ok(()))))
    }

    /// Verifies a hashed chunk, then calls the observer with it.
    fn verify_chunk(
        &mut self,
        chunk: &LogReadChunk,
        hashed_lines: &HashedLines,
        prepared: PreparedChunk,
        observer: &mut ChunkObserver<'_>,
    ) -> io::Result<Result<(), VerifyError>> {
        let result = self.verifier.add_lines(&chunk.lines(), hashed_lines);
        self.checks.extend(self.verifier.take_checks());
        if result.is_ok() {
            self.check_plausibility(chunk, prepared)?;
        }
        for (seq, name) in self.verifier.take_kept_files() {
            if self.verdict.kept_files.insert(name.clone(), seq).is_none() {
                self.verdict.errors.extend(check_kept_file(&self.source.storage, name)?);
            }
        }
        match result {
            Ok(()) => observer(chunk, hashed_lines),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Adds verified lines to the plausibility check. Reads the plans that were not read ahead.
    fn check_plausibility(&mut self, chunk: &LogReadChunk, prepared: PreparedChunk) -> io::Result<()> {
        let mut plausibility = std::mem::take(&mut self.verdict.plausibility);
        let mut plan_error = None;
        let PreparedChunk { header_offsets, plans } = prepared;
        for (line, offsets) in chunk.lines().into_iter().zip(header_offsets) {
            let seq = plausibility.fold.next_seq();
            if seq == plausibility.reported_entries {
                plausibility.collect_findings();
            }
            plausibility.fold.add_indexed_line(line, offsets, &mut |sha256| {
                let read_plan = || read_kept_plan(&self.source.storage, sha256).map(|plan| plan.map(Arc::new));
                let plan = plans.get(sha256).map_or_else(read_plan, |plan| Ok(Some(plan.clone())));
                let plan = plan.unwrap_or_else(|e| {
                    plan_error = Some(e);
                    None
                });
                // An intact plan needs no second check. `check_kept_file` reports all other plans.
                if plan.is_some() {
                    self.verdict.kept_files.insert(kept_file_name(sha256, "json"), seq);
                }
                plan
            });
        }
        plausibility.collect_findings();
        self.verdict.plausibility = plausibility;
        plan_error.map_or(Ok(()), Err)
    }

    /// Returns the error for the first invalid signature on earlier entries, if any. It takes precedence over a later
    /// problem.
    fn earlier_signature_error(&mut self, pool: &mut VerifyPool<'_>) -> Option<VerifyError> {
        while let Some(result) = pool.next_result() {
            if let PoolResult::Checked(Err(error)) = result {
                return Some(error);
            }
        }
        SignatureCheck::verify_all(&std::mem::take(&mut self.checks)).err()
    }
}
