//! Gaps: periods in which the disk refused entries.
use std::io;

use chrono_tz::Tz;

use super::entry::{Body, GapCause, GapEntry};
use crate::base::instant::{ClockSnapshot, WallTime, to_local};

/// Maximum length of the `detail` of a `gap` entry, in characters.
const MAX_DETAIL_CHARS: usize = 200;

/// A gap whose entry is not written yet.
#[derive(Debug)]
pub struct WriteGap {
    since: WallTime,
    cause: GapCause,
    detail: String,
    /// Number of entries that were dropped.
    pub dropped_entries: u64,
}

impl WriteGap {
    /// Begins a gap with its first error. `sync_failed` is true when the error came from a sync.
    #[must_use]
    pub fn begin(now: ClockSnapshot, error: &io::Error, sync_failed: bool) -> Self {
        let cause = match error.kind() {
            _ if sync_failed => GapCause::SyncFailed,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => GapCause::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem => GapCause::ReadOnly,
            _ => GapCause::WriteFailed,
        };
        Self { since: now.wall, cause, detail: error.to_string(), dropped_entries: 0 }
    }

    /// Returns the `gap` entry. `waited` is the number of entries that were written late.
    #[must_use]
    pub fn body(&self, zone: Tz, waited: u64) -> Body {
        let detail: String = self.detail.chars().take(MAX_DETAIL_CHARS).collect();
        let cause = self.cause.clone();
        Body::Gap(GapEntry { cause, since: to_local(self.since, zone), waited, lost: self.dropped_entries, detail })
    }
}

/// Returns the `gap` entry that replaces an entry of `entry_bytes` bytes, which is too long for a log.
#[must_use]
pub fn too_long_body(now: ClockSnapshot, zone: Tz, entry_bytes: usize) -> Body {
    let detail = format!("an entry of {entry_bytes} bytes");
    Body::Gap(GapEntry { cause: GapCause::TooLong, since: to_local(now.wall, zone), waited: 0, lost: 1, detail })
}
