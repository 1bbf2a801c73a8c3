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

#[cfg(test)]
mod tests {
    use super::super::clock_fit::ClockFit;
    use super::*;
    use crate::base::instant::BootTime;

    const FRAMES: usize = 3200;
    const RATE: u32 = 48_000;
    /// Microseconds from the first callback to the first start that is looked at: a daemon that has just begun.
    const SOON: i64 = 2_500_000;

    /// The callbacks of a recorded opening: when each was called, the latency it was told, when its first frame left.
    fn recorded(text: &str) -> Vec<[i64; 3]> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let number = |word: &str| word.parse().expect("a number");
        lines.map(|line| line.split(' ').map(number).collect::<Vec<_>>().try_into().expect("three numbers")).collect()
    }

    /// The furthest that `fit` is off from `SOON` on, microseconds.
    fn furthest(mut fit: ClockFit, calls: &[[i64; 3]]) -> i64 {
        let mut furthest = 0_i64;
        for [called, latency, leaves] in calls {
            let called = BootTime(5 * SECOND_US + called);
            let placed = fit.place_buffer(called, called.plus(*latency), FRAMES, RATE, false);
            let error = placed.at.0 - 5 * SECOND_US - leaves;
            if called.0 >= 5 * SECOND_US + SOON && error.abs() > furthest.abs() {
                furthest = error;
            }
        }
        furthest
    }

    #[test]
    fn a_stream_that_a_server_began_late_is_placed_by_its_rhythm() {
        let traces = [include_str!("traces/server-begins-late.txt"), include_str!("traces/server-begins-latest.txt")];
        for (trace, within) in traces.into_iter().zip([1500, 2000]) {
            let calls = recorded(trace);
            let (served, alone) =
                (furthest(ClockFit::for_sound_server(), &calls), furthest(ClockFit::default(), &calls));
            assert!(served.abs() < within, "{served} us");
            // What the client's interpolation alone would have made of it.
            assert!(alone > 5000, "{alone} us");
        }
    }

    #[test]
    fn a_stream_that_a_server_began_well_is_placed_as_well_as_before() {
        let calls = recorded(include_str!("traces/server-begins-well.txt"));
        let (served, alone) = (furthest(ClockFit::for_sound_server(), &calls), furthest(ClockFit::default(), &calls));
        assert!(served.abs() < 1000 && alone.abs() < 1500, "{served} us, {alone} us");
    }

    #[test]
    fn a_server_that_tells_of_more_while_it_asks_as_before_is_believed_later_and_doubted_at_once() {
        let mut fit = ClockFit::for_sound_server();
        for n in 0..500 {
            let called = BootTime(5 * SECOND_US + n * FRAMES as i64 * SECOND_US / i64::from(RATE));
            // 18 ms more from now on: less than what counts as a pause.
            let latency = if n < 60 { 130_000 } else { 148_000 };
            let placed = fit.place_buffer(called, called.plus(latency), FRAMES, RATE, false);
            let at = placed.at.since(called);
            assert!(n < 150 || at == 148_000 || placed.within_us >= 18_000, "{n}: {placed:?}");
            assert!(n < 400 || at == 148_000, "{n}: {placed:?}");
        }
    }

    #[test]
    fn a_server_that_asks_earlier_or_later_moves_no_start() {
        for step in [-100_000, -20_000, -10_000, -5_000, -3_500, 3_500, 5_000, 10_000, 20_000] {
            for at in [5, 20, 40, 90, 200] {
                let mut fit = ClockFit::for_sound_server();
                for n in 0..500 {
                    let asked = if n < at { 0 } else { step };
                    let leaves = BootTime(5 * SECOND_US + n * FRAMES as i64 * SECOND_US / i64::from(RATE));
                    let called = leaves.plus(asked - 130_000 + [0, -1_650, 1_650][n as usize % 3]);
                    let placed = fit.place_buffer(called, leaves, FRAMES, RATE, false);
                    assert!(placed.at.since(leaves).abs() < 5_000, "{step} at {at}, {n}: {placed:?}");
                }
            }
        }
    }

    #[test]
    fn many_frames_at_once_at_the_beginning_are_no_rhythm() {
        let mut fit = ClockFit::for_sound_server();
        for n in 0..400 {
            let leaves = BootTime(5 * SECOND_US + n * 1024 * SECOND_US / i64::from(RATE));
            // A buffer of a second and a half is filled at once.
            let called = leaves.plus(-1_500_000).max(BootTime(5 * SECOND_US));
            let placed = fit.place_buffer(called, leaves, 1024, RATE, false);
            assert!(placed.at.since(leaves).abs() < 100, "{n}: {placed:?}");
        }
    }

    #[test]
    fn after_a_pause_the_rhythm_begins_anew() {
        let mut fit = ClockFit::for_sound_server();
        for n in 0..200 {
            if n == 100 {
                fit.on_underrun();
            }
            let pause = if n < 100 { 0 } else { 9_000 };
            let called = BootTime(5 * SECOND_US + n * FRAMES as i64 * SECOND_US / i64::from(RATE) + pause);
            let placed = fit.place_buffer(called, called.plus(130_000), FRAMES, RATE, false);
            assert!((placed.at.since(called) - 130_000).abs() < 10, "{n}: {placed:?}");
        }
    }
}
