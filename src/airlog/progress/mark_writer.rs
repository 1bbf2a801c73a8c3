//! Writes marks, and syncs them now and then.
use std::io;

use super::mark::ProgressMark;
use super::mark_key::MarkKey;
use crate::airlog::files::PROGRESS;
use crate::airlog::storage::Storage;
use crate::base::instant::{BootTime, ClockSnapshot};

/// Time between syncs while an airing runs.
const SYNC_EVERY_US: i64 = 5_000_000;
/// Time between syncs of signs of life.
const LIFE_SYNC_EVERY_US: i64 = 600_000_000;
/// Size at which the file is truncated.
const MAX_BYTES: u64 = 256 * 1024;

/// Writes marks to `airlog/progress`.
#[derive(Debug, Default)]
pub struct MarkWriter {
    bytes: u64,
    synced: Option<BootTime>,
    /// Last mark of this run; before the first one, the marks of the previous run that still count.
    last: Vec<ProgressMark>,
}

impl MarkWriter {
    /// Takes over marks of the previous run that still count.
    #[must_use]
    pub fn following(marks: Vec<ProgressMark>) -> Self {
        Self { last: marks, ..Self::default() }
    }

    /// Whether the next mark is the first, which replaces those of the previous run.
    #[must_use]
    pub fn is_first_mark(&self) -> bool {
        self.bytes == 0
    }

    /// Writes a mark. The first mark of an airing (`first`) may truncate the file, and is synced at once.
    ///
    /// # Errors
    /// Errors of the storage. A missing mark only makes the known progress less precise.
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

    /// Writes the marks that still count again, with the key of an epoch that has just begun. Call it before the former
    /// key is erased: without that key nobody can tell that the old lines are genuine.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn rewrite<S: Storage>(&mut self, storage: &mut S, key: &MarkKey) -> io::Result<()> {
        if self.last.is_empty() {
            return Ok(());
        }
        // The last line may be torn: begin a new one.
        let lines = self.last.iter().fold("\n".to_owned(), |lines, mark| lines + &key.line(mark));
        storage.append(PROGRESS, lines.as_bytes())?;
        storage.sync(PROGRESS)
    }
}
