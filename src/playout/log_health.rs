//! State of a log that the disk may refuse: when to try again, and which failures people know of.
use std::io;

use super::notice::PlayoutNotice;
use crate::airlog::storage::StorageMoved;
use crate::base::instant::{BootTime, SECOND_US};

/// Wait before the first retry, microseconds. Each further wait is twice the one before.
const FIRST_RETRY_US: i64 = SECOND_US;
/// Longest wait before a retry, microseconds.
const MAX_RETRY_US: i64 = 300 * SECOND_US;

/// Time of the next write to a disk that refuses entries.
#[derive(Debug, Clone, Copy)]
struct Retry {
    at: BootTime,
    wait_us: i64,
}

impl Retry {
    fn after(now: BootTime, wait_us: i64) -> Self {
        Self { at: now.plus(wait_us), wait_us }
    }
}

/// Health of the log. Each failure is reported once.
#[derive(Debug, Default)]
pub(super) struct LogHealth {
    /// Set while the disk refuses entries.
    retry: Option<Retry>,
    /// The log is no longer where it was.
    is_moved: bool,
    rotation_fails: bool,
    kept_copy_fails: bool,
}

impl LogHealth {
    /// Returns when the disk is tried again, if it refuses entries.
    pub(super) fn retry_at(&self) -> Option<BootTime> {
        self.retry.map(|retry| retry.at)
    }

    /// Returns whether the log is no longer where it was.
    pub(super) fn is_moved(&self) -> bool {
        self.is_moved
    }

    /// Records a failed write; returns a notice for the first one in a row.
    pub(super) fn on_failure<'e>(&mut self, error: &'e io::Error, now: BootTime) -> Option<PlayoutNotice<'e>> {
        self.is_moved = StorageMoved::is_cause_of(error);
        let before = self.retry;
        self.retry = Some(match before {
            // A disk that hangs at each try must not stop the loop every second.
            Some(retry) if now < retry.at => retry,
            // To look for a folder that was moved away costs nothing, and people wait for it to be back.
            Some(retry) if !self.is_moved => Retry::after(now, (retry.wait_us * 2).min(MAX_RETRY_US)),
            _ => Retry::after(now, FIRST_RETRY_US),
        });
        before.is_none().then_some(PlayoutNotice::LogWriteFailed(error))
    }

    /// Records a write that did not fail, after which `pending` entries still wait; returns a notice when the log has
    /// recovered.
    pub(super) fn on_success(&mut self, pending: usize) -> Option<PlayoutNotice<'static>> {
        self.is_moved = false;
        if pending > 0 {
            return None;
        }
        self.retry.take().map(|_| PlayoutNotice::LogWriteRecovered)
    }

    /// Records whether an epoch could end; returns a notice for the first failure in a row.
    pub(super) fn on_rotation<'e>(&mut self, error: Option<&'e io::Error>) -> Option<PlayoutNotice<'e>> {
        let was_failing = std::mem::replace(&mut self.rotation_fails, error.is_some());
        error.filter(|_| !was_failing).map(PlayoutNotice::EpochRotationFailed)
    }

    /// Records whether kept files have both of their copies; returns a notice for the first failure in a row.
    pub(super) fn on_kept_copy<'e>(&mut self, error: Option<&'e io::Error>) -> Option<PlayoutNotice<'e>> {
        let was_failing = std::mem::replace(&mut self.kept_copy_fails, error.is_some());
        error.filter(|_| !was_failing).map(PlayoutNotice::KeptCopyFailed)
    }
}
