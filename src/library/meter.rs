//! How loud sound is, and what is odd about it: loudness and its range (ITU-R BS.1770-5, EBU R 128, EBU Tech 3342),
//! true peak (BS.1770-5 annex 2), silences, clipped samples, constant offset, channels that cancel each other.
//!
//! One pass over interleaved blocks. Beside the programme as it is, the sum that a line of loudspeakers plays is
//! measured: the weighting filter is linear, so the sum's power follows from the channels' powers and their product.
mod gate;
mod peak;
mod quiet;
mod weighting;

use serde::{Deserialize, Serialize};

use gate::{Block, Gated};
use peak::Peaks;
pub use peak::between;
use quiet::Quiet;
use weighting::Weighting;

/// How the channels of a file become the one signal of a loudspeaker line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Downmix {
    /// The mean of all channels.
    #[default]
    Mean,
    /// The first channel alone: the mean would cancel, or the second is silent.
    First,
    /// The second channel alone.
    Second,
}

/// What was measured. Levels are in hundredths: of LUFS, LU or dB.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Integrated loudness of the programme, hundredths of LUFS; none when all of it is below -70 LUFS.
    pub integrated: Option<i32>,
    /// Loudness range, hundredths of LU.
    pub range: i32,
    /// True peak, hundredths of dBTP; none for digital silence.
    pub true_peak: Option<i32>,
    /// Integrated loudness of the downmix on one channel, hundredths of LUFS.
    pub downmixed: Option<i32>,
    /// The downmix that keeps the most of it.
    pub downmix: Downmix,
    /// Milliseconds below -60 dBFS at the beginning, at the end, and the most in a row anywhere.
    pub lead_silence_ms: i64,
    /// See `lead_silence_ms`.
    pub tail_silence_ms: i64,
    /// See `lead_silence_ms`.
    pub longest_silence_ms: i64,
    /// Runs of three samples or more at full scale or beyond.
    pub clips: u64,
    /// The largest constant offset of a channel, in ten-thousandths of full scale.
    pub offset: i32,
    /// Whether one channel of two never rises above -60 dBFS while the other does.
    pub one_sided: bool,
    /// Whether the channels cancel each other when they are added.
    pub cancels: bool,
}

/// Loudness lost in the mean, in LU beyond what any two channels lose, from which they count as cancelling.
const CANCELLED_LU: f64 = 6.0;
/// What the mean of two channels that have nothing to do with each other loses against their sum of powers.
const UNRELATED_LU: f64 = 6.02;

/// Measures one file.
pub struct Meter {
    rate: u32,
    channels: usize,
    weighting: Weighting,
    peaks: Peaks,
    quiet: Quiet,
    blocks: Vec<Block>,
    /// Frames still to come in the running tenth of a second, and tenths begun.
    left: usize,
    frames: u64,
}

impl Meter {
    /// A meter for frames of `channels` samples; `places` says where each of them sounds, in front if it does not.
    #[must_use]
    pub fn new(rate: u32, channels: u16, places: &[Place]) -> Self {
        let channels = usize::from(channels.max(1));
        let mut meter = Self {
            rate,
            channels,
            weighting: Weighting::new(rate, channels, places),
            peaks: Peaks::new(rate, channels),
            quiet: Quiet::new(channels),
            blocks: Vec::new(),
            left: 0,
            frames: 0,
        };
        meter.left = meter.tenth();
        meter
    }

    /// Frames of the next tenth of a second: rates that ten does not divide have tenths of two lengths.
    fn tenth(&self) -> usize {
        let (rate, begun) = (u64::from(self.rate), self.blocks.len() as u64);
        ((begun + 1) * rate / 10 - begun * rate / 10).max(1) as usize
    }

    /// Takes interleaved frames; every sample is finite.
    pub fn take(&mut self, frames: &[f32]) {
        let mut rest = frames;
        while !rest.is_empty() {
            let now = (rest.len() / self.channels).min(self.left).max(1);
            let (part, after) = rest.split_at((now * self.channels).min(rest.len()));
            self.weighting.take(part);
            self.left -= now.min(self.left);
            if self.left == 0 {
                self.blocks.push(self.weighting.block(self.rate));
                self.left = self.tenth();
            }
            rest = after;
        }
        self.peaks.take(frames, &mut self.quiet);
        self.frames += (frames.len() / self.channels) as u64;
    }

    /// What it came to.
    #[must_use]
    pub fn finish(mut self) -> Measure {
        self.peaks.finish();
        // Too short for a single window: all of it is one.
        let short = self.blocks.len() < gate::MOMENTARY;
        if short && self.frames > 0 && self.weighting.waits() {
            self.blocks.push(self.weighting.block(self.rate));
        }
        let gated = |power: fn(&Block) -> f32| Gated::of(&self.blocks, power);
        let programme = gated(|b| b.programme);
        let whole = programme.integrated();
        let [mean, first, second] =
            [gated(|b| b.mean), gated(|b| b.first), gated(|b| b.second)].map(|g| g.integrated());
        let (one_sided, cancels) = match (self.channels, whole) {
            (2, Some(whole)) => {
                let one_sided = self.quiet.one_sided();
                let lost = mean.map_or(f64::INFINITY, |mean| whole - mean);
                (one_sided, !one_sided && lost > UNRELATED_LU + CANCELLED_LU)
            }
            _ => (self.channels == 2 && self.quiet.one_sided(), false),
        };
        let alone = one_sided || cancels;
        let (downmix, downmixed) = match (alone, first, second) {
            (true, first, second) if first >= second => (Downmix::First, first),
            (true, _, second) => (Downmix::Second, second),
            (false, ..) => (Downmix::Mean, mean),
        };
        let alone_short = match downmix {
            _ if !short => None,
            Downmix::Mean => gated(|b| b.mean).whole(),
            Downmix::First => gated(|b| b.first).whole(),
            Downmix::Second => gated(|b| b.second).whole(),
        };
        let hundredths = |value: f64| (value * 100.0).round() as i32;
        let ms = |frames: u64| crate::library::Length { frames, rate: self.rate }.ms();
        let silences = self.quiet.silences(self.frames);
        Measure {
            integrated: whole.map(hundredths),
            range: hundredths(programme.range()),
            true_peak: (self.peaks.most() > 0.0).then(|| hundredths(20.0 * f64::from(self.peaks.most()).log10())),
            downmixed: downmixed.map(hundredths).filter(|_| !short).or(alone_short.map(hundredths)),
            downmix,
            lead_silence_ms: ms(silences.lead),
            tail_silence_ms: ms(silences.tail),
            longest_silence_ms: ms(silences.longest),
            clips: self.quiet.clips(),
            offset: (self.quiet.offset(self.frames) * 10_000.0).round() as i32,
            one_sided,
            cancels,
        }
    }
}

/// Where a channel sounds; BS.1770 weights by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In front of the listener, or unknown.
    Front,
    /// Beside or behind.
    Surround,
    /// Low-frequency effects: not counted.
    Effects,
}

#[cfg(test)]
mod tests;
