//! `kill -9` while entries are appended at full rate to a real folder: what was acknowledged stays.
//!
//! A kill leaves the page cache as it is, so this says nothing about syncs (`crash` does). It shows that every moment
//! between two system calls is one from which the log goes on.
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

/// Tells the child which folder to append in.
const APPENDER: &str = "LOA_APPENDER";
/// Nothing that the test waits for takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

fn keys_of(folder: &Path) -> FolderStorage {
    FolderStorage::for_secrets(folder.join("keys"))
}

/// Opens the log as the daemon does.
fn open(folder: &Path) -> (AirLog<FolderStorage>, Recovered) {
    durable::remove_temp_files(&folder.join("airlog")).expect("swept");
    let (mut airlog, mut keys) = (FolderStorage::new(folder.join("airlog")), keys_of(folder));
    let mut found = recover(&mut airlog, &mut keys).expect("a disk that works");
    assert_eq!(found.damaged, None, "a kill is no damage");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let opening = LogConfig { kind: "loa", station: "test", boot: "boot", zone, seed_source: os_seed };
    let log = AirLog::open(airlog, keys, found.resumed.take(), &opening).expect("keys");
    (log, found)
}

fn now(n: u64) -> ClockSnapshot {
    let us = i64::try_from(n).expect("small") * 1000;
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

/// The child: appends until it is killed, and says after each acknowledgement how many entries there are. Alone it does
/// nothing.
#[test]
fn the_appender() {
    let Some(folder) = std::env::var_os(APPENDER).map(PathBuf::from) else {
        return;
    };
    let (mut log, found) = open(&folder);
    if found.replay.entries == 0 {
        log.append(now(0), vec![genesis(log.identity())]).expect("a disk that works");
    }
    for round in 0_u64.. {
        let from = log.entries();
        let batch =
            (0..1 + round % 7).map(|n| Body::Shutdown(ShutdownEntry { cause: format!("{from}-{n}").into() })).collect();
        log.append(now(from), batch).expect("a disk that works");
        // An epoch that ends by order, not by number, now and then.
        if round % 10 == 9 {
            log.rotate_epoch(now(from)).expect("a disk that works");
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "entries {} {}", log.entries(), log.identity().key).expect("the parent reads");
        out.flush().expect("the parent reads");
    }
}

/// Starts the child; gives what it says.
fn appender(folder: &Path) -> (Child, Receiver<(u64, String)>) {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["killed::the_appender", "--exact", "--nocapture"])
        .env(APPENDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test starts");
    let stdout = child.stdout.take().expect("piped");
    let (to, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let mut words = line.split_whitespace().skip_while(|word| *word != "entries").skip(1);
            if let (Some(entries), Some(key)) = (words.next().and_then(|n| n.parse().ok()), words.next()) {
                let _ = to.send((entries, key.to_owned()));
            }
        }
    });
    (child, lines)
}

/// Lets the child append, kills it at a random moment; the last that it said.
fn kill_one(folder: &Path) -> (u64, String) {
    let (mut child, lines) = appender(folder);
    let mut last = lines.recv_timeout(PATIENCE).expect("the child appends");
    let random = os_seed().expect("chance");
    let until = Instant::now() + Duration::from_micros(u64::from(u16::from_le_bytes([random[0], random[1]])) / 2);
    loop {
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(said) => last = said,
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => panic!("the child ended by itself"),
        }
        if Instant::now() >= until {
            break;
        }
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("gone");
    // What it said before it died, it had acknowledged. The pipe ends with it.
    lines.iter().last().unwrap_or(last)
}

fn judged(folder: &Path, key: &str, seen: &[Checkpoint]) -> Verdict {
    let source = LogSource { storage: FolderStorage::new(folder.join("airlog")), form: LogForm::Airlog };
    let policy = VerifyPolicy { key: VerifierKey::parse(key), earlier_heads: seen.to_vec(), ..VerifyPolicy::default() };
    verify_log(&source, policy, 1).expect("readable")
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there_after_it() {
    let kills = std::env::var("LOA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let folder = tempfile::tempdir().expect("a folder");
    let (begun, mut key, mut seen, mut torn) = (Instant::now(), None, Vec::<Checkpoint>::new(), 0);
    for _ in 0..kills {
        let (entries, said) = kill_one(folder.path());
        assert_eq!(*key.get_or_insert_with(|| said.clone()), said, "one log for ever");
        let before = judged(folder.path(), &said, &seen);
        // Lines can be there in part until the log is recovered.
        let bearable = |wrong: &VerifyError| matches!(wrong, VerifyError::Torn { .. });
        assert!(before.errors.iter().all(bearable), "before recovery: {:?}", before.errors);
        let (log, found) = open(folder.path());
        assert!(log.entries() >= entries, "{entries} acknowledged, {} there", log.entries());
        assert_eq!((found.replay.entries, log.identity().key), (log.entries(), said.clone()));
        let after = judged(folder.path(), &said, &seen);
        assert_eq!(after.errors, [], "after recovery");
        torn += u64::from(found.torn > 0);
        let found = after.verified;
        seen.push(Checkpoint { origin: found.origin, size: found.entries, root: found.root });
    }
    let entries = seen.last().map_or(0, |head| head.size);
    println!("{kills} kills in {:?}: {entries} entries, {torn} torn tails", begun.elapsed());
    // Those beside the keys are not swept: a key that was never renamed was never used.
    let left: Vec<_> = walk(&folder.path().join("airlog")).into_iter().filter(|name| name.ends_with(".tmp")).collect();
    assert_eq!(left, [""; 0], "temporary files are swept");
}

/// All files under a folder.
fn walk(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let names = entries.flat_map(|entry| match entry.path().is_dir() {
        true => walk(&entry.path()),
        false => vec![entry.path().display().to_string()],
    });
    names.collect()
}
