use super::super::clock_fit::ClockFit;
use super::*;
use crate::base::instant::BootTime;

/// Frames per callback.
const CALLBACK_FRAMES: usize = 3200;
/// Frames per second.
const RATE: u32 = 48_000;
/// Time from the first callback to the first check of the error, microseconds. The daemon can play a cue this soon
/// after it opens the line.
const FIRST_CHECK_US: i64 = 2_500_000;

/// Parses the callbacks of a recorded opening: for each, the time of the call, the reported latency, and the time at
/// which the first frame left, all in microseconds.
fn parse_trace(text: &str) -> Vec<[i64; 3]> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let number = |word: &str| word.parse().expect("parse a number");
    lines.map(|line| line.split(' ').map(number).collect::<Vec<_>>().try_into().expect("three numbers")).collect()
}

/// Returns the error of `fit` with the largest absolute value, from `FIRST_CHECK_US` on, microseconds.
fn largest_error_us(mut fit: ClockFit, calls: &[[i64; 3]]) -> i64 {
    let mut largest_error_us = 0_i64;
    for [called_at, latency_us, leaves_at] in calls {
        let called_at = BootTime(5 * SECOND_US + called_at);
        let buffer_time =
            fit.estimate_buffer_time(called_at, called_at.plus(*latency_us), CALLBACK_FRAMES, RATE, false);
        let error_us = buffer_time.at.0 - 5 * SECOND_US - leaves_at;
        if called_at.0 >= 5 * SECOND_US + FIRST_CHECK_US && error_us.abs() > largest_error_us.abs() {
            largest_error_us = error_us;
        }
    }
    largest_error_us
}

#[test]
fn the_rhythm_corrects_the_timestamps_of_a_stream_that_began_late() {
    let traces = [include_str!("../traces/server-begins-late.txt"), include_str!("../traces/server-begins-latest.txt")];
    for (trace, max_error_us) in traces.into_iter().zip([1500, 2000]) {
        let calls = parse_trace(trace);
        let (rhythm_error_us, plain_error_us) =
            (largest_error_us(ClockFit::for_sound_server(), &calls), largest_error_us(ClockFit::default(), &calls));
        assert!(rhythm_error_us.abs() < max_error_us, "{rhythm_error_us} us");
        // The error of the client's interpolation, without the rhythm.
        assert!(plain_error_us > 5000, "{plain_error_us} us");
    }
}

#[test]
fn the_rhythm_does_not_harm_a_stream_that_began_on_time() {
    let calls = parse_trace(include_str!("../traces/server-begins-well.txt"));
    let (rhythm_error_us, plain_error_us) =
        (largest_error_us(ClockFit::for_sound_server(), &calls), largest_error_us(ClockFit::default(), &calls));
    assert!(rhythm_error_us.abs() < 1000 && plain_error_us.abs() < 1500, "{rhythm_error_us} us, {plain_error_us} us");
}

#[test]
fn a_latency_change_without_a_rhythm_change_raises_the_possible_error_at_once_and_is_accepted_later() {
    let mut fit = ClockFit::for_sound_server();
    for n in 0..500 {
        let called_at = BootTime(5 * SECOND_US + n * CALLBACK_FRAMES as i64 * SECOND_US / i64::from(RATE));
        // From callback 60 on, the latency is 18 ms longer, which is less than a jump.
        let latency_us = if n < 60 { 130_000 } else { 148_000 };
        let buffer_time = fit.estimate_buffer_time(called_at, called_at.plus(latency_us), CALLBACK_FRAMES, RATE, false);
        let estimate_us = buffer_time.at.since(called_at);
        assert!(n < 150 || estimate_us == 148_000 || buffer_time.possible_error_us >= 18_000, "{n}: {buffer_time:?}");
        assert!(n < 400 || estimate_us == 148_000, "{n}: {buffer_time:?}");
    }
}

#[test]
fn a_step_in_the_rhythm_does_not_move_starts() {
    for step_us in [-100_000, -20_000, -10_000, -5_000, -3_500, 3_500, 5_000, 10_000, 20_000] {
        for step_n in [5, 20, 40, 90, 200] {
            let mut fit = ClockFit::for_sound_server();
            for n in 0..500 {
                let shift_us = if n < step_n { 0 } else { step_us };
                let leaves_at = BootTime(5 * SECOND_US + n * CALLBACK_FRAMES as i64 * SECOND_US / i64::from(RATE));
                let called_at = leaves_at.plus(shift_us - 130_000 + [0, -1_650, 1_650][n as usize % 3]);
                let buffer_time = fit.estimate_buffer_time(called_at, leaves_at, CALLBACK_FRAMES, RATE, false);
                assert!(buffer_time.at.since(leaves_at).abs() < 5_000, "{step_us} at {step_n}, {n}: {buffer_time:?}");
            }
        }
    }
}

#[test]
fn a_buffer_that_is_filled_at_once_does_not_disturb_the_rhythm() {
    let mut fit = ClockFit::for_sound_server();
    for n in 0..400 {
        let leaves_at = BootTime(5 * SECOND_US + n * 1024 * SECOND_US / i64::from(RATE));
        // At first, the server fills a buffer of 1.5 s at once.
        let called_at = leaves_at.plus(-1_500_000).max(BootTime(5 * SECOND_US));
        let buffer_time = fit.estimate_buffer_time(called_at, leaves_at, 1024, RATE, false);
        assert!(buffer_time.at.since(leaves_at).abs() < 100, "{n}: {buffer_time:?}");
    }
}

#[test]
fn the_rhythm_restarts_after_an_underrun() {
    let mut fit = ClockFit::for_sound_server();
    for n in 0..200 {
        if n == 100 {
            fit.on_underrun();
        }
        let pause_us = if n < 100 { 0 } else { 9_000 };
        let called_at = BootTime(5 * SECOND_US + n * CALLBACK_FRAMES as i64 * SECOND_US / i64::from(RATE) + pause_us);
        let buffer_time = fit.estimate_buffer_time(called_at, called_at.plus(130_000), CALLBACK_FRAMES, RATE, false);
        assert!((buffer_time.at.since(called_at) - 130_000).abs() < 10, "{n}: {buffer_time:?}");
    }
}
