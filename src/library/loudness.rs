//! By how much a file is made louder or quieter so that all files sound alike.
use serde::{Deserialize, Serialize};

use super::Scan;
use super::meter::Downmix;

/// No file is made louder by more than this, hundredths of dB: what is so quiet is mostly noise.
pub const MAX_GAIN: i32 = 3_000;
/// Nor quieter.
const MIN_GAIN: i32 = -6_000;
/// What the same signal on two channels has more than on one, hundredths of LU.
const DUAL_CHANNEL_LU: i32 = 301;

/// What must be known of a file to play it as loud as the others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Loudness {
    /// SHA-256 of the bytes that were measured, lower-case hex.
    pub sha256: String,
    /// Integrated loudness of all its channels together, hundredths of LUFS.
    pub programme: Option<i32>,
    /// Integrated loudness of its downmix on one channel.
    pub downmixed: Option<i32>,
    /// How its channels become one.
    pub downmix: Downmix,
}

impl Loudness {
    /// What a scan tells of it.
    #[must_use]
    pub fn of(scan: &Scan) -> Self {
        let measure = &scan.measure;
        Self {
            sha256: scan.sha256.clone(),
            programme: measure.integrated,
            downmixed: measure.downmixed,
            downmix: measure.downmix,
        }
    }

    /// The gain, in hundredths of dB, that brings the file to `target` (hundredths of LUFS, as measured on all channels
    /// of the line together); `mono`: all channels of the line carry its downmix.
    #[must_use]
    pub fn gain(&self, target: i32, mono: bool, file_channels: u16, line_channels: u16) -> i32 {
        let played = if mono || file_channels != line_channels {
            self.downmixed.map(|one| if line_channels == 2 { one.saturating_add(DUAL_CHANNEL_LU) } else { one })
        } else {
            // What is too short to have a loudness has one all the same.
            self.programme.or(self.downmixed.map(|one| one.saturating_add(DUAL_CHANNEL_LU)))
        };
        played.map_or(0, |played| target.saturating_sub(played).clamp(MIN_GAIN, MAX_GAIN))
    }
}

/// Hundredths of dB as a factor.
#[must_use]
pub fn linear_gain(gain: i32) -> f32 {
    10_f32.powf(gain as f32 / 2_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_to_the_target_on_every_line() {
        // One voice on two channels: the sum of both is 3.01 LU above each.
        let loudness = Loudness { programme: Some(-2_000), downmixed: Some(-2_301), ..Loudness::default() };
        assert_eq!(loudness.gain(-1_600, true, 2, 2), 400);
        assert_eq!(loudness.gain(-1_600, false, 2, 2), 400);
        assert_eq!(loudness.gain(-1_600, true, 2, 1), 701);
        assert_eq!(loudness.gain(-1_600, true, 1, 2), 400);
        assert_eq!(Loudness::default().gain(-1_600, true, 1, 2), 0);
        let faint = Loudness { downmixed: Some(-6_500), ..Loudness::default() };
        assert_eq!(faint.gain(-1_600, true, 1, 1), MAX_GAIN);
        assert!((linear_gain(-600) - 0.5012).abs() < 1e-3);
    }
}
