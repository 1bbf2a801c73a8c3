//! A window of the latest measurements of a device's clock, and robust statistics over them.
use super::drift::drift_us;

/// Number of measurements in the window, which covers some seconds.
pub(super) const WINDOW_LEN: usize = 64;
/// Distance from the latest origin beyond which a measurement is an outlier, microseconds. Several outliers in a row
/// show that the device paused.
pub(super) const MIN_JUMP_US: i64 = 20_000;
/// Minimum number of measurements for an estimate of their error. With fewer measurements, the error counts as
/// [`MIN_JUMP_US`].
pub(super) const MIN_MEASUREMENTS: usize = 8;
/// Minimum number of measurements for a trend.
const MIN_TREND_MEASUREMENTS: usize = WINDOW_LEN / 2;
/// Maximum trend, parts per billion. Measurements of a few seconds with a scatter of 2 ms can have a slope that is
/// wrong by this amount, so a larger trend is not plausible.
const MAX_TREND_PPB: i64 = 300_000;

/// A ring of measurements, all in microseconds.
#[derive(Debug)]
pub(super) struct MeasurementWindow {
    /// The origin according to each measurement.
    origins_us: [i64; WINDOW_LEN],
    /// The stream time of each measurement.
    times_us: [i64; WINDOW_LEN],
    len: usize,
    /// Index at which the next measurement is stored.
    next_index: usize,
}

/// A fit to the measurements, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct WindowFit {
    /// The median of the origins, each extrapolated to the present by the drift.
    pub origin_us: i64,
    /// Two standard errors of `origin_us`, from the scatter of the measurements.
    pub possible_error_us: i64,
}

impl Default for MeasurementWindow {
    fn default() -> Self {
        Self { origins_us: [0; WINDOW_LEN], times_us: [0; WINDOW_LEN], len: 0, next_index: 0 }
    }
}

impl MeasurementWindow {
    /// Adds a measurement. If the window is full, it replaces the oldest one.
    pub(super) fn push(&mut self, origin_us: i64, stream_time_us: i64) {
        self.origins_us[self.next_index] = origin_us;
        self.times_us[self.next_index] = stream_time_us;
        self.next_index = (self.next_index + 1) % WINDOW_LEN;
        self.len = (self.len + 1).min(WINDOW_LEN);
    }

    /// Removes all measurements.
    pub(super) fn clear(&mut self) {
        (self.len, self.next_index) = (0, 0);
    }

    /// Returns the number of measurements.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the origin according to the latest measurement; `None` if the window is empty.
    pub(super) fn latest_origin_us(&self) -> Option<i64> {
        (self.len > 0).then(|| self.origins_us[(self.next_index + WINDOW_LEN - 1) % WINDOW_LEN])
    }

    /// Returns the fit at `stream_time_us`, in microseconds, with this drift.
    pub(super) fn fit(&self, stream_time_us: i64, drift_ppb: i64) -> WindowFit {
        let mut sorted = self.origins_us;
        let sorted = &mut sorted[..self.len];
        for (origin_us, time_us) in sorted.iter_mut().zip(self.times_us) {
            *origin_us = origin_us.saturating_add(drift_us(stream_time_us.saturating_sub(time_us), drift_ppb));
        }
        sorted.sort_unstable();
        let median = median_of(sorted);
        sorted.iter_mut().for_each(|o| *o = o.saturating_sub(median).saturating_abs());
        sorted.sort_unstable();
        WindowFit { origin_us: median, possible_error_us: two_standard_errors(median_of(sorted), self.len) }
    }

    /// Returns the drift within the window in parts per billion: the median of the slopes between its first and its
    /// second half, as in the Theil-Sen estimator. 0 if the window has fewer than [`MIN_TREND_MEASUREMENTS`]
    /// measurements.
    pub(super) fn trend_ppb(&self) -> i64 {
        if self.len < MIN_TREND_MEASUREMENTS {
            return 0;
        }
        let half = self.len / 2;
        let index = |n: usize| (self.next_index + WINDOW_LEN - self.len + n) % WINDOW_LEN;
        let mut slopes = [0; WINDOW_LEN / 2];
        let slopes = &mut slopes[..half];
        for (n, slope) in slopes.iter_mut().enumerate() {
            let (early_index, late_index) = (index(n), index(n + self.len - half));
            let elapsed_us = self.times_us[late_index].saturating_sub(self.times_us[early_index]).max(1);
            let shift_us = self.origins_us[late_index].saturating_sub(self.origins_us[early_index]);
            *slope = shift_us.saturating_mul(1_000_000) / elapsed_us * 1000;
        }
        slopes.sort_unstable();
        median_of(slopes).clamp(-MAX_TREND_PPB, MAX_TREND_PPB)
    }
}

fn median_of(sorted: &[i64]) -> i64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

/// Returns two standard errors of the median of `count` measurements with this median distance from their median.
///
/// For normally distributed errors, sigma is 1.4826 times that distance, and the standard error of the median is 1.2533
/// times sigma divided by the square root of the count. Errors of successive measurements are correlated, so only a
/// quarter of the measurements count as independent.
fn two_standard_errors(median_distance_us: i64, count: usize) -> i64 {
    if count < MIN_MEASUREMENTS {
        return MIN_JUMP_US;
    }
    let root = ((count as f64) / 4.0).max(1.0).sqrt();
    (2.0 * 1.2533 * 1.4826 * median_distance_us as f64 / root).ceil() as i64
}
