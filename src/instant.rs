//! The two clocks: wall time, which people mean and machines get wrong, and boot time, which only
//! runs forward. Lengths are measured on boot time alone.
use serde::{Deserialize, Serialize};

/// One second, in the unit of [`Wall`] and [`Boot`].
pub const SECOND: i64 = 1_000_000;

/// An instant of the wall clock (`CLOCK_REALTIME`): microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wall(pub i64);

/// An instant of `CLOCK_BOOTTIME`: microseconds since the machine started, suspend included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Boot(pub i64);

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
arithmetic!(Wall);
arithmetic!(Boot);
