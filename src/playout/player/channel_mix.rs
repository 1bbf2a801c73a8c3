//! Converts the channels of a file to the channels of the line, and applies the gain that brings the file to the
//! station's loudness.
#[cfg(test)]
mod tests;

use crate::library::loudness::{Loudness, linear_gain};
use crate::library::meter::Downmix;
use crate::schedule::settings::OutputSettings;

/// A conversion from the channels of a file to the channels of the line.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChannelMix {
    /// Number of channels of the file.
    input_channels: usize,
    /// Number of channels after the conversion: `input_channels` or 1.
    output_channels: usize,
    /// The method that turns several channels into one.
    downmix: Downmix,
    /// Linear gain.
    gain: f32,
}

impl ChannelMix {
    /// Returns the conversion for a file of `file_channels` on a line of `line_channels`. `loudness` is the measured
    /// loudness, if any, and `sha256` is the hash of the file's current bytes, if known.
    pub(super) fn new(
        settings: &OutputSettings,
        loudness: Option<&Loudness>,
        sha256: Option<&str>,
        file_channels: u16,
        line_channels: u16,
    ) -> Self {
        let is_single_channel = settings.is_mono || file_channels != line_channels;
        let gain_centi_db = match (settings.loudness_target_centi_lufs, loudness) {
            (Some(target), Some(loudness)) => {
                let gain_centi_db = loudness.gain(target, settings.is_mono, file_channels, line_channels);
                // A file that has changed since the measurement is not made louder, because its loudness is unknown.
                if sha256.is_none_or(|hash| hash == loudness.sha256) { gain_centi_db } else { gain_centi_db.min(0) }
            }
            _ => 0,
        };
        Self {
            input_channels: usize::from(file_channels.max(1)),
            output_channels: if is_single_channel { 1 } else { usize::from(line_channels.max(1)) },
            downmix: loudness.map_or(Downmix::Mean, |loudness| loudness.downmix),
            gain: linear_gain(gain_centi_db),
        }
    }

    /// Returns the number of channels after the conversion.
    pub(super) fn channels(&self) -> usize {
        self.output_channels
    }

    /// Replaces `mixed` with the converted frames of a block, and returns their number. If `remaining` is `Some`, at
    /// most that many frames are converted, and `remaining` is reduced by their number.
    pub(super) fn process(&self, block: &[f32], remaining: &mut Option<u64>, mixed: &mut Vec<f32>) -> u64 {
        let block_frames = (block.len() / self.input_channels) as u64;
        let frames = remaining.map_or(block_frames, |limit| limit.min(block_frames));
        if let Some(remaining) = remaining {
            *remaining -= frames;
        }
        let block = &block[..frames as usize * self.input_channels];
        mixed.clear();
        if self.input_channels == self.output_channels {
            mixed.extend(block.iter().map(|sample| sample * self.gain));
            return frames;
        }
        let mean_gain = self.gain / self.input_channels as f32;
        let downmix_frame = |frame: &[f32]| match self.downmix {
            Downmix::First => frame[0] * self.gain,
            Downmix::Second if frame.len() > 1 => frame[1] * self.gain,
            Downmix::Mean | Downmix::Second => frame.iter().sum::<f32>() * mean_gain,
        };
        mixed.extend(block.chunks_exact(self.input_channels).map(downmix_frame));
        frames
    }
}
