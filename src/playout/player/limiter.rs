//! Keeps true peaks (ITU-R BS.1770-5, annex 2) under a ceiling: sees them coming, and turns down before them.
//!
//! Each frame's largest value, between its samples, too, gives the gain it can bear. The least of these over the
//! frames ahead, let go slowly and then averaged over as many frames, is never more than what any frame can bear,
//! and has no steps.
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::library::meter::interpolation_taps;
use crate::playout::output::frames::frames_in_us;

/// -1 dBTP, less what the points between samples may miss of a peak.
const CEILING: f32 = 0.868;
/// How far ahead it looks, and how slowly it lets go, in microseconds.
const LOOKAHEAD_US: i64 = 5_000;
const RELEASE_US: i64 = 40_000;
/// Coefficients for each point, and points between two samples.
const TAPS: usize = 24;
const INTERPOLATED: usize = 4;
/// Frames that are gained before the one that needs it, beside those ahead: a peak may lie between the two.
const LOOKBEHIND_FRAMES: usize = 2;

/// Frames that are looked at together: most of such pieces need nothing.
const BLOCK_FRAMES: usize = 32;

/// A limiter for interleaved frames.
pub(super) struct Limiter {
    channels: usize,
    lookahead: usize,
    release: f32,
    /// The filter's coefficients: those of all points for one sample stand beside each other.
    filter: [[f32; INTERPOLATED]; TAPS],
    /// The most that the filter can make of samples of 1.
    max_filter_gain: f32,
    /// Frames that came and have not gone.
    delayed: VecDeque<f32>,
    histories: Vec<SampleHistory>,
    /// Frames since one was large enough to be looked at more closely.
    quiet_frames: usize,
    /// Frames whose gain is known, counted from the first; and of those the ones that may be the least ahead.
    frames_analysed: u64,
    min_gains: VecDeque<(u64, f32)>,
    release_gain: f32,
    /// The gains that are averaged, and their sum.
    gain_window: VecDeque<f32>,
    gain_sum: f64,
}

/// The last samples of one channel, for the filter: kept twice, so that they always stand in a row.
#[derive(Clone)]
struct SampleHistory {
    samples: [f32; 2 * TAPS],
    /// Where the next one goes, and the oldest stands.
    at: usize,
}

impl SampleHistory {
    fn push(&mut self, sample: f32) {
        (self.samples[self.at], self.samples[self.at + TAPS]) = (sample, sample);
        self.at = (self.at + 1) % TAPS;
    }

    /// The oldest first.
    fn oldest_first(&self) -> &[f32] {
        &self.samples[self.at..self.at + TAPS]
    }
}

impl Limiter {
    pub(super) fn new(rate: u32, channels: usize) -> Self {
        let frames = |us| frames_in_us(us, rate).max(1) as usize;
        let ahead = frames(LOOKAHEAD_US);
        let points: [[f32; TAPS]; INTERPOLATED] =
            std::array::from_fn(|p| interpolation_taps((p + 1) as f64 / (INTERPOLATED + 1) as f64));
        let size = |row: &[f32; TAPS]| row.iter().map(|c| c.abs()).sum::<f32>();
        Self {
            channels,
            lookahead: ahead,
            release: 1.0 - (-1.0 / frames(RELEASE_US) as f32).exp(),
            max_filter_gain: points.iter().map(size).fold(1.0, f32::max),
            filter: std::array::from_fn(|tap| std::array::from_fn(|point| points[point][tap])),
            delayed: VecDeque::new(),
            histories: vec![SampleHistory { samples: [0.0; 2 * TAPS], at: 0 }; channels],
            quiet_frames: 0,
            frames_analysed: 0,
            min_gains: VecDeque::new(),
            release_gain: 1.0,
            gain_window: VecDeque::from(vec![1.0; ahead]),
            gain_sum: ahead as f64,
        }
    }

    /// Frames that are inside: they come out later, in their order, none is added or lost.
    pub(super) fn delayed_frames(&self) -> usize {
        self.delayed.len() / self.channels
    }

    /// Takes frames, and appends those that have looked far enough ahead.
    pub(super) fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        for piece in frames.chunks(BLOCK_FRAMES * self.channels) {
            self.delayed.extend(piece);
            self.process_block(piece, out);
        }
    }

    /// After the last frame: appends what is still inside. `fade`: it ends where it should not, so it dies away.
    pub(super) fn flush(&mut self, fade: bool, out: &mut Vec<f32>) {
        let inside = self.delayed_frames();
        if fade {
            for (i, sample) in self.delayed.iter_mut().enumerate() {
                *sample *= 1.0 - (i / self.channels + 1) as f32 / inside as f32;
            }
        }
        let silence = vec![0.0; BLOCK_FRAMES * self.channels];
        while self.delayed_frames() > 0 {
            self.process_block(&silence, out);
        }
    }

    fn process_block(&mut self, piece: &[f32], out: &mut Vec<f32>) {
        let mut gain_buffer = [1.0; BLOCK_FRAMES];
        let max_gains = &mut gain_buffer[..piece.len() / self.channels];
        let peak = piece.iter().fold(0.0, |peak: f32, sample| peak.max(sample.abs()));
        if self.quiet_frames >= TAPS && !self.may_exceed_ceiling(peak) {
            self.record_quiet(piece);
        } else {
            for (max_gain, frame) in max_gains.iter_mut().zip(piece.chunks_exact(self.channels)) {
                *max_gain = self.max_gain(frame);
            }
        }
        if self.is_transparent()
            && self.delayed.len() >= piece.len()
            && max_gains.iter().all(|max_gain| *max_gain == 1.0)
        {
            self.pass_through(piece, out);
        } else {
            self.apply_gains(max_gains, out);
        }
    }

    /// Whether samples of this size can make a peak that is too high.
    fn may_exceed_ceiling(&self, size: f32) -> bool {
        // What is no number is looked at, too.
        size.is_nan() || size * self.max_filter_gain > CEILING
    }

    /// Whether what comes in, if it needs nothing, comes out as it is.
    fn is_transparent(&self) -> bool {
        let untouched = self.min_gains.front().is_none_or(|(_, gain)| *gain == 1.0);
        let full = self.frames_analysed >= (TAPS / 2 + self.lookahead) as u64;
        full && untouched && self.release_gain == 1.0 && self.gain_sum == self.lookahead as f64
    }

    /// A piece that needs nothing, in a limiter that rests: as many frames come out as came in.
    fn pass_through(&mut self, piece: &[f32], out: &mut Vec<f32>) {
        self.frames_analysed += (piece.len() / self.channels) as u64;
        self.min_gains.clear();
        self.min_gains.push_back((self.frames_analysed - 1, 1.0));
        out.extend(self.delayed.drain(..piece.len()));
    }

    /// A piece in which no sample is large, nor was lately.
    fn record_quiet(&mut self, piece: &[f32]) {
        let frames = piece.len() / self.channels;
        for (channel, recent) in self.histories.iter_mut().enumerate() {
            let samples = piece.iter().skip(channel).step_by(self.channels);
            samples.skip(frames.saturating_sub(TAPS)).for_each(|sample| recent.push(*sample));
        }
        self.quiet_frames = self.quiet_frames.saturating_add(frames);
    }

    /// A piece, frame by frame: what each can bear.
    fn apply_gains(&mut self, max_gains: &[f32], out: &mut Vec<f32>) {
        let (mut gains, mut count) = ([0.0; BLOCK_FRAMES], 0);
        for max_gain in max_gains {
            // The least of the frames ahead, in a queue that only rises.
            while self.min_gains.back().is_some_and(|(_, gain)| gain >= max_gain) {
                self.min_gains.pop_back();
            }
            self.min_gains.push_back((self.frames_analysed, *max_gain));
            self.frames_analysed += 1;
            if let Some(gain) = self.next_gain() {
                gains[count] = gain;
                count += 1;
            }
        }
        let channels = self.channels;
        let samples = (count * channels).min(self.delayed.len());
        out.extend(self.delayed.drain(..samples).enumerate().map(|(i, sample)| sample * gains[i / channels]));
    }

    /// Takes one frame into account; gives what the one in the middle of the filter can bear.
    fn max_gain(&mut self, frame: &[f32]) -> f32 {
        let mut large = false;
        for (channel, sample) in frame.iter().enumerate() {
            self.histories[channel].push(*sample);
            large |= self.may_exceed_ceiling(sample.abs());
        }
        self.quiet_frames = if large { 0 } else { self.quiet_frames.saturating_add(1) };
        if self.quiet_frames >= TAPS { 1.0 } else { CEILING / self.interpolated_peak().max(CEILING) }
    }

    /// The largest value at the middle frame and between it and the next, on all channels.
    fn interpolated_peak(&self) -> f32 {
        let of = |recent: &SampleHistory| {
            let row = recent.oldest_first();
            let mut points = [0.0; INTERPOLATED];
            for (coefficients, sample) in self.filter.iter().zip(row) {
                points.iter_mut().zip(coefficients).for_each(|(point, c)| *point += c * sample);
            }
            points.iter().fold(row[TAPS / 2 - 1].abs(), |peak, point| peak.max(point.abs()))
        };
        self.histories.iter().map(of).fold(0.0, f32::max)
    }

    /// The gain of the oldest frame, if all that it has to know is known.
    fn next_gain(&mut self) -> Option<f32> {
        // What a frame bears is known when the filter's middle has come to it; its gain, when that is known of all
        // the frames ahead.
        let now = self.frames_analysed.checked_sub((TAPS / 2 + self.lookahead) as u64)?;
        let from = (now + (TAPS / 2) as u64).saturating_sub(LOOKBEHIND_FRAMES as u64);
        while self.min_gains.front().is_some_and(|(at, _)| *at < from) {
            self.min_gains.pop_front();
        }
        let max_gain = self.min_gains.front().map_or(1.0, |(_, gain)| *gain);
        self.release_gain = max_gain.min(self.release_gain + (1.0 - self.release_gain) * self.release);
        if 1.0 - self.release_gain < 1e-6 {
            self.release_gain = 1.0;
        }
        if now == 0 {
            // Before the first frame there was nothing to be heard: it may begin turned down.
            self.gain_window.iter_mut().for_each(|gain| *gain = self.release_gain);
            self.gain_sum = f64::from(self.release_gain) * self.lookahead as f64;
        }
        self.gain_sum += f64::from(self.release_gain);
        self.gain_window.push_back(self.release_gain);
        if let Some(old) = self.gain_window.pop_front() {
            self.gain_sum -= f64::from(old);
        }
        let whole = self.lookahead as f64;
        if self.gain_sum > whole - 5e-7 {
            // All of them are 1: what needs no limiting comes out as it went in.
            self.gain_sum = whole;
        }
        Some((self.gain_sum / whole) as f32)
    }
}
