//! True peaks: the largest value of each frame, including between samples, and the gains that keep it under the
//! ceiling.
use crate::library::meter::interpolation_taps;

/// -1 dBTP, minus a margin for peaks that fall between the interpolated points.
const CEILING: f32 = 0.868;
/// Filter coefficients for each interpolated point.
pub(super) const TAPS: usize = 24;
/// Interpolated points between two samples.
const INTERPOLATED: usize = 4;
/// Finds the true peaks of interleaved frames.
pub(super) struct TruePeaks {
    /// Coefficients of the filter, grouped by sample.
    filter: [[f32; INTERPOLATED]; TAPS],
    /// Largest possible output of the filter for samples within ±1.
    max_filter_gain: f32,
    /// One for each channel.
    histories: Vec<SampleHistory>,
    /// Frames since the last one that was large enough to be interpolated.
    quiet_frames: usize,
}

/// The last samples of one channel, for the filter. They are kept twice, so that they are always contiguous.
#[derive(Clone)]
struct SampleHistory {
    samples: [f32; 2 * TAPS],
    /// Index at which the next sample is written; the oldest sample is there.
    at: usize,
}

impl SampleHistory {
    fn push(&mut self, sample: f32) {
        (self.samples[self.at], self.samples[self.at + TAPS]) = (sample, sample);
        self.at = (self.at + 1) % TAPS;
    }

    /// Returns the samples, the oldest first.
    fn oldest_first(&self) -> &[f32] {
        &self.samples[self.at..self.at + TAPS]
    }
}

impl TruePeaks {
    /// Returns a finder for frames of `channels` samples, whose history is silence.
    pub(super) fn new(channels: usize) -> Self {
        let points: [[f32; TAPS]; INTERPOLATED] =
            std::array::from_fn(|p| interpolation_taps((p + 1) as f64 / (INTERPOLATED + 1) as f64));
        let size = |row: &[f32; TAPS]| row.iter().map(|c| c.abs()).sum::<f32>();
        Self {
            max_filter_gain: points.iter().map(size).fold(1.0, f32::max),
            filter: std::array::from_fn(|tap| std::array::from_fn(|point| points[point][tap])),
            histories: vec![SampleHistory { samples: [0.0; 2 * TAPS], at: 0 }; channels],
            quiet_frames: 0,
        }
    }

    /// Returns whether no frame of a block needs interpolation; `peak` is the block's largest sample.
    pub(super) fn stays_quiet(&self, peak: f32) -> bool {
        self.quiet_frames >= TAPS && !self.may_exceed_ceiling(peak)
    }

    /// Returns whether samples of this size can make a peak above the ceiling.
    fn may_exceed_ceiling(&self, size: f32) -> bool {
        // NaN is examined, too.
        size.is_nan() || size * self.max_filter_gain > CEILING
    }

    /// Records a block without large samples, after others without.
    pub(super) fn record_quiet(&mut self, piece: &[f32]) {
        let channels = self.histories.len();
        let frames = piece.len() / channels;
        for (channel, recent) in self.histories.iter_mut().enumerate() {
            let samples = piece.iter().skip(channel).step_by(channels);
            samples.skip(frames.saturating_sub(TAPS)).for_each(|sample| recent.push(*sample));
        }
        self.quiet_frames = self.quiet_frames.saturating_add(frames);
    }

    /// Records one frame; returns the largest gain of the frame in the middle of the filter.
    pub(super) fn max_gain(&mut self, frame: &[f32]) -> f32 {
        let mut large = false;
        for (channel, sample) in frame.iter().enumerate() {
            self.histories[channel].push(*sample);
            large |= self.may_exceed_ceiling(sample.abs());
        }
        self.quiet_frames = if large { 0 } else { self.quiet_frames.saturating_add(1) };
        if self.quiet_frames >= TAPS { 1.0 } else { CEILING / self.interpolated_peak().max(CEILING) }
    }

    /// Returns the largest value at the middle frame, or between it and the next, over all channels.
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
}
