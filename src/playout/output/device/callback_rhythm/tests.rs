use super::super::clock_fit::ClockFit;
use super::*;
use crate::base::instant::BootTime;

const FRAMES: usize = 3200;
const RATE: u32 = 48_000;
/// Time from the first callback to the first start that is checked, microseconds: a daemon that has just begun.
const SOON: i64 = 2_500_000;

/// Reads the callbacks of a recorded opening: when each was called, the latency it was given, when its first frame
/// left.
fn recorded(text: &str) -> Vec<[i64; 3]> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let number = |word: &str| word.parse().expect("a number");
    lines.map(|line| line.split(' ').map(number).collect::<Vec<_>>().try_into().expect("three numbers")).collect()
}

/// Returns the largest error of `fit` from `SOON` on, microseconds.
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
    let traces = [include_str!("../traces/server-begins-late.txt"), include_str!("../traces/server-begins-latest.txt")];
    for (trace, within) in traces.into_iter().zip([1500, 2000]) {
        let calls = recorded(trace);
        let (served, alone) = (furthest(ClockFit::for_sound_server(), &calls), furthest(ClockFit::default(), &calls));
        assert!(served.abs() < within, "{served} us");
        // The error of the client's interpolation alone.
        assert!(alone > 5000, "{alone} us");
    }
}

#[test]
fn a_stream_that_a_server_began_well_is_placed_as_well_as_before() {
    let calls = recorded(include_str!("../traces/server-begins-well.txt"));
    let (served, alone) = (furthest(ClockFit::for_sound_server(), &calls), furthest(ClockFit::default(), &calls));
    assert!(served.abs() < 1000 && alone.abs() < 1500, "{served} us, {alone} us");
}

#[test]
fn a_server_that_tells_of_more_while_it_asks_as_before_is_believed_later_and_doubted_at_once() {
    let mut fit = ClockFit::for_sound_server();
    for n in 0..500 {
        let called = BootTime(5 * SECOND_US + n * FRAMES as i64 * SECOND_US / i64::from(RATE));
        // 18 ms more from now on: less than a pause.
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
        // A buffer of 1.5 s is filled at once.
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
