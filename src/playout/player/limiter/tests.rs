use super::*;
use crate::library::meter::Meter;

fn limit_samples(rate: u32, channels: usize, samples: &[f32], block_frames: usize) -> Vec<f32> {
    let mut limiter = Limiter::new(rate, channels);
    let mut out = Vec::new();
    samples.chunks(block_frames * channels).for_each(|b| limiter.push(b, &mut out));
    limiter.flush(false, &mut out);
    assert_eq!((out.len(), limiter.delayed_frames()), (samples.len(), 0));
    out
}

/// Returns bursts of tones and noise, with peaks up to eight times full scale.
fn loud_bursts(rate: u32, channels: usize) -> Vec<f32> {
    let mut seed = 3_u32;
    (0..rate as usize * 3)
        .flat_map(|i| {
            let t = i as f64 / f64::from(rate);
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(seed >> 8) / f64::from(1 << 23) - 1.0;
            let amplitude = if t % 0.7 < 0.1 { 7.0 } else { 0.3 + t / 3.0 };
            let tone = (t * std::f64::consts::TAU * (100.0 + 3_000.0 * t)).sin();
            (0..channels).map(move |c| ((0.8 * tone + 0.2 * noise) * amplitude / (c + 1) as f64) as f32)
        })
        .collect()
}

#[test]
fn no_true_peak_exceeds_the_ceiling() {
    for (rate, channels) in [(48_000, 1), (44_100, 2), (8_000, 1), (96_000, 2)] {
        let out = limit_samples(rate, channels, &loud_bursts(rate, channels), 1_000);
        let mut meter = Meter::new(rate, channels as u16, &[]);
        meter.add_frames(&out);
        let peak_centi_db = meter.finish().true_peak.expect("a peak was measured");
        assert!(peak_centi_db <= -100, "{rate}: {peak_centi_db}");
        assert!(peak_centi_db >= -250, "the gain is lower than necessary: {rate}: {peak_centi_db}");
    }
}

#[test]
fn noise_and_square_waves_far_over_full_scale_stay_under_the_ceiling() {
    let mut seed = 5_u32;
    let samples: Vec<f32> = (0..96_000)
        .map(|i| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Stretches of noise and of square waves, eight times full scale.
            let sign = if i % 5_000 < 2_500 { seed >> 31 } else { i / 40 % 2 };
            if sign == 0 { 8.0 } else { -8.0 }
        })
        .collect();
    let out = limit_samples(48_000, 1, &samples, 777);
    // A sample of 0.8913 is at -1 dB.
    assert!(out.iter().all(|s| s.abs() <= 0.8913));
}

#[test]
fn sound_under_the_ceiling_comes_out_unchanged() {
    let samples: Vec<f32> = loud_bursts(48_000, 2).iter().map(|s| s * 0.1).collect();
    assert!(limit_samples(48_000, 2, &samples, 333) == samples);
}

#[test]
fn the_block_size_does_not_change_the_result() {
    let samples = loud_bursts(44_100, 1);
    let unsplit = limit_samples(44_100, 1, &samples, samples.len());
    for block_frames in [1, 7, 240, 1_152] {
        assert!(limit_samples(44_100, 1, &samples, block_frames) == unsplit, "{block_frames}");
    }
}

#[test]
fn a_flush_with_fade_ends_in_silence_without_a_step() {
    let mut limiter = Limiter::new(48_000, 1);
    let mut out = Vec::new();
    limiter.push(&[0.5; 4_800], &mut out);
    limiter.flush(true, &mut out);
    assert_eq!(out.len(), 4_800);
    assert_eq!(out.last(), Some(&0.0));
    assert!(out.windows(2).all(|w| (w[1] - w[0]).abs() < 0.01));
}
