//! Estimates the instant at which a buffer's first frame leaves the device, by a slow and robust fit to one measurement
//! for each callback.
//!
//! A measurement is a timestamp of the device. It jitters with the scheduler and with the device's blocks, and
//! sometimes it is far off. Each measurement, minus the length of the stream before it, gives an instant for frame 0 of
//! the stream, which is call_origin the origin. The fit is the median of the latest origins, each extrapolated to the
//! present by the drift of the device's clock against the boot clock. So no start depends on a single measurement, or
//! on the unreliable ones right after opening.
//!
//! The drift is measured over minutes. Until then, it is the trend of the latest measurements. It matters from the
//! first seconds on: PulseAudio's null sink, which rounds each block down to whole microseconds, runs 140 ppm fast in
//! blocks of 5 ms, so that the median over four seconds would lag by 0.3 ms without the trend.
mod drift;
#[cfg(test)]
mod tests;
mod window;

use super::callback_rhythm::{CallbackRhythm, CallbackTiming};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::output::frames::us_of_frames;
use drift::{DriftTracker, drift_us};
use window::{JUMP_US, MeasurementWindow, WINDOW};

/// Number of callbacks after opening whose measurements are dropped when later ones arrive.
const SETTLING: u32 = 8;
/// Number of consecutive outliers that count as a jump while a track sounds. Fewer are noise.
const JUMP_OUTLIERS: usize = 6;
/// The same while no track sounds. A false jump then costs no sound, and a real one is found before the next start.
const JUMP_OUTLIERS_SILENT: usize = 3;
/// The same within the first [`STARTING`] callbacks. A sound server that was idle may call twice in succession and then
/// not for seconds, soon before the first sound.
const JUMP_OUTLIERS_STARTING: usize = 2;
/// Number of callbacks that count as start-up.
const STARTING: u32 = 32;

/// The instant at which a buffer leaves the device, and its possible error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BufferTime {
    /// Instant at which the first frame leaves.
    pub at: BootTime,
    /// Possible error of `at`, microseconds: two standard errors of the fit, from the scatter of the measurements. An
    /// error that all timestamps share is not included.
    pub within_us: i64,
    /// Silence that was found before this buffer, if any.
    pub gap: Option<DeviceGap>,
}

/// Silence that the device inserted, because it paused or had no frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DeviceGap {
    /// Length of the silence, microseconds. Frames leave later by this time.
    pub us: i64,
    /// Instant at which the gap was first noticed. Frames that were to leave after it leave after the gap. `None` if
    /// the device reported an underrun: then all frames that it was given left before the gap.
    pub since: Option<BootTime>,
}

/// Consecutive outliers that agree with each other.
#[derive(Debug)]
struct OutlierRun {
    count: usize,
    /// The origin by the latest outlier.
    latest: i64,
    /// Instant of the first of them.
    since: BootTime,
}

/// The relation between the frames of a stream and the boot clock. The device's callback owns it.
#[derive(Debug)]
pub(super) struct ClockFit {
    /// Number of frames of the stream so far.
    frames: u64,
    /// Number of callbacks so far.
    callbacks: u32,
    window: MeasurementWindow,
    outliers: OutlierRun,
    /// The origin before an underrun; `Some` between the underrun and the next measurement.
    before_underrun: Option<i64>,
    drift: DriftTracker,
    /// The rhythm of the callbacks, only for a sound server, whose timestamps are interpolated.
    rhythm: Option<CallbackRhythm>,
}

impl Default for ClockFit {
    fn default() -> Self {
        Self {
            frames: 0,
            callbacks: 0,
            window: MeasurementWindow::default(),
            outliers: OutlierRun { count: 0, latest: 0, since: BootTime(0) },
            before_underrun: None,
            drift: DriftTracker::default(),
            rhythm: None,
        }
    }
}

impl ClockFit {
    /// Returns a fit for a sound server.
    pub(super) fn for_sound_server() -> Self {
        Self { rhythm: Some(CallbackRhythm::default()), ..Self::default() }
    }

    /// Estimates when the next `frames` frames leave. A callback at `now` has measured that they leave at
    /// `measured_at`. `is_sounding` is true if a track has started and is not over.
    pub(super) fn place_buffer(
        &mut self,
        now: BootTime,
        measured_at: BootTime,
        frames: usize,
        rate: u32,
        is_sounding: bool,
    ) -> BufferTime {
        let elapsed = u128::from(self.frames) * SECOND_US as u128 / u128::from(rate.max(1));
        let elapsed = i64::try_from(elapsed).unwrap_or(i64::MAX);
        self.frames += frames as u64;
        self.callbacks = self.callbacks.saturating_add(1);
        let origin = measured_at.plus(elapsed.saturating_neg()).0;
        let call_origin = now.plus(elapsed.saturating_neg()).0;
        let gap = self.add_measurement(now, CallbackTiming { origin, call_origin, elapsed }, is_sounding);
        let drift_ppb = self.drift.ppb().unwrap_or_else(|| self.window.trend_ppb());
        let fit = self.window.fit(elapsed, drift_ppb);
        let extrapolated_origin = self.rhythm.as_ref().and_then(|rhythm| rhythm.extrapolated_origin(elapsed));
        if self.window.len() == WINDOW && extrapolated_origin.is_none() {
            // The fit is extrapolated to the present. The tracker gets the origin in the middle of the window.
            let age_us = (WINDOW as i64 - 1).saturating_mul(us_of_frames(frames, rate)) / 2;
            let origin = fit.origin.saturating_sub(drift_us(age_us, drift_ppb));
            self.drift.update(elapsed.saturating_sub(age_us), origin);
        }
        // If rhythm and measurements differ, either may be wrong, so the difference is a possible error.
        let difference = extrapolated_origin.map_or(0, |origin| origin.saturating_sub(fit.origin).saturating_abs());
        let origin = extrapolated_origin.unwrap_or(fit.origin);
        BufferTime { at: BootTime(origin.saturating_add(elapsed)), within_us: fit.within_us.max(difference), gap }
    }

    /// Drops the measurements after an underrun, because they do not apply to the frames that follow.
    pub(super) fn on_underrun(&mut self) {
        if let Some(latest) = self.window.latest().filter(|_| self.callbacks > SETTLING) {
            self.before_underrun.get_or_insert(latest);
        }
        self.reset();
    }

    /// Adds a measurement. Returns the gap before it, if it shows one.
    fn add_measurement(&mut self, now: BootTime, timing: CallbackTiming, is_sounding: bool) -> Option<DeviceGap> {
        if self.callbacks == SETTLING + 1 {
            self.reset();
        }
        let jump_from = self.find_outlier(now, timing);
        if jump_from.is_some() && self.outliers.count < self.outliers_of_jump(is_sounding) {
            return None;
        }
        let mut origin_before = self.before_underrun.take();
        if jump_from.is_some() {
            origin_before = origin_before.or(jump_from);
            self.reset();
        }
        self.window.push(timing.origin, timing.elapsed);
        if let Some(rhythm) = &mut self.rhythm {
            rhythm.add(timing);
        }
        let us = origin_before.map_or(0, |before| timing.origin.saturating_sub(before));
        let since = jump_from.map(|_| self.outliers.since);
        (us > 0).then_some(DeviceGap { us, since })
    }

    /// If a measurement is far from the latest origin in the window, counts it as an outlier and returns that origin.
    fn find_outlier(&mut self, now: BootTime, timing: CallbackTiming) -> Option<i64> {
        let is_far_from = |origin: i64| timing.origin.saturating_sub(origin).saturating_abs() > JUMP_US;
        let is_expected = self.rhythm.as_ref().is_some_and(|rhythm| rhythm.is_expected(timing));
        let latest = self.window.latest().filter(|latest| !is_expected && is_far_from(*latest));
        // Wrong measurements disagree with each other. After a real pause they agree on a new origin.
        let agrees = self.outliers.count > 0 && !is_far_from(self.outliers.latest);
        self.outliers.count = if latest.is_some() { 1 + if agrees { self.outliers.count } else { 0 } } else { 0 };
        self.outliers.latest = timing.origin;
        if self.outliers.count == 1 {
            self.outliers.since = now;
        }
        latest
    }

    /// Returns the number of consecutive outliers that count as a jump at present.
    fn outliers_of_jump(&self, is_sounding: bool) -> usize {
        match (self.callbacks <= STARTING, is_sounding) {
            (true, _) => JUMP_OUTLIERS_STARTING,
            (false, true) => JUMP_OUTLIERS,
            (false, false) => JUMP_OUTLIERS_SILENT,
        }
    }

    fn reset(&mut self) {
        self.window.clear();
        self.outliers.count = 0;
        self.drift.restart();
        if let Some(rhythm) = &mut self.rhythm {
            rhythm.reset();
        }
    }
}
