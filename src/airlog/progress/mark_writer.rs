//! Writes marks, and syncs them at intervals.
use std::io;

use super::mark::ProgressMark;
use super::mark_key::MarkKey;
use crate::airlog::files::PROGRESS;
use crate::airlog::storage::Storage;
use crate::base::instant::{BootTime, ClockSnapshot};

/// Time between syncs while an airing runs, in microseconds.
const AIRING_SYNC_INTERVAL_US: i64 = 5_000_000;
/// Time between syncs while no airing runs, in microseconds.
const IDLE_SYNC_INTERVAL_US: i64 = 600_000_000;
/// A file larger than this is truncated at the start of an airing, or while no airing runs.
const TRUNCATION_BYTES: u64 = 256 * 1024;

/// Writes marks to `airlog/progress`.
#[derive(Debug, Default)]
pub struct MarkWriter {
    /// Size of the file, in bytes; 0 before the first mark of this run.
    file_bytes: u64,
    /// Time of the last sync.
    synced_at: Option<BootTime>,
    /// The marks that are still needed: the last mark of this run or, if this run has not written one yet, the marks
    /// that were taken over from the previous run.
    needed_marks: Vec<ProgressMark>,
}

impl MarkWriter {
    /// Creates a writer that takes over the needed marks of the previous run.
    #[must_use]
    pub fn with_previous_marks(marks: Vec<ProgressMark>) -> Self {
        Self { needed_marks: marks, ..Self::default() }
    }

    /// True when this run has not written a mark yet. Its first mark replaces the marks of the previous run.
    #[must_use]
    pub fn has_no_mark_yet(&self) -> bool {
        self.file_bytes == 0
    }

    /// Writes a mark. `is_first_of_airing` is true for the first mark of an airing, which may truncate the file and is
    /// synced immediately.
    ///
    /// # Errors
    /// If the storage fails. The caller can ignore the error: a missing mark only makes the proven progress less
    /// precise.
    pub fn write<S: Storage>(
        &mut self,
        storage: &mut S,
        now: ClockSnapshot,
        mark: ProgressMark,
        key: &MarkKey,
        is_first_of_airing: bool,
    ) -> io::Result<()> {
        if self.file_bytes == 0 || (self.file_bytes > TRUNCATION_BYTES && (is_first_of_airing || mark.id.is_none())) {
            storage.truncate(PROGRESS, 0)?;
            self.file_bytes = 0;
        }
        let line = key.render_line(&mark);
        storage.append(PROGRESS, line.as_bytes())?;
        self.file_bytes += line.len() as u64;
        let interval_us = if mark.id.is_some() { AIRING_SYNC_INTERVAL_US } else { IDLE_SYNC_INTERVAL_US };
        self.needed_marks.clear();
        self.needed_marks.push(mark);
        if is_first_of_airing || self.synced_at.is_none_or(|at| now.boot.since(at) >= interval_us) {
            storage.sync(PROGRESS)?;
            self.synced_at = Some(now.boot);
        }
        Ok(())
    }

    /// Writes the needed marks again, authenticated with the key of an epoch that has just begun. Call it before the
    /// key of the previous epoch is erased, because without that key nobody can verify the old lines.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn rewrite<S: Storage>(&mut self, storage: &mut S, key: &MarkKey) -> io::Result<()> {
        if self.needed_marks.is_empty() {
            return Ok(());
        }
        // The last line may be torn, so a newline comes first.
        let lines = self.needed_marks.iter().fold("\n".to_owned(), |lines, mark| lines + &key.render_line(mark));
        storage.append(PROGRESS, lines.as_bytes())?;
        storage.sync(PROGRESS)
    }
}
