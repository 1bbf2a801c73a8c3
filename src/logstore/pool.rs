//! A pool of threads that hash lines, prepare them, and check signatures. Results are returned in the order of the
//! jobs.
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use super::prepared_chunk::PreparedChunk;
use super::source::LogReadChunk;
use crate::proof::signature_check::SignatureCheck;
use crate::proof::verify::{HashedLines, LineHasher, VerifyError};

/// Maximum number of jobs in the queue of each thread.
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
    /// The first error from the signature checks, if any.
    Checked(Result<(), VerifyError>),
}

/// Function that prepares lines for their plausibility check. It takes the number of the first line, the lines, and
/// their hashes.
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
                let hashed_lines = functions.hasher.hash_lines(chunk.first_seq, &lines);
                let prepared = (functions.prepare)(chunk.first_seq, &lines, &hashed_lines);
                PoolResult::Hashed(chunk, hashed_lines, prepared)
            }
            Self::Check(checks) => PoolResult::Checked(SignatureCheck::verify_all(&checks)),
        }
    }
}

/// The pool. If it has no threads, [`Self::submit`] runs each job itself.
pub struct VerifyPool<'a> {
    functions: PoolFunctions<'a>,
    /// The queue of jobs and the queue of results of each thread.
    workers: Vec<(SyncSender<PoolJob>, Receiver<PoolResult>)>,
    /// Index of the thread that gets the next job.
    next_worker: usize,
    /// Index of the thread of each pending job, in the order of the jobs.
    pending_workers: VecDeque<usize>,
    /// Results of a pool without threads.
    finished_results: VecDeque<PoolResult>,
}

impl<'a> VerifyPool<'a> {
    /// Starts the threads, which end with the scope. For fewer than 2 threads, it starts none.
    pub fn new<'scope>(scope: &'scope Scope<'scope, '_>, threads: usize, functions: PoolFunctions<'a>) -> Self
    where
        'a: 'scope,
    {
        let threads = if threads < 2 { 0 } else { threads };
        let start_worker = |_| {
            let (job_sender, job_receiver) = sync_channel::<PoolJob>(QUEUE_DEPTH);
            let (result_sender, result_receiver) = sync_channel::<PoolResult>(QUEUE_DEPTH + 1);
            let functions = functions.clone();
            scope.spawn(move || {
                for job in job_receiver {
                    if result_sender.send(job.run(&functions)).is_err() {
                        break;
                    }
                }
            });
            (job_sender, result_receiver)
        };
        let workers = (0..threads).map(start_worker).collect();
        Self { functions, workers, next_worker: 0, pending_workers: VecDeque::new(), finished_results: VecDeque::new() }
    }

    /// Returns the number of jobs whose results the caller has not taken yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending_workers.len() + self.finished_results.len()
    }

    /// Returns the number of pending jobs that keeps all threads busy.
    #[must_use]
    pub fn capacity(&self) -> usize {
        (self.workers.len() * QUEUE_DEPTH).max(1)
    }

    /// Submits a job. The caller must not submit more jobs than [`Self::capacity`] plus one for each result that it has
    /// taken; otherwise the call may block.
    pub fn submit(&mut self, job: PoolJob) {
        if self.workers.is_empty() {
            self.finished_results.push_back(job.run(&self.functions));
            return;
        }
        let worker = self.next_worker;
        self.next_worker = (worker + 1) % self.workers.len();
        // The send fails only if the thread panicked. The panic is noticed when the result of this job is taken.
        let _ = self.workers[worker].0.send(job);
        self.pending_workers.push_back(worker);
    }

    /// Waits for the result of the oldest pending job; `None` if no job is pending.
    pub fn next_result(&mut self) -> Option<PoolResult> {
        match self.pending_workers.pop_front() {
            // If the thread panicked, this is `None`, and the end of the scope passes the panic on.
            Some(worker) => self.workers[worker].1.recv().ok(),
            None => self.finished_results.pop_front(),
        }
    }
}
