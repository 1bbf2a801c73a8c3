//! The high-water mark: an older copy of a log is not continued, even if it is intact. A disk that fails for a long
//! time does not use up the names of log files, and is retried less and less often.
use std::cell::{Cell, RefCell};
use std::io::{self, BufRead};
use std::path::Path;
use std::rc::Rc;
use std::sync::mpsc;

use loa::airlog::entry::{Body, PredecessorLog, ShutdownEntry};
use loa::airlog::files::{BALLAST, CHECKPOINT, LOG};
use loa::airlog::keys::os_seed;
use loa::airlog::parts::LogLines;
use loa::airlog::recover::{DamageReason, Recovered, ResumedLog, recover};
use loa::airlog::storage::{FolderStorage, MemoryStorage, Storage};
use loa::airlog::{AirLog, LogConfig};
use loa::base::instant::{BootTime, ClockSnapshot, ClockSync, SECOND_US};
use loa::playout::assembly::{RestoredStation, StationSetup};
use loa::playout::clock::Clock;
use loa::playout::clock::scripted::ScriptedClock;
use loa::playout::output::Output;
use loa::playout::output::scripted::ScriptedOutput;
use loa::playout::{Effects, Playout, PlayoutCommand, adoption};
use loa::schedule::{SourceFile, read};

use crate::daemon::Folder;
use crate::station::{Station, at};

const DAILY_PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-5.mp3\"\n\n[[session]]\nid = \"b\"\nat = [\"05:15\", \"17:00\"]\nplay = [\"a\"]\n";

/// The clock this number of seconds after 05:00.
fn clock_after(seconds: i64) -> ClockSnapshot {
    ClockSnapshot {
        wall: at("2023-03-20T05:00:00").plus(seconds * SECOND_US),
        boot: BootTime(seconds * SECOND_US),
        sync: ClockSync::default(),
    }
}

fn shutdown_batch(cause: &str) -> Vec<Body> {
    vec![Body::Shutdown(ShutdownEntry { cause: cause.into() })]
}

fn open<S: Storage>(storage: S, key_storage: S, resumed: Option<ResumedLog>) -> AirLog<S> {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let config = LogConfig { kind: "loa", station: "test", boot: "boot", zone, seed_source: os_seed };
    AirLog::open(storage, key_storage, resumed, &config).expect("open the log")
}

/// Replaces the contents of the log's folder with an older copy.
fn replace_contents(disk: &MemoryStorage, older_copy: &MemoryStorage) {
    let mut disk = disk.clone();
    for name in disk.names() {
        disk.remove(&name).expect("in-memory storage never fails");
    }
    for name in older_copy.names() {
        disk.replace(&name, &older_copy.bytes(&name)).expect("in-memory storage never fails");
    }
}

#[test]
fn an_older_copy_of_the_log_moves_to_damaged_and_a_new_log_follows_it() {
    let earlier_station = Station::new("2023-03-20T05:00:00").playlist(DAILY_PLAYLIST).run_for(3600);
    let old_copy = earlier_station.disk().copy();
    for days in [0, 1, 40] {
        // After 0 days, the log is still in the copy's epoch. After more days, the key of that epoch is erased.
        let station = earlier_station.twin().run_for(3600 * 13 + days * 86_400);
        let size = station.log().len() as u64;
        replace_contents(station.disk(), &old_copy);
        let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
        let old_log = old_copy.bytes(LOG);
        let old_size = old_log.iter().filter(|byte| **byte == b'\n').count() as u64;
        let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
        let damage = recovery.damaged.expect("the damage is found");
        assert_eq!(damage.reason, DamageReason::OlderCopy { size: old_size, newest: size }, "{days}");
        assert!(recovery.resumed.is_none() && recovery.replay.entries == 0 && !disk.exists(LOG));
        assert_eq!(disk.bytes(&format!("{}/{LOG}", damage.set_aside_as)), old_log, "no byte of the old log is lost");
        let predecessor = PredecessorLog::from(damage);
        assert_eq!((predecessor.why.as_str(), predecessor.entries, predecessor.size), ("older-copy", old_size, size));
        assert_eq!(predecessor.newest_size, Some(size));
        assert!(predecessor.newest_root.is_some());
        // If the daemon ends before the new log has its genesis entry, the next start finds the same predecessor.
        let second_damage = recover(&mut disk, &mut keys)
            .expect("in-memory storage never fails")
            .damaged
            .expect("the damage is found again");
        assert_eq!(PredecessorLog::from(second_damage), predecessor);
        // A new log begins.
        let mut log = open(disk.clone(), keys.clone(), None);
        log.append(clock_after(0), shutdown_batch("new")).expect("in-memory storage never fails");
    }
}

#[test]
fn an_unreadable_high_water_mark_does_not_stop_the_station() {
    let station = Station::new("2023-03-20T05:00:00").playlist(DAILY_PLAYLIST).run_for(3600);
    let mark_name = station.keys().names().into_iter().find(|name| name.ends_with("/newest")).expect("find a mark");
    station.keys().clone().replace(&mark_name, &vec![b'x'; 2 << 20]).expect("in-memory storage never fails");
    let recovery =
        recover(&mut station.disk().clone(), &mut station.keys().clone()).expect("in-memory storage never fails");
    assert!(recovery.damaged.is_none() && recovery.resumed.is_some());
}

#[test]
fn a_log_that_grew_from_a_copy_on_another_machine_is_not_continued() {
    let earlier_station = Station::new("2023-03-20T05:00:00").playlist(DAILY_PLAYLIST).run_for(3600);
    for last_index in 0..20 {
        // Two machines have the same keys, and their logs grow apart.
        let (station, other_station) = (earlier_station.twin().run_for(60), earlier_station.twin());
        let (mut disk, mut keys) = (other_station.disk().clone(), other_station.keys().clone());
        let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
        let mut log = open(disk, keys, recovery.resumed);
        (0..=last_index).for_each(|n| {
            log.append(clock_after(4000 + n), shutdown_batch("elsewhere")).expect("in-memory storage never fails")
        });
        let (size, other_size) = (station.log().len() as u64, other_station.log().len() as u64);
        replace_contents(station.disk(), other_station.disk());
        let recovery =
            recover(&mut station.disk().clone(), &mut station.keys().clone()).expect("in-memory storage never fails");
        let expected_reason = match other_size < size {
            true => DamageReason::OlderCopy { size: other_size, newest: size },
            false => DamageReason::Forked { newest: size },
        };
        assert_eq!(recovery.damaged.expect("the damage is found").reason, expected_reason, "{last_index}");
    }
}

#[test]
fn a_station_without_a_high_water_mark_continues_and_writes_one() {
    let station = Station::new("2023-03-20T05:00:00").playlist(DAILY_PLAYLIST).run_for(3600);
    let mut keys = station.keys().clone();
    let mark_name = keys.names().into_iter().find(|name| name.ends_with("/newest")).expect("find a mark");
    for bytes in [None, Some(&b""[..]), Some(b"\0\0\0"), Some(b"9999 ")] {
        match bytes {
            Some(bytes) => keys.replace(&mark_name, bytes).expect("in-memory storage never fails"),
            None => keys.remove(&mark_name).expect("in-memory storage never fails"),
        }
        let old_copy = station.disk().copy();
        let later_station = station.twin().run_for(60);
        replace_contents(later_station.disk(), &old_copy);
        let recovery = recover(&mut later_station.disk().clone(), &mut later_station.keys().clone())
            .expect("in-memory storage never fails");
        assert!(matches!(recovery.damaged.expect("the damage is found").reason, DamageReason::OlderCopy { .. }));
    }
}

#[test]
fn a_high_water_mark_that_lags_after_a_power_cut_is_not_damage() {
    let mut station = Station::new("2023-03-20T05:00:00").playlist(DAILY_PLAYLIST);
    // `run_and_cut` panics on damage.
    for seconds in [1, 4000, 86_400, 3, 40_000, 9 * 86_400, 1] {
        station = station.run_and_cut(seconds).off_for(60);
    }
    let entries = station.run_for(60).log().len();
    assert!(entries > 40, "{entries}");
}

#[test]
fn the_daemon_reports_an_older_copy_of_the_log() {
    let folder = Folder::new().segment("a", 1).write_playlist();
    let (airlog, old_copy) = (folder.station().join("airlog"), folder.station().join("older"));
    assert_eq!(folder.run().end(), Some(0));
    copy_folder(&airlog, &old_copy);
    assert_eq!(folder.run().end(), Some(0));
    std::fs::remove_dir_all(&airlog).expect("delete the folder");
    std::fs::rename(&old_copy, &airlog).expect("put the folder back");
    // An export while no daemon is running does not change the log, so the daemon still finds the older copy.
    let log_bytes = std::fs::read(airlog.join(LOG)).expect("read the log");
    let stick = folder.station().join("stick");
    let export = folder.loa(&["export", "--anyway", "--to", stick.to_str().expect("the path is UTF-8")]);
    assert_eq!(std::fs::read(airlog.join(LOG)).expect("read the log"), log_bytes, "{export:?}");
    let daemon = folder.run_expecting("an older copy");
    assert_eq!(daemon.end(), Some(0));
    let log = folder.log();
    assert_eq!(log[0].kind, "genesis");
    let text = std::fs::read_to_string(airlog.join(LOG)).expect("read the log");
    assert!(text.lines().next().is_some_and(|line| line.contains("\"why\":\"older-copy\"")), "{text}");
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("make the folder");
    for entry in std::fs::read_dir(from).expect("list the folder").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).expect("copy the file")),
        }
    }
}

/// A disk that fails while `is_failing` is set, and counts the attempts to write.
#[derive(Clone)]
struct FailingDisk {
    disk: MemoryStorage,
    is_failing: Rc<Cell<bool>>,
    /// The names of the log files to which something was appended.
    log_names: Rc<RefCell<Vec<String>>>,
    attempt_count: Rc<Cell<u32>>,
}

impl FailingDisk {
    fn new(disk: &MemoryStorage) -> Self {
        Self { disk: disk.clone(), is_failing: Rc::default(), log_names: Rc::default(), attempt_count: Rc::default() }
    }
}

impl Storage for FailingDisk {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        self.disk.read(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if name.starts_with("log") && !self.log_names.borrow().iter().any(|known| known == name) {
            self.log_names.borrow_mut().push(name.to_owned());
        }
        self.disk.append(name, bytes)
    }
    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.attempt_count.set(self.attempt_count.get() + u32::from(name.starts_with("log")));
        if self.is_failing.get() { Err(io::Error::other("I/O error")) } else { self.disk.sync(name) }
    }
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        self.disk.truncate(name, len)
    }
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        // Kept files are not counted, because each attempt to write an entry attempts to write them too.
        let is_counted = self.is_failing.get() && !name.starts_with("kept/");
        self.attempt_count.set(self.attempt_count.get() + u32::from(is_counted));
        if self.is_failing.get() { Err(io::Error::other("I/O error")) } else { self.disk.replace(name, bytes) }
    }
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.disk.rename(name, to)
    }
    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.disk.remove(name)
    }
    fn erase(&mut self, name: &str) -> io::Result<()> {
        self.disk.erase(name)
    }
    fn exists(&self, name: &str) -> bool {
        self.disk.exists(name)
    }
}

fn line_count(disk: &MemoryStorage) -> usize {
    let (mut reader, mut line) = (LogLines::new(disk).expect("in-memory storage never fails"), Vec::new());
    std::iter::from_fn(|| reader.next_into(&mut line).expect("in-memory storage never fails").ok()).count()
}

#[test]
fn repeated_sync_failures_use_one_log_file_for_each_failure_period() {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let storage = FailingDisk::new(&disk);
    let mut log = open(storage.clone(), FailingDisk::new(&keys), None);
    let genesis = crate::crash::genesis_of(&log.identity());
    log.append(clock_after(0), vec![genesis]).expect("in-memory storage never fails");
    for period in 0..3 {
        storage.is_failing.set(true);
        let failures = (0..1200).filter(|n| log.append(clock_after(*n), shutdown_batch("x")).is_err()).count();
        assert_eq!(failures, 1200);
        storage.is_failing.set(false);
        log.append(clock_after(1201), shutdown_batch("works")).expect("the disk works");
        assert_eq!(log.pending_entries(), 0);
        assert_eq!(
            storage.log_names.borrow().len(),
            2 + period,
            "one more file for each period: {:?}",
            storage.log_names
        );
    }
    let recovery = recover(&mut disk.clone(), &mut keys.clone()).expect("in-memory storage never fails");
    assert_eq!((recovery.damaged, recovery.torn_bytes), (None, 0));
    assert!(line_count(&disk) > 3600 && recovery.replay.entries == line_count(&disk) as u64, "no entry is lost");
}

/// Acknowledged entries survive a power cut after any of the failed appends.
#[test]
fn a_new_log_file_after_a_failure_loses_no_acknowledged_entry() {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let storage = FailingDisk::new(&disk);
    let mut log = open(storage.clone(), FailingDisk::new(&keys), None);
    log.append(clock_after(0), vec![crate::crash::genesis_of(&log.identity())]).expect("in-memory storage never fails");
    log.append(clock_after(1), shutdown_batch("one")).expect("in-memory storage never fails");
    let acknowledged_count = log.entries();
    storage.is_failing.set(true);
    for n in 0..6 {
        assert!(log.append(clock_after(2 + n), shutdown_batch("waits")).is_err());
        let (disk, keys) = (disk.copy(), keys.copy());
        disk.cut_power(7);
        let recovery = recover(&mut disk.clone(), &mut keys.clone()).expect("in-memory storage never fails");
        assert_eq!((recovery.damaged, recovery.replay.entries), (None, acknowledged_count), "{n}");
        assert!(recovery.resumed.is_some());
    }
}

#[test]
fn a_failing_disk_is_retried_less_often_but_at_least_every_five_minutes() {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let storage = FailingDisk::new(&disk);
    let files = [SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", DAILY_PLAYLIST.as_bytes())];
    let station = read(&files).schedule.station;
    let clock = ScriptedClock::new(at("2023-03-20T06:00:00"), true, "boot");
    let setup = StationSetup {
        id: station.id.clone(),
        settings: station,
        audio_dir: Path::new("audio").to_owned(),
        built_at: at("2020-01-01T00:00:00"),
        boot_id: "boot".to_owned(),
        rehearsal_until: None,
    };
    let restored_station = RestoredStation::open(storage.clone(), FailingDisk::new(&keys), Recovered::default(), setup)
        .expect("open the log");
    let started_station = restored_station.start(clock.clone().now());
    let (commands, receiver) = mpsc::channel();
    let output_clock = clock.clone();
    let make_output = move |_: &_| {
        let library = Default::default();
        Box::new(ScriptedOutput::for_library(output_clock.clone(), "test", Path::new("audio"), &library))
            as Box<dyn Output>
    };
    let effects = Effects {
        make_output: Box::new(make_output),
        switch_amplifier: Box::new(|_| None),
        read_host_facts: Box::new(|_| None),
        read_hand_in_state: Box::new(|_| None),
        read_alarm_facts: Box::new(|_| None),
        notify: Box::new(|_| ()),
    };
    let mut playout = started_station.into_playout(clock.clone(), effects, receiver);
    let run_until = |playout: &mut Playout<_, _>, seconds: i64| {
        clock.stop_at(BootTime(seconds * SECOND_US));
        while clock.boot() < BootTime(seconds * SECOND_US) {
            playout.step();
            playout.wait();
        }
        playout.step();
    };
    run_until(&mut playout, 60);
    storage.is_failing.set(true);
    let attempts_before = storage.attempt_count.get();
    let parsed = read(&files);
    let revision = adoption::prepare_revision(&files, parsed.schedule, Default::default());
    commands.send(PlayoutCommand::Adopt(std::sync::Arc::new(revision))).expect("the loop runs");
    run_until(&mut playout, 60 + 3600);
    let attempts = storage.attempt_count.get() - attempts_before;
    assert!(playout.log().pending_entries() > 0);
    assert!((10..=30).contains(&attempts), "{attempts} attempts in an hour");
    storage.is_failing.set(false);
    run_until(&mut playout, 60 + 3600 + 300);
    assert_eq!(playout.log().pending_entries(), 0, "within five minutes the log writes to the repaired disk");
    assert!(disk.exists(CHECKPOINT) && disk.exists(BALLAST));
}

#[test]
fn a_sync_uses_the_written_file_even_if_its_name_is_deleted() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let mut folder = FolderStorage::new(dir.path().join("stick"));
    let existing_files = folder.create(vec![("tile/0/000".to_owned(), b"one".to_vec())]).expect("make the file");
    assert!(existing_files.is_empty());
    let path = dir.path().join("stick/tile/0/000");
    std::fs::remove_file(&path).expect("delete the file");
    folder.sync_created().expect("sync the descriptor that wrote the file");
    // For many files, the whole file system is synced. This too uses a file that is already open.
    let files = (0..200).map(|n| (format!("tile/1/{n}"), b"x".to_vec())).collect();
    folder.create(files).expect("make the file");
    std::fs::remove_file(dir.path().join("stick/tile/1/7")).expect("delete the file");
    folder.sync_created().expect("sync the files");
    assert!(dir.path().join("stick/tile/1/8").is_file());
}
