//! The seam to time: [`Clock`].
use serde::{Deserialize, Serialize};

use crate::instant::{Boot, Wall};

/// How well the system's clock is kept, as the kernel tells it (adjtimex(2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sync {
    /// Whether something (NTP, GPS) keeps it synchronised.
    pub synchronised: bool,
    /// The kernel's bound on its error, microseconds; none when unsynchronised.
    pub max_error_us: Option<i64>,
    /// Seconds since a synchronisation was last seen to be renewed; none when never seen.
    pub last_sync_s: Option<i64>,
}

/// One reading of all clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The wall clock.
    pub wall: Wall,
    /// The boot clock, read at the same moment.
    pub boot: Boot,
    /// How well the wall clock is kept.
    pub sync: Sync,
}

impl Now {
    /// The boot instant at which the wall clock, running on as it does, will say `wall`.
    #[must_use]
    pub fn boot_at(&self, wall: Wall) -> Boot {
        self.boot.plus(wall.since(self.wall))
    }

    /// What the wall clock, running as it does, said or will say at `boot`.
    #[must_use]
    pub fn wall_at(&self, boot: Boot) -> Wall {
        self.wall.plus(boot.since(self.boot))
    }
}

pub mod scripted;
pub mod system;

/// Wall clock, boot clock, and waiting.
pub trait Clock {
    /// Reads the clocks.
    fn now(&mut self) -> Now;
    /// Waits until `until`, or until something calls, or until the wall clock is set; early returns are allowed.
    fn wait(&mut self, until: Boot);
    /// Names this start of the machine: `boot_id` of the kernel.
    fn boot_id(&self) -> String;
}
