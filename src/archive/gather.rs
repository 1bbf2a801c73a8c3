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

fn rows(found: Vec<Found>) -> Vec<Row> {
    let mut by_origin: BTreeMap<String, Vec<(u64, Found)>> = BTreeMap::new();
    let mut nameless = Vec::new();
    for one in found {
        let heads = one.source.heads().ok();
        let note = heads.and_then(|heads| Note::parse(&heads.head));
        match note.and_then(|note| Checkpoint::parse(&note.text)) {
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
    let rows: Vec<Mutex<Row>> = rows(found).into_iter().map(Mutex::new).collect();
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
