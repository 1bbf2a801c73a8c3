//! Measures the true peak (ITU-R BS.1770-5, annex 2): the maximum of the samples and of interpolated points between
//! them. A chunk is interpolated only if the result can exceed the peak so far. The output of the filter is at most the
//! largest sample in its window times the sum of its absolute coefficients.
use super::sample_stats::{ChunkStats, SampleStats};

/// Number of samples in the window of an interpolated point, each with its own coefficient.
const TAPS: usize = 24;
/// Number of frames in a chunk.
const CHUNK_FRAMES: usize = 16;
/// Minimum number of points per second, samples included.
const MIN_POINTS_PER_SECOND: u32 = 192_000;

/// Measures the true peak of all channels.
pub(super) struct TruePeakMeter {
    channels: usize,
    /// One row of coefficients for each point between two samples.
    filter: Vec<[f32; TAPS]>,
    /// Maximum output of the filter for samples of at most 1.
    pub(super) max_gain: f32,
    /// For each channel, the last samples of the previous block, then the samples of the current block.
    planes: Vec<Vec<f32>>,
    /// Maximum absolute sample of each chunk of the channel that is being processed.
    chunk_peaks: Vec<f32>,
    /// The peak so far, as a fraction of full scale.
    peak: f32,
}

impl TruePeakMeter {
    /// Returns a meter for interleaved frames at `rate` frames per second.
    pub(super) fn new(rate: u32, channels: usize) -> Self {
        let points = MIN_POINTS_PER_SECOND.div_ceil(rate.max(1)).clamp(1, 24);
        let filter: Vec<_> = (1..points).map(|p| interpolation_taps(f64::from(p) / f64::from(points))).collect();
        let max_gain = filter.iter().map(|row| row.iter().map(|c| c.abs()).sum()).fold(1.0, f32::max);
        Self { channels, filter, max_gain, planes: vec![vec![0.0; TAPS]; channels], chunk_peaks: Vec::new(), peak: 0.0 }
    }

    /// Returns the peak so far, as a fraction of full scale.
    pub(super) fn peak(&self) -> f32 {
        self.peak
    }

    /// Adds interleaved frames to the peak and to `stats`.
    pub(super) fn add_frames(&mut self, frames: &[f32], stats: &mut SampleStats) {
        let channel_count = self.channels;
        stats.begin_block(frames.len() / channel_count);
        for channel in 0..channel_count {
            let plane = &mut self.planes[channel];
            // The filter needs only the last samples before the block.
            plane.drain(..plane.len() - (TAPS - 1));
            match channel_count {
                1 => plane.extend_from_slice(frames),
                2 => plane.extend(frames.as_chunks::<2>().0.iter().map(|frame| frame[channel])),
                _ => plane.extend(frames.chunks_exact(channel_count).map(|frame| frame[channel])),
            }
            let block = &plane[TAPS - 1..];
            // The samples before the block, about one and a half chunks, share the first chunk peak.
            self.chunk_peaks.clear();
            let previous_peak = plane[..TAPS - 1].iter().fold(0.0_f32, |max, x| max.max(x.abs()));
            self.chunk_peaks.push(previous_peak);
            for (i, chunk) in block.chunks(CHUNK_FRAMES).enumerate() {
                let chunk_stats = ChunkStats::of(chunk);
                self.chunk_peaks.push(chunk_stats.peak);
                self.peak = self.peak.max(chunk_stats.peak);
                stats.add_chunk(channel, i * CHUNK_FRAMES, chunk, &chunk_stats);
            }
            self.interpolate(channel);
        }
        stats.end_block();
    }

    /// Interpolates between the samples of one channel's block.
    fn interpolate(&mut self, channel: usize) {
        let (plane, peaks) = (&self.planes[channel], &self.chunk_peaks);
        for i in 0..peaks.len() - 1 {
            // A window that ends in this chunk begins up to 23 frames before the chunk, so up to two chunks earlier.
            let max_sample = peaks[i + 1].max(peaks[i]).max(peaks[i.saturating_sub(1)]);
            if max_sample * self.max_gain <= self.peak {
                continue;
            }
            let start = i * CHUNK_FRAMES;
            let window = &plane[start..(start + CHUNK_FRAMES + TAPS - 1).min(plane.len())];
            self.peak = match window.first_chunk::<{ CHUNK_FRAMES + TAPS - 1 }>() {
                Some(window) => self.filter.iter().fold(self.peak, |max, row| max.max(chunk_peak(window, row))),
                None => self.filter.iter().fold(self.peak, |max, row| max.max(tail_peak(window, row))),
            };
        }
    }

    /// Interpolates the last frames of the file as if silence followed.
    pub(super) fn finish(&mut self) {
        let silence = vec![0.0; TAPS * self.channels];
        self.add_frames(&silence, &mut SampleStats::new(self.channels));
    }
}

/// Returns the maximum of the interpolated points of a complete chunk. `row` determines their distance from the
/// samples.
fn chunk_peak(window: &[f32; CHUNK_FRAMES + TAPS - 1], row: &[f32; TAPS]) -> f32 {
    let mut points = [0.0_f32; CHUNK_FRAMES];
    for (k, coefficient) in row.iter().enumerate() {
        for (point, sample) in points.iter_mut().zip(&window[k..k + CHUNK_FRAMES]) {
            *point += sample * coefficient;
        }
    }
    points.iter().fold(0.0, |max, p| max.max(p.abs()))
}

/// Returns the maximum of the interpolated points of an incomplete chunk at the end of a block.
fn tail_peak(window: &[f32], row: &[f32; TAPS]) -> f32 {
    let point = |w: &[f32]| w.iter().zip(row).map(|(x, c)| x * c).sum::<f32>();
    window.windows(TAPS).map(point).fold(0.0, |max, p| max.max(p.abs()))
}

/// Returns the coefficients of a windowed sinc over `N` samples. It interpolates a point between the two middle
/// samples, at `fraction` (0 to 1) of the way from the first of them to the second.
#[must_use]
pub fn interpolation_taps<const N: usize>(fraction: f64) -> [f32; N] {
    let half = N as f64 / 2.0;
    let mut row = [0.0; N];
    for (k, coefficient) in row.iter_mut().enumerate() {
        let x = k as f64 - (half - 1.0) - fraction;
        let sinc = (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x);
        *coefficient = sinc * kaiser(x / half);
    }
    // Scale the coefficients so that a constant signal keeps its value.
    let sum: f64 = row.iter().sum();
    row.map(|c| (c / sum) as f32)
}

/// Returns the value of the Kaiser window at `x`, which is from -1 to 1.
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
