//! The drift of a device's clock against the boot clock, over minutes.
use crate::base::instant::SECOND_US;

/// Microseconds of measurements before a drift is believed.
const MIN_BASELINE_US: i64 = 30 * SECOND_US;
/// Largest drift of a working device, parts per billion.
const MAX_DRIFT_PPB: i64 = 1_000_000;

/// Measures the drift from the first full window of measurements on.
#[derive(Debug, Default)]
pub(super) struct DriftTracker {
    /// When (in the time of the frames) and where the first full window put frame 0, microseconds.
    start: Option<(i64, i64)>,
    ppb: Option<i64>,
}

impl DriftTracker {
    /// Returns the drift in parts per billion, once the device has been open for long enough.
    pub(super) fn ppb(&self) -> Option<i64> {
        self.ppb
    }

    /// Starts a new baseline; the drift measured so far stays.
    pub(super) fn restart(&mut self) {
        self.start = None;
    }

    /// Adds where a full window puts frame 0 at `time`.
    pub(super) fn update(&mut self, time: i64, origin: i64) {
        let Some((start_time, start_origin)) = self.start else {
            self.start = Some((time, origin));
            return;
        };
        let passed = time.saturating_sub(start_time);
        if passed >= MIN_BASELINE_US {
            let ppb = i128::from(origin.saturating_sub(start_origin)) * 1_000_000_000 / i128::from(passed);
            let ppb = i64::try_from(ppb).unwrap_or(0);
            self.ppb = Some(if ppb.abs() <= MAX_DRIFT_PPB { ppb } else { 0 });
        }
    }
}

/// Returns how far the clocks part in so many microseconds.
pub(super) fn drift_us(us: i64, ppb: i64) -> i64 {
    us.saturating_mul(ppb) / 1_000_000_000
}
