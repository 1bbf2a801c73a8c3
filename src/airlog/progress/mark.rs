//! A progress mark, and the heartbeat that it records.
use serde::{Deserialize, Serialize};

use crate::base::instant::WallTime;

/// The state that a running station reports in a mark.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heartbeat {
    /// True when the wall clock is trusted.
    pub trusted: bool,
    /// Id of the running airing, if any.
    pub id: Option<String>,
    /// Number of frames of that airing that the device has taken.
    pub frames: u64,
    /// Frames per second.
    pub rate: u32,
}

/// A mark, as written in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressMark {
    /// Wall clock, in microseconds since 1970.
    pub wall: WallTime,
    /// True when the wall clock was trusted.
    pub trusted: bool,
    /// Id of the running airing, if any.
    pub id: Option<String>,
    /// Number of frames of that airing that the device has taken.
    pub frames: u64,
    /// Frames per second.
    pub rate: u32,
    /// Boot id of the machine.
    #[serde(default)]
    pub boot: String,
    /// Boot clock, in microseconds.
    #[serde(default)]
    pub boottime_us: i64,
    /// Number of the epoch whose key authenticates the mark.
    #[serde(default)]
    pub epoch: u64,
}

impl ProgressMark {
    pub(super) fn length_ms(&self) -> u64 {
        length_ms(self.frames, self.rate)
    }
}

/// Returns a length in milliseconds. Frames without a rate count as the maximum length, so that such a mark counts
/// as the largest claim.
pub(super) fn length_ms(frames: u64, rate: u32) -> u64 {
    match rate {
        0 if frames == 0 => 0,
        0 => u64::MAX,
        rate => frames.saturating_mul(1000) / u64::from(rate),
    }
}
