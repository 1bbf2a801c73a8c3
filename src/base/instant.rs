//! The two clocks: wall time, which people mean and machines get wrong, and boot time, which only
//! runs forward. Lengths are measured on boot time alone.
use chrono::{DateTime, FixedOffset, SecondsFormat, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One second, in the unit of [`Wall`] and [`Boot`].
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
            /// This instant, `us` microseconds later (earlier when negative); saturates.
            #[must_use]
            pub const fn plus(self, us: i64) -> Self {
                Self(self.0.saturating_add(us))
            }

            /// Microseconds from `earlier` to this instant; negative when it is the later one.
            #[must_use]
            pub const fn since(self, earlier: Self) -> i64 {
                self.0.saturating_sub(earlier.0)
            }
        }
    };
}
arithmetic!(WallTime);
arithmetic!(BootTime);

/// How well the system's clock is kept, as the kernel tells it (adjtimex(2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClockSync {
    /// Whether something (NTP, GPS) keeps it synchronised.
    pub synchronised: bool,
    /// The kernel's bound on its error, microseconds; none when unsynchronised.
    pub max_error_us: Option<i64>,
    /// Seconds since a synchronisation was last seen to be renewed; none when never seen.
    pub last_sync_s: Option<i64>,
}

/// One reading of all clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSnapshot {
    /// The wall clock.
    pub wall: WallTime,
    /// The boot clock, read at the same moment.
    pub boot: BootTime,
    /// How well the wall clock is kept.
    pub sync: ClockSync,
}

impl ClockSnapshot {
    /// The boot instant at which the wall clock, running on as it does, will say `wall`.
    #[must_use]
    pub fn boot_at(&self, wall: WallTime) -> BootTime {
        self.boot.plus(wall.since(self.wall))
    }

    /// What the wall clock, running as it does, said or will say at `boot`.
    #[must_use]
    pub fn wall_at(&self, boot: BootTime) -> WallTime {
        self.wall.plus(boot.since(self.boot))
    }
}

/// An instant in the zone, in RFC 3339 with microseconds.
#[must_use]
pub fn format_rfc3339(wall: WallTime, zone: Tz) -> String {
    to_local(wall, zone).to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// An instant with the zone's offset.
#[must_use]
pub fn to_local(wall: WallTime, zone: Tz) -> DateTime<FixedOffset> {
    zone.timestamp_micros(wall.0).single().map_or_else(DateTime::default, |at| at.fixed_offset())
}
