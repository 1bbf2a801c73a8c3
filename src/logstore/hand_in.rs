//! The state of a station's hand-ins: when the log was last copied for the department, and how many entries the
//! department has countersigned.
//!
//! Both are stored in files beside the log: `hand-in.json`, which loa writes after each successful `export` and `push`,
//! and `cosigned`, which the department wrote. They are not stored as entries: a copy could not contain the entry about
//! itself, so each copy would make another one necessary.
use std::io;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::airlog::entry_time::time_of_entry;
use crate::airlog::files::{CHECKPOINT, COSIGNED, HAND_IN};
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::instant::WallTime;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE, Note};

/// The maximum length of `hand-in.json`, in bytes.
const MAX_RECORD_BYTES: u64 = 4096;

/// A copy of the log for the department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandInRecord {
    /// The log that was copied.
    pub origin: String,
    /// The number of entries in the copy.
    pub entries: u64,
    /// The time of the copy, by the station's clock.
    pub at: DateTime<FixedOffset>,
    /// The time of the last entry in the copy.
    pub through: Option<DateTime<FixedOffset>>,
}

/// The countersigned head that is stored beside the log. Its signatures are not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignedHead {
    /// The number of entries under it.
    pub entries: u64,
    /// The complete note.
    pub note: String,
}

/// The state of a station's hand-ins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HandInState {
    /// The last copy.
    pub last: Option<HandInRecord>,
    /// The newest head that the department has countersigned.
    pub cosigned: Option<CosignedHead>,
    /// The time of the first entry that is in no copy and that the department has not countersigned.
    pub waiting_since: Option<WallTime>,
}

/// Reads the state from a station's `airlog`; `None` if the station has no log yet. A file is ignored if it belongs to
/// another log, or names more entries than the log has.
///
/// # Errors
/// If a file cannot be read.
pub fn read_hand_in(airlog: &FolderStorage) -> io::Result<Option<HandInState>> {
    let parse_head = |bytes: &[u8]| {
        let note = Note::parse(bytes)?;
        Some((Checkpoint::parse(&note.text)?, note))
    };
    let head = airlog.read_bounded(CHECKPOINT, MAX_NOTE as u64)?;
    let Some((head, _)) = head.as_deref().and_then(parse_head) else {
        return Ok(None);
    };
    let record = airlog.read_bounded(HAND_IN, MAX_RECORD_BYTES)?;
    let record = record.and_then(|bytes| serde_json::from_slice::<HandInRecord>(&bytes).ok());
    let last = record.filter(|record| record.origin == head.origin && record.entries <= head.size);
    let cosigned = airlog.read_bounded(COSIGNED, MAX_NOTE as u64)?;
    let cosigned = cosigned.as_deref().and_then(parse_head);
    let cosigned = cosigned.filter(|(checkpoint, _)| checkpoint.origin == head.origin && checkpoint.size <= head.size);
    let cosigned = cosigned.map(|(checkpoint, note)| CosignedHead { entries: checkpoint.size, note: note.to_string() });
    let handed_in_entries = last.as_ref().map_or(0, |last| last.entries);
    let handed_in_entries = handed_in_entries.max(cosigned.as_ref().map_or(0, |cosigned| cosigned.entries));
    let waiting_since = if handed_in_entries < head.size { time_of_entry(airlog, handed_in_entries)? } else { None };
    Ok(Some(HandInState { last, cosigned, waiting_since }))
}

/// Records that the first `entries` entries of the log were copied for the department at this time.
///
/// # Errors
/// If the log cannot be read, or the file cannot be written.
pub fn record_hand_in(
    airlog: &mut FolderStorage,
    origin: &str,
    entries: u64,
    at: DateTime<FixedOffset>,
) -> io::Result<()> {
    let last_time = time_of_entry(airlog, entries.saturating_sub(1))?;
    let through = last_time.and_then(|time| DateTime::from_timestamp_micros(time.0));
    let through = through.map(|time| time.with_timezone(at.offset()));
    let record = HandInRecord { origin: origin.to_owned(), entries, at, through };
    airlog.replace(HAND_IN, &serde_json::to_vec(&record)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::note::{NoteSigner, SignatureType};

    fn line(seq: u64) -> String {
        format!("{{\"v\":1,\"seq\":{seq},\"type\":\"note\",\"at\":\"2023-03-20T05:00:0{seq}.000000+07:00\",\"b\":1}}\n")
    }

    fn note(origin: &str, size: u64) -> String {
        let signer = NoteSigner::new(origin, SignatureType::Plain, &[7; 32]).expect("create the signer");
        Checkpoint { origin: origin.to_owned(), size, root: [0; 32] }.sign_with(&[&signer]).to_string()
    }

    fn airlog(files: &[(&str, &str)]) -> (tempfile::TempDir, FolderStorage) {
        let folder = tempfile::tempdir().expect("create the folder");
        let mut storage = FolderStorage::for_airlog(folder.path().to_owned());
        storage.replace("log.jsonl", (line(0) + &line(1) + &line(2)).as_bytes()).expect("write the file");
        for (name, text) in files {
            storage.replace(name, text.as_bytes()).expect("write the file");
        }
        (folder, storage)
    }

    fn at(text: &str) -> DateTime<FixedOffset> {
        text.parse().expect("parse the time")
    }

    #[test]
    fn the_state_has_the_last_copy_and_the_time_of_the_first_entry_after_it() {
        let (_folder, mut log) = airlog(&[("checkpoint", &note("loa/a/1", 3))]);
        let state = read_hand_in(&log).expect("read the files").expect("find the log");
        assert_eq!((state.last, state.waiting_since.map(|time| time.0)), (None, Some(1_679_263_200_000_000)));
        record_hand_in(&mut log, "loa/a/1", 2, at("2023-03-20T06:00:00+07:00")).expect("write the file");
        let state = read_hand_in(&log).expect("read the files").expect("find the log");
        let last = state.last.expect("find the copy");
        assert_eq!((last.entries, last.through), (2, Some(at("2023-03-20T05:00:01+07:00"))));
        assert_eq!(state.waiting_since, Some(WallTime(1_679_263_202_000_000)));
        record_hand_in(&mut log, "loa/a/1", 3, at("2023-03-20T06:00:00+07:00")).expect("write the file");
        assert_eq!(read_hand_in(&log).expect("read the files").expect("find the log").waiting_since, None);
    }

    #[test]
    fn files_of_another_log_and_impossible_numbers_are_ignored() {
        let record = |origin: &str, entries: u64| {
            format!(
                "{{\"origin\":\"{origin}\",\"entries\":{entries},\"at\":\"2023-03-20T06:00:00+07:00\",\"through\":null}}"
            )
        };
        for hand_in in [record("loa/b/1", 2), record("loa/a/1", 4), "x".repeat(9000), "{}".to_owned()] {
            let (_folder, log) = airlog(&[("checkpoint", &note("loa/a/1", 3)), ("hand-in.json", &hand_in)]);
            assert_eq!(read_hand_in(&log).expect("read the files").expect("find the log").last, None, "{hand_in}");
        }
        for (cosigned, entries) in
            [(note("loa/a/1", 2), Some(2)), (note("loa/b/1", 2), None), (note("loa/a/1", 9), None)]
        {
            let (_folder, log) = airlog(&[("checkpoint", &note("loa/a/1", 3)), ("cosigned", &cosigned)]);
            let state = read_hand_in(&log).expect("read the files").expect("find the log");
            assert_eq!(state.cosigned.map(|cosigned| cosigned.entries), entries);
        }
        let (_folder, log) = airlog(&[]);
        assert_eq!(read_hand_in(&log).expect("read the files"), None);
    }
}
