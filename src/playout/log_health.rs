//! The health of the log: when to retry a write that the disk refused, and which failures have been reported.
use std::io;

use super::notice::PlayoutNotice;
use crate::airlog::storage::StorageMoved;
use crate::base::instant::{BootTime, SECOND_US};

/// Delay before the first retry, in microseconds. Each further delay is twice the previous one.
const FIRST_RETRY_DELAY_US: i64 = SECOND_US;
/// Maximum delay before a retry, in microseconds.
const MAX_RETRY_DELAY_US: i64 = 300 * SECOND_US;

/// The next attempt to write to a disk that refuses entries.
#[derive(Debug, Clone, Copy)]
struct Retry {
    at: BootTime,
    delay_us: i64,
}

impl Retry {
    fn after(now: BootTime, delay_us: i64) -> Self {
        Self { at: now.plus(delay_us), delay_us }
    }
}

/// The health of the log. A failure is reported once, and again only after the log has recovered from it.
#[derive(Debug, Default)]
pub(super) struct LogHealth {
    /// `Some` while the disk refuses entries.
    retry: Option<Retry>,
    /// True when the log was moved away from its path.
    is_moved: bool,
    is_rotation_failing: bool,
    is_kept_copy_failing: bool,
}

impl LogHealth {
    /// Returns the instant of the next attempt to write, if the disk refuses entries.
    pub(super) fn retry_at(&self) -> Option<BootTime> {
        self.retry.map(|retry| retry.at)
    }

    /// Returns whether the log was moved away from its path.
    pub(super) fn is_moved(&self) -> bool {
        self.is_moved
    }

    /// Returns true while an epoch is due to end but cannot be ended.
    pub(super) fn is_rotation_failing(&self) -> bool {
        self.is_rotation_failing
    }

    /// Records a failed write. Returns a notice for the first failure in a row.
    pub(super) fn on_failure<'e>(&mut self, error: &'e io::Error, now: BootTime) -> Option<PlayoutNotice<'e>> {
        self.is_moved = StorageMoved::is_cause_of(error);
        let previous_retry = self.retry;
        self.retry = Some(match previous_retry {
            // An attempt before the planned retry does not change the time of that retry, because a disk that hangs
            // must not block the loop every second.
            Some(retry) if now < retry.at => retry,
            // The delay does not grow while the folder is moved away, because that check is cheap and the operator
            // waits for the folder to return.
            Some(retry) if !self.is_moved => Retry::after(now, (retry.delay_us * 2).min(MAX_RETRY_DELAY_US)),
            _ => Retry::after(now, FIRST_RETRY_DELAY_US),
        });
        previous_retry.is_none().then_some(PlayoutNotice::LogWriteFailed(error))
    }

    /// Records a successful write, after which `pending_entries` entries still wait. Returns a notice if the log has
    /// recovered.
    pub(super) fn on_success(&mut self, pending_entries: usize) -> Option<PlayoutNotice<'static>> {
        self.is_moved = false;
        if pending_entries > 0 {
            return None;
        }
        self.retry.take().map(|_| PlayoutNotice::LogWriteRecovered)
    }

    /// Records an attempt to end an epoch, and its error if it failed. Returns a notice for the first failure in a row.
    pub(super) fn on_rotation<'e>(&mut self, error: Option<&'e io::Error>) -> Option<PlayoutNotice<'e>> {
        let was_failing = std::mem::replace(&mut self.is_rotation_failing, error.is_some());
        error.filter(|_| !was_failing).map(PlayoutNotice::EpochRotationFailed)
    }

    /// Records an attempt to write the second copy of kept files, and its error if it failed. Returns a notice for the
    /// first failure in a row.
    pub(super) fn on_kept_copy<'e>(&mut self, error: Option<&'e io::Error>) -> Option<PlayoutNotice<'e>> {
        let was_failing = std::mem::replace(&mut self.is_kept_copy_failing, error.is_some());
        error.filter(|_| !was_failing).map(PlayoutNotice::KeptCopyFailed)
    }
}
