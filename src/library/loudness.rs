//! The gain at which every file has the same loudness.
use serde::{Deserialize, Serialize};

use super::Scan;
use super::meter::Downmix;

/// Maximum gain, in hundredths of dB. A file that needs more is mostly noise.
pub const MAX_GAIN_CENTI_DB: i32 = 3_000;
/// Minimum gain, in hundredths of dB.
const MIN_GAIN_CENTI_DB: i32 = -6_000;
/// Increase in loudness when a signal is played on two channels instead of one, in hundredths of LU.
const SECOND_CHANNEL_GAIN_CENTI_LU: i32 = 301;

/// The measurements of a file from which its gain is computed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Loudness {
    /// SHA-256 of the bytes that were measured, lower-case hex.
    pub sha256: String,
    /// Integrated loudness of all channels together, in hundredths of LUFS; `None` when it cannot be measured.
    pub programme: Option<i32>,
    /// Integrated loudness of the downmix on one channel, in hundredths of LUFS; `None` when it cannot be measured.
    pub downmixed: Option<i32>,
    /// The downmix of the channels.
    pub downmix: Downmix,
}

impl Loudness {
    /// Returns the measurements in a scan.
    #[must_use]
    pub fn of(scan: &Scan) -> Self {
        let measurements = &scan.measure;
        Self {
            sha256: scan.sha256.clone(),
            programme: measurements.integrated,
            downmixed: measurements.downmixed,
            downmix: measurements.downmix,
        }
    }

    /// Returns the gain in hundredths of dB that gives the file the target loudness, measured on all channels of the
    /// line together. If `is_mono` is true, all channels of the line carry the downmix. If no loudness was measured,
    /// the gain is 0.
    #[must_use]
    pub fn gain(&self, target_centi_lufs: i32, is_mono: bool, file_channels: u16, line_channels: u16) -> i32 {
        let loudness = if is_mono || file_channels != line_channels {
            self.downmixed.map(|level| {
                if line_channels == 2 { level.saturating_add(SECOND_CHANNEL_GAIN_CENTI_LU) } else { level }
            })
        } else {
            // A file that is too short for a programme loudness still has a downmix loudness.
            self.programme.or(self.downmixed.map(|level| level.saturating_add(SECOND_CHANNEL_GAIN_CENTI_LU)))
        };
        loudness.map_or(0, |loudness| {
            target_centi_lufs.saturating_sub(loudness).clamp(MIN_GAIN_CENTI_DB, MAX_GAIN_CENTI_DB)
        })
    }
}

/// Converts a gain in hundredths of dB to a factor.
#[must_use]
pub fn linear_gain(gain_centi_db: i32) -> f32 {
    10_f32.powf(gain_centi_db as f32 / 2_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gain_reaches_the_target_on_every_line() {
        // The same voice on two channels: both together are 3.01 LU louder than one alone.
        let loudness = Loudness { programme: Some(-2_000), downmixed: Some(-2_301), ..Loudness::default() };
        assert_eq!(loudness.gain(-1_600, true, 2, 2), 400);
        assert_eq!(loudness.gain(-1_600, false, 2, 2), 400);
        assert_eq!(loudness.gain(-1_600, true, 2, 1), 701);
        assert_eq!(loudness.gain(-1_600, true, 1, 2), 400);
        assert_eq!(Loudness::default().gain(-1_600, true, 1, 2), 0);
        let faint_file = Loudness { downmixed: Some(-6_500), ..Loudness::default() };
        assert_eq!(faint_file.gain(-1_600, true, 1, 1), MAX_GAIN_CENTI_DB);
        assert!((linear_gain(-600) - 0.5012).abs() < 1e-3);
    }
}
