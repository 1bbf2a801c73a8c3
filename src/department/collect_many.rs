//! Collects from many sources at the same time. A source that fails, even by a panic, does not delay the others.
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use super::collect::{CollectOutcome, Collector};
use crate::airlog::storage::Storage;
use crate::base::panic_text::panic_text;
use crate::base::work_queue::WorkQueue;
use crate::logstore::location::{FoundLog, StorageLocation};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::signed_head::SignedHead;

/// The result of one source.
pub struct SourceOutcome {
    /// Where the source is.
    pub location: String,
    /// The log that the source names; empty when its head cannot be read.
    pub origin: String,
    /// The result of collecting from it.
    pub result: io::Result<CollectOutcome>,
}

/// The sources of one log, the shortest first. They are taken one after the other: an older stick is not a rollback.
struct SourceQueue {
    origin: String,
    sources: Vec<(u64, FoundLog)>,
}

/// Reads the head of each source. Several threads do it, since a remote source takes its time to answer.
fn read_heads(found: &[FoundLog], workers: usize) -> Vec<Option<Checkpoint>> {
    let heads = Mutex::new(vec![None; found.len()]);
    WorkQueue::new(found).run(workers, |at, one| {
        let heads_of_source = one.source.heads().ok();
        let head = heads_of_source.and_then(|heads| SignedHead::parse(&heads.head));
        if let (Some(head), Ok(mut heads)) = (head, heads.lock()) {
            heads[at] = Some(head.checkpoint);
        }
    });
    heads.into_inner().unwrap_or_default()
}

fn queue_by_log(found: Vec<FoundLog>, workers: usize) -> Vec<SourceQueue> {
    let heads = read_heads(&found, workers);
    let mut by_origin: BTreeMap<String, Vec<(u64, FoundLog)>> = BTreeMap::new();
    let mut nameless = Vec::new();
    for (one, head) in found.into_iter().zip(heads) {
        match head {
            Some(head) => by_origin.entry(head.origin).or_default().push((head.size, one)),
            None => nameless.push(SourceQueue { origin: String::new(), sources: vec![(0, one)] }),
        }
    }
    let queue = |(origin, mut sources): (String, Vec<(u64, FoundLog)>)| {
        sources.sort_by(|a, b| (a.0, &a.1.location).cmp(&(b.0, &b.1.location)));
        SourceQueue { origin, sources }
    };
    by_origin.into_iter().map(queue).chain(nameless).collect()
}

/// Collects all sources that were found, and calls `on_source_done` after each of them.
pub fn collect_many<K: Storage + Send>(
    found: Vec<FoundLog>,
    collector: &Collector<'_, K>,
    store: &StorageLocation,
    workers: usize,
    on_source_done: &(dyn Fn() + Sync),
) -> Vec<SourceOutcome> {
    let queues: Vec<Mutex<SourceQueue>> = queue_by_log(found, workers).into_iter().map(Mutex::new).collect();
    let results = Mutex::new(BTreeMap::new());
    WorkQueue::new(&queues).run(workers, |_, queue| {
        // Each queue goes to one thread only.
        let Ok(mut queue) = queue.lock() else { return };
        for (number, (_, one)) in std::mem::take(&mut queue.sources).into_iter().enumerate() {
            let collected = collect_source(one, &queue.origin, collector, store);
            if let Ok(mut results) = results.lock() {
                results.insert((queue.origin.clone(), collected.location.clone(), number), collected);
            }
            on_source_done();
        }
    });
    results.into_inner().map(|results| results.into_values().collect()).unwrap_or_default()
}

fn collect_source<K: Storage>(
    found: FoundLog,
    origin: &str,
    collector: &Collector<'_, K>,
    store: &StorageLocation,
) -> SourceOutcome {
    let FoundLog { location, source, mut reply_to } = found;
    let collect = || collector.collect(&source, &mut reply_to, |origin| store.child_storage(origin));
    let result =
        catch_unwind(AssertUnwindSafe(collect)).unwrap_or_else(|panic| Err(io::Error::other(panic_text(&*panic))));
    SourceOutcome { location, origin: origin.to_owned(), result }
}
