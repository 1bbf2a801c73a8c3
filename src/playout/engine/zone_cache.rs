//! Caches the zone's offsets around the day of the last query.
use chrono_tz::Tz;

use crate::plan::zone::ZoneOnDate;

/// The zone's offsets around one day. A decision often asks for the same day many times.
#[derive(Clone, Copy)]
pub(super) struct ZoneCache {
    /// The zone.
    pub zone: Tz,
    /// The day, as the number of days since 1970-01-01 in UTC.
    pub day: i64,
    /// The offsets on that day and around it.
    pub offsets: ZoneOnDate,
}
