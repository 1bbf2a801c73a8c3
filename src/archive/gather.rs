//! Collects from many sources beside each other. One that fails, in whatever way, holds up no other.
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::collect::{Collected, Collecting};
use super::place::{Found, Place};
use crate::airlog::storage::Storage;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;

/// What came of one source.
pub struct Gathered {
    /// Where it was.
    pub place: String,
    /// Its log, as it says itself; empty when it says nothing.
    pub origin: String,
    /// What came of it.
    pub collected: io::Result<Collected>,
}

/// Sources of one log, which must be taken one after the other, the shortest first: an older stick is no rollback.
struct Row {
    origin: String,
    sources: Vec<(u64, Found)>,
}

/// What each source says that it is: many at once, for a store far away takes its time.
fn heads(found: &[Found], workers: usize) -> Vec<Option<Checkpoint>> {
    let next = AtomicUsize::new(0);
    let heads = Mutex::new(vec![None; found.len()]);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = found.get(at) else { break };
            let heads_there = one.source.heads().ok();
            let note = heads_there.and_then(|heads| Note::parse(&heads.head));
            if let (Some(head), Ok(mut heads)) = (note.and_then(|note| Checkpoint::parse(&note.text)), heads.lock()) {
                heads[at] = Some(head);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers.max(1) {
            scope.spawn(work);
        }
        work();
    });
    heads.into_inner().unwrap_or_default()
}

fn rows(found: Vec<Found>, workers: usize) -> Vec<Row> {
    let heads = heads(&found, workers);
    let mut by_origin: BTreeMap<String, Vec<(u64, Found)>> = BTreeMap::new();
    let mut nameless = Vec::new();
    for (one, head) in found.into_iter().zip(heads) {
        match head {
            Some(head) => by_origin.entry(head.origin).or_default().push((head.size, one)),
            None => nameless.push(Row { origin: String::new(), sources: vec![(0, one)] }),
        }
    }
    let row = |(origin, mut sources): (String, Vec<(u64, Found)>)| {
        sources.sort_by(|a, b| (a.0, &a.1.place).cmp(&(b.0, &b.1.place)));
        Row { origin, sources }
    };
    by_origin.into_iter().map(row).chain(nameless).collect()
}

/// Collects everything that was found. `done` hears of each source when it is over.
pub fn gather<K: Storage + Send>(
    found: Vec<Found>,
    collecting: &Collecting<'_, K>,
    store: &Place,
    workers: usize,
    done: &(dyn Fn() + Sync),
) -> Vec<Gathered> {
    let rows: Vec<Mutex<Row>> = rows(found, workers).into_iter().map(Mutex::new).collect();
    let next = AtomicUsize::new(0);
    let results = Mutex::new(BTreeMap::new());
    let work = || {
        while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
            // Nobody else has this number.
            let Ok(mut row) = row.lock() else { continue };
            for (number, (_, one)) in std::mem::take(&mut row.sources).into_iter().enumerate() {
                let gathered = one_source(one, &row.origin, collecting, store);
                if let Ok(mut results) = results.lock() {
                    results.insert((row.origin.clone(), gathered.place.clone(), number), gathered);
                }
                done();
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers.max(1) {
            scope.spawn(work);
        }
        work();
    });
    results.into_inner().map(|results| results.into_values().collect()).unwrap_or_default()
}

fn one_source<K: Storage>(found: Found, origin: &str, collecting: &Collecting<'_, K>, store: &Place) -> Gathered {
    let Found { place, source, mut outlet } = found;
    let collect = || collecting.collect(&source, &mut outlet, |origin| store.below(origin));
    let collected = catch_unwind(AssertUnwindSafe(collect)).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<String>().cloned();
        let what = what.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(io::Error::other(what.unwrap_or_default()))
    });
    Gathered { place, origin: origin.to_owned(), collected }
}
