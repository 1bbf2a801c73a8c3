//! A pool of threads that hash and prepare lines and check signatures, and return results in the order of the jobs.
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use super::prepared_chunk::PreparedChunk;
use super::source::LogReadChunk;
use crate::proof::signature_check::SignatureCheck;
use crate::proof::verify::{HashedLines, LineHasher, VerifyError};

/// Number of jobs that wait for each thread.
const QUEUE_DEPTH: usize = 2;

/// A job for the pool.
pub enum PoolJob {
    /// Hash and prepare these lines.
    Hash(LogReadChunk),
    /// Check these signatures.
    Check(Vec<SignatureCheck>),
}

/// The result of a job.
pub enum PoolResult {
    /// The lines, their hashes, and the input for their plausibility check.
    Hashed(LogReadChunk, HashedLines, PreparedChunk),
    /// The first error of the signature checks, if any.
    Checked(Result<(), VerifyError>),
}

/// Prepares lines: takes the number of the first line, the lines and their hashes.
pub type PrepareChunk<'a> = dyn Fn(u64, &[&[u8]], &HashedLines) -> PreparedChunk + Sync + 'a;

/// The functions that the threads call.
#[derive(Clone)]
pub struct PoolFunctions<'a> {
    /// Hashes lines.
    pub hasher: LineHasher,
    /// Prepares lines for their plausibility check.
    pub prepare: &'a PrepareChunk<'a>,
}

impl PoolJob {
    fn run(self, functions: &PoolFunctions<'_>) -> PoolResult {
        match self {
            Self::Hash(chunk) => {
                let lines = chunk.lines();
                let digest = functions.hasher.digest(chunk.first_seq, &lines);
                let prepared = (functions.prepare)(chunk.first_seq, &lines, &digest);
                PoolResult::Hashed(chunk, digest, prepared)
            }
            Self::Check(checks) => PoolResult::Checked(SignatureCheck::verify_all(&checks)),
        }
    }
}

/// The pool; without threads it does each job at once.
pub struct VerifyPool<'a> {
    functions: PoolFunctions<'a>,
    /// Queues of jobs and of results, for each thread.
    workers: Vec<(SyncSender<PoolJob>, Receiver<PoolResult>)>,
    /// The thread that gets the next job.
    next: usize,
    /// Threads with pending jobs, in the order of the jobs.
    in_flight: VecDeque<usize>,
    /// Results of a pool without threads.
    finished: VecDeque<PoolResult>,
}

impl<'a> VerifyPool<'a> {
    /// Starts so many threads, which end with the scope; fewer than 2 means none.
    pub fn new<'scope>(scope: &'scope Scope<'scope, '_>, threads: usize, functions: PoolFunctions<'a>) -> Self
    where
        'a: 'scope,
    {
        let threads = if threads < 2 { 0 } else { threads };
        let worker = |_| {
            let (jobs, queue) = sync_channel::<PoolJob>(QUEUE_DEPTH);
            let (results, done) = sync_channel::<PoolResult>(QUEUE_DEPTH + 1);
            let functions = functions.clone();
            scope.spawn(move || {
                for job in queue {
                    if results.send(job.run(&functions)).is_err() {
                        break;
                    }
                }
            });
            (jobs, done)
        };
        let workers = (0..threads).map(worker).collect();
        Self { functions, workers, next: 0, in_flight: VecDeque::new(), finished: VecDeque::new() }
    }

    /// Returns the number of jobs whose results have not been taken.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.in_flight.len() + self.finished.len()
    }

    /// Returns the number of jobs that keep all threads busy.
    #[must_use]
    pub fn capacity(&self) -> usize {
        (self.workers.len() * QUEUE_DEPTH).max(1)
    }

    /// Submits a job. At most [`Self::capacity`] jobs, and one for each result taken, may be pending: more would block.
    pub fn submit(&mut self, job: PoolJob) {
        if self.workers.is_empty() {
            self.finished.push_back(job.run(&self.functions));
            return;
        }
        let worker = self.next;
        self.next = (worker + 1) % self.workers.len();
        // A panic of the thread shows when its result is taken.
        let _ = self.workers[worker].0.send(job);
        self.in_flight.push_back(worker);
    }

    /// Waits for the result of the oldest pending job; `None` when all are taken.
    pub fn next_result(&mut self) -> Option<PoolResult> {
        match self.in_flight.pop_front() {
            // If the thread panicked, the scope passes the panic on.
            Some(worker) => self.workers[worker].1.recv().ok(),
            None => self.finished.pop_front(),
        }
    }
}
