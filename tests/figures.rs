//! `make bench`: how long things take here. Each figure is a median of several runs in one process, with a peer on
//! the same work where there is one; the load of the machine is printed, because machines are shared.
#![allow(clippy::disallowed_methods)] // measuring time is what this program is for
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{NaiveDate, TimeDelta};
use loa::airlog::entry::{Body, ShutdownNote};
use loa::airlog::keys::system_chance;
use loa::airlog::storage::{FolderStorage, MemoryStorage};
use loa::airlog::{AirLog, LOG, Opening, recover};
use loa::cli::rehearse::rehearse;
use loa::instant::{Boot, Wall};
use loa::library::Library;
use loa::plan::Planner;
use loa::playout::adoption;
use loa::playout::clock::{Now, Sync};
use loa::schedule::{SourceFile, read};
use loa::{folder, schedule};

fn main() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load: {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "));
    month();
    year();
    append();
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
    let files = folder::read_sources(station).expect("the checkout is a station");
    let reading = read(&files);
    let library = folder::library(station, &reading.schedule, &Library::default());
    let adopted = Arc::new(adoption::prepare(&files, reading.schedule, library));
    let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let figures = runs(9, || {
        let disk = MemoryStorage::default();
        timed(|| {
            rehearse(&disk, adopted.clone(), &station.join("audio"), day("2023-03-20"), day("2023-04-19")).expect("it");
        })
    });
    row("rehearse the sample schedule for 31 days (713 airings)", figures);
    let disk = MemoryStorage::default();
    rehearse(&disk, adopted.clone(), &station.join("audio"), day("2023-03-20"), day("2023-12-31")).expect("it");
    let bytes = disk.bytes(LOG).len();
    let figures =
        runs(9, || timed(|| recover::recover(&mut disk.clone(), &mut MemoryStorage::default()).expect("memory")));
    row(&format!("read back the log of 287 days ({} kB)", bytes / 1000), figures);
}

/// A year of many sessions.
fn year() {
    for count in [100u32, 1000] {
        let mut text = String::from("[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"a.mp3\"\n\n");
        for n in 0..count {
            let (h, m, s) = (n * 7919 / 3600 % 24, n * 7919 / 60 % 60, n * 7919 % 60);
            text.push_str(&format!("[[session]]\nid = \"s{n}\"\nat = \"{h:02}:{m:02}:{s:02}\"\nplay = [\"a\"]\n\n"));
        }
        let files = [SourceFile::new("playlists/a.toml", text.as_bytes())];
        let schedule: schedule::Schedule = read(&files).schedule;
        let library = Library::default();
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
        let figures = runs(5, || {
            timed(|| {
                let planner = Planner::new(&schedule, &library);
                (0..365).map(|n| planner.day(first + TimeDelta::days(n)).airings.len()).sum::<usize>()
            })
        });
        row(&format!("plan a year of {count} daily sessions ({} airings)", count * 365), figures);
        row(&format!("read {count} sessions ({} kB of TOML)", text.len() / 1000), runs(5, || timed(|| read(&files))));
    }
}

/// One durable entry, against the bare system calls on a file of its own in the same folder.
fn append() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let dir = tempfile::tempdir_in(target).expect("a folder");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let opening = Opening { kind: "loa", station: "test", boot: "boot", zone, chance: system_chance };
    let keys = FolderStorage::private(dir.path().join("keys"));
    let mut log = AirLog::open(FolderStorage::new(dir.path().join("airlog")), keys, None, &opening).expect("keys");
    let now = Now { wall: Wall(1_679_260_500_000_000), boot: Boot(1), sync: Sync::default() };
    let mut bare: File = OpenOptions::new().create(true).append(true).open(dir.path().join("bare")).expect("a file");
    let line = [b'x'; 260];
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..1000 {
        let body = Body::Shutdown(ShutdownNote { cause: "bench".to_owned() });
        ours.push(timed(|| log.append(now, vec![body]).expect("the disk")));
        theirs.push(timed(|| bare.write_all(&line).and_then(|()| bare.sync_data()).expect("the disk")));
    }
    for (name, mut times) in
        [("append one entry, durably", ours.clone()), ("write 260 bytes, fdatasync", theirs.clone())]
    {
        times.sort();
        let at = |share: usize| times[times.len() * share / 100];
        println!("{name:<56} p50 {:>10.2?}  p95 {:>10.2?}  p99 {:>10.2?}", at(50), at(95), at(99));
    }
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    };
    println!("{:<56} {:.2}", "ratio of the medians", median(ours) / median(theirs));
}
