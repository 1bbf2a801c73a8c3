//! The airing log after torn lines, after damage, and on a disk that refuses to write.
mod failing_disk;

use std::cell::Cell;
use std::io::{self, BufRead};
use std::rc::Rc;

use loa::airlog::entry::{Body, GenesisEntry, OperatorAction, Reason, ShutdownEntry};
use loa::airlog::files::LOG;
use loa::airlog::keys::os_seed;
use loa::airlog::recover::{DamageReason, ResumedLog, recover};
use loa::airlog::replay::Replay;
use loa::airlog::storage::{FolderStorage, MemoryStorage, Storage};
use loa::airlog::{AirLog, LogConfig};
use loa::base::instant::{BootTime, WallTime};
use loa::playout::clock::{ClockSnapshot, ClockSync};

use crate::record::Reader;
use crate::station::{Station, id, outcome_line};

const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-5.mp3\"\n\n[[session]]\nid = \"b\"\nat = \"05:15\"\nplay = [\"a\"]\n";

/// The log storage and the key storage of a station that has run for an hour.
fn one_hour_log() -> (MemoryStorage, MemoryStorage) {
    let station = Station::new("2023-03-20T05:00:00").playlist(PLAYLIST).run_for(3600);
    (station.disk().copy(), station.keys().copy())
}

/// A fixed reading of the clock.
fn clock_reading() -> ClockSnapshot {
    ClockSnapshot { wall: WallTime(1_679_260_500_000_000), boot: BootTime(1_000_000), sync: ClockSync::default() }
}

fn shutdown_batch() -> Vec<Body> {
    vec![Body::Shutdown(ShutdownEntry { cause: "test".into() })]
}

fn open<S: Storage>(storage: S, key_storage: S, resumed: Option<ResumedLog>) -> AirLog<S> {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let config = LogConfig { kind: "loa", station: "test", boot: "boot", zone, seed_source: os_seed };
    AirLog::open(storage, key_storage, resumed, &config).expect("open the log")
}

#[test]
fn lines_after_the_signed_head_move_to_torn_and_are_never_signed() {
    let (disk, keys) = one_hour_log();
    let signed_log = disk.bytes(LOG);
    let line_count = signed_log.iter().filter(|b| **b == b'\n').count() as u64;
    let text = String::from_utf8(signed_log.clone()).expect("the text is UTF-8");
    let next_line =
        text.lines().last().expect("find a line").replacen(&format!("{}", line_count - 1), &format!("{line_count}"), 1);
    for tail in ["{\"v\":1,\"se", "\u{7}", &format!("{next_line}\n"), &format!("{next_line}\n{next_line}"), "\n\n\n"] {
        let (mut disk, mut keys) = (disk.copy(), keys.copy());
        disk.append(LOG, tail.as_bytes()).expect("in-memory storage never fails");
        let recovery = recover(&mut disk, &mut keys).expect("recover the log");
        assert!(recovery.damaged.is_none());
        assert_eq!((recovery.replay.entries, recovery.torn_bytes), (line_count, tail.len() as u64));
        assert_eq!(disk.bytes(LOG), signed_log, "the tail is no longer in the log");
        let torn_names: Vec<_> = disk.names().into_iter().filter(|name| name.starts_with("torn/")).collect();
        assert_eq!(torn_names.len(), 1);
        assert_eq!(disk.bytes(&torn_names[0]), tail.as_bytes(), "no byte of the tail is lost");
        let mut log = open(disk.clone(), keys.clone(), recovery.resumed);
        log.append(clock_reading(), shutdown_batch()).expect("in-memory storage never fails");
        let second_recovery = recover(&mut disk, &mut keys).expect("recover the log");
        assert_eq!((second_recovery.replay.entries, second_recovery.torn_bytes), (line_count + 1, 0));
    }
}

#[test]
fn a_log_that_differs_from_its_head_moves_to_damaged_and_a_new_one_begins() {
    let (disk, keys) = one_hour_log();
    let log_bytes = disk.bytes(LOG);
    let line_ends: Vec<_> = log_bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i + 1).collect();
    let mut control_byte = log_bytes.clone();
    control_byte[line_ends[0] + 5] = b'\x07';
    let mut flipped_bit = log_bytes.clone();
    flipped_bit[line_ends[3] - 30] ^= 1;
    let missing_line = [&log_bytes[..line_ends[0]], &log_bytes[line_ends[1]..]].concat();
    let swapped_lines = [
        &log_bytes[..line_ends[0]],
        &log_bytes[line_ends[1]..line_ends[2]],
        &log_bytes[line_ends[0]..line_ends[1]],
        &log_bytes[line_ends[2]..],
    ]
    .concat();
    let missing_last_line = log_bytes[..line_ends[line_ends.len() - 2]].to_vec();
    for damaged_bytes in [control_byte, flipped_bit, missing_line, swapped_lines, missing_last_line, Vec::new()] {
        let (mut disk, mut keys) = (disk.copy(), keys.copy());
        disk.replace(LOG, &damaged_bytes).expect("in-memory storage never fails");
        let head = String::from_utf8(disk.bytes("checkpoint")).expect("the text is UTF-8");
        let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
        let damage = recovery.damaged.expect("the damage is found");
        assert!(recovery.resumed.is_none() && recovery.torn_bytes == 0 && recovery.replay.entries == 0);
        assert_eq!(
            disk.bytes(&format!("{}/{LOG}", damage.set_aside_as)),
            damaged_bytes,
            "no byte of the damaged log is lost"
        );
        assert_eq!(damage.head, Some(head), "the head of the damaged log is reported");
        assert!(!disk.exists(LOG) && !disk.exists("checkpoint"));
        let mut new_log = open(disk.clone(), keys.clone(), None);
        new_log.append(clock_reading(), shutdown_batch()).expect("in-memory storage never fails");
    }
}

#[test]
fn a_log_without_its_head_or_its_keys_is_not_continued() {
    let (disk, keys) = one_hour_log();
    let cases: [(&str, DamageReason); 2] = [("checkpoint", DamageReason::NoHead), ("keys", DamageReason::NoKeys)];
    for (missing_part, reason) in cases {
        let (mut disk, mut keys) = (disk.copy(), keys.copy());
        if missing_part == "keys" {
            keys = MemoryStorage::default();
        } else {
            disk.remove(missing_part).expect("in-memory storage never fails");
            // The file `closings` shows that the log had a head. Without it, recovery would assume an interrupted first
            // write.
            disk.replace("closings", b"").expect("in-memory storage never fails");
        }
        let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
        assert_eq!(recovery.damaged.expect("the damage is found").reason, reason);
    }
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
fn folder_storage_behaves_like_memory_storage() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let mut folder = FolderStorage::new(dir.path().join("airlog"));
    let mut memory = MemoryStorage::default();
    fn exercise(storage: &mut dyn Storage) -> io::Result<Vec<Option<Vec<u8>>>> {
        let mut contents = vec![storage.read_all("a", 100)?];
        storage.append("a", b"one\n")?;
        storage.append("kept/b", b"two")?;
        storage.sync("a")?;
        storage.sync("kept/b")?;
        contents.push(storage.read_all("a", 100)?);
        storage.truncate("a", 2)?;
        storage.truncate("none", 2)?;
        storage.append("a", b"!")?;
        contents.push(storage.read_all("a", 100)?);
        storage.replace("a", b"new")?;
        storage.append("a", b"er")?;
        contents.push(storage.read_all("a", 100)?);
        contents.push(storage.exists("kept/b").then(Vec::new));
        assert!(storage.read_all("a", 2).is_err(), "a file longer than the limit is refused");
        Ok(contents)
    }
    let (on_disk, in_memory) = (
        exercise(&mut folder).expect("exercise the folder"),
        exercise(&mut memory).expect("in-memory storage never fails"),
    );
    assert_eq!(on_disk, in_memory);
    let files: Vec<_> = std::fs::read_dir(dir.path().join("airlog"))
        .expect("list the folder")
        .flatten()
        .map(|e| e.file_name())
        .collect();
    assert_eq!(files.len(), 2, "no temporary file remains: {files:?}");
}

#[test]
fn an_outcome_entry_has_every_field_and_its_numbers_are_integers() {
    let station = Station::new("2023-03-20T05:00:00").playlist(PLAYLIST).run_for(3600);
    let bytes = station.disk().bytes(LOG);
    let line = bytes
        .split(|b| *b == b'\n')
        .find(|l| String::from_utf8_lossy(l).contains("\"outcome\""))
        .expect("find an outcome entry");
    let entry: serde_json::Value = serde_json::from_slice(line).expect("parse the JSON");
    let fields = [
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
    for field in fields {
        assert!(entry.get(field).is_some(), "{field} is missing");
    }
    fn has_only_integers(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::Number(n) => n.is_i64() || n.is_u64(),
            serde_json::Value::Array(a) => a.iter().all(has_only_integers),
            serde_json::Value::Object(o) => o.values().all(has_only_integers),
            _ => true,
        }
    }
    assert!(has_only_integers(&entry));
    let text = String::from_utf8_lossy(line);
    assert!(text.starts_with("{\"v\":1,\"seq\":"), "{text}");
    assert_eq!(entry["at"], "2023-03-20T05:15:05.000000+07:00");
    assert_eq!(outcome_line(&station.log()[6]), "b@2023-03-20T05:15:00#1 aired");
}

#[test]
fn every_reason_is_on_the_page_of_reasons() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reasons.md")).expect("read the page");
    for reason in Reason::ALL {
        let code = serde_json::to_value(reason).expect("serialise to JSON");
        let code = code.as_str().expect("the value is a string");
        assert!(page.contains(&format!("`{code}`")), "{code} is not in docs/reasons.md");
    }
}

#[test]
fn every_operator_action_is_on_the_page_of_the_format() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/airlog-format.md")).expect("read the page");
    let (_, list) = page.split_once("- `operator` ").expect("find the list of actions");
    let (list, _) = list.split_once("\n- `").expect("find the next type of entry");
    for action in OperatorAction::KNOWN {
        assert!(list.contains(&format!("`{action}`")), "{action} is not in docs/airlog-format.md");
    }
}

/// A starting daemon parses old entries only partly. The replay must be the same as if it parsed them fully.
#[test]
fn parsing_old_entries_partly_gives_the_same_replay_as_parsing_them_fully() {
    let playlist = "[[segment]]\nid = \"a\"\ntitle = \"Tít \\\",\\\"id\\\":\\\"x\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"b\"\n\
                    at = [\"05:15\", \"11:00\", \"17:00\"]\nplay = [\"a\", \"a\", \"a\", \"a\", \"a\"]\n";
    let edited_playlist = playlist.replace("\"17:00\"", "\"18:00\"");
    // The log covers a power cut during an airing, an edit that withdraws airings, an untrusted clock, and weeks
    // without power.
    let station = Station::new("2023-03-20T05:00:00").playlist(playlist).run_and_cut(20 * 86_400 + 920);
    let station = station.off_for(9 * 86_400).edit(3600, &edited_playlist).run_for(12 * 86_400);
    let station = station.step(3600, 40_000).sync(2 * 3600, false).run_for(30 * 86_400).off_for(3600);
    let station = station.run_and_cut(10 * 86_400 + 920);
    let mut reader = loa::airlog::record::LogReader::new(station.disk()).expect("in-memory storage never fails");
    let (mut lines, mut records) = (Vec::new(), Vec::new());
    while let Some(record) = reader.next_record().expect("read an intact log") {
        lines.push(reader.line.clone());
        records.push(record);
    }
    assert!(lines.len() > 2000, "{} entries", lines.len());
    for entry_count in [lines.len(), lines.len() - 1, lines.len() * 2 / 3, 1500, 1100] {
        let (mut full, mut partial) = (Replay::default(), Replay::default());
        records[..entry_count].iter().for_each(|record| full.apply(record));
        let size = entry_count as u64;
        assert!(lines[..entry_count].iter().zip(0..).all(|(line, seq)| partial.apply_line(line, seq, size)));
        // The two replays discard settled ids at different moments, so the test compares only ids from the first open
        // date on. The last field, `old`, holds state that is not merged yet, so the comparison ends before it.
        let open_ids = |replay: &Replay| {
            let first_date = replay.plans.keys().next().copied().expect("a date is open").to_string();
            let ids_of = |ids: &std::collections::HashSet<String>| {
                let mut open_ids: Vec<_> = ids
                    .iter()
                    .filter(|id| id.split_once('@').is_some_and(|(_, d)| *d >= *first_date))
                    .cloned()
                    .collect();
                open_ids.sort();
                open_ids
            };
            (ids_of(&replay.settled_ids), ids_of(&replay.begun_sessions))
        };
        assert_eq!(open_ids(&full), open_ids(&partial), "{entry_count}");
        for replay in [&mut full, &mut partial] {
            replay.settled_ids.clear();
            replay.begun_sessions.clear();
        }
        assert_eq!(
            format!("{full:?}").split(", old:").next(),
            format!("{partial:?}").split(", old:").next(),
            "{entry_count}"
        );
    }
}

#[test]
fn an_epoch_with_entries_ends_after_24_hours_even_without_new_entries() {
    let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
    let mut log = open(disk.clone(), keys.clone(), None);
    log.append(clock_reading(), vec![genesis(&log)]).expect("in-memory storage never fails");
    let later = |hours: i64| ClockSnapshot {
        boot: BootTime(clock_reading().boot.0 + hours * 3_600_000_000),
        ..clock_reading()
    };
    log.rotate_epoch_if_due(later(23)).expect("in-memory storage never fails");
    assert_eq!((log.entries_in_open_epoch(), disk.exists("closings")), (1, false));
    log.rotate_epoch_if_due(later(24)).expect("in-memory storage never fails");
    assert_eq!((log.entries_in_open_epoch(), log.entries(), disk.exists("closings")), (0, 2, true));
    log.rotate_epoch_if_due(later(60)).expect("in-memory storage never fails");
    assert_eq!(log.entries(), 2, "an epoch without entries does not end");
    assert!(recover(&mut disk.clone(), &mut keys.clone()).expect("in-memory storage never fails").resumed.is_some());
}

/// Someone with the log key but without the epoch key can rewrite the open epoch. If the daemon continued that log, it
/// would sign the forgery with the epoch key.
#[test]
fn a_log_whose_head_lacks_the_epoch_signature_is_not_continued() {
    let (mut disk, mut keys) = one_hour_log();
    let head = String::from_utf8(disk.bytes("checkpoint")).expect("the text is UTF-8");
    let unsigned_head: String = head.split_inclusive('\n').filter(|line| !line.contains("/epoch/")).collect();
    disk.replace("checkpoint", unsigned_head.as_bytes()).expect("in-memory storage never fails");
    let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
    assert_eq!(recovery.damaged.expect("the damage is found").reason, DamageReason::Changed);
}
