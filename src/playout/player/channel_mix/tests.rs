use super::*;

fn mix(from: usize, to: usize, downmix: Downmix) -> ChannelMix {
    ChannelMix { from, to, downmix, gain: 0.5 }
}

fn mixed(mix: ChannelMix, block: &[f32], left: &mut Option<u64>) -> Vec<f32> {
    let mut out = Vec::new();
    mix.process(block, left, &mut out);
    out
}

#[test]
fn channels_are_averaged_kept_or_left_out() {
    assert_eq!(mixed(mix(1, 1, Downmix::Mean), &[0.2, 0.4], &mut None), [0.1, 0.2]);
    assert_eq!(mixed(mix(2, 1, Downmix::Mean), &[0.2, 0.4], &mut None), [0.15]);
    assert_eq!(mixed(mix(2, 1, Downmix::First), &[0.2, 0.4], &mut None), [0.1]);
    assert_eq!(mixed(mix(2, 1, Downmix::Second), &[0.2, 0.4], &mut None), [0.2]);
    assert_eq!(mixed(mix(2, 2, Downmix::First), &[0.2, 0.4], &mut None), [0.1, 0.2]);
    assert_eq!(mixed(mix(4, 1, Downmix::Mean), &[0.5, 0.0, 0.0, 0.5], &mut None), [0.125]);
}

#[test]
fn no_more_frames_are_taken_than_are_left() {
    let mut left = Some(3);
    let both = mix(2, 2, Downmix::Mean);
    assert_eq!(mixed(both, &[1.0; 4], &mut left), [0.5; 4]);
    assert_eq!(mixed(both, &[1.0; 4], &mut left), [0.5; 2]);
    assert!(mixed(both, &[1.0; 4], &mut left).is_empty());
    assert_eq!(left, Some(0));
}

#[test]
fn bytes_that_nobody_measured_are_not_made_louder() {
    let settings = OutputSettings { is_mono: true, ..OutputSettings::default() };
    let known = |lufs| Loudness { sha256: "a".to_owned(), downmixed: Some(lufs), ..Loudness::default() };
    let gain = |lufs, now| ChannelMix::new(&settings, Some(&known(lufs)), Some(now), 1, 1).gain;
    assert!(gain(-2_600, "a") > 3.0);
    assert_eq!(gain(-2_600, "b"), 1.0);
    assert!(gain(-600, "b") < 0.4);
}
