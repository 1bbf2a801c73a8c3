//! Against an independent meter, and by what is known of the signals.
use super::*;

/// Interleaved frames: a tone for each channel, by amplitude, frequency and phase.
fn tones(rate: u32, seconds: f64, channels: &[(f64, f64, f64)]) -> Vec<f32> {
    let frames = (f64::from(rate) * seconds) as usize;
    let tone = |i: usize, (amp, freq, phase): (f64, f64, f64)| {
        amp * (std::f64::consts::TAU * freq * i as f64 / f64::from(rate) + phase).sin()
    };
    (0..frames).flat_map(|i| channels.iter().map(move |c| tone(i, *c) as f32)).collect()
}

fn measured(rate: u32, channels: u16, samples: &[f32], block: usize) -> AudioMeasurements {
    let mut meter = Meter::new(rate, channels, &[]);
    samples.chunks(block * usize::from(channels)).for_each(|b| meter.add_frames(b));
    meter.finish()
}

/// Noise that rises and falls, with pauses.
fn speech(rate: u32, seconds: f64, channels: usize) -> Vec<f32> {
    let mut seed = 7_u32;
    let frames = (f64::from(rate) * seconds) as usize;
    let mut low = 0.0_f64;
    (0..frames)
        .flat_map(|i| {
            let t = i as f64 / f64::from(rate);
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(seed >> 8) / f64::from(1 << 23) - 1.0;
            low += 0.2 * (noise - low);
            let voice = low * (0.5 + 0.5 * (t * 9.0).sin()) * if t % 5.0 > 4.0 { 0.01 } else { 0.8 };
            (0..channels).map(move |c| (voice * (1.0 - 0.3 * c as f64)) as f32)
        })
        .collect()
}

#[test]
fn an_independent_meter_agrees() {
    for (rate, channels) in [(48_000, 2), (44_100, 1), (22_050, 2), (8_000, 1), (11_025, 1), (96_000, 2)] {
        let samples = speech(rate, 21.3, channels);
        let found = measured(rate, channels as u16, &samples, 1_777);
        let mode = ebur128::Mode::I | ebur128::Mode::LRA | ebur128::Mode::TRUE_PEAK;
        let mut judge = ebur128::EbuR128::new(channels as u32, rate, mode).expect("a meter");
        judge.add_frames_f32(&samples).expect("frames");
        let loudness = judge.loudness_global().expect("loudness");
        let range = judge.loudness_range().expect("range");
        let peak = (0..channels as u32).map(|c| judge.true_peak(c).expect("peak")).fold(0.0, f64::max);
        let off = |found: i32, right: f64| (f64::from(found) / 100.0 - right).abs();
        assert!(off(found.integrated.expect("loud"), loudness) < 0.03, "{rate}: {found:?}, {loudness}");
        assert!(off(found.range, range) < 0.5, "{rate}: {found:?}, {range}");
        assert!(off(found.true_peak.expect("a peak"), 20.0 * peak.log10()) < 0.15, "{rate}: {found:?}, {peak}");
    }
}

#[test]
fn blocks_of_any_length_give_the_same() {
    let samples = speech(44_100, 7.0, 2);
    let whole = measured(44_100, 2, &samples, usize::MAX / 4);
    for block in [1, 7, 16, 23, 24, 25, 1_152, 4_410] {
        assert_eq!(measured(44_100, 2, &samples, block), whole, "{block}");
    }
}

#[test]
fn a_peak_between_samples_is_found() {
    let eighth = std::f64::consts::FRAC_PI_4;
    let found = measured(48_000, 1, &tones(48_000, 1.0, &[(0.5, 12_000.0, eighth)]), 1_024);
    // The samples of this tone never exceed 0.3536: -9.03 dB; it is a tone of -6.02 dB.
    assert!((-622..=-582).contains(&found.true_peak.expect("a peak")), "{found:?}");
}

#[test]
fn no_stretch_that_matters_is_passed_over() {
    let mut samples = speech(48_000, 3.0, 1);
    samples.iter_mut().for_each(|x| *x *= 0.2);
    let burst = tones(48_000, 0.001, &[(0.6, 12_000.0, std::f64::consts::FRAC_PI_4)]);
    samples[70_001..70_001 + burst.len()].copy_from_slice(&burst);
    let mut all = TruePeakMeter::new(48_000, 1);
    // Believed to make more of samples than it can: nothing is ever passed over.
    all.gain = f32::INFINITY;
    let mut some = TruePeakMeter::new(48_000, 1);
    for block in samples.chunks(1_000) {
        all.add_frames(block, &mut SampleStats::new(1));
        some.add_frames(block, &mut SampleStats::new(1));
    }
    all.finish();
    some.finish();
    assert_eq!(all.peak(), some.peak());
}

#[test]
fn channels_that_cancel_are_noticed() {
    let opposite = measured(48_000, 2, &tones(48_000, 5.0, &[(0.3, 997.0, 0.0), (-0.29, 997.0, 0.0)]), 1_024);
    assert!(opposite.cancels && opposite.downmix == Downmix::First, "{opposite:?}");
    let alone = measured(48_000, 2, &tones(48_000, 5.0, &[(0.0, 997.0, 0.0), (0.3, 997.0, 0.0)]), 1_024);
    assert!(alone.one_sided && !alone.cancels && alone.downmix == Downmix::Second, "{alone:?}");
    let same = measured(48_000, 2, &tones(48_000, 5.0, &[(0.3, 997.0, 0.0), (0.3, 997.0, 0.0)]), 1_024);
    assert_eq!((same.cancels, same.one_sided, same.downmix), (false, false, Downmix::Mean));
    assert_eq!(same.integrated.zip(same.downmixed).map(|(both, one)| both - one), Some(301));
    let unrelated = measured(48_000, 2, &tones(48_000, 5.0, &[(0.3, 997.0, 0.0), (0.3, 1_500.0, 1.0)]), 1_024);
    assert!(!unrelated.cancels, "{unrelated:?}");
}

#[test]
fn silences_clips_and_offsets_are_counted() {
    let mut samples = vec![0.0_f32; 48_000];
    samples[4_800..9_600].fill(0.5);
    samples[24_000..24_002].fill(1.0);
    samples[30_000..30_003].fill(-1.0);
    let found = measured(48_000, 1, &samples, 1_000);
    assert_eq!((found.lead_silence_ms, found.tail_silence_ms, found.longest_silence_ms), (100, 375, 375));
    assert_eq!(found.clips, 1);
    assert_eq!(found.offset, 500);
    let nothing = measured(48_000, 1, &[0.0; 48_000], 1_000);
    assert_eq!((nothing.integrated, nothing.true_peak), (None, None));
    assert_eq!((nothing.lead_silence_ms, nothing.tail_silence_ms, nothing.longest_silence_ms), (1000, 1000, 1000));
}
