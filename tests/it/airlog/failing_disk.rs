//! The airing log on a disk that refuses operations.
use super::*;

/// A disk that refuses the operations with the numbers in `refused_operations`, and writes no kept files while
/// `refuses_kept_files` is set.
#[derive(Clone, Default)]
struct RefusingDisk {
    disk: MemoryStorage,
    operation_count: Rc<Cell<u32>>,
    refused_operations: std::ops::Range<u32>,
    refuses_kept_files: Rc<Cell<bool>>,
}

impl RefusingDisk {
    /// Counts an operation, and fails if the disk refuses it.
    fn count_operation(&self) -> io::Result<()> {
        let n = self.operation_count.get();
        self.operation_count.set(n + 1);
        if self.refused_operations.contains(&n) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl Storage for RefusingDisk {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        self.disk.read(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if let Err(e) = self.count_operation() {
            // A full disk writes part of the bytes.
            self.disk.append(name, &bytes[..bytes.len() / 2])?;
            return Err(e);
        }
        self.disk.append(name, bytes)
    }
    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.count_operation()?;
        self.disk.sync(name)
    }
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        self.disk.truncate(name, len)
    }
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.count_operation()?;
        if self.refuses_kept_files.get() && name.contains("kept/") {
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

/// The disk, the key storage and the log of a station whose disk refuses these operations. The key storage refuses
/// nothing.
fn log_on_refusing_disk(
    refused_operations: std::ops::Range<u32>,
) -> (MemoryStorage, MemoryStorage, AirLog<RefusingDisk>) {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let storage = RefusingDisk { disk: disk.clone(), refused_operations, ..RefusingDisk::default() };
    let key_storage = RefusingDisk { disk: keys.clone(), ..RefusingDisk::default() };
    let mut log = open(storage, key_storage, None);
    log.append(clock_reading(), vec![genesis(&log)]).ok();
    (disk, keys, log)
}

#[test]
fn entries_wait_in_memory_while_the_disk_refuses_writes_and_none_is_lost_or_duplicated() {
    for first_refused in 0..40 {
        for refused_count in 1..7 {
            let (disk, keys, mut log) = log_on_refusing_disk(first_refused..first_refused + refused_count);
            let failures = (0..20).filter(|_| log.append(clock_reading(), shutdown_batch()).is_err()).count();
            assert_eq!(log.pending_entries(), 0);
            let recovery = recover(&mut disk.clone(), &mut keys.clone()).expect("recover an intact log");
            assert!(recovery.damaged.is_none(), "{:?}", recovery.damaged);
            let storage = disk.clone();
            let mut reader = Reader::new(&storage).expect("in-memory storage never fails");
            let mut kinds = Vec::new();
            while let Some(record) = reader.next_record().expect("read an intact log") {
                kinds.push((record.kind, record.body.cause.unwrap_or_default()));
            }
            let count_of = |kind: &str| kinds.iter().filter(|(k, _)| k == kind).count();
            assert_eq!(
                (count_of("genesis"), count_of("shutdown")),
                (1, 20),
                "{refused_count} refused from {first_refused}"
            );
            // Each run of failures leaves one gap entry with its cause.
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
    log.append(clock_reading(), shutdown_batch()).expect("the disk works again");
    assert!(disk.exists("log.001.jsonl"));
    let log_bytes = disk.bytes(LOG);
    log.append(clock_reading(), shutdown_batch()).expect("the disk works again");
    assert_eq!(disk.bytes(LOG), log_bytes, "the file is not written again");
    let recovery = recover(&mut disk.clone(), &mut keys.clone()).expect("recover an intact log");
    assert!(recovery.damaged.is_none());
    // The entries are: genesis, shutdown, gap, shutdown.
    assert_eq!((recovery.replay.entries, recovery.torn_bytes), (4, 0));
}

#[test]
fn an_entry_waits_until_at_least_one_place_keeps_the_files_that_it_names() {
    for (log_refuses, keys_refuse) in [(false, false), (true, false), (false, true), (true, true)] {
        let (disk, keys) = (RefusingDisk::default(), RefusingDisk::default());
        let mut log = open(disk.clone(), keys.clone(), None);
        disk.refuses_kept_files.set(log_refuses);
        keys.refuses_kept_files.set(keys_refuse);
        let (any_refuses, both_refuse) = (log_refuses || keys_refuse, log_refuses && keys_refuse);
        assert_eq!(log.keep_file("kept/a.json".to_owned(), b"a".to_vec()).is_err(), both_refuse);
        assert_eq!(log.append(clock_reading(), shutdown_batch()).is_err(), both_refuse);
        assert_eq!((log.entries() > 0, log.kept_file_error().is_some()), (!both_refuse, any_refuses && !both_refuse));
        disk.refuses_kept_files.set(false);
        keys.refuses_kept_files.set(false);
        log.append(clock_reading(), shutdown_batch()).expect("the disks work again");
        let copy_count = keys.disk.names().into_iter().filter(|name| name.ends_with("kept/a.json")).count();
        assert_eq!(
            (disk.disk.bytes("kept/a.json"), copy_count),
            (b"a".to_vec(), 1),
            "the file is finally in both places"
        );
        assert_eq!((log.pending_entries(), log.kept_file_error().is_some()), (0, false));
    }
}

#[test]
fn a_delayed_entry_keeps_the_time_zone_in_which_it_was_made() {
    let disk = MemoryStorage::default();
    let mut log = open(disk.clone(), MemoryStorage::default(), None);
    disk.set_moved(true);
    assert!(log.append(clock_reading(), shutdown_batch()).is_err());
    log.set_zone(chrono_tz::Asia::Kathmandu);
    disk.set_moved(false);
    log.append(clock_reading(), shutdown_batch()).expect("the disk works again");
    let text = String::from_utf8(disk.bytes(LOG)).expect("the text is UTF-8");
    let has_old_offset: Vec<bool> = text.lines().map(|line| line.contains("+07:00\",\"boot\"")).collect();
    // The delayed entry, the entry after it, and the gap entry.
    assert_eq!(has_old_offset, [true, false, false], "{text}");
}

#[test]
fn a_working_disk_accepts_a_batch_of_any_length() {
    let mut log = open(MemoryStorage::default(), MemoryStorage::default(), None);
    let batch: Vec<_> = (0..100_010).flat_map(|_| shutdown_batch()).collect();
    let length = batch.len() as u64;
    log.append(clock_reading(), batch).expect("in-memory storage never fails");
    assert_eq!(log.entries(), length + 1, "one more entry ends the epoch");
}

/// While files cannot be written to the folder `kept`, the copy beside the keys is the only copy, whether the file is
/// in force or not.
#[test]
fn the_only_copy_of_a_kept_file_is_not_removed() {
    use loa::airlog::entry::{Body, KeptFileRef, ScheduleEntry};
    use sha2::{Digest, Sha256};
    let sha256 = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let (disk, keys) = (RefusingDisk::default(), RefusingDisk::default());
    let mut log = open(disk.clone(), keys.clone(), None);
    log.append(clock_reading(), vec![genesis(&log)]).expect("in-memory storage never fails");
    disk.refuses_kept_files.set(true);
    let append_schedule = |log: &mut AirLog<RefusingDisk>, text: &[u8]| {
        log.keep_file(format!("kept/{}.toml", sha256(text)), text.to_vec()).expect("keep the file");
        log.keep_file(format!("kept/{}.json", sha256(b"{}")), b"{}".to_vec()).expect("keep the file");
        let files = vec![KeptFileRef { name: "station.toml".to_owned(), sha256: sha256(text) }];
        let schedule = ScheduleEntry { files, library: sha256(b"{}"), sessions: 0, segments: 0 };
        log.append(clock_reading(), vec![Body::Schedule(schedule)]).expect("the log takes entries");
    };
    append_schedule(&mut log, b"# first");
    append_schedule(&mut log, b"# second");
    // Whether the folder `kept` has the file, and the number of copies beside the keys.
    let copies_of = |text: &[u8]| {
        let name = format!("kept/{}.toml", sha256(text));
        let copies_beside_keys = keys.disk.names().into_iter().filter(|path| path.ends_with(&name)).count();
        (disk.disk.exists(&name), copies_beside_keys)
    };
    assert_eq!((copies_of(b"# first"), copies_of(b"# second")), ((false, 1), (false, 1)));
    // When files can be written to the folder again, the next start moves them all there. Those in force keep their
    // second copy beside the keys.
    drop(log);
    disk.refuses_kept_files.set(false);
    recover(&mut disk.clone(), &mut keys.clone()).expect("recover an intact log");
    assert_eq!((copies_of(b"# first"), copies_of(b"# second")), ((true, 0), (true, 1)));
}
