//! Collects from several sources in parallel. A source that fails, even by a panic, does not stop the others.
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use super::collect::{CollectOutcome, Collector, RefusedLog};
use crate::airlog::storage::Storage;
use crate::base::panic_text::panic_text;
use crate::base::work_queue::WorkQueue;
use crate::logstore::location::{FoundLog, StorageLocation};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::signed_head::SignedHead;

/// The result of collecting from one source.
pub struct SourceOutcome {
    /// The folder or address of the source.
    pub location: String,
    /// The origin of the source's log; empty if its head cannot be read.
    pub origin: String,
    /// The bytes of a log that was not taken; `None` if it was, or they cannot be read.
    pub refused: Option<RefusedLog>,
    /// The outcome, or the error that ended the collection from this source.
    pub result: io::Result<CollectOutcome>,
}

/// The sources of one log. They are collected one after the other, the smallest first, so that an older copy of the log
/// is not taken for a rollback.
struct SourceQueue {
    origin: String,
    /// The sources, each with the number of entries under its head.
    sources: Vec<(u64, FoundLog)>,
}

/// Reads the head of each log; `None` if it cannot be read. The logs are read on `worker_count` threads, because a
/// remote source may be slow to answer.
fn read_heads(logs: &[FoundLog], worker_count: usize) -> Vec<Option<Checkpoint>> {
    let heads = Mutex::new(vec![None; logs.len()]);
    WorkQueue::new(logs).run(worker_count, |index, log| {
        let raw_heads = log.source.heads().ok();
        let signed_head = raw_heads.and_then(|heads| SignedHead::parse(&heads.head));
        if let (Some(signed_head), Ok(mut heads)) = (signed_head, heads.lock()) {
            heads[index] = Some(signed_head.checkpoint);
        }
    });
    heads.into_inner().unwrap_or_default()
}

/// Makes a queue for each log. Each source whose head cannot be read gets its own queue.
fn queue_by_log(logs: Vec<FoundLog>, worker_count: usize) -> Vec<SourceQueue> {
    let heads = read_heads(&logs, worker_count);
    let mut by_origin: BTreeMap<String, Vec<(u64, FoundLog)>> = BTreeMap::new();
    let mut queues_without_origin = Vec::new();
    for (log, head) in logs.into_iter().zip(heads) {
        match head {
            Some(head) => by_origin.entry(head.origin).or_default().push((head.size, log)),
            None => queues_without_origin.push(SourceQueue { origin: String::new(), sources: vec![(0, log)] }),
        }
    }
    let to_queue = |(origin, mut sources): (String, Vec<(u64, FoundLog)>)| {
        sources.sort_by(|a, b| (a.0, &a.1.location).cmp(&(b.0, &b.1.location)));
        SourceQueue { origin, sources }
    };
    by_origin.into_iter().map(to_queue).chain(queues_without_origin).collect()
}

/// Collects all `logs` on `worker_count` threads. Calls `on_source_done` after each source, on the thread that
/// collected it.
pub fn collect_many<K: Storage + Send>(
    logs: Vec<FoundLog>,
    collector: &Collector<'_, K>,
    store: &StorageLocation,
    worker_count: usize,
    on_source_done: &(dyn Fn() + Sync),
) -> Vec<SourceOutcome> {
    let queues: Vec<Mutex<SourceQueue>> = queue_by_log(logs, worker_count).into_iter().map(Mutex::new).collect();
    let results = Mutex::new(BTreeMap::new());
    WorkQueue::new(&queues).run(worker_count, |_, queue| {
        // Each queue goes to exactly one thread, so no other thread waits for this lock.
        let Ok(mut queue) = queue.lock() else { return };
        for (position, (_, log)) in std::mem::take(&mut queue.sources).into_iter().enumerate() {
            let outcome = collect_source(log, &queue.origin, collector, store);
            if let Ok(mut results) = results.lock() {
                results.insert((queue.origin.clone(), outcome.location.clone(), position), outcome);
            }
            on_source_done();
        }
    });
    results.into_inner().map(|results| results.into_values().collect()).unwrap_or_default()
}

fn collect_source<K: Storage>(
    log: FoundLog,
    origin: &str,
    collector: &Collector<'_, K>,
    store: &StorageLocation,
) -> SourceOutcome {
    let FoundLog { location, source, mut reply_to } = log;
    let collect = || collector.collect(&source, &mut reply_to, |origin| store.child_storage(origin));
    let result =
        catch_unwind(AssertUnwindSafe(collect)).unwrap_or_else(|panic| Err(io::Error::other(panic_text(&*panic))));
    let is_refused = matches!(result, Ok(CollectOutcome::Refused { .. } | CollectOutcome::NotEnrolled { .. }));
    let refused = if is_refused { RefusedLog::read(&source).ok() } else { None };
    SourceOutcome { location, origin: origin.to_owned(), refused, result }
}
