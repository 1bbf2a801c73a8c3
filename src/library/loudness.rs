//! Gain that brings all files to the same loudness.
use serde::{Deserialize, Serialize};

use super::Scan;
use super::meter::Downmix;

/// Largest gain, hundredths of dB: a file that needs more is mostly noise.
pub const MAX_GAIN: i32 = 3_000;
/// Smallest gain, hundredths of dB.
const MIN_GAIN: i32 = -6_000;
/// Loudness that the same signal gains on two channels instead of one, hundredths of LU.
const DUAL_CHANNEL_LU: i32 = 301;

/// Loudness of a file, as the gain needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Loudness {
    /// SHA-256 of the bytes that were measured, lower-case hex.
    pub sha256: String,
    /// Integrated loudness of all its channels together, hundredths of LUFS.
    pub programme: Option<i32>,
    /// Integrated loudness of its downmix on one channel, hundredths of LUFS.
    pub downmixed: Option<i32>,
    /// The downmix of its channels.
    pub downmix: Downmix,
}

impl Loudness {
    /// Returns the loudness in a scan.
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

    /// Returns the gain, in hundredths of dB, that brings the file to `target` (hundredths of LUFS, measured on all
    /// channels of the line together). With `mono`, all channels of the line carry the downmix.
    #[must_use]
    pub fn gain(&self, target: i32, mono: bool, file_channels: u16, line_channels: u16) -> i32 {
        let played = if mono || file_channels != line_channels {
            self.downmixed.map(|one| if line_channels == 2 { one.saturating_add(DUAL_CHANNEL_LU) } else { one })
        } else {
            // A file too short for a programme loudness still has that of its downmix.
            self.programme.or(self.downmixed.map(|one| one.saturating_add(DUAL_CHANNEL_LU)))
        };
        played.map_or(0, |played| target.saturating_sub(played).clamp(MIN_GAIN, MAX_GAIN))
    }
}

/// Converts hundredths of dB to a factor.
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
