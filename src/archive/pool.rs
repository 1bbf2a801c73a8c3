//! Threads that hash lines, make ready what their judge needs, and check signatures, and give back what they did in the
//! order in which it was asked.
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Scope;

use super::kept::Ready;
use super::source::Chunk;
use crate::proof::chain::Check;
use crate::proof::verify::{Digest, Hasher, Wrong};

/// Jobs that wait for a thread.
const WAITING: usize = 2;

/// What is to be done.
pub enum Job {
    /// Hash these lines.
    Hash(Chunk),
    /// Check these signatures.
    Check(Vec<Check>),
}

/// What was done.
pub enum Done {
    /// These lines were hashed, and what their judge needs is ready.
    Hashed(Chunk, Digest, Ready),
    /// The signatures were checked.
    Checked(Result<(), Wrong>),
}

/// Makes ready what the judge of lines needs: the number of the first line, the lines, their hashes.
pub type MakeReady<'a> = dyn Fn(u64, &[&[u8]], &Digest) -> Ready + Sync + 'a;

/// Functions that the threads call.
#[derive(Clone)]
pub struct Means<'a> {
    /// Hashes lines.
    pub hasher: Hasher,
    /// Makes ready what the judge of lines needs.
    pub ready: &'a MakeReady<'a>,
}

impl Job {
    fn perform(self, means: &Means<'_>) -> Done {
        match self {
            Self::Hash(chunk) => {
                let lines = chunk.lines();
                let digest = means.hasher.digest(chunk.first, &lines);
                let ready = (means.ready)(chunk.first, &lines, &digest);
                Done::Hashed(chunk, digest, ready)
            }
            Self::Check(checks) => Done::Checked(Check::run_all(&checks)),
        }
    }
}

/// The threads; without any the work is done at once.
pub struct Pool<'a> {
    means: Means<'a>,
    workers: Vec<(SyncSender<Job>, Receiver<Done>)>,
    next: usize,
    asked: VecDeque<usize>,
    done: VecDeque<Done>,
}

impl<'a> Pool<'a> {
    /// So many threads, which end with the scope.
    pub fn new<'scope>(scope: &'scope Scope<'scope, '_>, threads: usize, means: Means<'a>) -> Self
    where
        'a: 'scope,
    {
        let threads = if threads < 2 { 0 } else { threads };
        let worker = |_| {
            let (jobs, asked) = sync_channel::<Job>(WAITING);
            let (results, done) = sync_channel::<Done>(WAITING + 1);
            let means = means.clone();
            scope.spawn(move || {
                for job in asked {
                    if results.send(job.perform(&means)).is_err() {
                        break;
                    }
                }
            });
            (jobs, done)
        };
        let workers = (0..threads).map(worker).collect();
        Self { means, workers, next: 0, asked: VecDeque::new(), done: VecDeque::new() }
    }

    /// Jobs whose results have not been taken.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.asked.len() + self.done.len()
    }

    /// How many jobs keep all threads busy.
    #[must_use]
    pub fn room(&self) -> usize {
        (self.workers.len() * WAITING).max(1)
    }

    /// Asks for something. Never more than [`Self::room`] and one for each result taken.
    pub fn ask(&mut self, job: Job) {
        if self.workers.is_empty() {
            self.done.push_back(job.perform(&self.means));
            return;
        }
        let worker = self.next;
        self.next = (worker + 1) % self.workers.len();
        // A thread that has panicked says so when its result is asked for.
        let _ = self.workers[worker].0.send(job);
        self.asked.push_back(worker);
    }

    /// The result of the job that was asked for first; none when all are taken.
    pub fn take(&mut self) -> Option<Done> {
        match self.asked.pop_front() {
            // The scope passes the panic on.
            Some(worker) => self.workers[worker].1.recv().ok(),
            None => self.done.pop_front(),
        }
    }
}
