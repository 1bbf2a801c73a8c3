use super::window::MIN_MEASUREMENTS;
use super::*;

const FRAMES: usize = 2048;

/// When block `n` leaves a device that is 100 ppm slow, and was opened at 5 s.
fn truth(n: i64) -> i64 {
    5_000_000 + n * FRAMES as i64 * SECOND_US / 48_000 * 10_001 / 10_000
}

fn gap_us(placed: BufferTime) -> i64 {
    placed.gap.map_or(0, |gap| gap.us)
}

struct Noise(u32);

impl Noise {
    fn up_to(&mut self, us: i64) -> i64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i64::from(self.0 >> 8) * us / (1 << 24)
    }
}

#[test]
fn jitter_and_outliers_move_nothing_and_drift_is_followed() {
    let (mut fit, mut noise) = (ClockFit::default(), Noise(1));
    let (mut worst, mut settled) = (0, 0);
    for n in 0..20_000 {
        let jitter = noise.up_to(4000) - 2000;
        // One measurement in twenty is 300 ms late.
        let late = if noise.up_to(20) == 0 { 300_000 } else { 0 };
        let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + jitter + late), FRAMES, 48_000, true);
        let error = (placed.at.0 - truth(n)).abs();
        if n > 70 {
            worst = worst.max(error);
            assert!(placed.within_us > 100, "{} us", placed.within_us);
        }
        if n > 2000 {
            settled = settled.max(error);
        }
    }
    // The measurements scatter by 2 ms, for a quarter of an hour in which the clocks part by 85 ms.
    assert!(worst < 1000, "{worst} us");
    assert!(settled < 900, "{settled} us");
}

#[test]
fn a_good_device_is_placed_within_a_few_microseconds_and_says_so() {
    let mut fit = ClockFit::default();
    for n in 0..3000 {
        let placed = fit.place_buffer(BootTime(0), BootTime(truth(n)), FRAMES, 48_000, true);
        assert!((placed.at.0 - truth(n)).abs() < 160, "block {n}: {}", placed.at.0 - truth(n));
        if n > 2000 {
            assert!((placed.at.0 - truth(n)).abs() < 5 && placed.within_us < 200, "block {n}: {placed:?}");
        }
    }
}

#[test]
fn a_clock_that_parts_is_followed_from_the_first_seconds() {
    // The null sink of PulseAudio in blocks of 5 ms, and a card that is as far off the other way.
    for ppm in [-140, 140] {
        let truth = |n: i64| 5_000_000 + n * FRAMES as i64 * SECOND_US / 48_000 * (1_000_000 + ppm) / 1_000_000;
        let (mut fit, mut noise) = (ClockFit::default(), Noise(1));
        for n in 0..600 {
            let jitter = noise.up_to(400) - 200;
            let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + jitter), FRAMES, 48_000, n > 100);
            let error = (placed.at.0 - truth(n)).abs();
            assert!(n < 60 || error < 150, "{ppm} ppm, block {n}: {error} us");
        }
    }
}

#[test]
fn an_interrupted_device_is_believed_after_a_few_callbacks() {
    let mut fit = ClockFit::default();
    for n in 0..500 {
        fit.place_buffer(BootTime(0), BootTime(truth(n)), FRAMES, 48_000, true);
    }
    for n in 500..600 {
        let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + 300_000), FRAMES, 48_000, true);
        if n >= 500 + JUMP_OUTLIERS as i64 {
            assert!((placed.at.0 - truth(n) - 300_000).abs() < 160);
        }
        // Reported once, when it is believed.
        let told = n == 500 + JUMP_OUTLIERS as i64 - 1;
        assert!(if told { (gap_us(placed) - 300_000).abs() < 160 } else { placed.gap.is_none() }, "{n}: {placed:?}");
    }
}

#[test]
fn a_device_that_says_it_ran_dry_is_believed_at_once() {
    let mut fit = ClockFit::default();
    for n in 0..600 {
        let gap = if n >= 500 { 7_000 } else { 0 };
        if n == 3 || n == 500 {
            fit.on_underrun();
        }
        let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + gap), FRAMES, 48_000, true);
        assert!((placed.at.0 - truth(n) - gap).abs() < 160, "block {n}");
        // A pause while the device starts is not a gap in the sound.
        assert!(if n == 500 { (gap_us(placed) - 7_000).abs() < 160 } else { placed.gap.is_none() }, "{n}: {placed:?}");
    }
}

#[test]
fn measurements_that_go_astray_one_by_one_are_no_gap() {
    let mut fit = ClockFit::default();
    for n in 0..500 {
        // Ten measurements in a row are wrong, each in its own way.
        let wild = if n > 100 && n % 50 < 10 { 50_000 + n % 10 * 60_000 } else { 0 };
        let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + wild), FRAMES, 48_000, true);
        assert!((placed.at.0 - truth(n)).abs() < 250 && placed.gap.is_none(), "block {n}: {placed:?}");
    }
}

#[test]
fn what_start_up_measures_is_forgotten() {
    let mut fit = ClockFit::default();
    for n in 0..200 {
        let wild = if n < 8 { 15_000 - n * 1000 } else { 0 };
        let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + wild), FRAMES, 48_000, true);
        if n > 8 {
            assert!((placed.at.0 - truth(n)).abs() < 160, "block {n}");
            assert!((placed.within_us == JUMP_US) == (n < 8 + MIN_MEASUREMENTS as i64 - 1), "block {n}");
        }
    }
}

#[test]
fn a_server_that_was_idle_is_believed_soon_after_it_goes_on() {
    // Two callbacks at once, and the next one two seconds later, when the server has played its buffer.
    for idle in [700_000, 2_000_000] {
        let mut fit = ClockFit::default();
        for n in 0..30 {
            let pause = if n < 2 { 0 } else { idle };
            let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + pause), FRAMES, 48_000, true);
            assert!(n < 4 || (placed.at.0 - truth(n) - pause).abs() < 160, "block {n} after {idle} us");
        }
    }
}

#[test]
fn a_device_that_lies_about_everything_is_survived() {
    for mut fit in [ClockFit::default(), ClockFit::for_sound_server()] {
        for n in 0..300_i64 {
            let wild = if n % 3 == 0 { i64::MAX / 4 } else { -n * 1_000_000_000 };
            let frames = (n as usize * 977) % 100_000;
            fit.place_buffer(BootTime(-wild), BootTime(wild), frames, if n % 5 == 0 { 0 } else { 8000 }, true);
        }
    }
}
