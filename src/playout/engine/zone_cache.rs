//! The zone around the day that was asked for last.
use chrono_tz::Tz;

use crate::plan::zone::ZoneOnDate;

/// The zone's offsets around one day: one decision asks many times for the same day.
#[derive(Clone, Copy)]
pub(super) struct ZoneCache {
    pub zone: Tz,
    /// Days since 1970, UTC.
    pub day: i64,
    pub around: ZoneOnDate,
}
