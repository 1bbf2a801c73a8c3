//! Estimates when a buffer's first frame leaves the device, by a slow, robust fit to one measurement per callback.
//!
//! A measurement is the device's own timestamp. It jitters with the scheduler and the device's blocks, and now and then
//! it is far off. The fit looks for the instant at which frame 0 left, or would have: the median of the latest
//! measurements of it, each extrapolated to the present by the drift of the device's clock against ours. So no start
//! depends on a single measurement, nor on the unreliable ones right after opening.
//!
//! Until the device has been open for long enough, the drift is the trend of the latest measurements. It matters from
//! the first seconds on: PulseAudio's null sink, which rounds each block down to whole microseconds, runs 140 ppm fast
//! in blocks of 5 ms, and the median of four seconds alone would lag by 0.3 ms.
mod drift;
#[cfg(test)]
mod tests;
mod window;

use super::callback_rhythm::{CallbackRhythm, CallbackTiming};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::output::frames::us_of_frames;
use drift::{DriftTracker, drift_us};
use window::{JUMP_US, MeasurementWindow, WINDOW};

/// Number of callbacks after opening whose measurements are dropped once later ones arrive.
const SETTLING: u32 = 8;
/// This many outliers in a row count as a jump; fewer are noise.
const JUMP_OUTLIERS: usize = 6;
/// The same while nothing plays: a false alarm then costs no audio, and a real jump is found before the next start.
const JUMP_OUTLIERS_SILENT: usize = 3;
/// The same within the first [`STARTING`] callbacks. A sound server that was idle may call twice in immediate
/// succession and then not for seconds, and the first sound comes soon after.
const JUMP_OUTLIERS_STARTING: usize = 2;
/// How many callbacks count as start-up, during which two outliers that agree are a jump.
const STARTING: u32 = 32;

/// When a buffer leaves the device, and how accurately that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BufferTime {
    /// When its first frame leaves.
    pub at: BootTime,
    /// Possible error of `at`, microseconds: two standard errors of the fit, estimated from the scatter of the
    /// measurements. An error that all timestamps share is not included.
    pub within_us: i64,
    /// A pause that the device inserted before this buffer.
    pub gap: Option<DeviceGap>,
}

/// Silence that the device inserted on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DeviceGap {
    /// Length of the pause, microseconds: frames leave that much later than before.
    pub us: i64,
    /// When the gap was first noticed: frames that leave later leave after it. `None` when the device had nothing left,
    /// so that all frames given to it left before the gap.
    pub since: Option<BootTime>,
}

/// Outliers in a row that agree with each other.
#[derive(Debug)]
struct OutlierRun {
    count: usize,
    /// Where the latest outlier puts frame 0.
    latest: i64,
    /// When the first of them came.
    since: BootTime,
}

/// Relates the frames of a stream to the boot clock. The device's callback owns it.
#[derive(Debug)]
pub(super) struct ClockFit {
    frames: u64,
    callbacks: u32,
    window: MeasurementWindow,
    outliers: OutlierRun,
    /// Set when the device has run dry: where frame 0 was before that.
    before_underrun: Option<i64>,
    drift: DriftTracker,
    /// Rhythm of the callbacks of a sound server, whose timestamps are interpolated.
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
    /// Returns the fit for a device behind a sound server.
    pub(super) fn for_sound_server() -> Self {
        Self { rhythm: Some(CallbackRhythm::default()), ..Self::default() }
    }

    /// Places the next `frames` frames in time. A callback at `now` has measured that they leave at `measured`;
    /// `sounding` says whether a track has begun and is not over.
    pub(super) fn place_buffer(
        &mut self,
        now: BootTime,
        measured: BootTime,
        frames: usize,
        rate: u32,
        sounding: bool,
    ) -> BufferTime {
        let elapsed = u128::from(self.frames) * SECOND_US as u128 / u128::from(rate.max(1));
        let elapsed = i64::try_from(elapsed).unwrap_or(i64::MAX);
        self.frames += frames as u64;
        self.callbacks = self.callbacks.saturating_add(1);
        let origin = measured.plus(elapsed.saturating_neg()).0;
        let called = now.plus(elapsed.saturating_neg()).0;
        let gap = self.add_measurement(now, CallbackTiming { origin, called, elapsed }, sounding);
        let drift_ppb = self.drift.ppb().unwrap_or_else(|| self.window.trend_ppb());
        let fit = self.window.fit(elapsed, drift_ppb);
        let carried = self.rhythm.as_ref().and_then(|rhythm| rhythm.carried_origin(elapsed));
        if self.window.len() == WINDOW && carried.is_none() {
            // As it was in the middle of the window.
            let age = (WINDOW as i64 - 1).saturating_mul(us_of_frames(frames, rate)) / 2;
            let origin = fit.origin.saturating_sub(drift_us(age, drift_ppb));
            self.drift.update(elapsed.saturating_sub(age), origin);
        }
        // Where rhythm and measurements differ, nobody knows which is right.
        let apart = carried.map_or(0, |origin| origin.saturating_sub(fit.origin).saturating_abs());
        let origin = carried.unwrap_or(fit.origin);
        BufferTime { at: BootTime(origin.saturating_add(elapsed)), within_us: fit.within_us.max(apart), gap }
    }

    /// Forgets the measurements of a device that ran dry: they say nothing about the frames to come.
    pub(super) fn on_underrun(&mut self) {
        if let Some(latest) = self.window.latest().filter(|_| self.callbacks > SETTLING) {
            self.before_underrun.get_or_insert(latest);
        }
        self.reset();
    }

    /// Adds a measurement; returns the gap before it.
    fn add_measurement(&mut self, now: BootTime, timing: CallbackTiming, sounding: bool) -> Option<DeviceGap> {
        if self.callbacks == SETTLING + 1 {
            self.reset();
        }
        let outlier_of = self.find_outlier(now, timing);
        if outlier_of.is_some() && self.outliers.count < self.outliers_of_jump(sounding) {
            return None;
        }
        let mut before = self.before_underrun.take();
        if outlier_of.is_some() {
            before = before.or(outlier_of);
            self.reset();
        }
        self.window.push(timing.origin, timing.elapsed);
        if let Some(rhythm) = &mut self.rhythm {
            rhythm.add(timing);
        }
        let us = before.map_or(0, |before| timing.origin.saturating_sub(before));
        let since = outlier_of.map(|_| self.outliers.since);
        (us > 0).then_some(DeviceGap { us, since })
    }

    /// If a measurement is far from the latest one in the window, counts it and returns the latest one.
    fn find_outlier(&mut self, now: BootTime, timing: CallbackTiming) -> Option<i64> {
        let is_far = |from: i64| timing.origin.saturating_sub(from).saturating_abs() > JUMP_US;
        let expected = self.rhythm.as_ref().is_some_and(|rhythm| rhythm.is_expected(timing));
        let latest = self.window.latest().filter(|latest| !expected && is_far(*latest));
        // Bad measurements disagree with each other; after a real interruption they agree on a new origin.
        let agrees = self.outliers.count > 0 && !is_far(self.outliers.latest);
        self.outliers.count = if latest.is_some() { 1 + if agrees { self.outliers.count } else { 0 } } else { 0 };
        self.outliers.latest = timing.origin;
        if self.outliers.count == 1 {
            self.outliers.since = now;
        }
        latest
    }

    /// Returns how many outliers in a row currently count as a jump.
    fn outliers_of_jump(&self, sounding: bool) -> usize {
        match (self.callbacks <= STARTING, sounding) {
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
