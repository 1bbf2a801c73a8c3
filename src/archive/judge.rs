//! Judges a log in a folder, with all processors and in constant memory.
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::kept::{Ready, kept_plan, kept_wrong, make_ready};
use super::pool::{Done, Job, Means, Pool};
use super::source::{Chunk, Chunks, Form, Heads, Source};
use crate::airlog::plausible::{Finding, Fold, Remark};
use crate::airlog::storage::Storage;
use crate::proof::chain::{Check, Standing};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::GenesisKeys;
use crate::proof::note::{Note, Signed, VerifierKey, split};
use crate::proof::tiles::{Cutter, Tile};
use crate::proof::tree::Range;
use crate::proof::verify::{Digest, Found, Policy, Verifier, Wrong};

/// What came of it.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What is known of the log, as far as it could be read.
    pub found: Found,
    /// What is wrong; nothing when the log is whole.
    pub wrong: Vec<Wrong>,
    /// The names in `kept/` that its entries give, with the last entry that gives each.
    pub kept: HashMap<String, u64>,
    /// Whether it can have been so.
    pub plausible: Plausibility,
}

/// What the fold over the entries of a log found.
#[derive(Debug, Clone, Default)]
pub struct Plausibility {
    /// The fold, at the head.
    pub fold: Fold,
    /// What cannot have been so, of the new entries: the first [`MAX_FINDINGS`]; the fold counts all.
    pub findings: Vec<Finding>,
    /// What is worth knowing.
    pub remarks: Vec<Remark>,
    /// So many entries were known before, and what was found in them has been told.
    known: u64,
    /// Outcomes of which something sounded, before the new entries, and those by a clock nobody vouched for.
    sounded_before: (u64, u64),
}

/// So many findings are told one by one.
pub const MAX_FINDINGS: usize = 1000;

impl Plausibility {
    fn from(fold: Fold) -> Self {
        Self { sounded_before: fold.sounded(), fold, ..Self::default() }
    }

    /// Takes what the fold has found since the last call, as far as it is of new entries.
    fn collect(&mut self) {
        if self.fold.next() <= self.known {
            self.sounded_before = self.fold.sounded();
        }
        let room = MAX_FINDINGS - self.findings.len().min(MAX_FINDINGS);
        self.findings.extend(self.fold.findings().into_iter().filter(|found| found.seq >= self.known).take(room));
        self.remarks.extend(self.fold.remarks().into_iter().take(MAX_FINDINGS));
        self.remarks.truncate(MAX_FINDINGS);
    }

    /// Of the new entries: outcomes of which something sounded, and those by a clock nobody vouched for.
    #[must_use]
    pub fn sounded(&self) -> (u64, u64) {
        let (all, alone) = self.fold.sounded();
        (all - self.sounded_before.0, alone - self.sounded_before.1)
    }
}

/// How many processors there are to use.
#[must_use]
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(16)
}

/// Sees the lines of a log go by, with their hashes.
pub type Tap<'a> = dyn FnMut(&Chunk, &Digest) -> io::Result<Result<(), Wrong>> + 'a;

/// Where a reading begins: behind entries that are known.
pub struct Start<'a> {
    /// The tree over them.
    pub range: Range,
    /// How the keys stand there.
    pub standing: &'a Standing,
    /// Bytes of `closings` that are known.
    pub closings: usize,
    /// The fold over the entries so far.
    pub fold: Fold,
}

/// Judges what follows the entries that are known.
///
/// # Errors
/// When the storage fails.
pub fn walk_on<S: Storage + Sync>(
    source: &Source<S>,
    heads: &Heads,
    policy: Policy,
    start: Start<'_>,
    threads: usize,
    tap: &mut Tap<'_>,
) -> io::Result<Verdict> {
    let closings = heads.closings.get(start.closings..).unwrap_or_default();
    let plausible = Plausibility::from(start.fold);
    match Verifier::resume(&heads.head, closings, policy, start.range, start.standing) {
        Ok(verifier) => read(source, verifier, threads, tap, Verdict { plausible, ..Verdict::default() }),
        Err(wrong) => Ok(Verdict { wrong: vec![wrong], ..Verdict::default() }),
    }
}

/// Judges a log. `tap` is shown every chunk that is good so far.
///
/// # Errors
/// When the storage fails.
pub fn walk<S: Storage + Sync>(
    source: &Source<S>,
    heads: &Heads,
    policy: Policy,
    threads: usize,
    tap: &mut Tap<'_>,
) -> io::Result<Verdict> {
    walk_again(source, heads, policy, 0, threads, tap)
}

/// Judges all of a log of which so many entries were judged before: what was found in them is counted, and not told again.
///
/// # Errors
/// When the storage fails.
pub fn walk_again<S: Storage + Sync>(
    source: &Source<S>,
    heads: &Heads,
    mut policy: Policy,
    known: u64,
    threads: usize,
    tap: &mut Tap<'_>,
) -> io::Result<Verdict> {
    let mut verdict = Verdict { plausible: Plausibility { known, ..Plausibility::default() }, ..Verdict::default() };
    let first = source.first_line(&heads.head)?;
    if heads.head.is_empty() && first.is_none() {
        verdict.wrong.push(Wrong::NoLog);
        return Ok(verdict);
    }
    let cosigned = match seen_cosigned(heads, first.as_deref(), &mut policy) {
        Ok(cosigned) => cosigned,
        Err(wrong) => {
            verdict.wrong.push(wrong);
            None
        }
    };
    let witness = policy.witness.clone();
    let verifier = match Verifier::new(&heads.head, &heads.closings, policy) {
        Ok(verifier) => verifier,
        Err(wrong) => {
            verdict.wrong.push(wrong);
            return Ok(verdict);
        }
    };
    let mut verdict = read(source, verifier, threads, tap, verdict)?;
    if let (Some((note, checkpoint)), Some(witness)) = (&cosigned, &witness)
        && !verdict.found.origin.is_empty()
    {
        verdict.found.evidence.head(note, checkpoint, witness);
    }
    Ok(verdict)
}

fn read<S: Storage + Sync>(
    source: &Source<S>,
    mut verifier: Verifier,
    threads: usize,
    tap: &mut Tap<'_>,
    mut verdict: Verdict,
) -> io::Result<Verdict> {
    if let Err(wrong) = lines(source, &mut verifier, threads, tap, &mut verdict)? {
        verdict.wrong.insert(0, wrong);
        return Ok(verdict);
    }
    verdict.plausible.fold.end();
    verdict.plausible.collect();
    match verifier.finish() {
        Ok((found, checks)) => {
            verdict.wrong.extend(Check::run_all(&checks).err());
            verdict.found = found;
        }
        Err(wrong) => verdict.wrong.insert(0, wrong),
    }
    Ok(verdict)
}

/// So many signatures are checked in one go.
const CHECKS: usize = 256;

fn lines<S: Storage + Sync>(
    source: &Source<S>,
    verifier: &mut Verifier,
    threads: usize,
    tap: &mut Tap<'_>,
    verdict: &mut Verdict,
) -> io::Result<Result<(), Wrong>> {
    let mut chunks = source.chunks_from(verifier.taken(), verifier.size())?;
    let ready = |first, lines: &[&[u8]], digest: &Digest| make_ready(&source.storage, first, lines, digest);
    let read = std::thread::scope(|scope| {
        let mut run = Run { source, verifier, verdict, checks: Vec::new() };
        let mut pool = Pool::new(scope, threads, Means { hasher: run.verifier.hasher(), ready: &ready });
        run.all(&mut chunks, &mut pool, tap)
    })?;
    if read.is_ok() && verifier.taken() == verifier.size() {
        let bytes = chunks.beyond()?;
        if bytes > 0 {
            verdict.wrong.push(Wrong::Torn { bytes, size: verifier.size() });
        }
    }
    Ok(read)
}

/// One reading of a log.
struct Run<'a, S> {
    source: &'a Source<S>,
    verifier: &'a mut Verifier,
    verdict: &'a mut Verdict,
    /// Signatures that wait until there are enough of them.
    checks: Vec<Check>,
}

impl<S: Storage> Run<'_, S> {
    fn all(
        &mut self,
        chunks: &mut Chunks<'_, S>,
        pool: &mut Pool<'_>,
        tap: &mut Tap<'_>,
    ) -> io::Result<Result<(), Wrong>> {
        let mut unread = None;
        loop {
            while unread.is_none() && pool.pending() < pool.room() {
                match chunks.next_chunk()? {
                    Ok(chunk) if chunk.is_empty() => unread = Some(Ok(())),
                    Ok(chunk) => pool.ask(Job::Hash(chunk)),
                    Err(wrong) => unread = Some(Err(wrong)),
                }
            }
            let taken = match pool.take() {
                Some(Done::Hashed(chunk, digest, ready)) => self.take(&chunk, &digest, ready, tap)?,
                Some(Done::Checked(checked)) => checked,
                None => break,
            };
            if let Err(wrong) = taken {
                return Ok(Err(self.earlier(pool).unwrap_or(wrong)));
            }
            if self.checks.len() >= CHECKS {
                pool.ask(Job::Check(std::mem::take(&mut self.checks)));
            }
        }
        let rest = Check::run_all(&std::mem::take(&mut self.checks));
        Ok(rest.and(unread.unwrap_or(Ok(()))))
    }

    fn take(
        &mut self,
        chunk: &Chunk,
        digest: &Digest,
        ready: Ready,
        tap: &mut Tap<'_>,
    ) -> io::Result<Result<(), Wrong>> {
        let taken = self.verifier.take(&chunk.lines(), digest);
        self.checks.extend(self.verifier.checks());
        if taken.is_ok() {
            self.plausible(chunk, ready)?;
        }
        for (seq, name) in self.verifier.kept() {
            if self.verdict.kept.insert(name.clone(), seq).is_none() {
                self.verdict.wrong.extend(kept_wrong(&self.source.storage, name)?);
            }
        }
        match taken {
            Ok(()) => tap(chunk, digest),
            Err(wrong) => Ok(Err(wrong)),
        }
    }

    /// Folds good lines. Plans that were not read ahead are read here.
    fn plausible(&mut self, chunk: &Chunk, ready: Ready) -> io::Result<()> {
        let mut plausible = std::mem::take(&mut self.verdict.plausible);
        let mut failed = None;
        let Ready { sketches, plans } = ready;
        for (line, sketch) in chunk.lines().into_iter().zip(sketches) {
            let seq = plausible.fold.next();
            if seq == plausible.known {
                plausible.collect();
            }
            plausible.fold.take_sketched(line, sketch, &mut |sha256| {
                let read = || kept_plan(&self.source.storage, sha256).map(|plan| plan.map(Arc::new));
                let plan = plans.get(sha256).map_or_else(read, |plan| Ok(Some(plan.clone())));
                let plan = plan.unwrap_or_else(|e| {
                    failed = Some(e);
                    None
                });
                // What is not as it should be is told by who looks at all kept files.
                if plan.is_some() {
                    self.verdict.kept.insert(format!("kept/{sha256}.json"), seq);
                }
                plan
            });
        }
        plausible.collect();
        self.verdict.plausible = plausible;
        failed.map_or(Ok(()), Err)
    }

    /// What is wrong with signatures of earlier entries: they come first.
    fn earlier(&mut self, pool: &mut Pool<'_>) -> Option<Wrong> {
        while let Some(done) = pool.take() {
            if let Done::Checked(Err(wrong)) = done {
                return Some(wrong);
            }
        }
        Check::run_all(&std::mem::take(&mut self.checks)).err()
    }
}

type Cosigned = Option<(Note, Checkpoint)>;

/// The countersigned head beside the log: it is a head that was seen, so the log must go on from it.
fn seen_cosigned(heads: &Heads, first: Option<&[u8]>, policy: &mut Policy) -> Result<Cosigned, Wrong> {
    let Some(bytes) = &heads.cosigned else {
        return Ok(None);
    };
    let own = first.and_then(|line| {
        let genesis: GenesisKeys = serde_json::from_slice(line).ok()?;
        VerifierKey::parse(&genesis.key)
    });
    let key = policy.key.clone().or(own);
    let note = Note::parse(bytes);
    let checkpoint = note.as_ref().and_then(|note| Checkpoint::parse(&note.text));
    let (Some(note), Some(checkpoint), Some(key)) = (note, checkpoint, key) else {
        return Err(Wrong::CosignedForged);
    };
    let good = checkpoint.origin == key.name && note.signed_by(&key) == Signed::Yes;
    let witnessed = policy.witness.as_ref().is_none_or(|w| crate::proof::cosign::cosigned_at(&note, w).is_ok());
    if !good || !witnessed || !as_closed(&note, &heads.closings) {
        return Err(Wrong::CosignedForged);
    }
    policy.seen.push(checkpoint.clone());
    Ok(Some((note, checkpoint)))
}

/// Whether a countersigned head has the station's lines as they stand in the closing that it is, if it is one: the
/// closing's are checked.
fn as_closed(note: &Note, closings: &[u8]) -> bool {
    let is_it = |closing: &&[u8]| closing.starts_with(note.text.as_bytes());
    let closing = split(closings).0.into_iter().find(is_it).and_then(Note::parse);
    closing.is_none_or(|closing| closing.signatures.iter().all(|line| note.signatures.contains(line)))
}

/// Judges a log, and of an export every tile.
///
/// # Errors
/// When the storage fails.
pub fn judge<S: Storage + Sync>(source: &Source<S>, policy: Policy, threads: usize) -> io::Result<Verdict> {
    let mut cutter = Cutter::default();
    let compare = source.form == Form::Export;
    let mut differing = None;
    let mut tap = |_: &Chunk, digest: &Digest| {
        if !compare || differing.is_some() {
            return Ok(Ok(()));
        }
        for (index, leaf) in digest.leaves().iter().enumerate() {
            for tile in cutter.push_known(None, *leaf, digest.root_at(index)) {
                differing = differing.take().or(tile_differs(&source.storage, &tile)?);
            }
        }
        Ok(Ok(()))
    };
    let mut verdict = walk(source, &source.heads()?, policy, threads, &mut tap)?;
    if compare && verdict.wrong.is_empty() {
        for tile in cutter.partial() {
            differing = differing.take().or(tile_differs(&source.storage, &tile)?);
        }
    }
    verdict.wrong.extend(differing);
    Ok(verdict)
}

fn tile_differs<S: Storage>(storage: &S, (tile, bytes): &(Tile, Vec<u8>)) -> io::Result<Option<Wrong>> {
    let path = tile.path();
    match storage.read_all(&path, bytes.len() as u64) {
        Ok(Some(there)) if there == *bytes => Ok(None),
        Ok(None) => Ok(Some(Wrong::TileMissing { path })),
        Ok(Some(_)) => Ok(Some(Wrong::TileDiffers { path })),
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(Some(Wrong::TileDiffers { path })),
        Err(e) => Err(e),
    }
}

/// Judges the log at a path. While its station runs, lines may stand beyond the head that it is about to sign.
///
/// # Errors
/// When the folder cannot be read.
pub fn judge_path(path: &Path, policy: &Policy, threads: usize) -> io::Result<Verdict> {
    let Some((folder, _)) = super::source::find(path) else {
        return Ok(Verdict { wrong: vec![Wrong::NoLog], ..Verdict::default() });
    };
    let Some(source) = super::source::open(path) else {
        return Ok(Verdict { wrong: vec![Wrong::NoLog], ..Verdict::default() });
    };
    let mut verdict = judge(&source, policy.clone(), threads)?;
    if verdict.wrong.iter().any(|w| matches!(w, Wrong::Torn { .. } | Wrong::ClosingsLeft)) && is_running(&folder) {
        verdict = judge(&source, policy.clone(), threads)?;
        verdict.wrong.retain(|wrong| !matches!(wrong, Wrong::Torn { .. }));
    }
    Ok(verdict)
}

/// Whether a daemon writes this log now.
#[must_use]
pub fn is_running(airlog: &Path) -> bool {
    crate::held::is_held(&airlog.join("lock"))
}
