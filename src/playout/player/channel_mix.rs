//! Channel mixing: the channels of a file become those of the line, at the station's loudness.
#[cfg(test)]
mod tests;

use crate::library::loudness::{Loudness, linear_gain};
use crate::library::meter::Downmix;
use crate::schedule::settings::OutputSettings;

/// How a file's frames become the line's.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChannelMix {
    from: usize,
    to: usize,
    /// How several channels become one.
    downmix: Downmix,
    gain: f32,
}

impl ChannelMix {
    /// Returns the mix for a file of `from` channels on a line of `to`. `known` is the measured loudness, and `sha256`
    /// the hash of the file's present bytes.
    pub(super) fn new(
        settings: &OutputSettings,
        known: Option<&Loudness>,
        sha256: Option<&str>,
        from: u16,
        to: u16,
    ) -> Self {
        let mono = settings.is_mono || from != to;
        let gain = match (settings.loudness_target, known) {
            (Some(target), Some(known)) => {
                let gain = known.gain(target, settings.is_mono, from, to);
                // The bytes are not those that were measured: nobody knows how loud they are.
                if sha256.is_none_or(|now| now == known.sha256) { gain } else { gain.min(0) }
            }
            _ => 0,
        };
        Self {
            from: usize::from(from.max(1)),
            to: if mono { 1 } else { usize::from(to.max(1)) },
            downmix: known.map_or(Downmix::Mean, |known| known.downmix),
            gain: linear_gain(gain),
        }
    }

    /// Returns the number of channels that come out.
    pub(super) fn channels(&self) -> usize {
        self.to
    }

    /// Mixes a block, at most `left` frames of it; returns how many frames that were.
    pub(super) fn process(&self, block: &[f32], left: &mut Option<u64>, mixed: &mut Vec<f32>) -> u64 {
        let frames = (block.len() / self.from) as u64;
        let frames = left.map_or(frames, |left| left.min(frames));
        if let Some(left) = left {
            *left -= frames;
        }
        let block = &block[..frames as usize * self.from];
        mixed.clear();
        if self.from == self.to {
            mixed.extend(block.iter().map(|s| s * self.gain));
            return frames;
        }
        let share = self.gain / self.from as f32;
        let one = |frame: &[f32]| match self.downmix {
            Downmix::First => frame[0] * self.gain,
            Downmix::Second if frame.len() > 1 => frame[1] * self.gain,
            Downmix::Mean | Downmix::Second => frame.iter().sum::<f32>() * share,
        };
        mixed.extend(block.chunks_exact(self.from).map(one));
        frames
    }
}
