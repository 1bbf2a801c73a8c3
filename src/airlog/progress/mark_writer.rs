//! Writes marks.
use std::io;

use super::mark::ProgressMark;
use super::mark_key::MarkKey;
use crate::airlog::files::PROGRESS;
use crate::airlog::storage::Storage;
use crate::base::instant::{BootTime, ClockSnapshot};

const SYNC_EVERY_US: i64 = 5_000_000;
const LIFE_SYNC_EVERY_US: i64 = 600_000_000;
const MAX_BYTES: u64 = 256 * 1024;

/// Writes marks.
#[derive(Debug, Default)]
pub struct MarkWriter {
    bytes: u64,
    synced: Option<BootTime>,
    /// The last mark of this run; before it, those of the run before that still tell something.
    last: Vec<ProgressMark>,
}

impl MarkWriter {
    /// A writer that has these marks of the run before in its care.
    #[must_use]
    pub fn following(marks: Vec<ProgressMark>) -> Self {
        Self { last: marks, ..Self::default() }
    }

    /// Whether the next mark is the first, which takes the place of those of the run before.
    #[must_use]
    pub fn is_first_mark(&self) -> bool {
        self.bytes == 0
    }

    /// Writes a mark. The first of an airing (`first`) may cut the file back, and is synced at once.
    ///
    /// # Errors
    /// What the storage says; a mark that could not be written is no harm but to its own precision.
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
        let line = key.line(&mark);
        storage.append(PROGRESS, line.as_bytes())?;
        self.bytes += line.len() as u64;
        let every = if mark.id.is_some() { SYNC_EVERY_US } else { LIFE_SYNC_EVERY_US };
        self.last.clear();
        self.last.push(mark);
        if first || self.synced.is_none_or(|at| now.boot.since(at) >= every) {
            storage.sync(PROGRESS)?;
            self.synced = Some(now.boot);
        }
        Ok(())
    }

    /// Writes what still counts once more, by the key of an epoch that has just begun, before the key of the one before is
    /// erased: nobody could say any more that it is ours.
    ///
    /// # Errors
    /// As [`Self::mark`].
    pub fn rewrite<S: Storage>(&mut self, storage: &mut S, key: &MarkKey) -> io::Result<()> {
        if self.last.is_empty() {
            return Ok(());
        }
        // After a torn line, which may be the last, a new one begins.
        let lines = self.last.iter().fold("\n".to_owned(), |lines, mark| lines + &key.line(mark));
        storage.append(PROGRESS, lines.as_bytes())?;
        storage.sync(PROGRESS)
    }
}
