//! One mark.
use serde::{Deserialize, Serialize};

use crate::base::instant::WallTime;

/// What a running station has to say of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LifeSign {
    /// Whether the wall clock is believed.
    pub trusted: bool,
    /// The running airing, if one runs.
    pub id: Option<String>,
    /// Frames of it taken.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
}

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressMark {
    /// When, by the wall clock (microseconds since 1970).
    pub wall: WallTime,
    /// Whether that clock was believed.
    pub trusted: bool,
    /// The running airing, if one runs.
    pub id: Option<String>,
    /// Frames of it taken.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// Which start of the machine.
    #[serde(default)]
    pub boot: String,
    /// When, by the boot clock.
    #[serde(default)]
    pub boottime_us: i64,
    /// The epoch by whose key it is authenticated.
    #[serde(default)]
    pub epoch: u64,
}

impl ProgressMark {
    pub(super) fn length_ms(&self) -> u64 {
        length_ms(self.frames, self.rate)
    }
}

/// Frames in milliseconds; a mark without a rate that has frames says anything.
pub(super) fn length_ms(frames: u64, rate: u32) -> u64 {
    match rate {
        0 if frames == 0 => 0,
        0 => u64::MAX,
        rate => frames.saturating_mul(1000) / u64::from(rate),
    }
}
