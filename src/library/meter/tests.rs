//! Compares the meter with an independent meter, and with the known properties of test signals.
use super::*;

/// Returns interleaved frames with one tone for each channel: amplitude, frequency in hertz, phase in radians.
fn tones(rate: u32, seconds: f64, channels: &[(f64, f64, f64)]) -> Vec<f32> {
    let frames = (f64::from(rate) * seconds) as usize;
    let tone = |i: usize, (amplitude, frequency, phase): (f64, f64, f64)| {
        amplitude * (std::f64::consts::TAU * frequency * i as f64 / f64::from(rate) + phase).sin()
    };
    (0..frames).flat_map(|i| channels.iter().map(move |channel| tone(i, *channel) as f32)).collect()
}

/// Measures samples in blocks of `block_frames` frames.
fn measure(rate: u32, channels: u16, samples: &[f32], block_frames: usize) -> AudioMeasurements {
    let mut meter = Meter::new(rate, channels, &[]);
    samples.chunks(block_frames * usize::from(channels)).for_each(|block| meter.add_frames(block));
    meter.finish()
}

/// Returns noise that rises and falls and has pauses, like speech.
fn speech_like_noise(rate: u32, seconds: f64, channels: usize) -> Vec<f32> {
    let mut seed = 7_u32;
    let frames = (f64::from(rate) * seconds) as usize;
    let mut filtered_noise = 0.0_f64;
    (0..frames)
        .flat_map(|i| {
            let t = i as f64 / f64::from(rate);
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(seed >> 8) / f64::from(1 << 23) - 1.0;
            filtered_noise += 0.2 * (noise - filtered_noise);
            let voice = filtered_noise * (0.5 + 0.5 * (t * 9.0).sin()) * if t % 5.0 > 4.0 { 0.01 } else { 0.8 };
            (0..channels).map(move |c| (voice * (1.0 - 0.3 * c as f64)) as f32)
        })
        .collect()
}

#[test]
fn an_independent_meter_gives_the_same_measurements() {
    for (rate, channels) in [(48_000, 2), (44_100, 1), (22_050, 2), (8_000, 1), (11_025, 1), (96_000, 2)] {
        let samples = speech_like_noise(rate, 21.3, channels);
        let measurements = measure(rate, channels as u16, &samples, 1_777);
        let mode = ebur128::Mode::I | ebur128::Mode::LRA | ebur128::Mode::TRUE_PEAK;
        let mut reference = ebur128::EbuR128::new(channels as u32, rate, mode).expect("create the reference meter");
        reference.add_frames_f32(&samples).expect("add the frames");
        let loudness = reference.loudness_global().expect("measure the loudness");
        let range = reference.loudness_range().expect("measure the range");
        let peak = (0..channels as u32).map(|c| reference.true_peak(c).expect("measure the peak")).fold(0.0, f64::max);
        let error = |hundredths: i32, expected: f64| (f64::from(hundredths) / 100.0 - expected).abs();
        let true_peak = measurements.true_peak.expect("measure the true peak");
        assert!(
            error(measurements.integrated.expect("measure the loudness"), loudness) < 0.03,
            "{rate}: {measurements:?}, {loudness}"
        );
        assert!(error(measurements.range, range) < 0.5, "{rate}: {measurements:?}, {range}");
        assert!(error(true_peak, 20.0 * peak.log10()) < 0.15, "{rate}: {measurements:?}, {peak}");
    }
}

#[test]
fn the_block_length_does_not_change_the_measurements() {
    let samples = speech_like_noise(44_100, 7.0, 2);
    let expected = measure(44_100, 2, &samples, usize::MAX / 4);
    for block_frames in [1, 7, 16, 23, 24, 25, 1_152, 4_410] {
        assert_eq!(measure(44_100, 2, &samples, block_frames), expected, "{block_frames}");
    }
}

#[test]
fn a_peak_between_samples_is_found() {
    let eighth_turn = std::f64::consts::FRAC_PI_4;
    let measurements = measure(48_000, 1, &tones(48_000, 1.0, &[(0.5, 12_000.0, eighth_turn)]), 1_024);
    // The tone has a peak of -6.02 dB, but its samples never exceed 0.3536, which is -9.03 dB.
    assert!((-622..=-582).contains(&measurements.true_peak.expect("measure the true peak")), "{measurements:?}");
}

#[test]
fn skipped_chunks_never_contain_the_peak() {
    let mut samples = speech_like_noise(48_000, 3.0, 1);
    samples.iter_mut().for_each(|x| *x *= 0.2);
    let burst = tones(48_000, 0.001, &[(0.6, 12_000.0, std::f64::consts::FRAC_PI_4)]);
    samples[70_001..70_001 + burst.len()].copy_from_slice(&burst);
    let mut full_meter = TruePeakMeter::new(48_000, 1);
    // With an infinite gain no chunk is skipped.
    full_meter.max_gain = f32::INFINITY;
    let mut skipping_meter = TruePeakMeter::new(48_000, 1);
    for block in samples.chunks(1_000) {
        full_meter.add_frames(block, &mut SampleStats::new(1));
        skipping_meter.add_frames(block, &mut SampleStats::new(1));
    }
    full_meter.finish();
    skipping_meter.finish();
    assert_eq!(full_meter.peak(), skipping_meter.peak());
}

#[test]
fn channels_that_cancel_each_other_are_found() {
    let opposite = measure(48_000, 2, &tones(48_000, 5.0, &[(0.3, 997.0, 0.0), (-0.29, 997.0, 0.0)]), 1_024);
    assert!(opposite.cancels && opposite.downmix == Downmix::First, "{opposite:?}");
    let one_sided = measure(48_000, 2, &tones(48_000, 5.0, &[(0.0, 997.0, 0.0), (0.3, 997.0, 0.0)]), 1_024);
    assert!(one_sided.one_sided && !one_sided.cancels && one_sided.downmix == Downmix::Second, "{one_sided:?}");
    let identical = measure(48_000, 2, &tones(48_000, 5.0, &[(0.3, 997.0, 0.0), (0.3, 997.0, 0.0)]), 1_024);
    assert_eq!((identical.cancels, identical.one_sided, identical.downmix), (false, false, Downmix::Mean));
    assert_eq!(
        identical.integrated.zip(identical.downmixed).map(|(programme, downmix)| programme - downmix),
        Some(301)
    );
    let unrelated = measure(48_000, 2, &tones(48_000, 5.0, &[(0.3, 997.0, 0.0), (0.3, 1_500.0, 1.0)]), 1_024);
    assert!(!unrelated.cancels, "{unrelated:?}");
}

#[test]
fn silences_clipped_runs_and_dc_offset_are_measured() {
    let mut samples = vec![0.0_f32; 48_000];
    samples[4_800..9_600].fill(0.5);
    samples[24_000..24_002].fill(1.0);
    samples[30_000..30_003].fill(-1.0);
    let sound = measure(48_000, 1, &samples, 1_000);
    assert_eq!((sound.lead_silence_ms, sound.tail_silence_ms, sound.longest_silence_ms), (100, 375, 375));
    assert_eq!(sound.clips, 1);
    assert_eq!(sound.offset, 500);
    let silence = measure(48_000, 1, &[0.0; 48_000], 1_000);
    assert_eq!((silence.integrated, silence.true_peak), (None, None));
    assert_eq!((silence.lead_silence_ms, silence.tail_silence_ms, silence.longest_silence_ms), (1000, 1000, 1000));
}
