//! The airing log on bad days: torn lines, damage, a disk that refuses.
use std::cell::Cell;
use std::io::{self, BufRead};
use std::rc::Rc;

use crate::record::Reader;
use loa::airlog::entry::{Body, GenesisEntry, Reason, ShutdownEntry};
use loa::airlog::files::LOG;
use loa::airlog::keys::os_seed;
use loa::airlog::recover::{DamageReason, ResumedLog, recover};
use loa::airlog::replay::Replay;
use loa::airlog::storage::{FolderStorage, MemoryStorage, Storage};
use loa::airlog::{AirLog, LogConfig};
use loa::base::instant::{BootTime, WallTime};
use loa::playout::clock::{ClockSnapshot, ClockSync};

use crate::station::{Station, id, outcome_line};

const DAY: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-5.mp3\"\n\n[[session]]\nid = \"b\"\nat = \"05:15\"\nplay = [\"a\"]\n";

/// A station that has run for an hour: its disk and its keys.
fn an_hour() -> (MemoryStorage, MemoryStorage) {
    let station = Station::new("2023-03-20T05:00:00").playlist(DAY).run_for(3600);
    (station.disk().copy(), station.keys().copy())
}

fn now() -> ClockSnapshot {
    ClockSnapshot { wall: WallTime(1_679_260_500_000_000), boot: BootTime(1_000_000), sync: ClockSync::default() }
}

fn note() -> Vec<Body> {
    vec![Body::Shutdown(ShutdownEntry { cause: "test".into() })]
}

fn open<S: Storage>(storage: S, keys: S, resumed: Option<ResumedLog>) -> AirLog<S> {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let opening = LogConfig { kind: "loa", station: "test", boot: "boot", zone, seed_source: os_seed };
    AirLog::open(storage, keys, resumed, &opening).expect("keys")
}

#[test]
fn what_lies_beyond_the_signed_head_is_set_aside_and_never_signed() {
    let (disk, keys) = an_hour();
    let signed = disk.bytes(LOG);
    let lines = signed.iter().filter(|b| **b == b'\n').count() as u64;
    let further = String::from_utf8(signed.clone()).expect("UTF-8");
    let further = further.lines().last().expect("a line").replacen(&format!("{}", lines - 1), &format!("{lines}"), 1);
    for tail in ["{\"v\":1,\"se", "\u{7}", &format!("{further}\n"), &format!("{further}\n{further}"), "\n\n\n"] {
        let (mut disk, mut keys) = (disk.copy(), keys.copy());
        disk.append(LOG, tail.as_bytes()).expect("memory");
        let found = recover(&mut disk, &mut keys).expect("recovers");
        assert!(found.damaged.is_none());
        assert_eq!((found.replay.entries, found.torn), (lines, tail.len() as u64));
        assert_eq!(disk.bytes(LOG), signed, "what was torn is set aside");
        let aside: Vec<_> = disk.names().into_iter().filter(|name| name.starts_with("torn/")).collect();
        assert_eq!(aside.len(), 1);
        assert_eq!(disk.bytes(&aside[0]), tail.as_bytes(), "and nothing of it is lost");
        let mut log = open(disk.clone(), keys.clone(), found.resumed);
        log.append(now(), note()).expect("memory");
        let again = recover(&mut disk, &mut keys).expect("recovers");
        assert_eq!((again.replay.entries, again.torn), (lines + 1, 0));
    }
}

#[test]
fn a_log_that_is_not_what_was_signed_is_set_aside_whole_and_a_new_one_begins() {
    let (disk, keys) = an_hour();
    let whole = disk.bytes(LOG);
    let ends: Vec<_> = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1).collect();
    let mut changed = whole.clone();
    changed[ends[0] + 5] = b'\x07';
    let mut edited = whole.clone();
    edited[ends[3] - 30] ^= 1;
    let lacking = [&whole[..ends[0]], &whole[ends[1]..]].concat();
    let swapped = [&whole[..ends[0]], &whole[ends[1]..ends[2]], &whole[ends[0]..ends[1]], &whole[ends[2]..]].concat();
    let rewound = whole[..ends[ends.len() - 2]].to_vec();
    for bad in [changed, edited, lacking, swapped, rewound, Vec::new()] {
        let (mut disk, mut keys) = (disk.copy(), keys.copy());
        disk.replace(LOG, &bad).expect("memory");
        let head = String::from_utf8(disk.bytes("checkpoint")).expect("text");
        let found = recover(&mut disk, &mut keys).expect("memory");
        let damage = found.damaged.expect("seen");
        assert!(found.resumed.is_none() && found.torn == 0 && found.replay.entries == 0);
        assert_eq!(disk.bytes(&format!("{}/{LOG}", damage.kept_as)), bad, "nothing is taken from it");
        assert_eq!(damage.head, Some(head), "and its head is cited");
        assert!(!disk.has(LOG) && !disk.has("checkpoint"));
        let mut log = open(disk.clone(), keys.clone(), None);
        log.append(now(), note()).expect("memory");
    }
}

#[test]
fn a_log_without_its_head_its_closings_or_its_keys_is_not_gone_on_with() {
    let (disk, keys) = an_hour();
    let cases: [(&str, DamageReason); 2] = [("checkpoint", DamageReason::NoHead), ("keys", DamageReason::NoKeys)];
    for (lacking, why) in cases {
        let (mut disk, mut keys) = (disk.copy(), keys.copy());
        disk.append(LOG, b"").expect("memory");
        if lacking == "keys" {
            keys = MemoryStorage::default();
        } else {
            disk.remove(lacking).expect("memory");
            disk.replace("closings", b"").expect("memory");
        }
        let found = recover(&mut disk, &mut keys).expect("memory");
        assert_eq!(found.damaged.expect("seen").why, why);
    }
}

/// A disk that refuses the n-th operation and some after it, or every kept file.
#[derive(Clone, Default)]
struct Refusing {
    disk: MemoryStorage,
    calls: Rc<Cell<u32>>,
    refuse: std::ops::Range<u32>,
    refuse_kept: Rc<Cell<bool>>,
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
        if self.refuse_kept.get() && name.contains("kept/") {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        self.disk.replace(name, bytes)
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
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.disk.list(folder)
    }
    fn has(&self, name: &str) -> bool {
        self.disk.has(name)
    }
}

/// A disk that refuses, and one that does not for the keys.
fn refusing(refuse: std::ops::Range<u32>) -> (MemoryStorage, MemoryStorage, AirLog<Refusing>) {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let storage = Refusing { disk: disk.clone(), refuse, ..Refusing::default() };
    let willing = Refusing { disk: keys.clone(), ..Refusing::default() };
    let mut log = open(storage, willing, None);
    log.append(now(), vec![genesis(&log)]).ok();
    (disk, keys, log)
}

fn genesis<S: Storage>(log: &AirLog<S>) -> Body {
    let identity = log.identity();
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

#[test]
fn entries_wait_in_memory_while_the_disk_refuses_and_none_is_lost_or_doubled() {
    for from in 0..40 {
        for long in 1..7 {
            let (disk, keys, mut log) = refusing(from..from + long);
            let failed = (0..20).filter(|_| log.append(now(), note()).is_err()).count();
            assert_eq!(log.pending_entries(), 0);
            let found = recover(&mut disk.clone(), &mut keys.clone()).expect("an honest log");
            assert!(found.damaged.is_none(), "{:?}", found.damaged);
            let storage = disk.clone();
            let mut reader = Reader::new(&storage).expect("memory");
            let mut kinds = Vec::new();
            while let Some(record) = reader.next_record().expect("an honest log") {
                kinds.push((record.kind, record.body.cause.unwrap_or_default()));
            }
            let count = |kind: &str| kinds.iter().filter(|(k, _)| k == kind).count();
            assert_eq!((count("genesis"), count("shutdown")), (1, 20), "refused from {from}, {long} times");
            // One gap for each row of failures, which are told; and what it was.
            let gaps: Vec<_> = kinds.iter().filter(|(k, _)| k == "gap").collect();
            assert!(gaps.len() <= failed + 1 && (failed == 0 || !gaps.is_empty()), "{failed} {gaps:?}");
            assert!(gaps.iter().all(|(_, cause)| cause == "disk-full" || cause == "sync-failed"), "{gaps:?}");
            assert_eq!((found.replay.entries, found.torn), (kinds.len() as u64, 0));
        }
    }
}

#[test]
fn a_file_whose_sync_failed_is_not_written_again() {
    // ballast, append, sync (fails)
    let (disk, keys, mut log) = refusing(2..3);
    log.append(now(), note()).expect("the disk is back");
    assert!(disk.has("log.001.jsonl"));
    let first = disk.bytes(LOG);
    log.append(now(), note()).expect("the disk is back");
    assert_eq!(disk.bytes(LOG), first, "never again");
    let found = recover(&mut disk.clone(), &mut keys.clone()).expect("an honest log");
    assert!(found.damaged.is_none());
    // genesis, shutdown, gap, shutdown
    assert_eq!((found.replay.entries, found.torn), (4, 0));
}

#[test]
fn an_entry_waits_for_the_files_that_it_names_while_they_lie_in_neither_place() {
    for (log_refuses, keys_refuse) in [(false, false), (true, false), (false, true), (true, true)] {
        let (disk, keys) = (Refusing::default(), Refusing::default());
        let mut log = open(disk.clone(), keys.clone(), None);
        disk.refuse_kept.set(log_refuses);
        keys.refuse_kept.set(keys_refuse);
        let (any, both) = (log_refuses || keys_refuse, log_refuses && keys_refuse);
        assert_eq!(log.keep_file("kept/a.json".to_owned(), b"a".to_vec()).is_err(), both);
        assert_eq!(log.append(now(), note()).is_err(), both);
        assert_eq!((log.entries() > 0, log.kept_file_error().is_some()), (!both, any && !both));
        disk.refuse_kept.set(false);
        keys.refuse_kept.set(false);
        log.append(now(), note()).expect("the disks are back");
        let copies = keys.disk.names().into_iter().filter(|name| name.ends_with("kept/a.json")).count();
        assert_eq!((disk.disk.bytes("kept/a.json"), copies), (b"a".to_vec(), 1), "in both places in the end");
        assert_eq!((log.pending_entries(), log.kept_file_error().is_some()), (0, false));
    }
}

#[test]
fn an_entry_that_waited_is_written_in_the_zone_of_its_time() {
    let disk = MemoryStorage::default();
    let mut log = open(disk.clone(), MemoryStorage::default(), None);
    disk.set_moved(true);
    assert!(log.append(now(), note()).is_err());
    log.set_zone(chrono_tz::Asia::Kathmandu);
    disk.set_moved(false);
    log.append(now(), note()).expect("it is back");
    let text = String::from_utf8(disk.bytes(LOG)).expect("text");
    let offsets: Vec<bool> = text.lines().map(|line| line.contains("+07:00\",\"boot\"")).collect();
    // What waited, what followed it, and that it had to wait.
    assert_eq!(offsets, [true, false, false], "{text}");
}

#[test]
fn a_disk_that_works_is_given_the_whole_batch_however_long() {
    let mut log = open(MemoryStorage::default(), MemoryStorage::default(), None);
    let batch: Vec<_> = (0..100_010).flat_map(|_| note()).collect();
    let want = batch.len() as u64;
    log.append(now(), batch).expect("memory");
    assert_eq!(log.entries(), want + 1, "and the end of the epoch");
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

/// A starting daemon reads old entries only in part: what it learns must be the same.
#[test]
fn reading_old_entries_in_part_tells_the_same_as_reading_them_in_full() {
    let playlist = "[[segment]]\nid = \"a\"\ntitle = \"Tít \\\",\\\"id\\\":\\\"x\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"b\"\n\
                    at = [\"05:15\", \"11:00\", \"17:00\"]\nplay = [\"a\", \"a\", \"a\", \"a\", \"a\"]\n";
    let withdrawn = playlist.replace("\"17:00\"", "\"18:00\"");
    // Cut in mid-airing, an edit that withdraws, a doubted clock, weeks without power.
    let station = Station::new("2023-03-20T05:00:00").playlist(playlist).run_and_cut(20 * 86_400 + 920);
    let station = station.off_for(9 * 86_400).edit(3600, &withdrawn).run_for(12 * 86_400);
    let station = station.step(3600, 40_000).sync(2 * 3600, false).run_for(30 * 86_400).off_for(3600);
    let station = station.run_and_cut(10 * 86_400 + 920);
    let mut reader = loa::airlog::record::LogReader::new(station.disk()).expect("memory");
    let (mut lines, mut records) = (Vec::new(), Vec::new());
    while let Some(record) = reader.next_record().expect("an honest log") {
        lines.push(reader.line.clone());
        records.push(record);
    }
    assert!(lines.len() > 2000, "{} entries", lines.len());
    for size in [lines.len(), lines.len() - 1, lines.len() * 2 / 3, 1500, 1100] {
        let (mut full, mut part) = (Replay::default(), Replay::default());
        records[..size].iter().for_each(|record| full.apply(record));
        let last = size as u64;
        assert!(lines[..size].iter().zip(0..).all(|(line, seq)| part.apply_line(line, seq, last)));
        // What is over is forgotten at another time, and how long an epoch ran is only known of late entries.
        let kept = |replay: &Replay| {
            let from = replay.plans.keys().next().copied().expect("some date is open").to_string();
            let of = |ids: &std::collections::HashSet<String>| {
                let mut ids: Vec<_> =
                    ids.iter().filter(|id| id.split_once('@').is_some_and(|(_, d)| *d >= *from)).cloned().collect();
                ids.sort();
                ids
            };
            (of(&replay.with_outcome), of(&replay.begun_sessions))
        };
        assert_eq!(kept(&full), kept(&part), "{size}");
        for replay in [&mut full, &mut part] {
            replay.with_outcome.clear();
            replay.begun_sessions.clear();
        }
        assert_eq!(format!("{full:?}").split(", old:").next(), format!("{part:?}").split(", old:").next(), "{size}");
    }
}

#[test]
fn an_epoch_ends_after_a_day_of_running_though_nothing_is_logged() {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let mut log = open(disk.clone(), keys.clone(), None);
    log.append(now(), vec![genesis(&log)]).expect("memory");
    let later = |hours: i64| ClockSnapshot { boot: BootTime(now().boot.0 + hours * 3_600_000_000), ..now() };
    log.rotate_epoch_if_due(later(23)).expect("memory");
    assert_eq!((log.in_open_epoch(), disk.has("closings")), (1, false));
    log.rotate_epoch_if_due(later(24)).expect("memory");
    assert_eq!((log.in_open_epoch(), log.entries(), disk.has("closings")), (0, 2, true));
    log.rotate_epoch_if_due(later(60)).expect("memory");
    assert_eq!(log.entries(), 2, "an epoch without entries does not end");
    assert!(recover(&mut disk.clone(), &mut keys.clone()).expect("memory").resumed.is_some());
}

/// Who has the log key alone rewrites the open epoch: a daemon that goes on would put the epoch's signature on it.
#[test]
fn a_head_that_the_epoch_key_has_not_signed_is_not_gone_on_with() {
    let (mut disk, mut keys) = an_hour();
    let head = String::from_utf8(disk.bytes("checkpoint")).expect("text");
    let without: String = head.split_inclusive('\n').filter(|line| !line.contains("/epoch/")).collect();
    disk.replace("checkpoint", without.as_bytes()).expect("memory");
    let found = recover(&mut disk, &mut keys).expect("memory");
    assert_eq!(found.damaged.expect("seen").why, DamageReason::Changed);
}

/// A folder of kept files that takes nothing: what lies beside the keys is then the only copy, in force or not.
#[test]
fn the_only_copy_of_a_kept_file_is_not_taken_away() {
    use loa::airlog::entry::{Body, KeptFileRef, ScheduleEntry};
    use sha2::{Digest, Sha256};
    let sha = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let (disk, keys) = (Refusing::default(), Refusing::default());
    let mut log = open(disk.clone(), keys.clone(), None);
    log.append(now(), vec![genesis(&log)]).expect("memory");
    disk.refuse_kept.set(true);
    let adopt = |log: &mut AirLog<Refusing>, text: &[u8]| {
        log.keep_file(format!("kept/{}.toml", sha(text)), text.to_vec()).expect("beside the keys");
        log.keep_file(format!("kept/{}.json", sha(b"{}")), b"{}".to_vec()).expect("beside the keys");
        let files = vec![KeptFileRef { name: "station.toml".to_owned(), sha256: sha(text) }];
        let note = ScheduleEntry { files, library: sha(b"{}"), sessions: 0, segments: 0 };
        log.append(now(), vec![Body::Schedule(note)]).expect("the log itself goes on");
    };
    adopt(&mut log, b"# first");
    adopt(&mut log, b"# second");
    let copies = |text: &[u8]| {
        let name = format!("kept/{}.toml", sha(text));
        let beside = keys.disk.names().into_iter().filter(|place| place.ends_with(&name)).count();
        (disk.disk.has(&name), beside)
    };
    assert_eq!((copies(b"# first"), copies(b"# second")), ((false, 1), (false, 1)));
    // A start in which the folder takes files again puts all of them beside the log, and keeps what is in force twice.
    drop(log);
    disk.refuse_kept.set(false);
    recover(&mut disk.clone(), &mut keys.clone()).expect("an honest log");
    assert_eq!((copies(b"# first"), copies(b"# second")), ((true, 0), (true, 1)));
}
