//! The first seconds at a sound server: what was measured then, carried on by the rhythm of its callbacks.
//!
//! A client of a sound server asks it for the latency ever more seldom, and interpolates between. PulseAudio's takes a stream
//! that began some milliseconds late for one whose clock is slow: six seconds on it is off by 10 ms, after a quarter of a
//! minute by less than one (seen in 3 of 46 openings). Yet the server asks for frames when it has played as many, and that
//! rhythm is steady to 0.3 ms. So for a while a start hangs on the measurements of the first second and a half, and on the drift
//! between the server's clock and ours that the callbacks show.
use crate::instant::SECOND;

/// Callbacks that are kept; [`SPACING_US`] apart at least they are those of [`FIRST_US`].
const KEPT: usize = 64;
/// Microseconds of frames from one callback that is kept to the next.
const SPACING_US: i64 = FIRST_US / KEPT as i64;
/// The measurements of so many microseconds are carried on.
const FIRST_US: i64 = SECOND + SECOND / 2;
/// And so long: then the client's interpolation is better.
const CARRIED_US: i64 = 20 * SECOND;
/// Fewer callbacks have no rhythm.
const FEW: usize = 8;
/// Parts in a billion by which a working server's clock parts from ours at most.
const MAX_DRIFT_PPB: i64 = 1_000_000;

/// One callback: where frame 0 was by it, and when it would have been called for frame 0, by the boot clock; and how much of
/// the stream was taken before it. All in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Beat {
    pub origin: i64,
    pub called: i64,
    pub elapsed: i64,
}

/// The latest callbacks of a stream, and what its first ones measured.
#[derive(Debug)]
pub(super) struct Rhythm {
    beats: [Beat; KEPT],
    len: usize,
    next: usize,
    /// The middle of the first ones, and how many they were.
    first: Option<(Beat, usize)>,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self { beats: [Beat::default(); KEPT], len: 0, next: 0, first: None }
    }
}

impl Rhythm {
    /// Begins anew: the server has made a pause.
    pub(super) fn forget(&mut self) {
        (self.len, self.next, self.first) = (0, 0, None);
    }

    pub(super) fn note(&mut self, beat: Beat) {
        let latest = self.beats[(self.next + KEPT - 1) % KEPT].elapsed;
        if self.len > 0 && beat.elapsed.saturating_sub(latest) < SPACING_US {
            return;
        }
        self.beats[self.next] = beat;
        self.next = (self.next + 1) % KEPT;
        self.len = (self.len + 1).min(KEPT);
        let since = beat.elapsed.saturating_sub(self.beats[0].elapsed);
        if self.first.is_none() && self.len >= FEW && (since >= FIRST_US || self.len == KEPT) {
            self.first = Some((self.middle(self.len), self.len));
        }
    }

    /// Where frame 0 is when `elapsed` microseconds of the stream have been taken, by its first callbacks; none before they
    /// are known, and when they are long past.
    pub(super) fn origin(&self, elapsed: i64) -> Option<i64> {
        let (first, count) = self.first?;
        let carried = elapsed.saturating_sub(first.elapsed);
        if carried > CARRIED_US {
            return None;
        }
        let latest = self.middle(count);
        let passed = latest.elapsed.saturating_sub(first.elapsed);
        // As long as they are mostly the same callbacks there is no drift to be seen.
        let moved = if passed < FIRST_US / 2 { 0 } else { latest.called.saturating_sub(first.called) };
        let ppb = moved.saturating_mul(1_000_000_000) / passed.max(1);
        let ppb = ppb.clamp(-MAX_DRIFT_PPB, MAX_DRIFT_PPB);
        Some(first.origin.saturating_add(carried.saturating_mul(ppb) / 1_000_000_000))
    }

    /// The middle of the latest `count` callbacks: each number by itself, for a server's blocks give callbacks a pattern.
    fn middle(&self, count: usize) -> Beat {
        let count = count.min(self.len).max(1);
        let latest = |n: usize| &self.beats[(self.next + KEPT - 1 - n) % KEPT];
        let middle = |of: fn(&Beat) -> i64| {
            let mut sorted = [0; KEPT];
            let sorted = &mut sorted[..count];
            for (n, value) in sorted.iter_mut().enumerate() {
                *value = of(latest(n));
            }
            sorted.sort_unstable();
            sorted[count / 2]
        };
        Beat { origin: middle(|b| b.origin), called: middle(|b| b.called), elapsed: middle(|b| b.elapsed) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fit::Fit;
    use super::*;
    use crate::instant::Boot;

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
    fn furthest(mut fit: Fit, calls: &[[i64; 3]]) -> i64 {
        let mut furthest = 0_i64;
        for [called, latency, leaves] in calls {
            let called = Boot(5 * SECOND + called);
            let placed = fit.place(called, called.plus(*latency), FRAMES, RATE, false);
            let error = placed.at.0 - 5 * SECOND - leaves;
            if called.0 >= 5 * SECOND + SOON && error.abs() > furthest.abs() {
                furthest = error;
            }
        }
        furthest
    }

    #[test]
    fn a_stream_that_a_server_began_late_is_placed_by_its_rhythm() {
        let calls = recorded(include_str!("traces/server-begins-late.txt"));
        let (served, alone) = (furthest(Fit::served(), &calls), furthest(Fit::default(), &calls));
        assert!(served.abs() < 1500, "{served} us");
        // What the client's interpolation alone would have made of it.
        assert!(alone > 5000, "{alone} us");
    }

    #[test]
    fn a_stream_that_a_server_began_well_is_placed_as_well_as_before() {
        let calls = recorded(include_str!("traces/server-begins-well.txt"));
        let (served, alone) = (furthest(Fit::served(), &calls), furthest(Fit::default(), &calls));
        assert!(served.abs() < 1000 && alone.abs() < 1500, "{served} us, {alone} us");
    }

    #[test]
    fn what_a_server_measures_far_from_its_first_seconds_is_believed() {
        let mut fit = Fit::served();
        let mut at = 0;
        for n in 0..200 {
            let called = Boot(5 * SECOND + n * FRAMES as i64 * SECOND / i64::from(RATE));
            // The server keeps 18 ms more from now on, without a word: less than what counts as a pause.
            let latency = if n < 60 { 130_000 } else { 148_000 };
            at = fit.place(called, called.plus(latency), FRAMES, RATE, false).at.since(called);
        }
        assert_eq!(at, 148_000);
    }

    #[test]
    fn after_a_pause_the_rhythm_begins_anew() {
        let mut fit = Fit::served();
        for n in 0..200 {
            if n == 100 {
                fit.ran_dry();
            }
            let pause = if n < 100 { 0 } else { 9_000 };
            let called = Boot(5 * SECOND + n * FRAMES as i64 * SECOND / i64::from(RATE) + pause);
            let placed = fit.place(called, called.plus(130_000), FRAMES, RATE, false);
            assert!((placed.at.since(called) - 130_000).abs() < 10, "{n}: {placed:?}");
        }
    }
}
