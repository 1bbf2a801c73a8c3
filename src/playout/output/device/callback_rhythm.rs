//! The first seconds at a sound server: early measurements, carried on by the rhythm of the callbacks.
//!
//! A client of a sound server asks for the latency more and more seldom, and interpolates between. PulseAudio's client
//! mistakes a stream that began some milliseconds late, or early, for one with a wrong clock: six seconds later it is
//! off by 10 ms, after 15 s by less than one (seen in 8 of 102 openings, once by 40 ms). But the server asks for frames
//! when it has played as many, and that rhythm is steady to 0.3 ms. So for a while the place of a start comes from the
//! measurements of the first 1.5 s, and from the drift between the server's clock and ours that the callbacks show.
//!
//! A server may begin to ask earlier or later, although its frames leave on time. The rhythm has a step then, and
//! nothing is carried on any more.
#[cfg(test)]
mod tests;

use crate::base::instant::SECOND_US;

/// Callbacks that are kept. At [`SPACING_US`] apart they span [`FIRST_US`].
const MAX_CALLBACKS: usize = 64;
/// Least distance between two callbacks that are kept, microseconds of frames.
const SPACING_US: i64 = FIRST_US / MAX_CALLBACKS as i64;
/// Time from the first callback whose measurements are carried on, microseconds.
const FIRST_US: i64 = SECOND_US + SECOND_US / 2;
/// Time for which they are carried on, microseconds: after that the client's interpolation is better.
const CARRIED_US: i64 = 20 * SECOND_US;
/// Fewer callbacks have no rhythm.
const MIN_CALLBACKS: usize = 8;
/// Size of the groups of callbacks that are compared. A server's blocks give the callbacks a pattern, mostly of three.
const GROUP: usize = 12;
/// Distance between the medians of two groups that is a step, microseconds. Without a step 1.7 ms were seen.
const STEP_US: i64 = 3_000;
/// Largest error of a callback that still comes when expected, microseconds.
const EXPECTED_US: i64 = 10_000;
/// Largest shift of the callbacks by a believable drift: so many microseconds, plus so many parts per million of the
/// time. PulseAudio's null sink was seen at 140 to 440 ppm.
const SLACK_US: i64 = 1_000;
const MAX_DRIFT_PPM: i64 = 600;

/// One callback, in microseconds: where it puts frame 0 (`origin`), when it would have been called for frame 0
/// (`called`), both by the boot clock, and how much of the stream was taken before it (`elapsed`).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CallbackTiming {
    pub origin: i64,
    pub called: i64,
    pub elapsed: i64,
}

/// The latest callbacks of a stream, and the measurements of its first ones.
#[derive(Debug)]
pub(super) struct CallbackRhythm {
    callbacks: [CallbackTiming; MAX_CALLBACKS],
    len: usize,
    next: usize,
    /// Callbacks since the last complete group, and the median of the calls in that group.
    since_group: usize,
    group_median: Option<i64>,
    first: FirstCallbacks,
}

/// State of the first callbacks.
#[derive(Debug, Clone, Copy)]
enum FirstCallbacks {
    /// There are too few so far.
    Gathering,
    /// Their median, and their number.
    Known(CallbackTiming, usize),
    /// The rhythm has had a step since.
    Discarded,
}

impl Default for CallbackRhythm {
    fn default() -> Self {
        Self {
            callbacks: [CallbackTiming::default(); MAX_CALLBACKS],
            len: 0,
            next: 0,
            since_group: 0,
            group_median: None,
            first: FirstCallbacks::Gathering,
        }
    }
}

impl CallbackRhythm {
    /// Forgets everything: the server has made a pause.
    pub(super) fn reset(&mut self) {
        (self.len, self.next, self.since_group, self.group_median) = (0, 0, 0, None);
        self.first = FirstCallbacks::Gathering;
    }

    pub(super) fn add(&mut self, beat: CallbackTiming) {
        let latest = self.callbacks[(self.next + MAX_CALLBACKS - 1) % MAX_CALLBACKS].elapsed;
        if self.len > 0 && beat.elapsed.saturating_sub(latest) < SPACING_US {
            return;
        }
        self.callbacks[self.next] = beat;
        self.next = (self.next + 1) % MAX_CALLBACKS;
        self.len = (self.len + 1).min(MAX_CALLBACKS);
        if self.has_step() {
            match self.first {
                FirstCallbacks::Gathering => self.reset(),
                _ => self.first = FirstCallbacks::Discarded,
            }
        }
        let since = beat.elapsed.saturating_sub(self.callbacks[0].elapsed);
        if matches!(self.first, FirstCallbacks::Gathering)
            && self.len >= MIN_CALLBACKS
            && (since >= FIRST_US || self.len == MAX_CALLBACKS)
        {
            self.first = FirstCallbacks::Known(self.median(self.len), self.len);
        }
    }

    /// Returns whether a complete group of callbacks came earlier or later than the group before it led to expect.
    fn has_step(&mut self) -> bool {
        self.since_group += 1;
        if self.since_group < GROUP {
            return false;
        }
        self.since_group = 0;
        let called = self.median(GROUP).called;
        let before = self.group_median.replace(called);
        before.is_some_and(|before| called.saturating_sub(before).saturating_abs() > STEP_US)
    }

    /// Returns where the first callbacks put frame 0 after `elapsed` microseconds of the stream. `None` before they are
    /// known, long after them, and when the rhythm is not steady.
    pub(super) fn carried_origin(&self, elapsed: i64) -> Option<i64> {
        let FirstCallbacks::Known(first, count) = self.first else { return None };
        let carried = elapsed.saturating_sub(first.elapsed);
        if carried > CARRIED_US {
            return None;
        }
        let latest = self.median(count);
        let passed = latest.elapsed.saturating_sub(first.elapsed);
        // While most of the callbacks are the same ones, there is no drift to see.
        if passed < FIRST_US / 2 {
            return Some(first.origin);
        }
        let moved = latest.called.saturating_sub(first.called);
        let believed = SLACK_US + passed.saturating_mul(MAX_DRIFT_PPM) / 1_000_000;
        let origin = first.origin.saturating_add(moved.saturating_mul(carried) / passed);
        (moved.saturating_abs() <= believed).then_some(origin)
    }

    /// Returns whether a callback came when expected, while the first ones are carried on: then the server has made no
    /// pause, whatever its client reports.
    pub(super) fn is_expected(&self, beat: CallbackTiming) -> bool {
        let off = beat.called.saturating_sub(self.median(GROUP).called).saturating_abs();
        off <= EXPECTED_US && self.carried_origin(beat.elapsed).is_some()
    }

    /// Returns the median of the latest `count` callbacks, each field by itself, because a server's blocks give
    /// callbacks a pattern.
    fn median(&self, count: usize) -> CallbackTiming {
        let count = count.min(self.len).max(1);
        let latest = |n: usize| &self.callbacks[(self.next + MAX_CALLBACKS - 1 - n) % MAX_CALLBACKS];
        let middle = |of: fn(&CallbackTiming) -> i64| {
            let mut sorted = [0; MAX_CALLBACKS];
            let sorted = &mut sorted[..count];
            for (n, value) in sorted.iter_mut().enumerate() {
                *value = of(latest(n));
            }
            sorted.sort_unstable();
            sorted[count / 2]
        };
        CallbackTiming { origin: middle(|b| b.origin), called: middle(|b| b.called), elapsed: middle(|b| b.elapsed) }
    }
}
