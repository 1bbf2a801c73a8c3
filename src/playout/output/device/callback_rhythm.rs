//! The first seconds at a sound server: what was measured then, carried on by the rhythm of its callbacks.
//!
//! A client of a sound server asks it for the latency ever more seldom, and interpolates between. PulseAudio's takes a stream
//! that began some milliseconds late, or early, for one whose clock is wrong: six seconds on it is off by 10 ms, after a
//! quarter of a minute by less than one (seen in 8 of 102 openings, once by 40 ms). Yet the server asks for frames when it has played as
//! many, and that rhythm is steady to 0.3 ms. So for a while a start hangs on the measurements of the first second and a
//! half, and on the drift between the server's clock and ours that the callbacks show.
//!
//! A server may begin to ask earlier or later, though what it was given leaves when it was to leave. The rhythm has a step
//! then, and nothing is carried on any more.
#[cfg(test)]
mod tests;

use crate::base::instant::SECOND_US;

/// Callbacks that are kept. [`SPACING_US`] apart, they span [`FIRST_US`].
const MAX_CALLBACKS: usize = 64;
/// Microseconds of frames from one callback that is kept to the next, at least.
const SPACING_US: i64 = FIRST_US / MAX_CALLBACKS as i64;
/// The measurements of so many microseconds are carried on.
const FIRST_US: i64 = SECOND_US + SECOND_US / 2;
/// And so long: then the client's interpolation is better.
const CARRIED_US: i64 = 20 * SECOND_US;
/// Fewer callbacks have no rhythm.
const MIN_CALLBACKS: usize = 8;
/// So many callbacks are compared with as many before them. A server's blocks give callbacks a pattern, of three mostly.
const GROUP: usize = 12;
/// Microseconds between the middles of two groups that are a step; 1.7 are seen without one.
const STEP_US: i64 = 3_000;
/// A callback that comes so many microseconds too early or too late is no surprise.
const EXPECTED_US: i64 = 10_000;
/// A drift that is believed moves callbacks by so many microseconds, and parts in a million of the time, at most.
/// PulseAudio's null sink was seen at 140 to 440.
const SLACK_US: i64 = 1_000;
const MAX_DRIFT_PPM: i64 = 600;

/// One callback: where frame 0 was by it, and when it would have been called for frame 0, by the boot clock; and how much of
/// the stream was taken before it. All in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CallbackTiming {
    pub origin: i64,
    pub called: i64,
    pub elapsed: i64,
}

/// The latest callbacks of a stream, and what its first ones measured.
#[derive(Debug)]
pub(super) struct CallbackRhythm {
    callbacks: [CallbackTiming; MAX_CALLBACKS],
    len: usize,
    next: usize,
    /// Callbacks since the last group, and the middle of when those of it were called.
    since_group: usize,
    group_median: Option<i64>,
    first: FirstCallbacks,
}

/// What the first callbacks come to.
#[derive(Debug, Clone, Copy)]
enum FirstCallbacks {
    /// They are still few.
    Gathering,
    /// Their middle, and how many they were.
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
    /// Begins anew: the server has made a pause.
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

    /// Whether a group of callbacks ends with the one noted last, and came at another time than the one before led to
    /// expect.
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

    /// Where frame 0 is when `elapsed` microseconds of the stream have been taken, by its first callbacks; none before they
    /// are known, when they are long past, and when the rhythm does not tell.
    pub(super) fn carried_origin(&self, elapsed: i64) -> Option<i64> {
        let FirstCallbacks::Known(first, count) = self.first else { return None };
        let carried = elapsed.saturating_sub(first.elapsed);
        if carried > CARRIED_US {
            return None;
        }
        let latest = self.median(count);
        let passed = latest.elapsed.saturating_sub(first.elapsed);
        // As long as they are mostly the same callbacks there is no drift to be seen.
        if passed < FIRST_US / 2 {
            return Some(first.origin);
        }
        let moved = latest.called.saturating_sub(first.called);
        let believed = SLACK_US + passed.saturating_mul(MAX_DRIFT_PPM) / 1_000_000;
        let origin = first.origin.saturating_add(moved.saturating_mul(carried) / passed);
        (moved.saturating_abs() <= believed).then_some(origin)
    }

    /// Whether a callback came when those before led to expect it, while the first ones are carried on: then the server has
    /// made no pause, whatever its client tells.
    pub(super) fn is_expected(&self, beat: CallbackTiming) -> bool {
        let off = beat.called.saturating_sub(self.median(GROUP).called).saturating_abs();
        off <= EXPECTED_US && self.carried_origin(beat.elapsed).is_some()
    }

    /// The middle of the latest `count` callbacks: each number by itself, for a server's blocks give callbacks a pattern.
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
