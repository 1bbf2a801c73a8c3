use super::window::MIN_MEASUREMENTS;
use super::*;

/// Frames per callback.
const CALLBACK_FRAMES: usize = 2048;

/// Returns the instant at which block `n` leaves a device that is 100 ppm slow and was opened at 5 s.
fn true_time_us(n: i64) -> i64 {
    5_000_000 + n * CALLBACK_FRAMES as i64 * SECOND_US / 48_000 * 10_001 / 10_000
}

fn gap_us(buffer_time: BufferTime) -> i64 {
    buffer_time.gap.map_or(0, |gap| gap.duration_us)
}

/// A generator of pseudo-random numbers.
struct Noise(u32);

impl Noise {
    fn up_to(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i64::from(self.0 >> 8) * limit / (1 << 24)
    }
}

#[test]
fn the_fit_ignores_jitter_and_outliers_and_follows_drift() {
    let (mut fit, mut noise) = (ClockFit::default(), Noise(1));
    let (mut max_error_us, mut max_settled_error_us) = (0, 0);
    for n in 0..20_000 {
        let jitter_us = noise.up_to(4000) - 2000;
        // One measurement in twenty is 300 ms late.
        let outlier_us = if noise.up_to(20) == 0 { 300_000 } else { 0 };
        let buffer_time = fit.estimate_buffer_time(
            BootTime(0),
            BootTime(true_time_us(n) + jitter_us + outlier_us),
            CALLBACK_FRAMES,
            48_000,
            true,
        );
        let error_us = (buffer_time.at.0 - true_time_us(n)).abs();
        if n > 70 {
            max_error_us = max_error_us.max(error_us);
            assert!(buffer_time.possible_error_us > 100, "{} us", buffer_time.possible_error_us);
        }
        if n > 2000 {
            max_settled_error_us = max_settled_error_us.max(error_us);
        }
    }
    // The measurements scatter by 2 ms. The test simulates a quarter of an hour, in which the clocks drift apart by 85
    // ms.
    assert!(max_error_us < 1000, "{max_error_us} us");
    assert!(max_settled_error_us < 900, "{max_settled_error_us} us");
}

#[test]
fn the_fit_of_a_precise_device_is_exact_and_reports_a_small_error() {
    let mut fit = ClockFit::default();
    for n in 0..3000 {
        let buffer_time =
            fit.estimate_buffer_time(BootTime(0), BootTime(true_time_us(n)), CALLBACK_FRAMES, 48_000, true);
        assert!((buffer_time.at.0 - true_time_us(n)).abs() < 160, "block {n}: {}", buffer_time.at.0 - true_time_us(n));
        if n > 2000 {
            assert!(
                (buffer_time.at.0 - true_time_us(n)).abs() < 5 && buffer_time.possible_error_us < 200,
                "block {n}: {buffer_time:?}"
            );
        }
    }
}

#[test]
fn the_fit_follows_drift_from_the_first_seconds() {
    // The null sink of PulseAudio in blocks of 5 ms, and a card with the opposite drift.
    for ppm in [-140, 140] {
        let true_time_us =
            |n: i64| 5_000_000 + n * CALLBACK_FRAMES as i64 * SECOND_US / 48_000 * (1_000_000 + ppm) / 1_000_000;
        let (mut fit, mut noise) = (ClockFit::default(), Noise(1));
        for n in 0..600 {
            let jitter_us = noise.up_to(400) - 200;
            let buffer_time = fit.estimate_buffer_time(
                BootTime(0),
                BootTime(true_time_us(n) + jitter_us),
                CALLBACK_FRAMES,
                48_000,
                n > 100,
            );
            let error_us = (buffer_time.at.0 - true_time_us(n)).abs();
            assert!(n < 60 || error_us < 150, "{ppm} ppm, block {n}: {error_us} us");
        }
    }
}

#[test]
fn a_pause_of_the_device_is_accepted_after_a_few_callbacks() {
    let mut fit = ClockFit::default();
    for n in 0..500 {
        fit.estimate_buffer_time(BootTime(0), BootTime(true_time_us(n)), CALLBACK_FRAMES, 48_000, true);
    }
    for n in 500..600 {
        let buffer_time =
            fit.estimate_buffer_time(BootTime(0), BootTime(true_time_us(n) + 300_000), CALLBACK_FRAMES, 48_000, true);
        if n >= 500 + JUMP_OUTLIERS as i64 {
            assert!((buffer_time.at.0 - true_time_us(n) - 300_000).abs() < 160);
        }
        // The gap is reported once, when the pause is accepted.
        let is_reported = n == 500 + JUMP_OUTLIERS as i64 - 1;
        assert!(
            if is_reported { (gap_us(buffer_time) - 300_000).abs() < 160 } else { buffer_time.gap.is_none() },
            "{n}: {buffer_time:?}"
        );
    }
}

#[test]
fn a_reported_underrun_is_accepted_at_once() {
    let mut fit = ClockFit::default();
    for n in 0..600 {
        let delay_us = if n >= 500 { 7_000 } else { 0 };
        if n == 3 || n == 500 {
            fit.on_underrun();
        }
        let buffer_time =
            fit.estimate_buffer_time(BootTime(0), BootTime(true_time_us(n) + delay_us), CALLBACK_FRAMES, 48_000, true);
        assert!((buffer_time.at.0 - true_time_us(n) - delay_us).abs() < 160, "block {n}");
        // An underrun while the device starts is not a gap in the sound.
        assert!(
            if n == 500 { (gap_us(buffer_time) - 7_000).abs() < 160 } else { buffer_time.gap.is_none() },
            "{n}: {buffer_time:?}"
        );
    }
}

#[test]
fn outliers_that_disagree_are_not_a_gap() {
    let mut fit = ClockFit::default();
    for n in 0..500 {
        // Ten consecutive measurements are wrong, each by a different time.
        let error_us = if n > 100 && n % 50 < 10 { 50_000 + n % 10 * 60_000 } else { 0 };
        let buffer_time =
            fit.estimate_buffer_time(BootTime(0), BootTime(true_time_us(n) + error_us), CALLBACK_FRAMES, 48_000, true);
        assert!(
            (buffer_time.at.0 - true_time_us(n)).abs() < 250 && buffer_time.gap.is_none(),
            "block {n}: {buffer_time:?}"
        );
    }
}

#[test]
fn measurements_during_start_up_are_dropped() {
    let mut fit = ClockFit::default();
    for n in 0..200 {
        let error_us = if n < 8 { 15_000 - n * 1000 } else { 0 };
        let buffer_time =
            fit.estimate_buffer_time(BootTime(0), BootTime(true_time_us(n) + error_us), CALLBACK_FRAMES, 48_000, true);
        if n > 8 {
            assert!((buffer_time.at.0 - true_time_us(n)).abs() < 160, "block {n}");
            assert!(
                (buffer_time.possible_error_us == MIN_JUMP_US) == (n < 8 + MIN_MEASUREMENTS as i64 - 1),
                "block {n}"
            );
        }
    }
}

#[test]
fn the_pause_of_an_idle_server_is_accepted_after_a_few_callbacks() {
    // Two callbacks come at once. The next one comes after the server has played its buffer.
    for idle_us in [700_000, 2_000_000] {
        let mut fit = ClockFit::default();
        for n in 0..30 {
            let pause_us = if n < 2 { 0 } else { idle_us };
            let buffer_time = fit.estimate_buffer_time(
                BootTime(0),
                BootTime(true_time_us(n) + pause_us),
                CALLBACK_FRAMES,
                48_000,
                true,
            );
            assert!(
                n < 4 || (buffer_time.at.0 - true_time_us(n) - pause_us).abs() < 160,
                "block {n} after {idle_us} us"
            );
        }
    }
}

#[test]
fn absurd_timestamps_and_rates_cause_no_panic() {
    for mut fit in [ClockFit::default(), ClockFit::for_sound_server()] {
        for n in 0..300_i64 {
            let absurd_us = if n % 3 == 0 { i64::MAX / 4 } else { -n * 1_000_000_000 };
            let frames = (n as usize * 977) % 100_000;
            fit.estimate_buffer_time(
                BootTime(-absurd_us),
                BootTime(absurd_us),
                frames,
                if n % 5 == 0 { 0 } else { 8000 },
                true,
            );
        }
    }
}
