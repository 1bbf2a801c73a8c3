//! Measures sound: loudness and its range (ITU-R BS.1770-5, EBU R 128, EBU Tech 3342), true peak (BS.1770-5 annex 2),
//! silences, clipped samples, DC offset, and channels that cancel each other.
//!
//! One pass over interleaved blocks measures both the programme (all channels) and the downmix that a mono line plays.
//! The weighting filter is linear, so the power of the mean of two channels follows from their powers and their
//! product.
mod channel_position;
mod gate;
mod peak;
mod sample_stats;
mod weighting;

use serde::{Deserialize, Serialize};

use crate::base::length::Length;

pub use channel_position::ChannelPosition;
use gate::{GatedLoudness, PowerBlock};
use peak::TruePeakMeter;
pub use peak::interpolation_taps;
use sample_stats::SampleStats;
use weighting::KWeighting;

/// The method that mixes the channels of a file down to the one signal of a mono line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Downmix {
    /// The mean of all channels.
    #[default]
    Mean,
    /// Only the first channel, because the channels cancel each other or the second is silent.
    First,
    /// Only the second channel, because the channels cancel each other or the first is silent.
    Second,
}

/// Measurements of a file. Levels are in hundredths of LUFS, LU or dB.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioMeasurements {
    /// Integrated loudness of the programme, in hundredths of LUFS; `None` when all of it is below -70 LUFS.
    pub integrated: Option<i32>,
    /// Loudness range, in hundredths of LU.
    pub range: i32,
    /// True peak, in hundredths of dBTP; `None` for digital silence.
    pub true_peak: Option<i32>,
    /// Integrated loudness of the downmix on one channel, in hundredths of LUFS; `None` when it cannot be measured.
    pub downmixed: Option<i32>,
    /// The downmix that keeps most of the programme.
    pub downmix: Downmix,
    /// Length of the silence (below -60 dBFS) at the beginning, in milliseconds.
    pub lead_silence_ms: i64,
    /// Length of the silence at the end, in milliseconds.
    pub tail_silence_ms: i64,
    /// Length of the longest silence, in milliseconds.
    pub longest_silence_ms: i64,
    /// Number of runs of at least three samples at full scale or above.
    pub clips: u64,
    /// Maximum DC offset of a channel, in ten-thousandths of full scale.
    pub offset: i32,
    /// True when one of two channels is silent (below -60 dBFS) throughout and the other is not.
    pub one_sided: bool,
    /// True when two channels cancel each other in their mean.
    pub cancels: bool,
}

/// Two channels cancel each other if their mean loses more than this, in LU, in addition to [`UNRELATED_LOSS_LU`].
const CANCELLING_EXTRA_LOSS_LU: f64 = 6.0;
/// How much quieter the mean of two unrelated channels is than both channels together, in LU.
const UNRELATED_LOSS_LU: f64 = 6.02;

/// Measures one file.
pub struct Meter {
    rate: u32,
    channels: usize,
    weighting: KWeighting,
    peaks: TruePeakMeter,
    stats: SampleStats,
    /// The powers of each finished tenth of a second.
    blocks: Vec<PowerBlock>,
    /// Number of frames that the current block still needs.
    remaining_frames: usize,
    /// Number of frames so far.
    frames: u64,
}

impl Meter {
    /// Returns a meter for frames of `channels` samples at `rate` frames per second. `positions` gives the position of
    /// each channel; a channel without a position counts as a front channel.
    #[must_use]
    pub fn new(rate: u32, channels: u16, positions: &[ChannelPosition]) -> Self {
        let channels = usize::from(channels.max(1));
        let mut meter = Self {
            rate,
            channels,
            weighting: KWeighting::new(rate, channels, positions),
            peaks: TruePeakMeter::new(rate, channels),
            stats: SampleStats::new(channels),
            blocks: Vec::new(),
            remaining_frames: 0,
            frames: 0,
        };
        meter.remaining_frames = meter.next_block_frames();
        meter
    }

    /// Returns the number of frames of the next block. If 10 does not divide the rate, blocks have two lengths.
    fn next_block_frames(&self) -> usize {
        let (rate, finished_blocks) = (u64::from(self.rate), self.blocks.len() as u64);
        ((finished_blocks + 1) * rate / 10 - finished_blocks * rate / 10).max(1) as usize
    }

    /// Adds interleaved frames; every sample must be finite.
    pub fn add_frames(&mut self, frames: &[f32]) {
        let mut remainder = frames;
        while !remainder.is_empty() {
            let count = (remainder.len() / self.channels).min(self.remaining_frames).max(1);
            let (chunk, tail) = remainder.split_at((count * self.channels).min(remainder.len()));
            self.weighting.add_frames(chunk);
            self.remaining_frames -= count.min(self.remaining_frames);
            if self.remaining_frames == 0 {
                self.blocks.push(self.weighting.finish_block(self.rate));
                self.remaining_frames = self.next_block_frames();
            }
            remainder = tail;
        }
        self.peaks.add_frames(frames, &mut self.stats);
        self.frames += (frames.len() / self.channels) as u64;
    }

    /// Returns the measurements.
    #[must_use]
    pub fn finish(mut self) -> AudioMeasurements {
        self.peaks.finish();
        // A file shorter than one window is measured with its unfinished last block.
        let is_short = self.blocks.len() < gate::MOMENTARY_BLOCKS;
        if is_short && self.frames > 0 && self.weighting.has_unfinished_block() {
            self.blocks.push(self.weighting.finish_block(self.rate));
        }
        let gated = |power: fn(&PowerBlock) -> f32| GatedLoudness::of(&self.blocks, power);
        let programme = gated(|b| b.programme);
        let programme_lufs = programme.integrated_loudness();
        let mean_lufs = gated(|b| b.mean).integrated_loudness();
        let first_lufs = gated(|b| b.first_channel).integrated_loudness();
        let second_lufs = gated(|b| b.second_channel).integrated_loudness();
        let (one_sided, cancels) = match (self.channels, programme_lufs) {
            (2, Some(programme_lufs)) => {
                let one_sided = self.stats.is_one_sided();
                let loss_lu = mean_lufs.map_or(f64::INFINITY, |mean_lufs| programme_lufs - mean_lufs);
                (one_sided, !one_sided && loss_lu > UNRELATED_LOSS_LU + CANCELLING_EXTRA_LOSS_LU)
            }
            _ => (self.channels == 2 && self.stats.is_one_sided(), false),
        };
        let needs_single_channel = one_sided || cancels;
        let (downmix, downmixed_lufs) = if !needs_single_channel {
            (Downmix::Mean, mean_lufs)
        } else if first_lufs >= second_lufs {
            (Downmix::First, first_lufs)
        } else {
            (Downmix::Second, second_lufs)
        };
        let ungated_lufs = match downmix {
            _ if !is_short => None,
            Downmix::Mean => gated(|b| b.mean).ungated_loudness(),
            Downmix::First => gated(|b| b.first_channel).ungated_loudness(),
            Downmix::Second => gated(|b| b.second_channel).ungated_loudness(),
        };
        let hundredths = |value: f64| (value * 100.0).round() as i32;
        let ms = |frames: u64| Length { frames, rate: self.rate }.ms();
        let silences = self.stats.silences(self.frames);
        AudioMeasurements {
            integrated: programme_lufs.map(hundredths),
            range: hundredths(programme.loudness_range()),
            true_peak: (self.peaks.peak() > 0.0).then(|| hundredths(20.0 * f64::from(self.peaks.peak()).log10())),
            downmixed: downmixed_lufs.filter(|_| !is_short).or(ungated_lufs).map(hundredths),
            downmix,
            lead_silence_ms: ms(silences.lead_frames),
            tail_silence_ms: ms(silences.tail_frames),
            longest_silence_ms: ms(silences.longest_frames),
            clips: self.stats.clipped_runs(),
            offset: (self.stats.max_dc_offset(self.frames) * 10_000.0).round() as i32,
            one_sided,
            cancels,
        }
    }
}

#[cfg(test)]
mod tests;
