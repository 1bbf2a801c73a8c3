//! Instants of two clocks: wall time, which people use and which can be set wrong, and boot time, which only runs
//! forward. Lengths are measured on boot time alone.
use chrono::{DateTime, FixedOffset, SecondsFormat, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One second in the unit of [`WallTime`] and [`BootTime`].
pub const SECOND_US: i64 = 1_000_000;

/// An instant of the wall clock (`CLOCK_REALTIME`): microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WallTime(pub i64);

/// An instant of `CLOCK_BOOTTIME`: microseconds since the machine started, suspend included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BootTime(pub i64);

macro_rules! arithmetic {
    ($type:ident) => {
        impl $type {
            /// Returns the instant `us` microseconds later (earlier when negative); saturates.
            #[must_use]
            pub const fn plus(self, us: i64) -> Self {
                Self(self.0.saturating_add(us))
            }

            /// Returns the microseconds from `earlier` to this instant; negative when `earlier` is the later one.
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
    /// Whether a source (NTP, GPS) keeps it synchronised.
    pub synchronised: bool,
    /// The kernel's bound of its error, microseconds; none when unsynchronised.
    pub max_error_us: Option<i64>,
    /// Seconds since the last synchronisation that was seen; none when none was seen.
    pub last_sync_s: Option<i64>,
}

/// One reading of all clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSnapshot {
    /// The wall clock.
    pub wall: WallTime,
    /// The boot clock, read at the same moment.
    pub boot: BootTime,
    /// Synchronisation of the wall clock.
    pub sync: ClockSync,
}

impl ClockSnapshot {
    /// Returns the boot instant at which the wall clock shows `wall`, if it runs on without a step.
    #[must_use]
    pub fn boot_at(&self, wall: WallTime) -> BootTime {
        self.boot.plus(wall.since(self.wall))
    }

    /// Returns the wall time at the boot instant `boot`, if the clock runs without a step.
    #[must_use]
    pub fn wall_at(&self, boot: BootTime) -> WallTime {
        self.wall.plus(boot.since(self.boot))
    }
}

/// Formats an instant in the zone, in RFC 3339 with microseconds.
#[must_use]
pub fn format_rfc3339(wall: WallTime, zone: Tz) -> String {
    to_local(wall, zone).to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// Returns an instant with the zone's offset.
#[must_use]
pub fn to_local(wall: WallTime, zone: Tz) -> DateTime<FixedOffset> {
    zone.timestamp_micros(wall.0).single().map_or_else(DateTime::default, |at| at.fixed_offset())
}
