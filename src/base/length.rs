//! Exact lengths of audio, and their conversion between sample rates.
use serde::{Deserialize, Serialize};

use super::instant::SECOND_US;

/// Exact length of audio: the number of decoded frames and their rate. The length in a header is never used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// Audio frames (one sample for each channel), without the encoder's delay and padding.
    pub frames: u64,
    /// Frames per second, as decoded.
    pub rate: u32,
}

impl Length {
    /// Returns the length in microseconds, rounded; 0 when the rate is 0.
    #[must_use]
    pub fn us(&self) -> i64 {
        rescale(self.frames, SECOND_US as u64, u64::from(self.rate)) as i64
    }

    /// Returns the length in milliseconds, rounded; 0 when the rate is 0.
    #[must_use]
    pub fn ms(&self) -> i64 {
        rescale(self.frames, 1000, u64::from(self.rate)) as i64
    }

    /// Returns the number of frames after resampling to `rate`, rounded.
    #[must_use]
    pub fn frames_at(&self, rate: u32) -> u64 {
        rescale(self.frames, u64::from(rate), u64::from(self.rate))
    }
}

/// Returns `n * mul / div`, rounded to the nearest integer. Saturates. Returns 0 when `div` is 0.
#[must_use]
pub fn rescale(n: u64, mul: u64, div: u64) -> u64 {
    if div == 0 {
        return 0;
    }
    let quotient = (u128::from(n) * u128::from(mul) + u128::from(div) / 2) / u128::from(div);
    u64::try_from(quotient).unwrap_or(u64::MAX)
}
