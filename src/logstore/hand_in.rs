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
use crate::proof::note::{MAX_NOTE_BYTES, Note};

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
    /// The time of the first entry that is in no copy and that the department has not countersigned. `None` if there is
    /// no such entry, or if no department expects the log.
    pub waiting_since: Option<WallTime>,
}

/// Whether a station's settings specify a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepartmentSetting {
    /// A department expects the log, even before the first hand-in.
    Named,
    /// No department expects the log, unless it was handed in before.
    Unnamed,
}

/// Reads the state of the hand-ins repeatedly. It searches the log only after a new hand-in, because the time of the
/// first entry that was not handed in does not change before that.
#[derive(Debug, Default)]
pub struct HandInReader {
    /// The log's origin, the number of entries handed in, and the time of the entry after them.
    waiting: Option<(String, u64, Option<WallTime>)>,
}

impl HandInReader {
    /// Reads the state from a station's `airlog`; `None` if the station has no log yet. `hand-in.json` or `cosigned` is
    /// ignored if it belongs to another log, or names more entries than the log has. Without a department, the log is
    /// not searched for `waiting_since`.
    ///
    /// # Errors
    /// If the head or the log cannot be read.
    pub fn read(&mut self, airlog: &FolderStorage, department: DepartmentSetting) -> io::Result<Option<HandInState>> {
        let Some((head, mut state)) = read_files(airlog)? else {
            return Ok(None);
        };
        let handed_in_entries = state.last.as_ref().map_or(0, |last| last.entries);
        let handed_in_entries = handed_in_entries.max(state.cosigned.as_ref().map_or(0, |cosigned| cosigned.entries));
        let is_expected = department == DepartmentSetting::Named || state.last.is_some() || state.cosigned.is_some();
        if is_expected && handed_in_entries < head.size {
            state.waiting_since = self.waiting_since(airlog, &head.origin, handed_in_entries)?;
        }
        Ok(Some(state))
    }

    fn waiting_since(
        &mut self,
        airlog: &FolderStorage,
        origin: &str,
        handed_in_entries: u64,
    ) -> io::Result<Option<WallTime>> {
        if let Some((known_origin, known_entries, time)) = &self.waiting
            && (known_origin.as_str(), *known_entries) == (origin, handed_in_entries)
        {
            return Ok(*time);
        }
        let time = time_of_entry(airlog, handed_in_entries)?;
        self.waiting = Some((origin.to_owned(), handed_in_entries, time));
        Ok(time)
    }
}

/// Reads the head of the log and the two files, without `waiting_since`. A file that cannot be read counts as missing,
/// so that a record owned by another user hides neither the department's confirmation nor the entries not handed in.
fn read_files(airlog: &FolderStorage) -> io::Result<Option<(Checkpoint, HandInState)>> {
    let parse_head = |bytes: &[u8]| {
        let note = Note::parse(bytes)?;
        Some((Checkpoint::parse(&note.text)?, note))
    };
    let head = airlog.read_bounded(CHECKPOINT, MAX_NOTE_BYTES as u64)?;
    let Some((head, _)) = head.as_deref().and_then(parse_head) else {
        return Ok(None);
    };
    let record = airlog.read_bounded(HAND_IN, MAX_RECORD_BYTES).unwrap_or_default();
    let record = record.and_then(|bytes| serde_json::from_slice::<HandInRecord>(&bytes).ok());
    let last = record.filter(|record| record.origin == head.origin && record.entries <= head.size);
    let cosigned = airlog.read_bounded(COSIGNED, MAX_NOTE_BYTES as u64).unwrap_or_default();
    let cosigned = cosigned.as_deref().and_then(parse_head);
    let cosigned = cosigned.filter(|(checkpoint, _)| checkpoint.origin == head.origin && checkpoint.size <= head.size);
    let cosigned = cosigned.map(|(checkpoint, note)| CosignedHead { entries: checkpoint.size, note: note.to_string() });
    Ok(Some((head, HandInState { last, cosigned, waiting_since: None })))
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

    fn read_hand_in(log: &FolderStorage) -> io::Result<Option<HandInState>> {
        HandInReader::default().read(log, DepartmentSetting::Named)
    }

    #[test]
    fn the_log_is_searched_only_after_a_new_hand_in_and_only_for_a_department() {
        let (folder, mut log) = airlog(&[("checkpoint", &note("loa/a/1", 3))]);
        let mut reader = HandInReader::default();
        let mut waiting = |log: &FolderStorage, department| {
            reader
                .read(log, department)
                .expect("read the files")
                .expect("find the log")
                .waiting_since
                .map(|time| time.0)
        };
        assert_eq!(waiting(&log, DepartmentSetting::Unnamed), None);
        assert_eq!(waiting(&log, DepartmentSetting::Named), Some(1_679_263_200_000_000));
        // The log is not opened again: that would fail, because a folder has taken its place.
        std::fs::rename(folder.path().join("log.jsonl"), folder.path().join("old")).expect("rename the file");
        std::fs::create_dir(folder.path().join("log.jsonl")).expect("create the folder");
        assert_eq!(waiting(&log, DepartmentSetting::Named), Some(1_679_263_200_000_000));
        std::fs::remove_dir(folder.path().join("log.jsonl")).expect("remove the folder");
        std::fs::rename(folder.path().join("old"), folder.path().join("log.jsonl")).expect("rename the file");
        record_hand_in(&mut log, "loa/a/1", 2, at("2023-03-20T06:00:00+07:00")).expect("write the file");
        assert_eq!(waiting(&log, DepartmentSetting::Unnamed), Some(1_679_263_202_000_000), "it was handed in before");
    }

    #[test]
    fn an_unreadable_record_counts_as_missing() {
        let (folder, log) = airlog(&[("checkpoint", &note("loa/a/1", 3)), ("cosigned", &note("loa/a/1", 2))]);
        std::fs::create_dir(folder.path().join("hand-in.json")).expect("create the folder");
        let state = read_hand_in(&log).expect("read the files").expect("find the log");
        assert_eq!((state.last, state.cosigned.map(|cosigned| cosigned.entries)), (None, Some(2)));
        assert_eq!(state.waiting_since, Some(WallTime(1_679_263_202_000_000)));
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
