//! Measures true peaks, which are the largest values at and between the samples, and the gains that keep them under the
//! ceiling.
use crate::library::meter::interpolation_taps;

/// Number of filter coefficients for each interpolated point.
pub(super) const TAPS: usize = 24;
/// Number of interpolated points between two samples.
const INTERPOLATED_POINTS: usize = 4;

/// Measures the true peaks of interleaved frames.
pub(super) struct TruePeaks {
    /// Coefficients of the interpolation filter: for each sample, one for each interpolated point.
    filter: [[f32; INTERPOLATED_POINTS]; TAPS],
    /// The ceiling, as a sample value.
    ceiling: f32,
    /// Largest possible output of the filter for samples within ±1.
    max_filter_gain: f32,
    /// The latest samples of each channel.
    histories: Vec<SampleHistory>,
    /// Number of frames since the last one that could cause a peak above the ceiling.
    quiet_frames: usize,
}

/// The latest samples of one channel. Each is stored twice, so that a contiguous slice always holds all of them.
#[derive(Clone)]
struct SampleHistory {
    samples: [f32; 2 * TAPS],
    /// Index of the oldest sample, which the next one replaces.
    oldest: usize,
}

impl SampleHistory {
    fn push(&mut self, sample: f32) {
        (self.samples[self.oldest], self.samples[self.oldest + TAPS]) = (sample, sample);
        self.oldest = (self.oldest + 1) % TAPS;
    }

    /// Returns the samples, the oldest first.
    fn oldest_first(&self) -> &[f32] {
        &self.samples[self.oldest..self.oldest + TAPS]
    }
}

impl TruePeaks {
    /// Returns a meter whose history is silence. Each frame has `channels` samples. `ceiling` is a sample value.
    pub(super) fn new(channels: usize, ceiling: f32) -> Self {
        let points: [[f32; TAPS]; INTERPOLATED_POINTS] =
            std::array::from_fn(|p| interpolation_taps((p + 1) as f64 / (INTERPOLATED_POINTS + 1) as f64));
        let max_output = |row: &[f32; TAPS]| row.iter().map(|c| c.abs()).sum::<f32>();
        Self {
            ceiling,
            max_filter_gain: points.iter().map(max_output).fold(1.0, f32::max),
            filter: std::array::from_fn(|tap| std::array::from_fn(|point| points[point][tap])),
            histories: vec![SampleHistory { samples: [0.0; 2 * TAPS], oldest: 0 }; channels],
            quiet_frames: 0,
        }
    }

    /// Returns whether no frame of a block needs interpolation. `peak` is the block's largest absolute sample.
    pub(super) fn stays_quiet(&self, peak: f32) -> bool {
        self.quiet_frames >= TAPS && !self.may_exceed_ceiling(peak)
    }

    /// Returns whether samples of this absolute value can cause a peak above the ceiling.
    fn may_exceed_ceiling(&self, amplitude: f32) -> bool {
        // NaN counts as large, so that it is interpolated.
        amplitude.is_nan() || amplitude * self.max_filter_gain > self.ceiling
    }

    /// Records a block for which [`TruePeaks::stays_quiet`] returned true.
    pub(super) fn record_quiet(&mut self, block: &[f32]) {
        let channels = self.histories.len();
        let frames = block.len() / channels;
        for (channel, history) in self.histories.iter_mut().enumerate() {
            let samples = block.iter().skip(channel).step_by(channels);
            samples.skip(frames.saturating_sub(TAPS)).for_each(|sample| history.push(*sample));
        }
        self.quiet_frames = self.quiet_frames.saturating_add(frames);
    }

    /// Records one frame. Returns the maximum gain of the frame that is now in the middle of the filter, at most 1.
    pub(super) fn record_frame(&mut self, frame: &[f32]) -> f32 {
        let mut is_large = false;
        for (channel, sample) in frame.iter().enumerate() {
            self.histories[channel].push(*sample);
            is_large |= self.may_exceed_ceiling(sample.abs());
        }
        self.quiet_frames = if is_large { 0 } else { self.quiet_frames.saturating_add(1) };
        if self.quiet_frames >= TAPS { 1.0 } else { self.ceiling / self.interpolated_peak().max(self.ceiling) }
    }

    /// Returns the largest absolute value of all channels from the frame in the middle of the filter up to the next
    /// frame.
    fn interpolated_peak(&self) -> f32 {
        let channel_peak = |history: &SampleHistory| {
            let samples = history.oldest_first();
            let mut points = [0.0; INTERPOLATED_POINTS];
            for (coefficients, sample) in self.filter.iter().zip(samples) {
                points.iter_mut().zip(coefficients).for_each(|(point, c)| *point += c * sample);
            }
            points.iter().fold(samples[TAPS / 2 - 1].abs(), |peak, point| peak.max(point.abs()))
        };
        self.histories.iter().map(channel_peak).fold(0.0, f32::max)
    }
}
