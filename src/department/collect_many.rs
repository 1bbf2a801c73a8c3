//! Collects from many sources beside each other. One that fails, in whatever way, holds up no other.
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use super::collect::{CollectOutcome, Collector};
use crate::airlog::storage::Storage;
use crate::base::work_queue::WorkQueue;
use crate::logstore::location::{FoundLog, StorageLocation};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;

/// What came of one source.
pub struct SourceOutcome {
    /// Where it was.
    pub location: String,
    /// Its log, as it says itself; empty when it says nothing.
    pub origin: String,
    /// What came of it.
    pub result: io::Result<CollectOutcome>,
}

/// Sources of one log, which must be taken one after the other, the shortest first: an older stick is no rollback.
struct SourceQueue {
    origin: String,
    sources: Vec<(u64, FoundLog)>,
}

/// What each source says that it is: many at once, for a store far away takes its time.
fn read_heads(found: &[FoundLog], workers: usize) -> Vec<Option<Checkpoint>> {
    let heads = Mutex::new(vec![None; found.len()]);
    WorkQueue::new(found).run(workers, |at, one| {
        let heads_there = one.source.heads().ok();
        let note = heads_there.and_then(|heads| Note::parse(&heads.head));
        if let (Some(head), Ok(mut heads)) = (note.and_then(|note| Checkpoint::parse(&note.text)), heads.lock()) {
            heads[at] = Some(head);
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
    let row = |(origin, mut sources): (String, Vec<(u64, FoundLog)>)| {
        sources.sort_by(|a, b| (a.0, &a.1.location).cmp(&(b.0, &b.1.location)));
        SourceQueue { origin, sources }
    };
    by_origin.into_iter().map(row).chain(nameless).collect()
}

/// Collects everything that was found. `done` hears of each source when it is over.
pub fn collect_many<K: Storage + Send>(
    found: Vec<FoundLog>,
    collecting: &Collector<'_, K>,
    store: &StorageLocation,
    workers: usize,
    on_source_done: &(dyn Fn() + Sync),
) -> Vec<SourceOutcome> {
    let rows: Vec<Mutex<SourceQueue>> = queue_by_log(found, workers).into_iter().map(Mutex::new).collect();
    let results = Mutex::new(BTreeMap::new());
    WorkQueue::new(&rows).run(workers, |_, row| {
        // No other thread has this row.
        let Ok(mut row) = row.lock() else { return };
        for (number, (_, one)) in std::mem::take(&mut row.sources).into_iter().enumerate() {
            let collected = collect_source(one, &row.origin, collecting, store);
            if let Ok(mut results) = results.lock() {
                results.insert((row.origin.clone(), collected.location.clone(), number), collected);
            }
            on_source_done();
        }
    });
    results.into_inner().map(|results| results.into_values().collect()).unwrap_or_default()
}

fn collect_source<K: Storage>(
    found: FoundLog,
    origin: &str,
    collecting: &Collector<'_, K>,
    store: &StorageLocation,
) -> SourceOutcome {
    let FoundLog { location: place, source, reply_to: mut outlet } = found;
    let collect = || collecting.collect(&source, &mut outlet, |origin| store.child_storage(origin));
    let collected = catch_unwind(AssertUnwindSafe(collect)).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<String>().cloned();
        let what = what.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(io::Error::other(what.unwrap_or_default()))
    });
    SourceOutcome { location: place, origin: origin.to_owned(), result: collected }
}
