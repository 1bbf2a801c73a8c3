use super::*;

/// Returns a 440 Hz sine sampled at `rate`.
fn sine(rate: u32, frames: usize) -> Vec<f32> {
    let step = 440.0 / f64::from(rate) * std::f64::consts::TAU;
    (0..frames).map(|i| ((i as f64 * step).sin() * 0.5) as f32).collect()
}

#[test]
fn a_converted_sine_has_no_delay() {
    for (input_rate, output_rate) in [
        (44_100, 48_000),
        (22_050, 48_000),
        (48_000, 44_100),
        (8_000, 48_000),
        (96_000, 44_100),
        (11_025, 44_100),
        (44_101, 48_000),
    ] {
        let input = sine(input_rate, input_rate as usize);
        let mut converter = RateConverter::new(input_rate, output_rate, 1).unwrap();
        let mut out = Vec::new();
        for block in input.chunks(777) {
            converter.push(block, &mut out).unwrap();
        }
        let remaining = output_rate as usize - out.len();
        converter.flush(remaining as u64, &mut out).unwrap();
        assert!(out.len() >= output_rate as usize);
        let expected = sine(output_rate, output_rate as usize);
        // A sine that starts and stops abruptly is not band-limited at its edges.
        let compared = out.iter().zip(&expected).skip(1000).take(output_rate as usize - 2000);
        let max_error = compared.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(max_error < 1e-3, "{input_rate} to {output_rate}: off by {max_error}");
    }
}

#[test]
fn equal_rates_leave_the_frames_unchanged() {
    let mut converter = RateConverter::new(48_000, 48_000, 2).unwrap();
    let mut out = Vec::new();
    converter.push(&[0.1, 0.2, 0.3, 0.4], &mut out).unwrap();
    converter.flush(0, &mut out).unwrap();
    assert_eq!(out, [0.1, 0.2, 0.3, 0.4]);
}
