//! Judges a log in a folder, with all processors and in constant memory.
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::kept_files::{PreparedChunk, check_kept_file, prepare_chunk, read_kept_plan};
use super::pool::{PoolFunctions, PoolJob, PoolResult, VerifyPool};
use super::source::{ChunkReader, LogForm, LogReadChunk, LogSource, SignedHeads};
use crate::airlog::plausibility::{PlausibilityFinding, PlausibilityFold, PlausibilityRemark};
use crate::airlog::storage::Storage;
use crate::proof::cosign::cosigned_at;
use crate::proof::entry::GenesisKeys;
use crate::proof::key_chain::KeyChainState;
use crate::proof::note::{Note, SignatureStatus, VerifierKey, split_notes};
use crate::proof::signature_check::SignatureCheck;
use crate::proof::signed_head::SignedHead;
use crate::proof::tiles::{Tile, TileBuilder};
use crate::proof::tree::CompactRange;
use crate::proof::verify::{HashedLines, VerifiedLog, Verifier, VerifyError, VerifyPolicy};

/// What came of it.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What is known of the log, as far as it could be read.
    pub verified: VerifiedLog,
    /// What is wrong; nothing when the log is whole.
    pub errors: Vec<VerifyError>,
    /// The names in `kept/` that its entries give, with the last entry that gives each.
    pub kept_files: HashMap<String, u64>,
    /// Whether it can have been so.
    pub plausibility: Plausibility,
}

/// What the fold over the entries of a log found.
#[derive(Debug, Clone, Default)]
pub struct Plausibility {
    /// The fold, at the head.
    pub fold: PlausibilityFold,
    /// What cannot have been so, of the new entries: the first [`MAX_FINDINGS`]; the fold counts all.
    pub findings: Vec<PlausibilityFinding>,
    /// What is worth knowing.
    pub remarks: Vec<PlausibilityRemark>,
    /// So many entries were known before, and what was found in them has been told.
    already_reported: u64,
    /// Outcomes of which something sounded, before the new entries, and those by a clock nobody vouched for.
    audible_before: (u64, u64),
}

/// So many findings are told one by one.
pub const MAX_FINDINGS: usize = 1000;

impl Plausibility {
    fn with_fold(fold: PlausibilityFold) -> Self {
        Self { audible_before: fold.sounded(), fold, ..Self::default() }
    }

    /// Takes what the fold has found since the last call, as far as it is of new entries.
    fn take_findings(&mut self) {
        if self.fold.next_seq() <= self.already_reported {
            self.audible_before = self.fold.sounded();
        }
        let room = MAX_FINDINGS - self.findings.len().min(MAX_FINDINGS);
        self.findings.extend(
            self.fold.take_findings().into_iter().filter(|found| found.seq >= self.already_reported).take(room),
        );
        self.remarks.extend(self.fold.take_remarks().into_iter().take(MAX_FINDINGS));
        self.remarks.truncate(MAX_FINDINGS);
    }

    /// Of the new entries: outcomes of which something sounded, and those by a clock nobody vouched for.
    #[must_use]
    pub fn audible_outcomes(&self) -> (u64, u64) {
        let (all, alone) = self.fold.sounded();
        (all - self.audible_before.0, alone - self.audible_before.1)
    }
}

/// How many processors there are to use.
#[must_use]
pub fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(16)
}

/// Sees the lines of a log go by, with their hashes.
pub type ChunkObserver<'a> = dyn FnMut(&LogReadChunk, &HashedLines) -> io::Result<Result<(), VerifyError>> + 'a;

/// Where a reading begins: behind entries that are known.
pub struct VerifyStart<'a> {
    /// The tree over them.
    pub range: CompactRange,
    /// How the keys stand there.
    pub key_state: &'a KeyChainState,
    /// Bytes of `closings` that are known.
    pub closings_len: usize,
    /// The fold over the entries so far.
    pub fold: PlausibilityFold,
}

/// Judges what follows the entries that are known.
///
/// # Errors
/// When the storage fails.
pub fn verify_from<S: Storage + Sync>(
    source: &LogSource<S>,
    heads: &SignedHeads,
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

/// Judges a log. `tap` is shown every chunk that is good so far.
///
/// # Errors
/// When the storage fails.
pub fn verify_from_start<S: Storage + Sync>(
    source: &LogSource<S>,
    heads: &SignedHeads,
    policy: VerifyPolicy,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
) -> io::Result<Verdict> {
    reverify(source, heads, policy, 0, threads, observer)
}

/// Judges all of a log of which so many entries were judged before: what was found in them is counted, and not told again.
///
/// # Errors
/// When the storage fails.
pub fn reverify<S: Storage + Sync>(
    source: &LogSource<S>,
    heads: &SignedHeads,
    mut policy: VerifyPolicy,
    known: u64,
    threads: usize,
    observer: &mut ChunkObserver<'_>,
) -> io::Result<Verdict> {
    let mut verdict = Verdict {
        plausibility: Plausibility { already_reported: known, ..Plausibility::default() },
        ..Verdict::default()
    };
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

fn run_verifier<S: Storage + Sync>(
    source: &LogSource<S>,
    mut verifier: Verifier,
    threads: usize,
    tap: &mut ChunkObserver<'_>,
    mut verdict: Verdict,
) -> io::Result<Verdict> {
    if let Err(wrong) = verify_lines(source, &mut verifier, threads, tap, &mut verdict)? {
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

/// So many signatures are checked in one go.
const SIGNATURE_BATCH: usize = 256;

fn verify_lines<S: Storage + Sync>(
    source: &LogSource<S>,
    verifier: &mut Verifier,
    threads: usize,
    tap: &mut ChunkObserver<'_>,
    verdict: &mut Verdict,
) -> io::Result<Result<(), VerifyError>> {
    let mut chunks = source.chunks_from(verifier.lines_read(), verifier.size())?;
    let ready = |first, lines: &[&[u8]], digest: &HashedLines| prepare_chunk(&source.storage, first, lines, digest);
    let read = std::thread::scope(|scope| {
        let mut run = VerifyRun { source, verifier, verdict, checks: Vec::new() };
        let mut pool =
            VerifyPool::new(scope, threads, PoolFunctions { hasher: run.verifier.hasher(), prepare: &ready });
        run.run(&mut chunks, &mut pool, tap)
    })?;
    if read.is_ok() && verifier.lines_read() == verifier.size() {
        let bytes = chunks.unsigned_bytes()?;
        if bytes > 0 {
            verdict.errors.push(VerifyError::Torn { bytes, size: verifier.size() });
        }
    }
    Ok(read)
}

/// One reading of a log.
struct VerifyRun<'a, S> {
    source: &'a LogSource<S>,
    verifier: &'a mut Verifier,
    verdict: &'a mut Verdict,
    /// Signatures that wait until there are enough of them.
    checks: Vec<SignatureCheck>,
}

impl<S: Storage> VerifyRun<'_, S> {
    fn run(
        &mut self,
        chunks: &mut ChunkReader<'_, S>,
        pool: &mut VerifyPool<'_>,
        tap: &mut ChunkObserver<'_>,
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
                Some(PoolResult::Hashed(chunk, digest, ready)) => self.take_digest(&chunk, &digest, ready, tap)?,
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

    fn take_digest(
        &mut self,
        chunk: &LogReadChunk,
        digest: &HashedLines,
        ready: PreparedChunk,
        tap: &mut ChunkObserver<'_>,
    ) -> io::Result<Result<(), VerifyError>> {
        let taken = self.verifier.add_lines(&chunk.lines(), digest);
        self.checks.extend(self.verifier.take_checks());
        if taken.is_ok() {
            self.check_plausibility(chunk, ready)?;
        }
        for (seq, name) in self.verifier.take_kept_files() {
            if self.verdict.kept_files.insert(name.clone(), seq).is_none() {
                self.verdict.errors.extend(check_kept_file(&self.source.storage, name)?);
            }
        }
        match taken {
            Ok(()) => tap(chunk, digest),
            Err(wrong) => Ok(Err(wrong)),
        }
    }

    /// Folds good lines. Plans that were not read ahead are read here.
    fn check_plausibility(&mut self, chunk: &LogReadChunk, ready: PreparedChunk) -> io::Result<()> {
        let mut plausible = std::mem::take(&mut self.verdict.plausibility);
        let mut failed = None;
        let PreparedChunk { sketches, plans } = ready;
        for (line, sketch) in chunk.lines().into_iter().zip(sketches) {
            let seq = plausible.fold.next_seq();
            if seq == plausible.already_reported {
                plausible.take_findings();
            }
            plausible.fold.add_indexed_line(line, sketch, &mut |sha256| {
                let read = || read_kept_plan(&self.source.storage, sha256).map(|plan| plan.map(Arc::new));
                let plan = plans.get(sha256).map_or_else(read, |plan| Ok(Some(plan.clone())));
                let plan = plan.unwrap_or_else(|e| {
                    failed = Some(e);
                    None
                });
                // What is not as it should be is told by who looks at all kept files.
                if plan.is_some() {
                    self.verdict.kept_files.insert(format!("kept/{sha256}.json"), seq);
                }
                plan
            });
        }
        plausible.take_findings();
        self.verdict.plausibility = plausible;
        failed.map_or(Ok(()), Err)
    }

    /// What is wrong with signatures of earlier entries: they come first.
    fn earlier_signature_error(&mut self, pool: &mut VerifyPool<'_>) -> Option<VerifyError> {
        while let Some(done) = pool.next_result() {
            if let PoolResult::Checked(Err(wrong)) = done {
                return Some(wrong);
            }
        }
        SignatureCheck::verify_all(&std::mem::take(&mut self.checks)).err()
    }
}

/// The countersigned head beside the log: it is a head that was seen, so the log must go on from it.
fn check_cosigned_head(
    heads: &SignedHeads,
    first: Option<&[u8]>,
    policy: &mut VerifyPolicy,
) -> Result<Option<SignedHead>, VerifyError> {
    let Some(bytes) = &heads.cosigned else {
        return Ok(None);
    };
    let own = first.and_then(|line| {
        let genesis: GenesisKeys = serde_json::from_slice(line).ok()?;
        VerifierKey::parse(&genesis.key)
    });
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

/// Whether a countersigned head has the station's lines as they stand in the closing that it is, if it is one: the
/// closing's are checked.
fn matches_closing(note: &Note, closings: &[u8]) -> bool {
    let is_it = |closing: &&[u8]| closing.starts_with(note.text.as_bytes());
    let closing = split_notes(closings).0.into_iter().find(is_it).and_then(Note::parse);
    closing.is_none_or(|closing| closing.signatures.iter().all(|line| note.signatures.contains(line)))
}

/// Judges a log, and of an export every tile.
///
/// # Errors
/// When the storage fails.
pub fn verify_log<S: Storage + Sync>(
    source: &LogSource<S>,
    policy: VerifyPolicy,
    threads: usize,
) -> io::Result<Verdict> {
    let mut cutter = TileBuilder::default();
    let compare = source.form == LogForm::Export;
    let mut differing = None;
    let mut tap = |_: &LogReadChunk, digest: &HashedLines| {
        if !compare || differing.is_some() {
            return Ok(Ok(()));
        }
        for (index, leaf) in digest.leaves().iter().enumerate() {
            for tile in cutter.push_with_root(None, *leaf, digest.root_at(index)) {
                differing = differing.take().or(check_tile(&source.storage, &tile)?);
            }
        }
        Ok(Ok(()))
    };
    let mut verdict = verify_from_start(source, &source.heads()?, policy, threads, &mut tap)?;
    if compare && verdict.errors.is_empty() {
        for tile in cutter.partial() {
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

/// Judges the log at a path. While its station runs, lines may stand beyond the head that it is about to sign.
///
/// # Errors
/// When the folder cannot be read.
pub fn verify_path(path: &Path, policy: &VerifyPolicy, threads: usize) -> io::Result<Verdict> {
    let Some((folder, _)) = super::source::find_log(path) else {
        return Ok(Verdict { errors: vec![VerifyError::NoLog], ..Verdict::default() });
    };
    let Some(source) = super::source::open_log(path) else {
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

/// Whether a daemon writes this log now.
#[must_use]
pub fn is_running(airlog: &Path) -> bool {
    crate::base::file_lock::is_held(&airlog.join("lock"))
}
