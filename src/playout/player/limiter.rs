//! A limiter that keeps true peaks (ITU-R BS.1770-5, annex 2) under a ceiling, and looks ahead to turn down before
//! them.
//!
//! The largest value of each frame, including the points between samples, gives the largest gain it may have. The least
//! of these gains over the frames ahead is released slowly and averaged over as many frames. The result never exceeds
//! the largest gain of any frame, and has no steps.
#[cfg(test)]
mod tests;
mod true_peaks;

use std::collections::VecDeque;

use crate::playout::output::frames::frames_in_us;
use true_peaks::{TAPS, TruePeaks};

/// Time of looking ahead, and time constant of the release, microseconds.
const LOOKAHEAD_US: i64 = 5_000;
const RELEASE_US: i64 = 40_000;
/// Frames before a peak that get its gain, in addition to those ahead: the peak may lie between the two.
const LOOKBEHIND_FRAMES: usize = 2;

/// Frames that are processed together. Most such blocks need no limiting.
const BLOCK_FRAMES: usize = 32;

/// A limiter for interleaved frames.
pub(super) struct Limiter {
    channels: usize,
    lookahead: usize,
    release: f32,
    peaks: TruePeaks,
    /// Frames that came in and have not gone out.
    delayed: VecDeque<f32>,
    /// Number of frames whose largest gain is known; and the gains, with their frames, that may be the least ahead.
    frames_analysed: u64,
    min_gains: VecDeque<(u64, f32)>,
    release_gain: f32,
    /// Gains that are averaged, and their sum.
    gain_window: VecDeque<f32>,
    gain_sum: f64,
}

impl Limiter {
    pub(super) fn new(rate: u32, channels: usize) -> Self {
        let frames = |us| frames_in_us(us, rate).max(1) as usize;
        let ahead = frames(LOOKAHEAD_US);
        Self {
            channels,
            lookahead: ahead,
            release: 1.0 - (-1.0 / frames(RELEASE_US) as f32).exp(),
            peaks: TruePeaks::new(channels),
            delayed: VecDeque::new(),
            frames_analysed: 0,
            min_gains: VecDeque::new(),
            release_gain: 1.0,
            gain_window: VecDeque::from(vec![1.0; ahead]),
            gain_sum: ahead as f64,
        }
    }

    /// Returns the number of frames inside. They come out later, in their order; none is added or lost.
    pub(super) fn delayed_frames(&self) -> usize {
        self.delayed.len() / self.channels
    }

    /// Takes frames, and appends those whose gain is known.
    pub(super) fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        for piece in frames.chunks(BLOCK_FRAMES * self.channels) {
            self.delayed.extend(piece);
            self.process_block(piece, out);
        }
    }

    /// Appends the frames that are still inside, after the last one. With `fade` they fade out, because the sound ends
    /// early.
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
        if self.peaks.stays_quiet(peak) {
            self.peaks.record_quiet(piece);
        } else {
            for (max_gain, frame) in max_gains.iter_mut().zip(piece.chunks_exact(self.channels)) {
                *max_gain = self.peaks.max_gain(frame);
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

    /// Returns whether a block that needs no limiting comes out unchanged.
    fn is_transparent(&self) -> bool {
        let untouched = self.min_gains.front().is_none_or(|(_, gain)| *gain == 1.0);
        let full = self.frames_analysed >= (TAPS / 2 + self.lookahead) as u64;
        full && untouched && self.release_gain == 1.0 && self.gain_sum == self.lookahead as f64
    }

    /// Passes a block through unchanged: as many frames come out as go in.
    fn pass_through(&mut self, piece: &[f32], out: &mut Vec<f32>) {
        self.frames_analysed += (piece.len() / self.channels) as u64;
        self.min_gains.clear();
        self.min_gains.push_back((self.frames_analysed - 1, 1.0));
        out.extend(self.delayed.drain(..piece.len()));
    }

    /// Takes the largest gains of a block, and appends the frames whose gain is then known.
    fn apply_gains(&mut self, max_gains: &[f32], out: &mut Vec<f32>) {
        let (mut gains, mut count) = ([0.0; BLOCK_FRAMES], 0);
        for max_gain in max_gains {
            // The least of the frames ahead, in a queue of rising gains.
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

    /// Returns the gain of the oldest frame, once everything that it depends on is known.
    fn next_gain(&mut self) -> Option<f32> {
        // A frame's largest gain is known when the filter's middle has reached it; its gain, when that is known of all
        // frames ahead.
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
            // Nothing sounded before the first frame, so it may begin turned down.
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
            // All gains are 1: sound that needs no limiting comes out unchanged.
            self.gain_sum = whole;
        }
        Some((self.gain_sum / whole) as f32)
    }
}
