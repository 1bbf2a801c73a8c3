//! Keeps true peaks (ITU-R BS.1770-5, annex 2) under a ceiling: sees them coming, and turns down before them.
//!
//! Each frame's largest value, between its samples, too, gives the gain it can bear. The least of these over the
//! frames ahead, let go slowly and then averaged over as many frames, is never more than what any frame can bear,
//! and has no steps.
use std::collections::VecDeque;

use crate::library::meter::between;

/// -1 dBTP, less what the points between samples may miss of a peak.
const CEILING: f32 = 0.868;
/// How far ahead it looks, and how slowly it lets go, in microseconds.
const AHEAD_US: u64 = 5_000;
const RELEASE_US: u64 = 40_000;
/// Coefficients for each point, and points between two samples.
const TAPS: usize = 24;
const POINTS: usize = 4;
/// Frames that are gained before the one that needs it, beside those ahead: a peak may lie between the two.
const BEHIND: usize = 2;

/// Frames that are looked at together: most of such pieces need nothing.
const PIECE: usize = 32;

/// A limiter for interleaved frames.
pub(super) struct Limiter {
    channels: usize,
    ahead: usize,
    release: f32,
    /// The filter's coefficients: those of all points for one sample stand beside each other.
    filter: [[f32; POINTS]; TAPS],
    /// The most that the filter can make of samples of 1.
    most: f32,
    /// Frames that came and have not gone.
    frames: VecDeque<f32>,
    recent: Vec<Recent>,
    /// Frames since one was large enough to be looked at more closely.
    calm: usize,
    /// Frames whose gain is known, counted from the first; and of those the ones that may be the least ahead.
    known: u64,
    least: VecDeque<(u64, f32)>,
    released: f32,
    /// The gains that are averaged, and their sum.
    window: VecDeque<f32>,
    sum: f64,
}

/// The last samples of one channel, for the filter: kept twice, so that they always stand in a row.
#[derive(Clone)]
struct Recent {
    samples: [f32; 2 * TAPS],
    /// Where the next one goes, and the oldest stands.
    at: usize,
}

impl Recent {
    fn push(&mut self, sample: f32) {
        (self.samples[self.at], self.samples[self.at + TAPS]) = (sample, sample);
        self.at = (self.at + 1) % TAPS;
    }

    /// The oldest first.
    fn row(&self) -> &[f32] {
        &self.samples[self.at..self.at + TAPS]
    }
}

impl Limiter {
    pub(super) fn new(rate: u32, channels: usize) -> Self {
        let frames = |us: u64| (u64::from(rate) * us / 1_000_000).max(1) as usize;
        let ahead = frames(AHEAD_US);
        let points: [[f32; TAPS]; POINTS] = std::array::from_fn(|p| between((p + 1) as f64 / (POINTS + 1) as f64));
        let size = |row: &[f32; TAPS]| row.iter().map(|c| c.abs()).sum::<f32>();
        Self {
            channels,
            ahead,
            release: 1.0 - (-1.0 / frames(RELEASE_US) as f32).exp(),
            most: points.iter().map(size).fold(1.0, f32::max),
            filter: std::array::from_fn(|tap| std::array::from_fn(|point| points[point][tap])),
            frames: VecDeque::new(),
            recent: vec![Recent { samples: [0.0; 2 * TAPS], at: 0 }; channels],
            calm: 0,
            known: 0,
            least: VecDeque::new(),
            released: 1.0,
            window: VecDeque::from(vec![1.0; ahead]),
            sum: ahead as f64,
        }
    }

    /// Frames that are inside: they come out later, in their order, none is added or lost.
    pub(super) fn inside(&self) -> usize {
        self.frames.len() / self.channels
    }

    /// Takes frames, and appends those that have looked far enough ahead.
    pub(super) fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        for piece in frames.chunks(PIECE * self.channels) {
            self.frames.extend(piece);
            self.piece(piece, out);
        }
    }

    /// After the last frame: appends what is still inside. `fade`: it ends where it should not, so it dies away.
    pub(super) fn flush(&mut self, fade: bool, out: &mut Vec<f32>) {
        let inside = self.inside();
        if fade {
            for (i, sample) in self.frames.iter_mut().enumerate() {
                *sample *= 1.0 - (i / self.channels + 1) as f32 / inside as f32;
            }
        }
        let silence = vec![0.0; PIECE * self.channels];
        while self.inside() > 0 {
            self.piece(&silence, out);
        }
    }

    fn piece(&mut self, piece: &[f32], out: &mut Vec<f32>) {
        let mut bears = [1.0; PIECE];
        let bears = &mut bears[..piece.len() / self.channels];
        let peak = piece.iter().fold(0.0, |peak: f32, sample| peak.max(sample.abs()));
        if self.calm >= TAPS && !self.is_large(peak) {
            self.overlook(piece);
        } else {
            for (bears, frame) in bears.iter_mut().zip(piece.chunks_exact(self.channels)) {
                *bears = self.look(frame);
            }
        }
        if self.rests() && self.frames.len() >= piece.len() && bears.iter().all(|bears| *bears == 1.0) {
            self.pass(piece, out);
        } else {
            self.turn(bears, out);
        }
    }

    /// Whether samples of this size can make a peak that is too high.
    fn is_large(&self, size: f32) -> bool {
        // What is no number is looked at, too.
        size.is_nan() || size * self.most > CEILING
    }

    /// Whether what comes in, if it needs nothing, comes out as it is.
    fn rests(&self) -> bool {
        let untouched = self.least.front().is_none_or(|(_, gain)| *gain == 1.0);
        let full = self.known >= (TAPS / 2 + self.ahead) as u64;
        full && untouched && self.released == 1.0 && self.sum == self.ahead as f64
    }

    /// A piece that needs nothing, in a limiter that rests: as many frames come out as came in.
    fn pass(&mut self, piece: &[f32], out: &mut Vec<f32>) {
        self.known += (piece.len() / self.channels) as u64;
        self.least.clear();
        self.least.push_back((self.known - 1, 1.0));
        out.extend(self.frames.drain(..piece.len()));
    }

    /// A piece in which no sample is large, nor was lately.
    fn overlook(&mut self, piece: &[f32]) {
        let frames = piece.len() / self.channels;
        for (channel, recent) in self.recent.iter_mut().enumerate() {
            let samples = piece.iter().skip(channel).step_by(self.channels);
            samples.skip(frames.saturating_sub(TAPS)).for_each(|sample| recent.push(*sample));
        }
        self.calm = self.calm.saturating_add(frames);
    }

    /// A piece, frame by frame: what each can bear.
    fn turn(&mut self, bears: &[f32], out: &mut Vec<f32>) {
        let (mut gains, mut count) = ([0.0; PIECE], 0);
        for bears in bears {
            // The least of the frames ahead, in a queue that only rises.
            while self.least.back().is_some_and(|(_, gain)| gain >= bears) {
                self.least.pop_back();
            }
            self.least.push_back((self.known, *bears));
            self.known += 1;
            if let Some(gain) = self.gain() {
                gains[count] = gain;
                count += 1;
            }
        }
        let channels = self.channels;
        let samples = (count * channels).min(self.frames.len());
        out.extend(self.frames.drain(..samples).enumerate().map(|(i, sample)| sample * gains[i / channels]));
    }

    /// Takes one frame into account; gives what the one in the middle of the filter can bear.
    fn look(&mut self, frame: &[f32]) -> f32 {
        let mut large = false;
        for (channel, sample) in frame.iter().enumerate() {
            self.recent[channel].push(*sample);
            large |= self.is_large(sample.abs());
        }
        self.calm = if large { 0 } else { self.calm.saturating_add(1) };
        if self.calm >= TAPS { 1.0 } else { CEILING / self.peak().max(CEILING) }
    }

    /// The largest value at the middle frame and between it and the next, on all channels.
    fn peak(&self) -> f32 {
        let of = |recent: &Recent| {
            let row = recent.row();
            let mut points = [0.0; POINTS];
            for (coefficients, sample) in self.filter.iter().zip(row) {
                points.iter_mut().zip(coefficients).for_each(|(point, c)| *point += c * sample);
            }
            points.iter().fold(row[TAPS / 2 - 1].abs(), |peak, point| peak.max(point.abs()))
        };
        self.recent.iter().map(of).fold(0.0, f32::max)
    }

    /// The gain of the oldest frame, if all that it has to know is known.
    fn gain(&mut self) -> Option<f32> {
        // What a frame bears is known when the filter's middle has come to it; its gain, when that is known of all
        // the frames ahead.
        let now = self.known.checked_sub((TAPS / 2 + self.ahead) as u64)?;
        let from = (now + (TAPS / 2) as u64).saturating_sub(BEHIND as u64);
        while self.least.front().is_some_and(|(at, _)| *at < from) {
            self.least.pop_front();
        }
        let bears = self.least.front().map_or(1.0, |(_, gain)| *gain);
        self.released = bears.min(self.released + (1.0 - self.released) * self.release);
        if 1.0 - self.released < 1e-6 {
            self.released = 1.0;
        }
        if now == 0 {
            // Before the first frame there was nothing to be heard: it may begin turned down.
            self.window.iter_mut().for_each(|gain| *gain = self.released);
            self.sum = f64::from(self.released) * self.ahead as f64;
        }
        self.sum += f64::from(self.released);
        self.window.push_back(self.released);
        if let Some(old) = self.window.pop_front() {
            self.sum -= f64::from(old);
        }
        let whole = self.ahead as f64;
        if self.sum > whole - 5e-7 {
            // All of them are 1: what needs no limiting comes out as it went in.
            self.sum = whole;
        }
        Some((self.sum / whole) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::meter::Meter;

    fn limited(rate: u32, channels: usize, samples: &[f32], block: usize) -> Vec<f32> {
        let mut limiter = Limiter::new(rate, channels);
        let mut out = Vec::new();
        samples.chunks(block * channels).for_each(|b| limiter.push(b, &mut out));
        limiter.flush(false, &mut out);
        assert_eq!((out.len(), limiter.inside()), (samples.len(), 0));
        out
    }

    /// Bursts of tones and noise, up to eight times full scale.
    fn wild(rate: u32, channels: usize) -> Vec<f32> {
        let mut seed = 3_u32;
        (0..rate as usize * 3)
            .flat_map(|i| {
                let t = i as f64 / f64::from(rate);
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = f64::from(seed >> 8) / f64::from(1 << 23) - 1.0;
                let size = if t % 0.7 < 0.1 { 7.0 } else { 0.3 + t / 3.0 };
                let tone = (t * std::f64::consts::TAU * (100.0 + 3_000.0 * t)).sin();
                (0..channels).map(move |c| ((0.8 * tone + 0.2 * noise) * size / (c + 1) as f64) as f32)
            })
            .collect()
    }

    #[test]
    fn no_true_peak_is_over_the_ceiling() {
        for (rate, channels) in [(48_000, 1), (44_100, 2), (8_000, 1), (96_000, 2)] {
            let out = limited(rate, channels, &wild(rate, channels), 1_000);
            let mut meter = Meter::new(rate, channels as u16, &[]);
            meter.take(&out);
            let peak = meter.finish().true_peak.expect("a peak");
            assert!(peak <= -100, "{rate}: {peak}");
            assert!(peak >= -250, "it is not turned down more than it must be: {rate}: {peak}");
        }
    }

    #[test]
    fn the_worst_that_a_broken_file_gives_is_held() {
        let mut seed = 5_u32;
        let samples: Vec<f32> = (0..96_000)
            .map(|i| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Stretches of noise and of full square waves, eight times full scale.
                let sign = if i % 5_000 < 2_500 { seed >> 31 } else { i / 40 % 2 };
                if sign == 0 { 8.0 } else { -8.0 }
            })
            .collect();
        let out = limited(48_000, 1, &samples, 777);
        assert!(out.iter().all(|s| s.abs() <= 0.8913));
    }

    #[test]
    fn what_is_under_the_ceiling_is_left_as_it_is() {
        let samples: Vec<f32> = wild(48_000, 2).iter().map(|s| s * 0.1).collect();
        assert!(limited(48_000, 2, &samples, 333) == samples);
    }

    #[test]
    fn blocks_make_no_difference() {
        let samples = wild(44_100, 1);
        let whole = limited(44_100, 1, &samples, samples.len());
        for block in [1, 7, 240, 1_152] {
            assert!(limited(44_100, 1, &samples, block) == whole, "{block}");
        }
    }

    #[test]
    fn an_end_that_should_not_be_dies_away() {
        let mut limiter = Limiter::new(48_000, 1);
        let mut out = Vec::new();
        limiter.push(&[0.5; 4_800], &mut out);
        limiter.flush(true, &mut out);
        assert_eq!(out.len(), 4_800);
        assert_eq!(out.last(), Some(&0.0));
        assert!(out.windows(2).all(|w| (w[1] - w[0]).abs() < 0.01));
    }
}
