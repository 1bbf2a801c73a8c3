//! The airing log on a disk that refuses operations.
use super::*;

/// A disk that refuses the operations numbered in `refuse`, or, with `refuse_kept`, every kept file.
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
            // A full disk takes a part of the bytes.
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
    fn exists(&self, name: &str) -> bool {
        self.disk.exists(name)
    }
}

/// A log whose disk refuses the operations in `refuse`; the disk for the keys refuses nothing.
fn log_on_refusing_disk(refuse: std::ops::Range<u32>) -> (MemoryStorage, MemoryStorage, AirLog<Refusing>) {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let storage = Refusing { disk: disk.clone(), refuse, ..Refusing::default() };
    let keys_storage = Refusing { disk: keys.clone(), ..Refusing::default() };
    let mut log = open(storage, keys_storage, None);
    log.append(now(), vec![genesis(&log)]).ok();
    (disk, keys, log)
}

#[test]
fn entries_wait_in_memory_while_the_disk_refuses_and_none_is_lost_or_doubled() {
    for first in 0..40 {
        for count in 1..7 {
            let (disk, keys, mut log) = log_on_refusing_disk(first..first + count);
            let failures = (0..20).filter(|_| log.append(now(), shutdown_batch()).is_err()).count();
            assert_eq!(log.pending_entries(), 0);
            let recovery = recover(&mut disk.clone(), &mut keys.clone()).expect("an honest log");
            assert!(recovery.damaged.is_none(), "{:?}", recovery.damaged);
            let storage = disk.clone();
            let mut reader = Reader::new(&storage).expect("memory");
            let mut kinds = Vec::new();
            while let Some(record) = reader.next_record().expect("an honest log") {
                kinds.push((record.kind, record.body.cause.unwrap_or_default()));
            }
            let count_of = |kind: &str| kinds.iter().filter(|(k, _)| k == kind).count();
            assert_eq!((count_of("genesis"), count_of("shutdown")), (1, 20), "refused from {first}, {count} times");
            // Each run of failures has one gap, with its cause.
            let gaps: Vec<_> = kinds.iter().filter(|(k, _)| k == "gap").collect();
            assert!(gaps.len() <= failures + 1 && (failures == 0 || !gaps.is_empty()), "{failures} {gaps:?}");
            assert!(gaps.iter().all(|(_, cause)| cause == "disk-full" || cause == "sync-failed"), "{gaps:?}");
            assert_eq!((recovery.replay.entries, recovery.torn_bytes), (kinds.len() as u64, 0));
        }
    }
}

#[test]
fn a_log_file_is_never_written_again_after_a_failed_sync() {
    // The operations are: ballast, append, sync. The sync fails.
    let (disk, keys, mut log) = log_on_refusing_disk(2..3);
    log.append(now(), shutdown_batch()).expect("the disk is back");
    assert!(disk.exists("log.001.jsonl"));
    let log_bytes = disk.bytes(LOG);
    log.append(now(), shutdown_batch()).expect("the disk is back");
    assert_eq!(disk.bytes(LOG), log_bytes, "the file is not written again");
    let recovery = recover(&mut disk.clone(), &mut keys.clone()).expect("an honest log");
    assert!(recovery.damaged.is_none());
    // The entries are: genesis, shutdown, gap, shutdown.
    assert_eq!((recovery.replay.entries, recovery.torn_bytes), (4, 0));
}

#[test]
fn an_entry_waits_until_the_files_that_it_names_are_kept_in_one_place() {
    for (log_refuses, keys_refuse) in [(false, false), (true, false), (false, true), (true, true)] {
        let (disk, keys) = (Refusing::default(), Refusing::default());
        let mut log = open(disk.clone(), keys.clone(), None);
        disk.refuse_kept.set(log_refuses);
        keys.refuse_kept.set(keys_refuse);
        let (any_refuses, both_refuse) = (log_refuses || keys_refuse, log_refuses && keys_refuse);
        assert_eq!(log.keep_file("kept/a.json".to_owned(), b"a".to_vec()).is_err(), both_refuse);
        assert_eq!(log.append(now(), shutdown_batch()).is_err(), both_refuse);
        assert_eq!((log.entries() > 0, log.kept_file_error().is_some()), (!both_refuse, any_refuses && !both_refuse));
        disk.refuse_kept.set(false);
        keys.refuse_kept.set(false);
        log.append(now(), shutdown_batch()).expect("the disks are back");
        let copies = keys.disk.names().into_iter().filter(|name| name.ends_with("kept/a.json")).count();
        assert_eq!((disk.disk.bytes("kept/a.json"), copies), (b"a".to_vec(), 1), "in both places in the end");
        assert_eq!((log.pending_entries(), log.kept_file_error().is_some()), (0, false));
    }
}

#[test]
fn a_delayed_entry_is_written_in_the_zone_of_its_time() {
    let disk = MemoryStorage::default();
    let mut log = open(disk.clone(), MemoryStorage::default(), None);
    disk.set_moved(true);
    assert!(log.append(now(), shutdown_batch()).is_err());
    log.set_zone(chrono_tz::Asia::Kathmandu);
    disk.set_moved(false);
    log.append(now(), shutdown_batch()).expect("it is back");
    let text = String::from_utf8(disk.bytes(LOG)).expect("text");
    let offsets: Vec<bool> = text.lines().map(|line| line.contains("+07:00\",\"boot\"")).collect();
    // The delayed entry, the entry after it, and the gap entry.
    assert_eq!(offsets, [true, false, false], "{text}");
}

#[test]
fn a_working_disk_takes_a_batch_of_any_length_at_once() {
    let mut log = open(MemoryStorage::default(), MemoryStorage::default(), None);
    let batch: Vec<_> = (0..100_010).flat_map(|_| shutdown_batch()).collect();
    let length = batch.len() as u64;
    log.append(now(), batch).expect("memory");
    assert_eq!(log.entries(), length + 1, "one more entry ends the epoch");
}

/// While the folder `kept` refuses files, the copy beside the keys is the only one, in force or not.
#[test]
fn the_only_copy_of_a_kept_file_is_not_removed() {
    use loa::airlog::entry::{Body, KeptFileRef, ScheduleEntry};
    use sha2::{Digest, Sha256};
    let sha256 = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let (disk, keys) = (Refusing::default(), Refusing::default());
    let mut log = open(disk.clone(), keys.clone(), None);
    log.append(now(), vec![genesis(&log)]).expect("memory");
    disk.refuse_kept.set(true);
    let append_schedule = |log: &mut AirLog<Refusing>, text: &[u8]| {
        log.keep_file(format!("kept/{}.toml", sha256(text)), text.to_vec()).expect("beside the keys");
        log.keep_file(format!("kept/{}.json", sha256(b"{}")), b"{}".to_vec()).expect("beside the keys");
        let files = vec![KeptFileRef { name: "station.toml".to_owned(), sha256: sha256(text) }];
        let schedule = ScheduleEntry { files, library: sha256(b"{}"), sessions: 0, segments: 0 };
        log.append(now(), vec![Body::Schedule(schedule)]).expect("the log takes entries");
    };
    append_schedule(&mut log, b"# first");
    append_schedule(&mut log, b"# second");
    let copies = |text: &[u8]| {
        let name = format!("kept/{}.toml", sha256(text));
        let copies_beside_keys = keys.disk.names().into_iter().filter(|path| path.ends_with(&name)).count();
        (disk.disk.exists(&name), copies_beside_keys)
    };
    assert_eq!((copies(b"# first"), copies(b"# second")), ((false, 1), (false, 1)));
    // When the folder takes files again, a start moves all of them there, and keeps a second copy of those in force.
    drop(log);
    disk.refuse_kept.set(false);
    recover(&mut disk.clone(), &mut keys.clone()).expect("an honest log");
    assert_eq!((copies(b"# first"), copies(b"# second")), ((true, 0), (true, 1)));
}
