//! Measures sound: loudness and its range (ITU-R BS.1770-5, EBU R 128, EBU Tech 3342), true peak (BS.1770-5 annex 2),
//! silences, clipped samples, constant offset, and channels that cancel each other.
//!
//! One pass over interleaved blocks measures the programme, and also the sum that a line of loudspeakers plays. The
//! weighting filter is linear, so the power of the sum follows from the channels' powers and their product.
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

/// Way to turn the channels of a file into the one signal of a loudspeaker line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Downmix {
    /// The mean of all channels.
    #[default]
    Mean,
    /// The first channel alone, because the mean would cancel or the second is silent.
    First,
    /// The second channel alone, for the same reasons.
    Second,
}

/// Measurements of a file. Levels are in hundredths of LUFS, LU or dB.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioMeasurements {
    /// Integrated loudness of the programme, hundredths of LUFS; none when all of it is below -70 LUFS.
    pub integrated: Option<i32>,
    /// Loudness range, hundredths of LU.
    pub range: i32,
    /// True peak, hundredths of dBTP; none for digital silence.
    pub true_peak: Option<i32>,
    /// Integrated loudness of the downmix on one channel, hundredths of LUFS.
    pub downmixed: Option<i32>,
    /// The downmix that keeps the most of the programme.
    pub downmix: Downmix,
    /// Milliseconds below -60 dBFS at the beginning.
    pub lead_silence_ms: i64,
    /// Milliseconds below -60 dBFS at the end.
    pub tail_silence_ms: i64,
    /// Longest run of milliseconds below -60 dBFS.
    pub longest_silence_ms: i64,
    /// Runs of three samples or more at full scale or beyond.
    pub clips: u64,
    /// Largest constant offset of a channel, in ten-thousandths of full scale.
    pub offset: i32,
    /// Whether one channel of two never rises above -60 dBFS while the other does.
    pub one_sided: bool,
    /// Whether the channels cancel each other when they are added.
    pub cancels: bool,
}

/// Loss of loudness in the mean from which channels count as cancelling, in LU beyond [`UNRELATED_LU`].
const CANCELLED_LU: f64 = 6.0;
/// Loss of the mean of two unrelated channels against the sum of their powers, in LU.
const UNRELATED_LU: f64 = 6.02;

/// Measures one file.
pub struct Meter {
    rate: u32,
    channels: usize,
    weighting: KWeighting,
    peaks: TruePeakMeter,
    stats: SampleStats,
    blocks: Vec<PowerBlock>,
    /// Frames still to come in the current tenth of a second.
    left: usize,
    /// Frames so far.
    frames: u64,
}

impl Meter {
    /// Returns a meter for frames of `channels` samples. `places` gives the position of each; those without one are in
    /// front.
    #[must_use]
    pub fn new(rate: u32, channels: u16, places: &[ChannelPosition]) -> Self {
        let channels = usize::from(channels.max(1));
        let mut meter = Self {
            rate,
            channels,
            weighting: KWeighting::new(rate, channels, places),
            peaks: TruePeakMeter::new(rate, channels),
            stats: SampleStats::new(channels),
            blocks: Vec::new(),
            left: 0,
            frames: 0,
        };
        meter.left = meter.next_block_frames();
        meter
    }

    /// Returns the frames of the next tenth of a second. If ten does not divide the rate, tenths have two lengths.
    fn next_block_frames(&self) -> usize {
        let (rate, begun) = (u64::from(self.rate), self.blocks.len() as u64);
        ((begun + 1) * rate / 10 - begun * rate / 10).max(1) as usize
    }

    /// Adds interleaved frames; every sample must be finite.
    pub fn add_frames(&mut self, frames: &[f32]) {
        let mut rest = frames;
        while !rest.is_empty() {
            let now = (rest.len() / self.channels).min(self.left).max(1);
            let (part, after) = rest.split_at((now * self.channels).min(rest.len()));
            self.weighting.add_frames(part);
            self.left -= now.min(self.left);
            if self.left == 0 {
                self.blocks.push(self.weighting.finish_block(self.rate));
                self.left = self.next_block_frames();
            }
            rest = after;
        }
        self.peaks.add_frames(frames, &mut self.stats);
        self.frames += (frames.len() / self.channels) as u64;
    }

    /// Returns the measurements.
    #[must_use]
    pub fn finish(mut self) -> AudioMeasurements {
        self.peaks.finish();
        // A file shorter than one window counts as one block.
        let short = self.blocks.len() < gate::MOMENTARY_BLOCKS;
        if short && self.frames > 0 && self.weighting.has_unfinished_block() {
            self.blocks.push(self.weighting.finish_block(self.rate));
        }
        let gated = |power: fn(&PowerBlock) -> f32| GatedLoudness::of(&self.blocks, power);
        let programme = gated(|b| b.programme);
        let whole = programme.integrated();
        let [mean, first, second] =
            [gated(|b| b.mean), gated(|b| b.first), gated(|b| b.second)].map(|g| g.integrated());
        let (one_sided, cancels) = match (self.channels, whole) {
            (2, Some(whole)) => {
                let one_sided = self.stats.one_sided();
                let lost = mean.map_or(f64::INFINITY, |mean| whole - mean);
                (one_sided, !one_sided && lost > UNRELATED_LU + CANCELLED_LU)
            }
            _ => (self.channels == 2 && self.stats.one_sided(), false),
        };
        let alone = one_sided || cancels;
        let (downmix, downmixed) = match (alone, first, second) {
            (true, first, second) if first >= second => (Downmix::First, first),
            (true, _, second) => (Downmix::Second, second),
            (false, ..) => (Downmix::Mean, mean),
        };
        let alone_short = match downmix {
            _ if !short => None,
            Downmix::Mean => gated(|b| b.mean).ungated(),
            Downmix::First => gated(|b| b.first).ungated(),
            Downmix::Second => gated(|b| b.second).ungated(),
        };
        let hundredths = |value: f64| (value * 100.0).round() as i32;
        let ms = |frames: u64| Length { frames, rate: self.rate }.ms();
        let silences = self.stats.silences(self.frames);
        AudioMeasurements {
            integrated: whole.map(hundredths),
            range: hundredths(programme.range()),
            true_peak: (self.peaks.peak() > 0.0).then(|| hundredths(20.0 * f64::from(self.peaks.peak()).log10())),
            downmixed: downmixed.map(hundredths).filter(|_| !short).or(alone_short.map(hundredths)),
            downmix,
            lead_silence_ms: ms(silences.lead),
            tail_silence_ms: ms(silences.tail),
            longest_silence_ms: ms(silences.longest),
            clips: self.stats.clips(),
            offset: (self.stats.offset(self.frames) * 10_000.0).round() as i32,
            one_sided,
            cancels,
        }
    }
}

#[cfg(test)]
mod tests;
