//! The airing log on bad days: torn lines, damage, a disk that refuses.
use std::cell::Cell;
use std::io::{self, BufRead};
use std::rc::Rc;

use loa::airlog::entry::{Body, Reason, ShutdownNote};
use loa::airlog::recover::recover;
use loa::airlog::storage::{FolderStorage, MemoryStorage, Storage};
use loa::airlog::{AirLog, LOG};
use loa::instant::{Boot, Wall};
use loa::playout::clock::{Now, Sync};

use crate::station::{Station, outcome_line};

const DAY: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-5.mp3\"\n\n[[session]]\nid = \"b\"\nat = \"05:15\"\nplay = [\"a\"]\n";

fn honest() -> Vec<u8> {
    Station::new("2023-03-20T05:00:00").playlist(DAY).run_for(3600).disk().bytes(LOG)
}

fn with(bytes: &[u8]) -> MemoryStorage {
    let mut disk = MemoryStorage::default();
    disk.replace(LOG, bytes).expect("memory");
    disk
}

fn now() -> Now {
    Now { wall: Wall(1_679_260_500_000_000), boot: Boot(1_000_000), sync: Sync::default() }
}

fn note() -> Vec<Body> {
    vec![Body::Shutdown(ShutdownNote { cause: "test".to_owned() })]
}

#[test]
fn a_log_cut_at_any_byte_of_its_tail_recovers_and_loses_no_whole_entry() {
    let whole = honest();
    let lines = whole.iter().filter(|b| **b == b'\n').count();
    let tail = whole[..whole.len() - 1].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let before = whole[..tail - 1].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    for cut in before..whole.len() {
        let mut disk = with(&whole[..cut]);
        let found = recover(&mut disk).expect("recovers");
        let want = if cut >= tail { lines - 1 } else { lines - 2 };
        assert_eq!(found.replay.entries, want as u64, "cut at {cut}");
        assert_eq!(found.torn as usize, cut - found.len as usize);
        assert_eq!(disk.bytes(LOG), whole[..found.len as usize], "what was torn is set aside");
        if found.torn > 0 {
            let aside: Vec<_> = disk.names().into_iter().filter(|name| name.starts_with("torn/")).collect();
            assert_eq!(aside.len(), 1);
            assert_eq!(disk.bytes(&aside[0]), whole[found.len as usize..cut], "and nothing of it is lost");
        }
        let mut log = AirLog::new(disk.clone(), found.replay.entries, found.len, "boot", chrono_tz::Asia::Ho_Chi_Minh);
        log.append(now(), note()).expect("memory");
        let again = recover(&mut disk).expect("recovers");
        assert_eq!((again.replay.entries, again.torn), (want as u64 + 1, 0));
    }
}

#[test]
fn a_log_damaged_inside_is_set_aside_whole_and_a_new_one_begins() {
    let whole = honest();
    let ends: Vec<_> = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    let mut changed = whole.clone();
    changed[ends[0] + 5] = b'\x07';
    let lacking = [&whole[..ends[0]], &whole[ends[1]..]].concat();
    let swapped = [&whole[..ends[0]], &whole[ends[1]..ends[2]], &whole[ends[0]..ends[1]], &whole[ends[2]..]].concat();
    let doubled = [&whole[..], &whole[ends[1]..ends[2]]].concat();
    for bad in [changed, lacking, swapped, doubled] {
        let mut disk = with(&bad);
        let found = recover(&mut disk).expect("memory");
        let damage = found.damaged.expect("seen");
        assert_eq!((found.replay.entries, found.len, found.torn), (0, 0, 0));
        assert_eq!(disk.bytes(&damage.kept_as), bad, "nothing is taken from it");
        assert!(!disk.has(LOG));
    }
}

/// A disk that refuses the n-th operation and some after it.
#[derive(Clone)]
struct Refusing {
    disk: MemoryStorage,
    calls: Rc<Cell<u32>>,
    refuse: std::ops::Range<u32>,
}

impl Refusing {
    fn call(&self) -> io::Result<()> {
        let n = self.calls.get();
        self.calls.set(n + 1);
        if self.refuse.contains(&n) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl Storage for Refusing {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        self.disk.read(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if let Err(e) = self.call() {
            // As a full disk does: a part of it is there.
            self.disk.append(name, &bytes[..bytes.len() / 2])?;
            return Err(e);
        }
        self.disk.append(name, bytes)
    }
    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.call()?;
        self.disk.sync(name)
    }
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        self.disk.truncate(name, len)
    }
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.call()?;
        self.disk.replace(name, bytes)
    }
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.disk.rename(name, to)
    }
    fn has(&self, name: &str) -> bool {
        self.disk.has(name)
    }
}

#[test]
fn entries_wait_in_memory_while_the_disk_refuses_and_none_is_lost_or_doubled() {
    for from in 0..12 {
        for long in 1..5 {
            let disk = MemoryStorage::default();
            let storage = Refusing { disk: disk.clone(), calls: Rc::default(), refuse: from..from + long };
            let mut log = AirLog::new(storage, 0, 0, "boot", chrono_tz::Asia::Ho_Chi_Minh);
            let failed = (0..20).filter(|_| log.append(now(), note()).is_err()).count();
            assert!(failed > 0, "refused from {from}");
            assert_eq!((log.entries(), log.waiting()), (20, 0));
            let found = recover(&mut disk.clone()).expect("an honest log");
            assert_eq!((found.replay.entries, found.torn), (20, 0), "refused from {from}, {long} times");
        }
    }
}

#[test]
fn no_entry_is_written_before_the_files_that_it_names() {
    let disk = MemoryStorage::default();
    let storage = Refusing { disk: disk.clone(), calls: Rc::default(), refuse: 0..2 };
    let mut log = AirLog::new(storage, 0, 0, "boot", chrono_tz::Asia::Ho_Chi_Minh);
    assert!(log.keep("kept/a.json".to_owned(), b"a".to_vec()).is_err());
    assert!(log.append(now(), note()).is_err());
    assert!(disk.bytes(LOG).is_empty() && log.waiting() == 1);
    log.append(now(), Vec::new()).expect("the disk is back");
    assert_eq!((disk.bytes("kept/a.json"), log.entries(), log.waiting()), (b"a".to_vec(), 1, 0));
}

#[test]
fn a_disk_that_works_is_given_the_whole_batch_however_long() {
    let mut log = AirLog::new(MemoryStorage::default(), 0, 0, "boot", chrono_tz::Asia::Ho_Chi_Minh);
    let batch: Vec<_> = (0..100_010).flat_map(|_| note()).collect();
    let want = batch.len() as u64;
    log.append(now(), batch).expect("memory");
    assert_eq!(log.entries(), want);
}

#[test]
fn a_folder_on_the_disk_behaves_as_the_one_in_memory() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut folder = FolderStorage::new(dir.path().join("airlog"));
    let mut memory = MemoryStorage::default();
    fn drive(storage: &mut dyn Storage) -> io::Result<Vec<Option<Vec<u8>>>> {
        let mut seen = vec![storage.read_all("a", 100)?];
        storage.append("a", b"one\n")?;
        storage.append("kept/b", b"two")?;
        storage.sync("a")?;
        storage.sync("kept/b")?;
        seen.push(storage.read_all("a", 100)?);
        storage.truncate("a", 2)?;
        storage.truncate("none", 2)?;
        storage.append("a", b"!")?;
        seen.push(storage.read_all("a", 100)?);
        storage.replace("a", b"new")?;
        storage.append("a", b"er")?;
        seen.push(storage.read_all("a", 100)?);
        seen.push(storage.has("kept/b").then(Vec::new));
        assert!(storage.read_all("a", 2).is_err(), "past the limit");
        Ok(seen)
    }
    let (on_disk, in_memory) = (drive(&mut folder).expect("a disk"), drive(&mut memory).expect("memory"));
    assert_eq!(on_disk, in_memory);
    let left: Vec<_> =
        std::fs::read_dir(dir.path().join("airlog")).expect("it").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left.len(), 2, "no temporary file is left: {left:?}");
}

#[test]
fn an_outcome_stands_alone() {
    let station = Station::new("2023-03-20T05:00:00").playlist(DAY).run_for(3600);
    let bytes = station.disk().bytes(LOG);
    let line = bytes.split(|b| *b == b'\n').find(|l| String::from_utf8_lossy(l).contains("\"outcome\"")).expect("one");
    let entry: serde_json::Value = serde_json::from_slice(line).expect("JSON");
    let keys = [
        "v",
        "seq",
        "type",
        "at",
        "boot",
        "boottime_us",
        "clock",
        "id",
        "segment",
        "session",
        "planned_at",
        "result",
        "reason",
        "planned_ms",
        "played_ms",
        "frames",
        "rate",
        "late_us",
        "campaign",
        "topic",
        "language",
        "source",
        "title",
        "sha256",
        "device",
        "volume",
        "level",
    ];
    for key in keys {
        assert!(entry.get(key).is_some(), "{key} is lacking");
    }
    fn integers_only(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::Number(n) => n.is_i64() || n.is_u64(),
            serde_json::Value::Array(a) => a.iter().all(integers_only),
            serde_json::Value::Object(o) => o.values().all(integers_only),
            _ => true,
        }
    }
    assert!(integers_only(&entry));
    let text = String::from_utf8_lossy(line);
    assert!(text.starts_with("{\"v\":1,\"seq\":"), "{text}");
    assert_eq!(entry["at"], "2023-03-20T05:15:05.000000+07:00");
    assert_eq!(outcome_line(&station.log()[6]), "b@2023-03-20T05:15:00#1 aired");
}

#[test]
fn every_reason_has_its_place_in_the_page_of_reasons() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reasons.md")).expect("the page");
    for reason in Reason::ALL {
        let code = serde_json::to_value(reason).expect("a code");
        let code = code.as_str().expect("a string");
        assert!(page.contains(&format!("`{code}`")), "{code} is not in docs/reasons.md");
    }
}
