//! `make bench`: how long things take here. Each figure is a median of several runs in one process, with a peer on
//! the same work where there is one; the load of the machine is printed, because machines are shared.
#![allow(clippy::disallowed_methods)] // measuring time is what this program is for
#[path = "figures/library.rs"]
mod library;
#[path = "figures/plan.rs"]
mod plan;
#[path = "figures/proof.rs"]
mod proof;
#[cfg(feature = "department")]
#[path = "figures/province.rs"]
mod province;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use loa::airlog::storage::MemoryStorage;
use loa::library::Library;
use loa::playout::adoption;
use loa::playout::rehearsal::rehearse;
use loa::schedule::read;
use loa::station;

fn main() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load: {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "));
    let only = std::env::args().nth(1).filter(|word| !word.starts_with('-'));
    #[cfg(feature = "department")]
    if only.as_deref() == Some("province") {
        let counts: Vec<usize> = std::env::args().skip(2).filter_map(|word| word.parse().ok()).collect();
        let counts = if counts.is_empty() { vec![7, 71] } else { counts };
        counts.into_iter().for_each(province::province);
        return;
    }
    if only.as_deref() == Some("plan") {
        plan::planning();
        return;
    }
    library::scanning();
    if only.as_deref() == Some("scan") {
        return;
    }
    month();
    plan::planning();
    proof::judging();
    proof::append();
}

/// The median, the least and the most of some runs.
fn runs(times: usize, mut work: impl FnMut() -> Duration) -> (Duration, Duration, Duration) {
    let mut taken: Vec<_> = (0..times).map(|_| work()).collect();
    taken.sort();
    (taken[times / 2], taken[0], taken[times - 1])
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begin = Instant::now();
    let result = work();
    let taken = begin.elapsed();
    drop(result);
    taken
}

fn row(name: &str, (median, least, most): (Duration, Duration, Duration)) {
    println!("{name:<56} median {median:>10.2?}  min {least:>10.2?}  max {most:>10.2?}");
}

/// The sample station, rehearsed for a month.
fn month() {
    let station = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = station::read_sources(station).expect("the checkout is a station");
    let reading = read(&files);
    let library = station::load_library(station, &reading.schedule, &Library::default());
    let adopted = Arc::new(adoption::prepare_adopted(&files, reading.schedule, library));
    let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let figures = runs(9, || {
        let disk = MemoryStorage::default();
        timed(|| {
            rehearse(&disk, adopted.clone(), &station.join("audio"), day("2023-03-20"), day("2023-04-19")).expect("it");
        })
    });
    row("rehearse the sample schedule for 31 days (713 airings)", figures);
}
