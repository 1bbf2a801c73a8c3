//! True peaks (ITU-R BS.1770-5, annex 2): the largest value of the samples and of interpolated points between them. A
//! chunk is interpolated only if the result can exceed the peak so far: the filter's output is at most the largest
//! sample under it times the sum of the absolute coefficients.
use super::sample_stats::{ChunkStats, SampleStats};

/// Coefficients of each interpolated point.
const TAPS: usize = 24;
/// Frames of a chunk.
const CHUNK: usize = 16;
/// Least number of points a second, samples included.
const POINTS: u32 = 192_000;

/// Finds the true peak of all channels.
pub(super) struct TruePeakMeter {
    channels: usize,
    /// One row of coefficients for each point between two samples.
    filter: Vec<[f32; TAPS]>,
    /// Largest output of the filter for samples of 1.
    pub(super) gain: f32,
    /// For each channel the last frames of the block before, then the block.
    planes: Vec<Vec<f32>>,
    /// Largest sample of each chunk of a plane.
    tops: Vec<f32>,
    peak: f32,
}

impl TruePeakMeter {
    pub(super) fn new(rate: u32, channels: usize) -> Self {
        let points = POINTS.div_ceil(rate.max(1)).clamp(1, 24);
        let filter: Vec<_> = (1..points).map(|p| interpolation_taps(f64::from(p) / f64::from(points))).collect();
        let gain = filter.iter().map(|row| row.iter().map(|c| c.abs()).sum()).fold(1.0, f32::max);
        Self { channels, filter, gain, planes: vec![vec![0.0; TAPS]; channels], tops: Vec::new(), peak: 0.0 }
    }

    /// Returns the peak so far, as a fraction of full scale.
    pub(super) fn peak(&self) -> f32 {
        self.peak
    }

    /// Adds interleaved frames, and passes their chunks to `quiet`.
    pub(super) fn add_frames(&mut self, frames: &[f32], quiet: &mut SampleStats) {
        let n = self.channels;
        quiet.begin_block(frames.len() / n);
        for channel in 0..n {
            let plane = &mut self.planes[channel];
            // The filter needs the last frames before the block; older ones can go.
            plane.drain(..plane.len() - (TAPS - 1));
            match n {
                1 => plane.extend_from_slice(frames),
                2 => plane.extend(frames.as_chunks::<2>().0.iter().map(|both| both[channel])),
                _ => plane.extend(frames.chunks_exact(n).map(|frame| frame[channel])),
            }
            let new = &plane[TAPS - 1..];
            let mut looks = new.chunks(CHUNK).map(ChunkStats::of);
            // The frames before the first chunk are one and a half chunks long and share one top.
            self.tops.clear();
            let before = plane[..TAPS - 1].iter().fold(0.0_f32, |top, x| top.max(x.abs()));
            self.tops.push(before);
            for (i, look) in (&mut looks).enumerate() {
                self.tops.push(look.peak);
                self.peak = self.peak.max(look.peak);
                quiet.add_chunk(channel, i * CHUNK, &new[i * CHUNK..(i * CHUNK + CHUNK).min(new.len())], &look);
            }
            self.interpolate(channel);
        }
        quiet.end_block();
    }

    /// Interpolates between the samples of one channel's block.
    fn interpolate(&mut self, channel: usize) {
        let (plane, tops) = (&self.planes[channel], &self.tops);
        for i in 0..tops.len() - 1 {
            // A window that ends in this chunk begins up to 23 frames before it: two chunks.
            let top = tops[i + 1].max(tops[i]).max(tops[i.saturating_sub(1)]);
            if top * self.gain <= self.peak {
                continue;
            }
            let from = i * CHUNK;
            let window = &plane[from..(from + CHUNK + TAPS - 1).min(plane.len())];
            self.peak = match window.first_chunk::<{ CHUNK + TAPS - 1 }>() {
                Some(window) => self.filter.iter().fold(self.peak, |most, row| most.max(chunk_peak(window, row))),
                None => self.filter.iter().fold(self.peak, |most, row| most.max(tail_peak(window, row))),
            };
        }
    }

    /// Ends the file: interpolates the last frames, with silence after them.
    pub(super) fn finish(&mut self) {
        let silence = vec![0.0; TAPS * self.channels];
        self.add_frames(&silence, &mut SampleStats::new(self.channels));
    }
}

/// Returns the largest of the points at one distance after the samples of a chunk.
fn chunk_peak(window: &[f32; CHUNK + TAPS - 1], row: &[f32; TAPS]) -> f32 {
    let mut points = [0.0_f32; CHUNK];
    for (k, c) in row.iter().enumerate() {
        for (point, x) in points.iter_mut().zip(&window[k..k + CHUNK]) {
            *point += x * c;
        }
    }
    points.iter().fold(0.0, |most, p| most.max(p.abs()))
}

/// Returns the largest of the points in the rest at a block's end.
fn tail_peak(window: &[f32], row: &[f32; TAPS]) -> f32 {
    let point = |w: &[f32]| w.iter().zip(row).map(|(x, c)| x * c).sum::<f32>();
    window.windows(TAPS).map(point).fold(0.0, |most, p| most.max(p.abs()))
}

/// Returns the coefficients of the point `at` (0 to 1) after the middle one of `N` samples: a windowed sinc.
#[must_use]
pub fn interpolation_taps<const N: usize>(at: f64) -> [f32; N] {
    let half = N as f64 / 2.0;
    let mut row = [0.0; N];
    for (k, c) in row.iter_mut().enumerate() {
        let x = k as f64 - (half - 1.0) - at;
        let sinc = (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x);
        *c = sinc * kaiser(x / half);
    }
    // A constant signal keeps its value.
    let sum: f64 = row.iter().sum();
    row.map(|c| (c / sum) as f32)
}

/// Returns Kaiser's window at `x`, -1 to 1.
fn kaiser(x: f64) -> f64 {
    const BETA: f64 = 5.0;
    let bessel = |x: f64| {
        let (mut sum, mut term) = (1.0, 1.0);
        for n in 1..32 {
            term *= (x / (2.0 * f64::from(n))).powi(2);
            sum += term;
        }
        sum
    };
    bessel(BETA * (1.0 - x * x).max(0.0).sqrt()) / bessel(BETA)
}
