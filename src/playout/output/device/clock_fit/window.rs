//! The latest measurements of a device's clock, and the robust statistics over them.
use super::drift::drift_us;

/// Measurements in the window: those of some seconds.
pub(super) const WINDOW: usize = 64;
/// Microseconds from the fit at which a measurement is an outlier; so many of them mean that the device was
/// interrupted.
pub(super) const JUMP_US: i64 = 20_000;
/// Fewer measurements do not tell their own error: then nothing better than [`JUMP_US`] is claimed.
pub(super) const MIN_MEASUREMENTS: usize = 8;
/// Fewer measurements have no trend.
const MIN_FOR_TREND: usize = WINDOW / 2;
/// Largest trend of a few seconds that is believed, parts per billion: so few measurements, with a scatter of 2 ms, may
/// have a slope that is wrong by as much.
const MAX_TREND_PPB: i64 = 300_000;

/// A ring of measurements, all in microseconds.
#[derive(Debug)]
pub(super) struct MeasurementWindow {
    /// Where each measurement puts frame 0.
    origins: [i64; WINDOW],
    /// When each was made, in the time of the frames.
    times: [i64; WINDOW],
    len: usize,
    next: usize,
}

/// A fit of the measurements.
#[derive(Debug, Clone, Copy)]
pub(super) struct WindowFit {
    /// Where frame 0 is now: the median of the measurements, each moved along by the drift.
    pub origin: i64,
    /// Two standard errors of `origin`, by the scatter of the measurements.
    pub within_us: i64,
}

impl Default for MeasurementWindow {
    fn default() -> Self {
        Self { origins: [0; WINDOW], times: [0; WINDOW], len: 0, next: 0 }
    }
}

impl MeasurementWindow {
    /// Adds a measurement; the oldest one gives way.
    pub(super) fn push(&mut self, origin: i64, time: i64) {
        self.origins[self.next] = origin;
        self.times[self.next] = time;
        self.next = (self.next + 1) % WINDOW;
        self.len = (self.len + 1).min(WINDOW);
    }

    /// Forgets all measurements.
    pub(super) fn clear(&mut self) {
        (self.len, self.next) = (0, 0);
    }

    /// Returns the number of measurements.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns where the latest measurement puts frame 0; `None` without one.
    pub(super) fn latest(&self) -> Option<i64> {
        (self.len > 0).then(|| self.origins[(self.next + WINDOW - 1) % WINDOW])
    }

    /// Fits the measurements at `elapsed` microseconds of the stream, with this drift.
    pub(super) fn fit(&self, elapsed: i64, drift_ppb: i64) -> WindowFit {
        let mut sorted = self.origins;
        let sorted = &mut sorted[..self.len];
        for (origin, time) in sorted.iter_mut().zip(self.times) {
            *origin = origin.saturating_add(drift_us(elapsed.saturating_sub(time), drift_ppb));
        }
        sorted.sort_unstable();
        let median = median_of(sorted);
        sorted.iter_mut().for_each(|o| *o = o.saturating_sub(median).saturating_abs());
        sorted.sort_unstable();
        WindowFit { origin: median, within_us: two_standard_errors(median_of(sorted), self.len) }
    }

    /// Returns the drift within the window in parts per billion, after Theil and Sen: the median of the slopes between
    /// its halves.
    pub(super) fn trend_ppb(&self) -> i64 {
        if self.len < MIN_FOR_TREND {
            return 0;
        }
        let half = self.len / 2;
        let index = |n: usize| (self.next + WINDOW - self.len + n) % WINDOW;
        let mut slopes = [0; WINDOW / 2];
        let slopes = &mut slopes[..half];
        for (n, slope) in slopes.iter_mut().enumerate() {
            let (early, late) = (index(n), index(n + self.len - half));
            let passed = self.times[late].saturating_sub(self.times[early]).max(1);
            let moved = self.origins[late].saturating_sub(self.origins[early]);
            *slope = moved.saturating_mul(1_000_000) / passed * 1000;
        }
        slopes.sort_unstable();
        median_of(slopes).clamp(-MAX_TREND_PPB, MAX_TREND_PPB)
    }
}

fn median_of(sorted: &[i64]) -> i64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

/// Returns two standard errors of the median of `count` measurements whose median distance from it is given.
///
/// For a normal scatter sigma is 1.4826 times that distance, and the error of the median is 1.2533 times sigma over the
/// root of the count. Neighbours share their errors, so they count as a quarter of their number.
fn two_standard_errors(median_distance: i64, count: usize) -> i64 {
    if count < MIN_MEASUREMENTS {
        return JUMP_US;
    }
    let root = ((count as f64) / 4.0).max(1.0).sqrt();
    (2.0 * 1.2533 * 1.4826 * median_distance as f64 / root).ceil() as i64
}
