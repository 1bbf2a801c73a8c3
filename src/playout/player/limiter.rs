//! A look-ahead limiter that keeps true peaks (ITU-R BS.1770-5, annex 2) under a ceiling.
//!
//! The true peak of a frame determines the maximum gain of that frame. The limiter takes the minimum of these gains
//! over the frames ahead, lets it rise only slowly (the release), and averages it over as many frames as it looks
//! ahead. The resulting gain never exceeds the maximum gain of any frame, and changes without steps.
#[cfg(test)]
mod tests;
mod true_peaks;

use std::collections::VecDeque;

use crate::playout::output::frames::frames_in_us;
use true_peaks::{TAPS, TruePeaks};

/// The ceiling, as a sample value: -1 dBTP, minus a margin for peaks between the interpolated points.
const CEILING: f32 = 0.868;
/// Time for which the limiter looks ahead, microseconds.
const LOOKAHEAD_US: i64 = 5_000;
/// Time constant of the release, microseconds.
const RELEASE_US: i64 = 40_000;
/// Number of frames after a peak that still get its gain, because the peak can lie between two frames.
const LOOKBEHIND_FRAMES: usize = 2;

/// Maximum number of frames that are processed together. Most such blocks need no limiting.
const BLOCK_FRAMES: usize = 32;

/// A limiter for interleaved frames.
pub(super) struct Limiter {
    channels: usize,
    /// Number of frames for which the limiter looks ahead.
    lookahead_frames: usize,
    /// Share of the distance to 1 by which the gain rises with each frame.
    release_share: f32,
    peaks: TruePeaks,
    /// Samples that were pushed and have not left the limiter.
    delayed: VecDeque<f32>,
    /// Number of frames that have gone through `peaks`.
    analysed_frames: u64,
    /// Frame numbers and maximum gains that can still become the minimum ahead, both in ascending order.
    min_gains: VecDeque<(u64, f32)>,
    /// Gain after the release, before the average.
    release_gain: f32,
    /// The latest values of `release_gain`, over which the average is taken.
    gain_window: VecDeque<f32>,
    /// Sum of `gain_window`.
    gain_sum: f64,
}

impl Limiter {
    pub(super) fn new(rate: u32, channels: usize) -> Self {
        let frames = |us| frames_in_us(us, rate).max(1) as usize;
        let lookahead_frames = frames(LOOKAHEAD_US);
        Self {
            channels,
            lookahead_frames,
            release_share: 1.0 - (-1.0 / frames(RELEASE_US) as f32).exp(),
            peaks: TruePeaks::new(channels, CEILING),
            delayed: VecDeque::new(),
            analysed_frames: 0,
            min_gains: VecDeque::new(),
            release_gain: 1.0,
            gain_window: VecDeque::from(vec![1.0; lookahead_frames]),
            gain_sum: lookahead_frames as f64,
        }
    }

    /// Returns the number of frames that were pushed and have not left the limiter.
    pub(super) fn delayed_frames(&self) -> usize {
        self.delayed.len() / self.channels
    }

    /// Adds frames, and appends to `out` the frames whose gain is now known.
    pub(super) fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        for block in frames.chunks(BLOCK_FRAMES * self.channels) {
            self.delayed.extend(block);
            self.process_block(block, out);
        }
    }

    /// Appends to `out` the frames that are still delayed, at the end of the sound. If `fade` is true, they fade out.
    pub(super) fn flush(&mut self, fade: bool, out: &mut Vec<f32>) {
        let count = self.delayed_frames();
        if fade {
            for (i, sample) in self.delayed.iter_mut().enumerate() {
                *sample *= 1.0 - (i / self.channels + 1) as f32 / count as f32;
            }
        }
        // Silence pushes the delayed frames out.
        let silence = vec![0.0; BLOCK_FRAMES * self.channels];
        while self.delayed_frames() > 0 {
            self.process_block(&silence, out);
        }
    }

    fn process_block(&mut self, block: &[f32], out: &mut Vec<f32>) {
        let mut gain_buffer = [1.0; BLOCK_FRAMES];
        let max_gains = &mut gain_buffer[..block.len() / self.channels];
        let peak = block.iter().fold(0.0, |peak: f32, sample| peak.max(sample.abs()));
        if self.peaks.stays_quiet(peak) {
            self.peaks.record_quiet(block);
        } else {
            for (max_gain, frame) in max_gains.iter_mut().zip(block.chunks_exact(self.channels)) {
                *max_gain = self.peaks.record_frame(frame);
            }
        }
        if self.is_transparent()
            && self.delayed.len() >= block.len()
            && max_gains.iter().all(|max_gain| *max_gain == 1.0)
        {
            self.pass_through(block, out);
        } else {
            self.apply_gains(max_gains, out);
        }
    }

    /// Returns whether the gain is 1 now, so that a block without peaks can pass unchanged.
    fn is_transparent(&self) -> bool {
        let has_no_peak_ahead = self.min_gains.front().is_none_or(|(_, gain)| *gain == 1.0);
        let is_filled = self.analysed_frames >= (TAPS / 2 + self.lookahead_frames) as u64;
        is_filled && has_no_peak_ahead && self.release_gain == 1.0 && self.gain_sum == self.lookahead_frames as f64
    }

    /// Records a block without peaks, and appends the same number of delayed frames to `out`, unchanged.
    fn pass_through(&mut self, block: &[f32], out: &mut Vec<f32>) {
        self.analysed_frames += (block.len() / self.channels) as u64;
        self.min_gains.clear();
        self.min_gains.push_back((self.analysed_frames - 1, 1.0));
        out.extend(self.delayed.drain(..block.len()));
    }

    /// Records the maximum gains of a block, and appends to `out` the frames whose gain is now known.
    fn apply_gains(&mut self, max_gains: &[f32], out: &mut Vec<f32>) {
        let (mut gains, mut count) = ([0.0; BLOCK_FRAMES], 0);
        for max_gain in max_gains {
            // A monotonic queue: a gain that is not below the new one can no longer be the minimum.
            while self.min_gains.back().is_some_and(|(_, gain)| gain >= max_gain) {
                self.min_gains.pop_back();
            }
            self.min_gains.push_back((self.analysed_frames, *max_gain));
            self.analysed_frames += 1;
            if let Some(gain) = self.next_gain() {
                gains[count] = gain;
                count += 1;
            }
        }
        let channels = self.channels;
        let samples = (count * channels).min(self.delayed.len());
        out.extend(self.delayed.drain(..samples).enumerate().map(|(i, sample)| sample * gains[i / channels]));
    }

    /// Returns the gain of the oldest delayed frame; `None` while it is not known.
    fn next_gain(&mut self) -> Option<f32> {
        // The maximum gain of a frame is known when the middle of the filter has reached it. Its gain is known when the
        // maximum gains of all frames ahead are known.
        let frame = self.analysed_frames.checked_sub((TAPS / 2 + self.lookahead_frames) as u64)?;
        let first_relevant = (frame + (TAPS / 2) as u64).saturating_sub(LOOKBEHIND_FRAMES as u64);
        while self.min_gains.front().is_some_and(|(number, _)| *number < first_relevant) {
            self.min_gains.pop_front();
        }
        let max_gain = self.min_gains.front().map_or(1.0, |(_, gain)| *gain);
        self.release_gain = max_gain.min(self.release_gain + (1.0 - self.release_gain) * self.release_share);
        if 1.0 - self.release_gain < 1e-6 {
            self.release_gain = 1.0;
        }
        if frame == 0 {
            // No sound precedes the first frame, so the gain can begin below 1 without a transition.
            self.gain_window.iter_mut().for_each(|gain| *gain = self.release_gain);
            self.gain_sum = f64::from(self.release_gain) * self.lookahead_frames as f64;
        }
        self.gain_sum += f64::from(self.release_gain);
        self.gain_window.push_back(self.release_gain);
        if let Some(oldest_gain) = self.gain_window.pop_front() {
            self.gain_sum -= f64::from(oldest_gain);
        }
        let full_sum = self.lookahead_frames as f64;
        if self.gain_sum > full_sum - 5e-7 {
            // All gains are 1. The rounding error is removed, so sound that needs no limiting comes out unchanged.
            self.gain_sum = full_sum;
        }
        Some((self.gain_sum / full_sum) as f32)
    }
}
