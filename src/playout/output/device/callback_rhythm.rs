//! The rhythm of a sound server's callbacks. It corrects unreliable timestamps in the first seconds of a stream.
//!
//! A client of a sound server queries the latency at growing intervals, and interpolates between the results. If a
//! stream begins some milliseconds late or early, PulseAudio's client assumes that the server's clock is fast or slow.
//! Its timestamps are then wrong by 10 ms after six seconds, and by less than 1 ms after 15 s (observed in 8 of 102
//! openings, once with 40 ms). However, the server requests frames only when it has played the same number of frames,
//! and this rhythm is steady to 0.3 ms. Therefore, the origin (the instant of frame 0) is at first extrapolated from
//! the measurements of the first 1.5 s. The rhythm supplies the drift between the server's clock and the boot clock.
//!
//! A server can start to request frames earlier or later, although they still leave on time. In that case, the rhythm
//! has a step, and the extrapolation ends.
#[cfg(test)]
mod tests;

use crate::base::instant::SECOND_US;

/// Number of callbacks that are stored. At intervals of [`MIN_SPACING_US`] they cover [`FIRST_PART_US`].
const MAX_CALLBACKS: usize = 64;
/// Minimum interval between two stored callbacks in stream time, microseconds.
const MIN_SPACING_US: i64 = FIRST_PART_US / MAX_CALLBACKS as i64;
/// Length of the first part of the stream, whose measurements are extrapolated, microseconds.
const FIRST_PART_US: i64 = SECOND_US + SECOND_US / 2;
/// Maximum time over which these measurements are extrapolated, microseconds. After that, the client's interpolation is
/// better.
const MAX_EXTRAPOLATION_US: i64 = 20 * SECOND_US;
/// Minimum number of callbacks from which a rhythm is derived.
const MIN_CALLBACKS: usize = 8;
/// Number of callbacks in a group. Steps are found by comparing group medians, which hide the repeating pattern that
/// the server's blocks cause, mostly of three callbacks.
const GROUP_LEN: usize = 12;
/// Minimum distance between the medians of two groups that counts as a step in the rhythm, microseconds. Up to 1.7 ms
/// were observed without a step.
const MIN_STEP_US: i64 = 3_000;
/// Maximum deviation with which a callback counts as expected, microseconds.
const MAX_EXPECTED_DEVIATION_US: i64 = 10_000;
/// Constant part of the maximum plausible shift of the callbacks, microseconds.
const BASE_MAX_SHIFT_US: i64 = 1_000;
/// Maximum plausible drift, parts per million. 140 to 440 ppm were observed with PulseAudio's null sink.
const MAX_DRIFT_PPM: i64 = 600;

/// The timing of one callback, in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CallbackTiming {
    /// Boot time of frame 0 of the stream, according to the measurement of this callback.
    pub origin_us: i64,
    /// Boot time of the call, minus `stream_time_us`.
    pub call_origin_us: i64,
    /// Length of the stream before this callback.
    pub stream_time_us: i64,
}

/// The latest callbacks of a stream, and the measurements of its first ones.
#[derive(Debug)]
pub(super) struct CallbackRhythm {
    /// A ring of callbacks.
    callbacks: [CallbackTiming; MAX_CALLBACKS],
    len: usize,
    /// Index at which the next callback is stored.
    next_index: usize,
    /// Number of callbacks since the last complete group.
    callbacks_since_group: usize,
    /// Median of `call_origin_us` in the last complete group.
    last_group_median_us: Option<i64>,
    first_callbacks: FirstCallbacks,
}

/// The state of the first callbacks.
#[derive(Debug, Clone, Copy)]
enum FirstCallbacks {
    /// Too few callbacks have arrived.
    Gathering,
    /// Median and number of the first callbacks.
    Known(CallbackTiming, usize),
    /// The rhythm later had a step, so the first callbacks cannot be extrapolated.
    Discarded,
}

impl Default for CallbackRhythm {
    fn default() -> Self {
        Self {
            callbacks: [CallbackTiming::default(); MAX_CALLBACKS],
            len: 0,
            next_index: 0,
            callbacks_since_group: 0,
            last_group_median_us: None,
            first_callbacks: FirstCallbacks::Gathering,
        }
    }
}

impl CallbackRhythm {
    /// Drops all callbacks, after a pause of the server.
    pub(super) fn reset(&mut self) {
        (self.len, self.next_index, self.callbacks_since_group, self.last_group_median_us) = (0, 0, 0, None);
        self.first_callbacks = FirstCallbacks::Gathering;
    }

    /// Stores a callback, unless it follows the last stored one too closely, and looks for a step in the rhythm.
    pub(super) fn add(&mut self, timing: CallbackTiming) {
        let latest_us = self.callbacks[(self.next_index + MAX_CALLBACKS - 1) % MAX_CALLBACKS].stream_time_us;
        if self.len > 0 && timing.stream_time_us.saturating_sub(latest_us) < MIN_SPACING_US {
            return;
        }
        self.callbacks[self.next_index] = timing;
        self.next_index = (self.next_index + 1) % MAX_CALLBACKS;
        self.len = (self.len + 1).min(MAX_CALLBACKS);
        if self.detect_step() {
            match self.first_callbacks {
                FirstCallbacks::Gathering => self.reset(),
                _ => self.first_callbacks = FirstCallbacks::Discarded,
            }
        }
        let span_us = timing.stream_time_us.saturating_sub(self.callbacks[0].stream_time_us);
        if matches!(self.first_callbacks, FirstCallbacks::Gathering)
            && self.len >= MIN_CALLBACKS
            && (span_us >= FIRST_PART_US || self.len == MAX_CALLBACKS)
        {
            self.first_callbacks = FirstCallbacks::Known(self.median(self.len), self.len);
        }
    }

    /// Counts a callback. Returns true if it completes a group whose median is shifted by more than
    /// [`MIN_STEP_US`] from that of the previous group.
    fn detect_step(&mut self) -> bool {
        self.callbacks_since_group += 1;
        if self.callbacks_since_group < GROUP_LEN {
            return false;
        }
        self.callbacks_since_group = 0;
        let call_origin_us = self.median(GROUP_LEN).call_origin_us;
        let previous = self.last_group_median_us.replace(call_origin_us);
        previous.is_some_and(|previous| call_origin_us.saturating_sub(previous).saturating_abs() > MIN_STEP_US)
    }

    /// Returns the origin that is extrapolated from the first callbacks, at `stream_time_us`. `None` before the first
    /// callbacks are complete, later than [`MAX_EXTRAPOLATION_US`] after them, or if the rhythm is not steady.
    pub(super) fn extrapolated_origin_us(&self, stream_time_us: i64) -> Option<i64> {
        let FirstCallbacks::Known(first, count) = self.first_callbacks else { return None };
        let since_first_us = stream_time_us.saturating_sub(first.stream_time_us);
        if since_first_us > MAX_EXTRAPOLATION_US {
            return None;
        }
        let latest = self.median(count);
        let baseline_us = latest.stream_time_us.saturating_sub(first.stream_time_us);
        // At first, the latest callbacks are mostly the same as the first ones, so they show no drift.
        if baseline_us < FIRST_PART_US / 2 {
            return Some(first.origin_us);
        }
        let shift_us = latest.call_origin_us.saturating_sub(first.call_origin_us);
        let max_shift_us = BASE_MAX_SHIFT_US + baseline_us.saturating_mul(MAX_DRIFT_PPM) / 1_000_000;
        let origin_us = first.origin_us.saturating_add(shift_us.saturating_mul(since_first_us) / baseline_us);
        (shift_us.saturating_abs() <= max_shift_us).then_some(origin_us)
    }

    /// Returns whether a callback came when expected, during the extrapolation. If so, the server has not paused, even
    /// if the timestamps of its client show a pause.
    pub(super) fn is_expected(&self, timing: CallbackTiming) -> bool {
        let deviation_us = timing.call_origin_us.saturating_sub(self.median(GROUP_LEN).call_origin_us).saturating_abs();
        deviation_us <= MAX_EXPECTED_DEVIATION_US && self.extrapolated_origin_us(timing.stream_time_us).is_some()
    }

    /// Returns the median of the latest `count` callbacks, separately for each field. A median ignores the pattern that
    /// the server's blocks cause.
    fn median(&self, count: usize) -> CallbackTiming {
        let count = count.min(self.len).max(1);
        let latest = |n: usize| &self.callbacks[(self.next_index + MAX_CALLBACKS - 1 - n) % MAX_CALLBACKS];
        let median_of = |field: fn(&CallbackTiming) -> i64| {
            let mut sorted = [0; MAX_CALLBACKS];
            let sorted = &mut sorted[..count];
            for (n, value) in sorted.iter_mut().enumerate() {
                *value = field(latest(n));
            }
            sorted.sort_unstable();
            sorted[count / 2]
        };
        CallbackTiming {
            origin_us: median_of(|t| t.origin_us),
            call_origin_us: median_of(|t| t.call_origin_us),
            stream_time_us: median_of(|t| t.stream_time_us),
        }
    }
}
