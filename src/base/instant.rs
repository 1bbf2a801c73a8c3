//! Instants of two clocks. People use wall time, but the wall clock can be set wrong. Boot time only runs forward, so
//! only boot time is used to measure durations.
use chrono::{DateTime, FixedOffset, SecondsFormat, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One second in the unit of [`WallTime`] and [`BootTime`].
pub const SECOND_US: i64 = 1_000_000;

/// An instant of the wall clock (`CLOCK_REALTIME`): microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WallTime(pub i64);

/// An instant of `CLOCK_BOOTTIME`: microseconds since the machine started, including time suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BootTime(pub i64);

macro_rules! arithmetic {
    ($type:ident) => {
        impl $type {
            /// Returns the instant `delta_us` microseconds later (earlier if negative); saturates.
            #[must_use]
            pub const fn plus(self, delta_us: i64) -> Self {
                Self(self.0.saturating_add(delta_us))
            }

            /// Returns the microseconds from `earlier` to this instant; negative if `earlier` is in fact later.
            #[must_use]
            pub const fn since(self, earlier: Self) -> i64 {
                self.0.saturating_sub(earlier.0)
            }
        }
    };
}
arithmetic!(WallTime);
arithmetic!(BootTime);

/// Synchronisation of the system clock, as the kernel reports it (adjtimex(2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClockSync {
    /// True when a time source (NTP, GPS) keeps the clock synchronised.
    #[serde(rename = "synchronised")]
    pub is_synchronised: bool,
    /// Maximum error of the clock, in microseconds, as the kernel estimates it; `None` when it is not synchronised.
    pub max_error_us: Option<i64>,
    /// Seconds since the last known synchronisation; `None` when there was none.
    pub last_sync_s: Option<i64>,
}

/// The two clocks, read at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSnapshot {
    /// The wall clock.
    pub wall: WallTime,
    /// The boot clock.
    pub boot: BootTime,
    /// Synchronisation of the wall clock.
    pub sync: ClockSync,
}

impl ClockSnapshot {
    /// Returns the boot time at which the wall clock shows `wall`, provided that nobody sets the wall clock.
    #[must_use]
    pub fn boot_at(&self, wall: WallTime) -> BootTime {
        self.boot.plus(wall.since(self.wall))
    }

    /// Returns the wall time at the boot time `boot`, provided that nobody sets the wall clock.
    #[must_use]
    pub fn wall_at(&self, boot: BootTime) -> WallTime {
        self.wall.plus(boot.since(self.boot))
    }
}

/// Formats an instant as local time in RFC 3339, with microseconds and the zone's offset.
#[must_use]
pub fn format_rfc3339(wall: WallTime, zone: Tz) -> String {
    to_local(wall, zone).to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// Converts an instant to local time in a zone. Returns the Unix epoch for an instant that chrono cannot represent.
#[must_use]
pub fn to_local(wall: WallTime, zone: Tz) -> DateTime<FixedOffset> {
    zone.timestamp_micros(wall.0).single().map_or_else(DateTime::default, |time| time.fixed_offset())
}
