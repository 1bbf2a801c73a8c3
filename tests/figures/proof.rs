//! Measures the verification of logs, the start of a station with a long log, and other programs on the same bytes.
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::DateTime;
use loa::airlog::entry::{AiringLabels, Body, GenesisEntry, Outcome, OutcomeEntry, PlanEntry, ShutdownEntry};
use loa::airlog::files::LOG;
use loa::airlog::keys::os_seed;
use loa::airlog::storage::FolderStorage;
use loa::airlog::{AirLog, LogConfig, recover};
use loa::base::instant::{BootTime, ClockSnapshot, ClockSync, SECOND_US, WallTime};
use loa::logstore::source::{LogForm, LogSource};
use loa::logstore::verify::verify_log;
use loa::plan::Priority;
use loa::proof::verify::VerifyPolicy;
use loa::schedule::{Id, SegmentSource as Maker};

use crate::{measure_runs, row, timed};
use loa::base::platform::available_threads;

const ENTRY_COUNT: u64 = 365_000;
const ENTRIES_PER_DAY: u64 = 40;

/// An outcome as a station writes it, with invented lengths and frames.
fn outcome(n: u64, now: ClockSnapshot) -> Body {
    let id = |text: &str| Id::new(text).expect("the id is valid");
    let planned = DateTime::from_timestamp_micros(now.wall.0).expect("the time is valid").fixed_offset();
    let labels = AiringLabels {
        id: format!("sang@{}#{n}", planned.format("%Y-%m-%dT%H:%M:%S")),
        segment: id("muc-tieu-2023"),
        session: Some(id("sang")),
        planned_at: Some(planned),
        planned_ms: 300_000,
        priority: Priority::Normal,
        campaign: Some(id("giam-ngheo-2023")),
        topic: Some(2),
        language: "vi".to_owned(),
        source: Maker::Own,
        title: "Mục tiêu giảm nghèo của xã trong năm 2023".to_owned(),
        file: "muc-tieu-2023.mp3".to_owned(),
    };
    Body::Outcome(OutcomeEntry {
        labels,
        result: Outcome::Aired,
        reason: None,
        played_ms: 300_000,
        frames: 14_400_000,
        rate: 48_000,
        late_us: Some(-321),
        drift_us: Some(1500),
        underrun_ms: 0,
        underruns: 0,
        sha256: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
        device: Some("default".to_owned()),
        sink: None,
        hardware: None,
        volume: Some(80),
        level: 1,
        detail: None,
    })
}

fn at(day: u64, minute: u64) -> ClockSnapshot {
    let seconds = i64::try_from(day * 86_400 + minute * 60).expect("the number fits") * SECOND_US;
    ClockSnapshot {
        wall: WallTime(1_679_260_500_000_000 + seconds),
        boot: BootTime(seconds),
        sync: ClockSync::default(),
    }
}

fn genesis(log: &AirLog<FolderStorage>) -> Body {
    let identity = log.identity();
    Body::Genesis(GenesisEntry {
        origin: identity.origin,
        key: identity.key,
        epoch_key: identity.epoch_key,
        station: Id::new("test").expect("the id is valid"),
        name: "Đài thử".to_owned(),
        agency: String::new(),
        timezone: "Asia/Ho_Chi_Minh".to_owned(),
        program: "bench".to_owned(),
        follows: None,
    })
}

fn open(folder: &Path) -> AirLog<FolderStorage> {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let config = LogConfig { kind: "loa", station: "test", boot: "boot", zone, seed_source: os_seed };
    let keys = FolderStorage::for_secrets(folder.join("keys"));
    AirLog::open(FolderStorage::new(folder.join("airlog")), keys, None, &config).expect("open the log")
}

/// Writes a log of `ENTRY_COUNT` entries. If `has_daily_epochs`, each day is one batch and one epoch; otherwise all
/// entries are in one batch and one epoch. Returns the number of entries and the size of the log file in bytes.
fn write_log(folder: &Path, has_daily_epochs: bool) -> (u64, u64) {
    let mut log = open(folder);
    let mut bodies = vec![genesis(&log)];
    let mut day = 0;
    for n in 0..ENTRY_COUNT - 1 {
        if n % ENTRIES_PER_DAY == 0 {
            let date = chrono::NaiveDate::default()
                + chrono::TimeDelta::days(i64::try_from(19_436 + n / ENTRIES_PER_DAY).expect("the number fits"));
            bodies.push(Body::Plan(PlanEntry {
                date,
                count: ENTRIES_PER_DAY - 1,
                rows: ENTRIES_PER_DAY - 1,
                sha256: String::new(),
            }));
            continue;
        }
        bodies.push(outcome(n % ENTRIES_PER_DAY, at(n / ENTRIES_PER_DAY, n % ENTRIES_PER_DAY)));
        if has_daily_epochs && bodies.len() as u64 >= ENTRIES_PER_DAY {
            log.append(at(day, ENTRIES_PER_DAY), std::mem::take(&mut bodies)).expect("append to the log");
            log.rotate_epoch(at(day, ENTRIES_PER_DAY)).expect("end the epoch");
            day += 1;
        }
    }
    log.append(at(ENTRY_COUNT / ENTRIES_PER_DAY, 0), bodies).expect("append to the log");
    let bytes = std::fs::metadata(folder.join("airlog").join(LOG)).map_or(0, |m| m.len());
    (log.entries(), bytes)
}

/// Measures the verification of long logs, and the start of a station with each.
pub fn measure_verification() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (name, has_daily_epochs) in [("one epoch", false), ("daily epochs", true)] {
        let dir = tempfile::tempdir_in(target).expect("make a temporary folder");
        let (entries, bytes) = write_log(dir.path(), has_daily_epochs);
        println!("\na log of {entries} entries in {name}, {} MB", bytes / 1_000_000);
        let source = LogSource { storage: FolderStorage::new(dir.path().join("airlog")), form: LogForm::Airlog };
        for threads in [1, available_threads()] {
            let verify = || {
                let verification = verify_log(&source, VerifyPolicy::default(), threads).expect("read the log");
                assert!(verification.errors.is_empty(), "{:?}", verification.errors);
            };
            let figures = measure_runs(5, || timed(verify));
            row(&format!("verify, {threads} thread(s)"), figures);
            println!("{:<56} {:.2} million entries/s", "", entries as f64 / figures.0.as_secs_f64() / 1e6);
        }
        let mut storage = FolderStorage::new(dir.path().join("airlog"));
        let mut keys = FolderStorage::for_secrets(dir.path().join("keys"));
        let start = || {
            recover::recover(&mut storage, &mut keys).map(|r| assert!(r.resumed.is_some())).expect("recover the log")
        };
        let mut start = start;
        row("start with this log (recover)", measure_runs(5, || timed(&mut start)));
        measure_other_programs(&dir.path().join("airlog").join(LOG), dir.path());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("peak memory of this process: {}", peak.trim_start_matches("VmHWM:").trim());
}

/// Measures `sha256sum` over the same bytes, and `journalctl --verify` over the same entries where it is installed.
fn measure_other_programs(log: &Path, folder: &Path) {
    let succeeds = |program: &str, arguments: &[&std::ffi::OsStr]| {
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let sha256sum = || assert!(succeeds("sha256sum", &[log.as_os_str()]), "sha256sum");
    row("sha256sum of the file", measure_runs(5, || timed(sha256sum)));
    let remote = Path::new("/usr/lib/systemd/systemd-journal-remote");
    if !remote.exists() {
        println!("journalctl --verify: systemd-journal-remote is not installed, so there is no journal to verify");
        return;
    }
    let journal = folder.join("log.journal");
    import(log, remote, &journal);
    let arguments = ["--verify".as_ref(), "--file".as_ref(), journal.as_os_str()];
    let verify = || assert!(succeeds("journalctl", &arguments), "journalctl");
    row("journalctl --verify of the same entries", measure_runs(3, || timed(verify)));
}

/// Imports the lines of a log into a journal, through the journal's own export format.
fn import(log: &Path, remote: &Path, journal: &Path) {
    let mut command = Command::new(remote);
    command.arg("-o").arg(journal).arg("-").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("run systemd-journal-remote");
    let mut input = std::io::BufWriter::new(child.stdin.take().expect("the stream is piped"));
    let text = std::fs::read_to_string(log).expect("read the log");
    for (n, line) in text.lines().enumerate() {
        let at = 1_679_260_500_000_000 + n as u64;
        let boot_id = "_BOOT_ID=0123456789abcdef0123456789abcdef\n";
        write!(input, "__REALTIME_TIMESTAMP={at}\n__MONOTONIC_TIMESTAMP={n}\n{boot_id}MESSAGE={line}\n\n")
            .expect("write to the pipe");
    }
    drop(input);
    assert!(child.wait().expect("wait for the process").success(), "systemd-journal-remote");
}

/// Measures the append of one durable, signed entry, and the bare system calls for an append of the same number of
/// bytes.
pub fn measure_append() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let dir = tempfile::tempdir_in(target).expect("make a temporary folder");
    let mut log = open(dir.path());
    log.append(at(0, 0), vec![genesis(&log)]).expect("append to the log");
    let bare_folder = dir.path().join("bare");
    std::fs::create_dir(&bare_folder).expect("make the folder");
    let mut lines = File::options().create(true).append(true).open(bare_folder.join("log")).expect("open the file");
    let (mut append_times, mut bare_times) = (Vec::new(), Vec::new());
    for n in 0..2000 {
        let now = at(0, 1);
        let body = if n % 2 == 0 { outcome(n, now) } else { Body::Shutdown(ShutdownEntry { cause: "bench".into() }) };
        let before = std::fs::metadata(dir.path().join("airlog").join(LOG)).map_or(0, |m| m.len());
        let epoch_key = log.identity().epoch_key;
        let duration = timed(|| log.append(now, vec![body]).expect("append to the log"));
        let bytes = std::fs::metadata(dir.path().join("airlog").join(LOG)).map_or(0, |m| m.len()) - before;
        if log.identity().epoch_key != epoch_key {
            // An append that ends an epoch does more work and has no counterpart. It is one in a hundred: see p99.
            append_times.push(duration);
            continue;
        }
        append_times.push(duration);
        let line = vec![b'x'; usize::try_from(bytes).expect("the number fits")];
        bare_times.push(timed(|| bare_append(&mut lines, &line, &bare_folder).expect("append to the file")));
    }
    println!();
    let append_median = quantiles("append one entry: synced, signed, head replaced", append_times);
    let bare_median = quantiles("the bare system calls for that", bare_times);
    println!("{:<56} {:.2}", "ratio of the medians", append_median.as_secs_f64() / bare_median.as_secs_f64());
}

/// Makes the system calls of an append: write and fdatasync, then a temporary head, fsync, rename, fsync of the folder.
fn bare_append(lines: &mut File, line: &[u8], folder: &Path) -> std::io::Result<()> {
    lines.write_all(line)?;
    lines.sync_data()?;
    let (temp, head) = (folder.join("head.tmp"), folder.join("head"));
    let mut file = File::create_new(&temp)?;
    file.write_all(&[b'x'; 394])?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&temp, &head)?;
    File::open(folder)?.sync_all()
}

fn quantiles(name: &str, mut times: Vec<Duration>) -> Duration {
    times.sort();
    let at = |share: usize| times[times.len() * share / 100];
    println!("{name:<56} p50 {:>10.2?}  p95 {:>10.2?}  p99 {:>10.2?}", at(50), at(95), at(99));
    at(50)
}
