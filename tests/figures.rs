//! `make bench`: measures durations on this machine. Each figure is the median of several runs in one process. It is
//! printed beside that of a comparable program, if there is one. The machine's load is printed too, because other jobs
//! may share the machine.
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
    let figure = std::env::args().nth(1).filter(|argument| !argument.starts_with('-'));
    #[cfg(feature = "department")]
    if figure.as_deref() == Some("province") {
        let counts: Vec<usize> = std::env::args().skip(2).filter_map(|argument| argument.parse().ok()).collect();
        let counts = if counts.is_empty() { vec![7, 71] } else { counts };
        counts.into_iter().for_each(province::measure_province);
        return;
    }
    if figure.as_deref() == Some("plan") {
        plan::measure_planning();
        return;
    }
    library::measure_scanning();
    if figure.as_deref() == Some("scan") {
        return;
    }
    measure_rehearsal();
    plan::measure_planning();
    proof::measure_verification();
    proof::measure_append();
}

/// The median, the minimum and the maximum duration of `count` runs.
fn measure_runs(count: usize, mut work: impl FnMut() -> Duration) -> (Duration, Duration, Duration) {
    let mut durations: Vec<_> = (0..count).map(|_| work()).collect();
    durations.sort();
    (durations[count / 2], durations[0], durations[count - 1])
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begin = Instant::now();
    let result = work();
    let duration = begin.elapsed();
    drop(result);
    duration
}

fn row(name: &str, (median, min, max): (Duration, Duration, Duration)) {
    println!("{name:<56} median {median:>10.2?}  min {min:>10.2?}  max {max:>10.2?}");
}

/// Measures the rehearsal of a month of the sample station.
fn measure_rehearsal() {
    let station = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = station::read_sources(station).expect("the checkout is a station");
    let parsed = read(&files);
    let library = station::load_library(station, &parsed.schedule, &Library::default());
    let adopted = Arc::new(adoption::prepare_revision(&files, parsed.schedule, library));
    let date = |text: &str| text.parse::<NaiveDate>().expect("the date is valid");
    let figures = measure_runs(9, || {
        let disk = MemoryStorage::default();
        timed(|| {
            rehearse(&disk, adopted.clone(), &station.join("audio"), date("2023-03-20"), date("2023-04-19"))
                .expect("rehearse the month");
        })
    });
    row("rehearse the sample schedule for 31 days (713 airings)", figures);
}
