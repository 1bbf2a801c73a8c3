//! `kill -9` while a process appends entries to a real folder at full speed: acknowledged entries survive.
//!
//! A kill does not discard the page cache, so this test does not cover syncs, which `crash` covers. This test shows
//! that the log recovers from a kill between any two system calls.
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use loa::airlog::entry::{Body, GenesisEntry, ShutdownEntry};
use loa::airlog::keys::os_seed;
use loa::airlog::recover::{Recovered, recover};
use loa::airlog::storage::FolderStorage;
use loa::airlog::{AirLog, LogConfig, LogIdentity};
use loa::base::durable;
use loa::base::instant::{BootTime, ClockSnapshot, ClockSync, WallTime};
use loa::logstore::source::{LogForm, LogSource};
use loa::logstore::verify::{Verdict, verify_log};
use loa::proof::checkpoint::Checkpoint;
use loa::proof::note::VerifierKey;
use loa::proof::verify::{VerifyError, VerifyPolicy};

use crate::station::id;

/// The environment variable that gives the child its folder.
const APPENDER_FOLDER_VAR: &str = "LOA_APPENDER";
/// The maximum time of any wait.
const MAX_WAIT: Duration = Duration::from_secs(60);

fn key_storage(folder: &Path) -> FolderStorage {
    FolderStorage::for_secrets(folder.join("keys"))
}

/// Opens the log as the daemon does.
fn open(folder: &Path) -> (AirLog<FolderStorage>, Recovered) {
    durable::remove_temp_files(&folder.join("airlog")).expect("delete temporary files");
    let (mut airlog, mut keys) = (FolderStorage::new(folder.join("airlog")), key_storage(folder));
    let mut recovery = recover(&mut airlog, &mut keys).expect("the disk works");
    assert_eq!(recovery.damaged, None, "a kill causes no damage");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let config = LogConfig { kind: "loa", station: "test", boot: "boot", zone, seed_source: os_seed };
    let log = AirLog::open(airlog, keys, recovery.resumed.take(), &config).expect("open the log");
    (log, recovery)
}

/// The clock this number of milliseconds after the start.
fn clock_after_ms(ms: u64) -> ClockSnapshot {
    let us = i64::try_from(ms).expect("the number fits") * 1000;
    ClockSnapshot { wall: WallTime(1_679_260_500_000_000 + us), boot: BootTime(us), sync: ClockSync::default() }
}

fn genesis(identity: LogIdentity) -> Body {
    Body::Genesis(GenesisEntry {
        origin: identity.origin,
        key: identity.key,
        epoch_key: identity.epoch_key,
        station: id("test"),
        name: "Đài thử".to_owned(),
        agency: String::new(),
        timezone: "Asia/Ho_Chi_Minh".to_owned(),
        program: "test".to_owned(),
        follows: None,
    })
}

/// The child process. It appends until it is killed, and prints the number of entries after each acknowledgement.
/// Without the environment variable, this test does nothing.
#[test]
fn the_child_appends_until_it_is_killed() {
    let Some(folder) = std::env::var_os(APPENDER_FOLDER_VAR).map(PathBuf::from) else {
        return;
    };
    let (mut log, recovery) = open(&folder);
    if recovery.replay.entries == 0 {
        log.append(clock_after_ms(0), vec![genesis(log.identity())]).expect("the disk works");
    }
    for round in 0_u64.. {
        let first_seq = log.entries();
        let batch = (0..1 + round % 7)
            .map(|n| Body::Shutdown(ShutdownEntry { cause: format!("{first_seq}-{n}").into() }))
            .collect();
        log.append(clock_after_ms(first_seq), batch).expect("the disk works");
        // Every tenth round ends the epoch explicitly, before it reaches its size limit.
        if round % 10 == 9 {
            log.rotate_epoch(clock_after_ms(first_seq)).expect("the disk works");
        }
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "entries {} {}", log.entries(), log.identity().key).expect("the parent reads");
        stdout.flush().expect("the parent reads");
    }
}

/// Starts the child; returns the entry counts and keys that it prints.
fn start_child(folder: &Path) -> (Child, Receiver<(u64, String)>) {
    let mut child = Command::new(std::env::current_exe().expect("find the test program"))
        .args(["kill::the_child_appends_until_it_is_killed", "--exact", "--nocapture"])
        .env(APPENDER_FOLDER_VAR, folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("start the child");
    let stdout = child.stdout.take().expect("the stream is piped");
    let (sender, reports) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let mut words = line.split_whitespace().skip_while(|word| *word != "entries").skip(1);
            if let (Some(entries), Some(key)) = (words.next().and_then(|n| n.parse().ok()), words.next()) {
                let _ = sender.send((entries, key.to_owned()));
            }
        }
    });
    (child, reports)
}

/// Lets the child append, and kills it at a random moment. Returns its last entry count and key.
fn run_and_kill_child(folder: &Path) -> (u64, String) {
    let (mut child, reports) = start_child(folder);
    let mut last_report = reports.recv_timeout(MAX_WAIT).expect("the child appends");
    let random_bytes = os_seed().expect("get random bytes");
    let deadline =
        Instant::now() + Duration::from_micros(u64::from(u16::from_le_bytes([random_bytes[0], random_bytes[1]])) / 2);
    loop {
        match reports.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(report) => last_report = report,
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => panic!("the child ended without a kill"),
        }
        if Instant::now() >= deadline {
            break;
        }
    }
    child.kill().expect("kill the process");
    child.wait().expect("wait for the process");
    // Everything that the child printed before its death was acknowledged. The pipe ends with the process.
    reports.iter().last().unwrap_or(last_report)
}

fn verify(folder: &Path, key: &str, earlier_heads: &[Checkpoint]) -> Verdict {
    let source = LogSource { storage: FolderStorage::new(folder.join("airlog")), form: LogForm::Airlog };
    let policy =
        VerifyPolicy { key: VerifierKey::parse(key), earlier_heads: earlier_heads.to_vec(), ..VerifyPolicy::default() };
    verify_log(&source, policy, 1).expect("read the log")
}

#[test]
fn acknowledged_entries_survive_a_kill() {
    let kill_count = std::env::var("LOA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let folder = tempfile::tempdir().expect("make a temporary folder");
    let (start, mut key, mut heads, mut torn_count) = (Instant::now(), None, Vec::<Checkpoint>::new(), 0);
    for _ in 0..kill_count {
        let (entries, child_key) = run_and_kill_child(folder.path());
        assert_eq!(*key.get_or_insert_with(|| child_key.clone()), child_key, "the log keeps its key");
        let verification_before = verify(folder.path(), &child_key, &heads);
        // A line can be incomplete until the log is recovered.
        let is_torn = |error: &VerifyError| matches!(error, VerifyError::Torn { .. });
        assert!(verification_before.errors.iter().all(is_torn), "before recovery: {:?}", verification_before.errors);
        let (log, recovery) = open(folder.path());
        assert!(log.entries() >= entries, "{entries} acknowledged, {} in the log", log.entries());
        assert_eq!((recovery.replay.entries, log.identity().key), (log.entries(), child_key.clone()));
        let verification_after = verify(folder.path(), &child_key, &heads);
        assert_eq!(verification_after.errors, [], "after recovery");
        torn_count += u64::from(recovery.torn_bytes > 0);
        let verified = verification_after.verified;
        heads.push(Checkpoint { origin: verified.origin, size: verified.entries, root: verified.root });
    }
    let entries = heads.last().map_or(0, |head| head.size);
    println!("{kill_count} kills in {:?}: {entries} entries, {torn_count} torn tails", start.elapsed());
    // Temporary files beside the keys are not deleted: a key that was never renamed was never used.
    let temp_files: Vec<_> =
        files_below(&folder.path().join("airlog")).into_iter().filter(|path| path.ends_with(".tmp")).collect();
    assert_eq!(temp_files, [""; 0], "temporary files are deleted");
}

/// The paths of all files below a folder.
fn files_below(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("list the folder").flatten();
    let paths = entries.flat_map(|entry| match entry.path().is_dir() {
        true => files_below(&entry.path()),
        false => vec![entry.path().display().to_string()],
    });
    paths.collect()
}
