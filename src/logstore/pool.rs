//! Threads that hash lines, make ready what their judge needs, and check signatures, and give back what they did in the
//! order in which it was asked.
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use super::prepared_chunk::PreparedChunk;
use super::source::LogReadChunk;
use crate::proof::signature_check::SignatureCheck;
use crate::proof::verify::{HashedLines, LineHasher, VerifyError};

/// Jobs that wait for a thread.
const QUEUE_DEPTH: usize = 2;

/// What is to be done.
pub enum PoolJob {
    /// Hash these lines.
    Hash(LogReadChunk),
    /// Check these signatures.
    Check(Vec<SignatureCheck>),
}

/// What was done.
pub enum PoolResult {
    /// These lines were hashed, and what their judge needs is ready.
    Hashed(LogReadChunk, HashedLines, PreparedChunk),
    /// The signatures were checked.
    Checked(Result<(), VerifyError>),
}

/// Makes ready what the judge of lines needs: the number of the first line, the lines, their hashes.
pub type PrepareChunk<'a> = dyn Fn(u64, &[&[u8]], &HashedLines) -> PreparedChunk + Sync + 'a;

/// Functions that the threads call.
#[derive(Clone)]
pub struct PoolFunctions<'a> {
    /// Hashes lines.
    pub hasher: LineHasher,
    /// Makes ready what the judge of lines needs.
    pub prepare: &'a PrepareChunk<'a>,
}

impl PoolJob {
    fn run(self, means: &PoolFunctions<'_>) -> PoolResult {
        match self {
            Self::Hash(chunk) => {
                let lines = chunk.lines();
                let digest = means.hasher.digest(chunk.first_seq, &lines);
                let ready = (means.prepare)(chunk.first_seq, &lines, &digest);
                PoolResult::Hashed(chunk, digest, ready)
            }
            Self::Check(checks) => PoolResult::Checked(SignatureCheck::verify_all(&checks)),
        }
    }
}

/// The threads; without any the work is done at once.
pub struct VerifyPool<'a> {
    functions: PoolFunctions<'a>,
    workers: Vec<(SyncSender<PoolJob>, Receiver<PoolResult>)>,
    next: usize,
    in_flight: VecDeque<usize>,
    finished: VecDeque<PoolResult>,
}

impl<'a> VerifyPool<'a> {
    /// So many threads, which end with the scope.
    pub fn new<'scope>(scope: &'scope Scope<'scope, '_>, threads: usize, means: PoolFunctions<'a>) -> Self
    where
        'a: 'scope,
    {
        let threads = if threads < 2 { 0 } else { threads };
        let worker = |_| {
            let (jobs, asked) = sync_channel::<PoolJob>(QUEUE_DEPTH);
            let (results, done) = sync_channel::<PoolResult>(QUEUE_DEPTH + 1);
            let means = means.clone();
            scope.spawn(move || {
                for job in asked {
                    if results.send(job.run(&means)).is_err() {
                        break;
                    }
                }
            });
            (jobs, done)
        };
        let workers = (0..threads).map(worker).collect();
        Self { functions: means, workers, next: 0, in_flight: VecDeque::new(), finished: VecDeque::new() }
    }

    /// Jobs whose results have not been taken.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.in_flight.len() + self.finished.len()
    }

    /// How many jobs keep all threads busy.
    #[must_use]
    pub fn capacity(&self) -> usize {
        (self.workers.len() * QUEUE_DEPTH).max(1)
    }

    /// Asks for something. Never more than [`Self::room`] and one for each result taken.
    pub fn submit(&mut self, job: PoolJob) {
        if self.workers.is_empty() {
            self.finished.push_back(job.run(&self.functions));
            return;
        }
        let worker = self.next;
        self.next = (worker + 1) % self.workers.len();
        // A thread that has panicked says so when its result is asked for.
        let _ = self.workers[worker].0.send(job);
        self.in_flight.push_back(worker);
    }

    /// The result of the job that was asked for first; none when all are taken.
    pub fn next_result(&mut self) -> Option<PoolResult> {
        match self.in_flight.pop_front() {
            // The scope passes the panic on.
            Some(worker) => self.workers[worker].1.recv().ok(),
            None => self.finished.pop_front(),
        }
    }
}
