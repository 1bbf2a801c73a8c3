//! Adds remarks about stations with several logs that run at the same time, and about whom to call.
use chrono::{DateTime, FixedOffset};

use super::row::{CollectRow, CollectState};
use super::table::CollectTable;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::base::id::Id;
use crate::department::journal::settled_overlaps::is_overlap_settled_until;
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::entry_time_text;
use crate::proof::note::{MAX_NOTE_BYTES, Note};
use crate::proof::tiles::TILE_WIDTH;
use crate::text::department::DepartmentText;

/// The maximum number of logs of a station that are compared with each other. A real station has two or three.
const MAX_COMPARED_LOGS: usize = 16;

/// A log in the store, with the times of its first and its last entry.
struct StoredLog {
    origin: String,
    source: LogSource<AnyStorage>,
    size: u64,
    first_at: DateTime<FixedOffset>,
    last_at: DateTime<FixedOffset>,
}

impl StoredLog {
    /// Returns the time of an entry of a log with `size` entries.
    fn entry_at(source: &LogSource<AnyStorage>, index: u64, size: u64) -> Option<DateTime<FixedOffset>> {
        // The store has whole bundles, and a partial one only at the end of the log.
        let bundle_end = (index / TILE_WIDTH + 1) * TILE_WIDTH;
        let chunk =
            source.chunks_from(index, bundle_end.min(size)).and_then(|mut chunks| chunks.next_chunk()).ok()?.ok()?;
        let line = chunk.lines().first().and_then(|line| entry_time_text(line)).map(str::to_owned)?;
        DateTime::parse_from_rfc3339(&line).ok()
    }

    /// Returns the number of entries before this time, if the times of the log ascend.
    fn entries_before(&self, at: DateTime<FixedOffset>) -> u64 {
        let (mut low, mut high) = (0, self.size);
        while low < high {
            let middle = low + (high - low) / 2;
            match Self::entry_at(&self.source, middle, self.size) {
                Some(entry_at) if entry_at < at => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }

    /// Returns the number of entries from one time to another, both included.
    fn entries_between(&self, from: DateTime<FixedOffset>, until: DateTime<FixedOffset>) -> u64 {
        let after = until + chrono::TimeDelta::microseconds(1);
        self.entries_before(after).saturating_sub(self.entries_before(from))
    }
}

impl CollectTable<'_> {
    /// Adds a remark to the rows of each station whose logs ran at the same time, unless the department has settled that.
    /// Such logs come from two computers: a
    /// replaced disk begins its log after the end of the former one.
    pub(super) fn add_overlaps(&self, rows: &mut Vec<CollectRow>) {
        for station in self.registry.stations.values() {
            let logs: Vec<_> = self.registry.logs_of_station(&station.id).take(MAX_COMPARED_LOGS).collect();
            if logs.len() < 2 {
                continue;
            }
            let logs: Vec<Option<StoredLog>> = logs.iter().map(|log| self.stored_log(&log.key.name)).collect();
            for (second, log) in logs.iter().enumerate() {
                for (first, earlier_log) in logs[..second].iter().enumerate() {
                    let (Some(log), Some(earlier_log)) = (log, earlier_log) else { continue };
                    let from = log.first_at.max(earlier_log.first_at);
                    let until = log.last_at.min(earlier_log.last_at);
                    if from < until {
                        let days = (until.date_naive() - from.date_naive()).num_days() + 1;
                        let origins = [earlier_log.origin.as_str(), log.origin.as_str()];
                        if is_overlap_settled_until(&self.incidents, origins, days.unsigned_abs()) {
                            continue;
                        }
                        let remark = DepartmentText::LogsOverlap {
                            number: first + 1,
                            other: second + 1,
                            from: from.format("%d/%m/%Y").to_string(),
                            until: until.format("%d/%m/%Y").to_string(),
                            days: days.into(),
                            entries: earlier_log.entries_between(from, until).into(),
                            other_entries: log.entries_between(from, until).into(),
                        };
                        self.add_overlap(rows, station.id.as_str(), [&earlier_log.origin, &log.origin], &remark);
                    }
                }
            }
        }
    }

    fn add_overlap(&self, rows: &mut Vec<CollectRow>, station: &str, origins: [&String; 2], remark: &DepartmentText) {
        let is_concerned = |row: &CollectRow| origins.contains(&&row.origin);
        if !rows.iter().any(is_concerned) {
            let mut row = self.empty_row(station, origins[1], CollectState::NoSourceHasLog);
            (row.newest_entry_at, row.entries) = self.newest_time_and_count(origins[1]);
            rows.push(row);
        }
        for row in rows.iter_mut().filter(|row| is_concerned(row)) {
            row.is_good = false;
            if row.state == CollectState::Whole {
                row.state = CollectState::Overlap;
            }
            row.remarks.push(remark.clone());
        }
    }

    /// Adds whom to call to each row that somebody must look at.
    pub(super) fn add_contacts(&self, rows: &mut [CollectRow]) {
        for row in rows.iter_mut().filter(|row| !row.is_good) {
            let station = Id::new(&row.station).and_then(|id| self.registry.stations.get(&id));
            let contact = station.map(|station| station.contact.line()).filter(|contact| !contact.is_empty());
            row.remarks.extend(contact.map(|contact| DepartmentText::Call { contact }));
        }
    }

    /// Returns a log in the store; `None` if nothing of it was collected, or its times cannot be read.
    fn stored_log(&self, origin: &str) -> Option<StoredLog> {
        let storage: AnyStorage = self.store.child_storage(origin);
        let head = storage.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64).ok()??;
        let size = Checkpoint::parse(&Note::parse(&head)?.text)?.size.checked_sub(1)? + 1;
        let source = LogSource { storage, form: LogForm::Export };
        let (first_at, last_at) =
            (StoredLog::entry_at(&source, 0, size)?, StoredLog::entry_at(&source, size - 1, size)?);
        Some(StoredLog { origin: origin.to_owned(), source, size, first_at, last_at })
    }
}
