//! An older copy of a log, however whole, is not gone on with; and a disk that fails for long costs neither names nor time.
use std::cell::{Cell, RefCell};
use std::io::{self, BufRead};
use std::path::Path;
use std::rc::Rc;
use std::sync::mpsc;

use loa::airlog::entry::{Body, PredecessorLog, ShutdownEntry};
use loa::airlog::files::CHECKPOINT;
use loa::airlog::files::{BALLAST, LOG};
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

const DAILY: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-5.mp3\"\n\n[[session]]\nid = \"b\"\nat = [\"05:15\", \"17:00\"]\nplay = [\"a\"]\n";

fn now(seconds: i64) -> ClockSnapshot {
    ClockSnapshot {
        wall: at("2023-03-20T05:00:00").plus(seconds * SECOND_US),
        boot: BootTime(seconds * SECOND_US),
        sync: ClockSync::default(),
    }
}

fn note(cause: &str) -> Vec<Body> {
    vec![Body::Shutdown(ShutdownEntry { cause: cause.into() })]
}

fn open<S: Storage>(storage: S, keys: S, resumed: Option<ResumedLog>) -> AirLog<S> {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let opening = LogConfig { kind: "loa", station: "test", boot: "boot", zone, seed_source: os_seed };
    AirLog::open(storage, keys, resumed, &opening).expect("keys")
}

/// Puts another state of the log's folder in place of the one that is there.
fn put_back(disk: &MemoryStorage, older: &MemoryStorage) {
    let mut disk = disk.clone();
    for name in disk.names() {
        disk.remove(&name).expect("memory");
    }
    for name in older.names() {
        disk.replace(&name, &older.bytes(&name)).expect("memory");
    }
}

#[test]
fn an_older_copy_of_the_folder_is_set_aside_and_a_new_log_follows_it() {
    let monday = Station::new("2023-03-20T05:00:00").playlist(DAILY).run_for(3600);
    let older = monday.disk().copy();
    for days in [0, 1, 40] {
        // Within the epoch, and after it: the key of the older copy's epoch is erased by then.
        let station = monday.twin().run_for(3600 * 13 + days * 86_400);
        let size = station.log().len() as u64;
        put_back(station.disk(), &older);
        let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
        let lines = older.bytes(LOG);
        let had = lines.iter().filter(|byte| **byte == b'\n').count() as u64;
        let found = recover(&mut disk, &mut keys).expect("memory");
        let damage = found.damaged.expect("seen");
        assert_eq!(damage.why, DamageReason::OlderCopy { size: had, newest: size }, "{days}");
        assert!(found.resumed.is_none() && found.replay.entries == 0 && !disk.has(LOG));
        assert_eq!(disk.bytes(&format!("{}/{LOG}", damage.kept_as)), lines, "nothing is taken from it");
        let follows = PredecessorLog::from(damage);
        assert_eq!((follows.why.as_str(), follows.entries, follows.size), ("older-copy", had, size));
        assert_eq!(follows.newest_size, Some(size));
        assert!(follows.newest_root.is_some());
        // A start that ends before the new log has its genesis does not lose what it has to cite.
        let again = recover(&mut disk, &mut keys).expect("memory").damaged.expect("told again");
        assert_eq!(PredecessorLog::from(again), follows);
        // A new log begins, has a mark of its own, and is gone on with.
        let mut log = open(disk.clone(), keys.clone(), None);
        log.append(now(0), note("new")).expect("memory");
    }
}

#[test]
fn a_mark_that_cannot_be_read_keeps_no_station_silent() {
    let station = Station::new("2023-03-20T05:00:00").playlist(DAILY).run_for(3600);
    let mark = station.keys().names().into_iter().find(|name| name.ends_with("/newest")).expect("a mark");
    station.keys().clone().replace(&mark, &vec![b'x'; 2 << 20]).expect("memory");
    let found = recover(&mut station.disk().clone(), &mut station.keys().clone()).expect("memory");
    assert!(found.damaged.is_none() && found.resumed.is_some());
}

#[test]
fn a_log_that_an_older_copy_made_elsewhere_is_not_gone_on_with() {
    let monday = Station::new("2023-03-20T05:00:00").playlist(DAILY).run_for(3600);
    for more in 0..20 {
        // The same keys on two machines: here the day went on by one way, there by another.
        let (here, there) = (monday.twin().run_for(60), monday.twin());
        let (mut disk, mut keys) = (there.disk().clone(), there.keys().clone());
        let found = recover(&mut disk, &mut keys).expect("memory");
        let mut log = open(disk, keys, found.resumed);
        (0..=more).for_each(|n| log.append(now(4000 + n), note("elsewhere")).expect("memory"));
        let (here_size, there_size) = (here.log().len() as u64, there.log().len() as u64);
        put_back(here.disk(), there.disk());
        let found = recover(&mut here.disk().clone(), &mut here.keys().clone()).expect("memory");
        let why = match there_size < here_size {
            true => DamageReason::OlderCopy { size: there_size, newest: here_size },
            false => DamageReason::Forked { newest: here_size },
        };
        assert_eq!(found.damaged.expect("seen").why, why, "{more}");
    }
}

#[test]
fn a_station_without_a_mark_goes_on_and_has_one_from_then_on() {
    let station = Station::new("2023-03-20T05:00:00").playlist(DAILY).run_for(3600);
    let mut keys = station.keys().clone();
    let mark = keys.names().into_iter().find(|name| name.ends_with("/newest")).expect("a mark");
    for bytes in [None, Some(&b""[..]), Some(b"\0\0\0"), Some(b"9999 ")] {
        match bytes {
            Some(bytes) => keys.replace(&mark, bytes).expect("memory"),
            None => keys.remove(&mark).expect("memory"),
        }
        let older = station.disk().copy();
        let later = station.twin().run_for(60);
        put_back(later.disk(), &older);
        let found = recover(&mut later.disk().clone(), &mut later.keys().clone()).expect("memory");
        assert!(matches!(found.damaged.expect("seen").why, DamageReason::OlderCopy { .. }));
    }
}

#[test]
fn a_mark_that_lags_after_a_power_cut_is_no_damage() {
    let mut station = Station::new("2023-03-20T05:00:00").playlist(DAILY);
    // The builder itself fails on damage.
    for seconds in [1, 4000, 86_400, 3, 40_000, 9 * 86_400, 1] {
        station = station.run_and_cut(seconds).off_for(60);
    }
    let entries = station.run_for(60).log().len();
    assert!(entries > 40, "{entries}");
}

#[test]
fn the_daemon_says_that_an_older_copy_was_put_back() {
    let folder = Folder::new().segment("a", 1).written();
    let (airlog, older) = (folder.station().join("airlog"), folder.station().join("older"));
    assert_eq!(folder.run().end(), Some(0));
    copy(&airlog, &older);
    assert_eq!(folder.run().end(), Some(0));
    std::fs::remove_dir_all(&airlog).expect("removed");
    std::fs::rename(&older, &airlog).expect("put back");
    // An export while no daemon runs leaves it as it lies there, for the daemon to tell.
    let before = std::fs::read(airlog.join(LOG)).expect("the log");
    let stick = folder.station().join("stick");
    let exported = folder.loa(&["export", "--to", stick.to_str().expect("a path")]);
    assert_eq!(std::fs::read(airlog.join(LOG)).expect("the log"), before, "{exported:?}");
    let daemon = folder.run_saying("an older copy");
    assert_eq!(daemon.end(), Some(0));
    let log = folder.log();
    assert_eq!(log[0].kind, "genesis");
    let line = std::fs::read_to_string(airlog.join(LOG)).expect("the log");
    assert!(line.lines().next().is_some_and(|line| line.contains("\"why\":\"older-copy\"")), "{line}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).expect("copied")),
        }
    }
}

/// A disk whose syncs fail, and which counts how often it is tried.
#[derive(Clone)]
struct Failing {
    disk: MemoryStorage,
    fails: Rc<Cell<bool>>,
    names: Rc<RefCell<Vec<String>>>,
    tries: Rc<Cell<u32>>,
}

impl Failing {
    fn new(disk: &MemoryStorage) -> Self {
        Self { disk: disk.clone(), fails: Rc::default(), names: Rc::default(), tries: Rc::default() }
    }
}

impl Storage for Failing {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        self.disk.read(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if name.starts_with("log") && !self.names.borrow().iter().any(|there| there == name) {
            self.names.borrow_mut().push(name.to_owned());
        }
        self.disk.append(name, bytes)
    }
    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.tries.set(self.tries.get() + u32::from(name.starts_with("log")));
        if self.fails.get() { Err(io::Error::other("I/O error")) } else { self.disk.sync(name) }
    }
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        self.disk.truncate(name, len)
    }
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        // A kept file is tried with each try of an entry.
        let counts = self.fails.get() && !name.starts_with("kept/");
        self.tries.set(self.tries.get() + u32::from(counts));
        if self.fails.get() { Err(io::Error::other("I/O error")) } else { self.disk.replace(name, bytes) }
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
    fn has(&self, name: &str) -> bool {
        self.disk.has(name)
    }
}

fn lines(disk: &MemoryStorage) -> usize {
    let (mut reader, mut line) = (LogLines::new(disk).expect("memory"), Vec::new());
    std::iter::from_fn(|| reader.next_into(&mut line).expect("memory").ok()).count()
}

#[test]
fn a_sync_that_fails_for_years_uses_up_no_names() {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let storage = Failing::new(&disk);
    let mut log = open(storage.clone(), Failing::new(&keys), None);
    let genesis = crate::crash::genesis_of(&log.identity());
    log.append(now(0), vec![genesis]).expect("memory");
    for time in 0..3 {
        storage.fails.set(true);
        let tries = (0..1200).filter(|n| log.append(now(*n), note("x")).is_err()).count();
        assert_eq!(tries, 1200);
        storage.fails.set(false);
        log.append(now(1201), note("works")).expect("it works again");
        assert_eq!(log.pending_entries(), 0);
        assert_eq!(storage.names.borrow().len(), 2 + time, "one more file for each time: {:?}", storage.names);
    }
    let found = recover(&mut disk.clone(), &mut keys.clone()).expect("memory");
    assert_eq!((found.damaged, found.torn), (None, 0));
    assert!(lines(&disk) > 3600 && found.replay.entries == lines(&disk) as u64, "and no entry is lost");
}

/// A power cut at any moment of it leaves what was acknowledged.
#[test]
fn a_part_that_is_made_anew_takes_nothing_with_it() {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let storage = Failing::new(&disk);
    let mut log = open(storage.clone(), Failing::new(&keys), None);
    log.append(now(0), vec![crate::crash::genesis_of(&log.identity())]).expect("memory");
    log.append(now(1), note("one")).expect("memory");
    let acknowledged = log.entries();
    storage.fails.set(true);
    for n in 0..6 {
        assert!(log.append(now(2 + n), note("waits")).is_err());
        let (disk, keys) = (disk.copy(), keys.copy());
        disk.power_cut(7);
        let found = recover(&mut disk.clone(), &mut keys.clone()).expect("memory");
        assert_eq!((found.damaged, found.replay.entries), (None, acknowledged), "{n}");
        assert!(found.resumed.is_some());
    }
}

#[test]
fn a_disk_that_fails_is_tried_ever_more_rarely_and_again_within_five_minutes() {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let storage = Failing::new(&disk);
    let files = [SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", DAILY.as_bytes())];
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
    let restored =
        RestoredStation::open(storage.clone(), Failing::new(&keys), Recovered::default(), setup).expect("keys");
    let started = restored.start(clock.clone().now());
    let (commands, receiver) = mpsc::channel();
    let output_clock = clock.clone();
    let maker = move |_: &_| {
        let library = Default::default();
        Box::new(ScriptedOutput::for_library(output_clock.clone(), "test", Path::new("audio"), &library))
            as Box<dyn Output>
    };
    let hands =
        Effects { make_output: Box::new(maker), switch_amplifier: Box::new(|_| None), notify: Box::new(|_| ()) };
    let mut playout = started.into_playout(clock.clone(), hands, receiver);
    let run_until = |playout: &mut Playout<_, _>, seconds: i64| {
        clock.stop_at(BootTime(seconds * SECOND_US));
        while clock.boot() < BootTime(seconds * SECOND_US) {
            playout.step();
            playout.wait();
        }
        playout.step();
    };
    run_until(&mut playout, 60);
    storage.fails.set(true);
    let before = storage.tries.get();
    let reading = read(&files);
    let adopted = adoption::prepare_adopted(&files, reading.schedule, Default::default());
    commands.send(PlayoutCommand::Adopt(std::sync::Arc::new(adopted))).expect("the loop is there");
    run_until(&mut playout, 60 + 3600);
    let tries = storage.tries.get() - before;
    assert!(playout.log().pending_entries() > 0);
    assert!((10..=30).contains(&tries), "{tries} tries in an hour");
    storage.fails.set(false);
    run_until(&mut playout, 60 + 3600 + 300);
    assert_eq!(playout.log().pending_entries(), 0, "it is found out within five minutes that the disk works");
    assert!(disk.has(CHECKPOINT) && disk.has(BALLAST));
}

#[test]
fn what_is_synced_is_what_was_written_whatever_stands_at_its_name() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut folder = FolderStorage::new(dir.path().join("stick"));
    let taken = folder.create(vec![("tile/0/000".to_owned(), b"one".to_vec())]).expect("made");
    assert!(taken.is_empty());
    let path = dir.path().join("stick/tile/0/000");
    std::fs::remove_file(&path).expect("removed");
    folder.sync_created().expect("the descriptor that wrote is synced");
    // With many of them the whole file system is: here, too, by what was opened before.
    let many = (0..200).map(|n| (format!("tile/1/{n}"), b"x".to_vec())).collect();
    folder.create(many).expect("made");
    std::fs::remove_file(dir.path().join("stick/tile/1/7")).expect("removed");
    folder.sync_created().expect("synced");
    assert!(dir.path().join("stick/tile/1/8").is_file());
}
