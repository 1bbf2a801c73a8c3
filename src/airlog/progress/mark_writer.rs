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
/// Size beyond which the file is truncated, in bytes.
const MAX_BYTES: u64 = 256 * 1024;

/// Writes marks to `airlog/progress`.
#[derive(Debug, Default)]
pub struct MarkWriter {
    /// Length of the file, in bytes; 0 before the first mark of this run.
    bytes: u64,
    /// Time of the last sync.
    synced_at: Option<BootTime>,
    /// The last mark of this run. Before the first mark: the marks of the previous run that still count.
    current_marks: Vec<ProgressMark>,
}

impl MarkWriter {
    /// Creates a writer that takes over the marks of the previous run that still count.
    #[must_use]
    pub fn following(marks: Vec<ProgressMark>) -> Self {
        Self { current_marks: marks, ..Self::default() }
    }

    /// True when the next mark is the first of this run. The first mark replaces the marks of the previous run.
    #[must_use]
    pub fn is_first_mark(&self) -> bool {
        self.bytes == 0
    }

    /// Writes a mark. `first` is true for the first mark of an airing, which may truncate the file and is synced
    /// immediately.
    ///
    /// # Errors
    /// Errors of the storage. The caller can ignore them: a missing mark only makes the proven progress less precise.
    pub fn mark<S: Storage>(
        &mut self,
        storage: &mut S,
        now: ClockSnapshot,
        mark: ProgressMark,
        key: &MarkKey,
        first: bool,
    ) -> io::Result<()> {
        if self.bytes == 0 || (self.bytes > MAX_BYTES && (first || mark.id.is_none())) {
            storage.truncate(PROGRESS, 0)?;
            self.bytes = 0;
        }
        let line = key.render_line(&mark);
        storage.append(PROGRESS, line.as_bytes())?;
        self.bytes += line.len() as u64;
        let interval_us = if mark.id.is_some() { AIRING_SYNC_INTERVAL_US } else { IDLE_SYNC_INTERVAL_US };
        self.current_marks.clear();
        self.current_marks.push(mark);
        if first || self.synced_at.is_none_or(|at| now.boot.since(at) >= interval_us) {
            storage.sync(PROGRESS)?;
            self.synced_at = Some(now.boot);
        }
        Ok(())
    }

    /// Writes the marks that still count a second time, with the key of an epoch that has just begun. Call it before
    /// the key of the previous epoch is erased: without that key, nobody can verify the old lines.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn rewrite<S: Storage>(&mut self, storage: &mut S, key: &MarkKey) -> io::Result<()> {
        if self.current_marks.is_empty() {
            return Ok(());
        }
        // The last line may be torn, so a newline comes first.
        let lines = self.current_marks.iter().fold("\n".to_owned(), |lines, mark| lines + &key.render_line(mark));
        storage.append(PROGRESS, lines.as_bytes())?;
        storage.sync(PROGRESS)
    }
}
