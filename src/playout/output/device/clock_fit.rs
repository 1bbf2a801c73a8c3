//! Estimates the instant at which a buffer's first frame leaves the device, by a slow and robust fit to one measurement
//! for each callback.
//!
//! A measurement is a timestamp from the device. It jitters with the scheduler and with the device's blocks, and
//! sometimes it is far from the true instant. Each measurement, minus the length of the stream before it, gives an
//! instant for frame 0 of the stream, which is called the origin. The fit is the median of the latest origins, each
//! extrapolated to the present by the drift of the device's clock relative to the boot clock. Therefore, no start
//! depends on a single measurement, or on the unreliable ones right after opening.
//!
//! The drift is measured over minutes. Until then, it is the trend of the latest measurements. It matters from the
//! first seconds on: PulseAudio's null sink, which rounds each block down to whole microseconds, runs 140 ppm fast in
//! blocks of 5 ms, so the median over four seconds would lag by 0.3 ms without the trend.
mod drift;
#[cfg(test)]
mod tests;
mod window;

use super::callback_rhythm::{CallbackRhythm, CallbackTiming};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::output::frames::frames_to_us;
use drift::{DriftTracker, drift_us};
use window::{MIN_JUMP_US, MeasurementWindow, WINDOW_LEN};

/// Number of callbacks after opening whose measurements are dropped when later ones arrive.
const SETTLING_CALLBACKS: u32 = 8;
/// Number of consecutive outliers that count as a jump while a track sounds. Fewer outliers are noise.
const JUMP_OUTLIERS: usize = 6;
/// The same as [`JUMP_OUTLIERS`] while no track sounds. A false jump then causes no audible error, and a real jump is
/// found before the next start.
const JUMP_OUTLIERS_SILENT: usize = 3;
/// The same as [`JUMP_OUTLIERS`] within the first [`START_UP_CALLBACKS`] callbacks. A sound server that was idle can
/// call twice in succession and then pause for seconds, shortly before the first sound.
const JUMP_OUTLIERS_START_UP: usize = 2;
/// Number of callbacks after opening that count as start-up.
const START_UP_CALLBACKS: u32 = 32;

/// The instant at which a buffer leaves the device, and its possible error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BufferTime {
    /// Instant at which the first frame leaves.
    pub at: BootTime,
    /// Possible error of `at`, microseconds: two standard errors of the fit, from the scatter of the measurements. An
    /// error common to all timestamps is not included.
    pub possible_error_us: i64,
    /// Silence that was found before this buffer, if any.
    pub gap: Option<DeviceGap>,
}

/// Silence that the device inserted, because it paused or had no frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DeviceGap {
    /// Length of the silence, microseconds. The frames after it are delayed by this time.
    pub duration_us: i64,
    /// Instant at which the gap was first noticed. Frames that were due after that instant leave after the gap. `None`
    /// if the device reported an underrun. In that case, all frames that the device had taken left before the gap.
    pub noticed_at: Option<BootTime>,
}

/// Consecutive outliers whose origins agree with each other.
#[derive(Debug)]
struct OutlierRun {
    count: usize,
    /// The origin according to the latest measurement.
    latest_origin_us: i64,
    /// Instant of the callback that measured the first outlier.
    started_at: BootTime,
}

/// The relation between the frames of a stream and the boot clock. The device's callback owns it.
#[derive(Debug)]
pub(super) struct ClockFit {
    /// Number of frames of the stream so far.
    stream_frames: u64,
    /// Number of callbacks so far.
    callback_count: u32,
    window: MeasurementWindow,
    outliers: OutlierRun,
    /// The origin before an underrun; `Some` between the underrun and the next measurement.
    origin_before_underrun_us: Option<i64>,
    drift: DriftTracker,
    /// The rhythm of the callbacks, only for a sound server, whose timestamps are interpolated.
    rhythm: Option<CallbackRhythm>,
}

impl Default for ClockFit {
    fn default() -> Self {
        Self {
            stream_frames: 0,
            callback_count: 0,
            window: MeasurementWindow::default(),
            outliers: OutlierRun { count: 0, latest_origin_us: 0, started_at: BootTime(0) },
            origin_before_underrun_us: None,
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

    /// Estimates when the next `frames` frames leave. `measured_leave_time` is the instant at which the first of them
    /// leaves according to the timestamp of the callback at `now`. `is_sounding` is true if a track has started and has
    /// not ended.
    pub(super) fn estimate_buffer_time(
        &mut self,
        now: BootTime,
        measured_leave_time: BootTime,
        frames: usize,
        rate: u32,
        is_sounding: bool,
    ) -> BufferTime {
        let stream_time_us = u128::from(self.stream_frames) * SECOND_US as u128 / u128::from(rate.max(1));
        let stream_time_us = i64::try_from(stream_time_us).unwrap_or(i64::MAX);
        self.stream_frames += frames as u64;
        self.callback_count = self.callback_count.saturating_add(1);
        let origin_us = measured_leave_time.plus(stream_time_us.saturating_neg()).0;
        let call_origin_us = now.plus(stream_time_us.saturating_neg()).0;
        let gap = self.add_measurement(now, CallbackTiming { origin_us, call_origin_us, stream_time_us }, is_sounding);
        let drift_ppb = self.drift.ppb().unwrap_or_else(|| self.window.trend_ppb());
        let fit = self.window.fit(stream_time_us, drift_ppb);
        let extrapolated_origin_us =
            self.rhythm.as_ref().and_then(|rhythm| rhythm.extrapolated_origin_us(stream_time_us));
        if self.window.len() == WINDOW_LEN && extrapolated_origin_us.is_none() {
            // `fit.origin_us` is extrapolated to the present, but the drift tracker needs the origin in the middle of
            // the window.
            let age_us = (WINDOW_LEN as i64 - 1).saturating_mul(frames_to_us(frames, rate)) / 2;
            let origin_us = fit.origin_us.saturating_sub(drift_us(age_us, drift_ppb));
            self.drift.update(stream_time_us.saturating_sub(age_us), origin_us);
        }
        // If the rhythm and the measurements differ, either can be wrong, so the difference is a possible error.
        let difference_us =
            extrapolated_origin_us.map_or(0, |origin_us| origin_us.saturating_sub(fit.origin_us).saturating_abs());
        let origin_us = extrapolated_origin_us.unwrap_or(fit.origin_us);
        BufferTime {
            at: BootTime(origin_us.saturating_add(stream_time_us)),
            possible_error_us: fit.possible_error_us.max(difference_us),
            gap,
        }
    }

    /// Drops the measurements after an underrun, because they do not apply to the frames that follow.
    pub(super) fn on_underrun(&mut self) {
        if let Some(latest_origin_us) =
            self.window.latest_origin_us().filter(|_| self.callback_count > SETTLING_CALLBACKS)
        {
            self.origin_before_underrun_us.get_or_insert(latest_origin_us);
        }
        self.reset();
    }

    /// Adds a measurement. Returns the gap before the measurement, if the measurement shows a gap.
    fn add_measurement(&mut self, now: BootTime, timing: CallbackTiming, is_sounding: bool) -> Option<DeviceGap> {
        if self.callback_count == SETTLING_CALLBACKS + 1 {
            self.reset();
        }
        let previous_origin_us = self.count_outlier(now, timing);
        if previous_origin_us.is_some() && self.outliers.count < self.min_jump_outliers(is_sounding) {
            return None;
        }
        let mut origin_before_us = self.origin_before_underrun_us.take();
        if previous_origin_us.is_some() {
            origin_before_us = origin_before_us.or(previous_origin_us);
            self.reset();
        }
        self.window.push(timing.origin_us, timing.stream_time_us);
        if let Some(rhythm) = &mut self.rhythm {
            rhythm.add(timing);
        }
        let duration_us = origin_before_us.map_or(0, |before| timing.origin_us.saturating_sub(before));
        let noticed_at = previous_origin_us.map(|_| self.outliers.started_at);
        (duration_us > 0).then_some(DeviceGap { duration_us, noticed_at })
    }

    /// If a measurement is far from the latest origin in the window, counts it as an outlier and returns that origin.
    fn count_outlier(&mut self, now: BootTime, timing: CallbackTiming) -> Option<i64> {
        let is_far_from = |origin_us: i64| timing.origin_us.saturating_sub(origin_us).saturating_abs() > MIN_JUMP_US;
        let is_expected = self.rhythm.as_ref().is_some_and(|rhythm| rhythm.is_expected(timing));
        let previous_origin_us =
            self.window.latest_origin_us().filter(|origin_us| !is_expected && is_far_from(*origin_us));
        // Wrong measurements disagree with each other. After a real pause they agree on a new origin.
        let agrees = self.outliers.count > 0 && !is_far_from(self.outliers.latest_origin_us);
        self.outliers.count =
            if previous_origin_us.is_some() { 1 + if agrees { self.outliers.count } else { 0 } } else { 0 };
        self.outliers.latest_origin_us = timing.origin_us;
        if self.outliers.count == 1 {
            self.outliers.started_at = now;
        }
        previous_origin_us
    }

    /// Returns the number of consecutive outliers that currently count as a jump.
    fn min_jump_outliers(&self, is_sounding: bool) -> usize {
        match (self.callback_count <= START_UP_CALLBACKS, is_sounding) {
            (true, _) => JUMP_OUTLIERS_START_UP,
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
