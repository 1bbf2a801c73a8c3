//! The drift of a device's clock relative to the boot clock, over minutes.
use crate::base::instant::SECOND_US;

/// Minimum time between the two measurements of a drift, microseconds.
const MIN_BASELINE_US: i64 = 30 * SECOND_US;
/// Maximum drift of a working device, parts per billion.
const MAX_DRIFT_PPB: i64 = 1_000_000;

/// Measures the drift of the origin, starting with the first full window of measurements.
#[derive(Debug, Default)]
pub(super) struct DriftTracker {
    /// Stream time and origin of the first full window, both in microseconds.
    start: Option<(i64, i64)>,
    /// The drift, parts per billion.
    ppb: Option<i64>,
}

impl DriftTracker {
    /// Returns the drift in parts per billion; `None` until the device has been open for [`MIN_BASELINE_US`].
    pub(super) fn ppb(&self) -> Option<i64> {
        self.ppb
    }

    /// Starts a new measurement. The drift that was measured before stays valid.
    pub(super) fn restart(&mut self) {
        self.start = None;
    }

    /// Updates the drift with the origin of a full window at `stream_time_us`.
    pub(super) fn update(&mut self, stream_time_us: i64, origin_us: i64) {
        let Some((start_time_us, start_origin_us)) = self.start else {
            self.start = Some((stream_time_us, origin_us));
            return;
        };
        let elapsed_us = stream_time_us.saturating_sub(start_time_us);
        if elapsed_us >= MIN_BASELINE_US {
            let ppb = i128::from(origin_us.saturating_sub(start_origin_us)) * 1_000_000_000 / i128::from(elapsed_us);
            let ppb = i64::try_from(ppb).unwrap_or(0);
            self.ppb = Some(if ppb.abs() <= MAX_DRIFT_PPB { ppb } else { 0 });
        }
    }
}

/// Returns by how much the clocks drift apart in `duration_us`, microseconds.
pub(super) fn drift_us(duration_us: i64, drift_ppb: i64) -> i64 {
    duration_us.saturating_mul(drift_ppb) / 1_000_000_000
}
