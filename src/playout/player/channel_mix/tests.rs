use super::*;

fn mix(input_channels: usize, output_channels: usize, downmix: Downmix) -> ChannelMix {
    ChannelMix { input_channels, output_channels, downmix, gain: 0.5 }
}

fn mixed(mix: ChannelMix, block: &[f32], remaining: &mut Option<u64>) -> Vec<f32> {
    let mut out = Vec::new();
    mix.process(block, remaining, &mut out);
    out
}

#[test]
fn channels_are_averaged_copied_or_omitted() {
    assert_eq!(mixed(mix(1, 1, Downmix::Mean), &[0.2, 0.4], &mut None), [0.1, 0.2]);
    assert_eq!(mixed(mix(2, 1, Downmix::Mean), &[0.2, 0.4], &mut None), [0.15]);
    assert_eq!(mixed(mix(2, 1, Downmix::First), &[0.2, 0.4], &mut None), [0.1]);
    assert_eq!(mixed(mix(2, 1, Downmix::Second), &[0.2, 0.4], &mut None), [0.2]);
    assert_eq!(mixed(mix(2, 2, Downmix::First), &[0.2, 0.4], &mut None), [0.1, 0.2]);
    assert_eq!(mixed(mix(4, 1, Downmix::Mean), &[0.5, 0.0, 0.0, 0.5], &mut None), [0.125]);
}

#[test]
fn the_remaining_frames_limit_the_frames_of_a_block() {
    let mut remaining = Some(3);
    let stereo = mix(2, 2, Downmix::Mean);
    assert_eq!(mixed(stereo, &[1.0; 4], &mut remaining), [0.5; 4]);
    assert_eq!(mixed(stereo, &[1.0; 4], &mut remaining), [0.5; 2]);
    assert!(mixed(stereo, &[1.0; 4], &mut remaining).is_empty());
    assert_eq!(remaining, Some(0));
}

#[test]
fn a_file_that_changed_since_its_measurement_is_not_made_louder() {
    let settings = OutputSettings { is_mono: true, ..OutputSettings::default() };
    let loudness = |lufs| Loudness { sha256: "a".to_owned(), downmixed: Some(lufs), ..Loudness::default() };
    let gain = |lufs, hash| ChannelMix::new(&settings, Some(&loudness(lufs)), Some(hash), 1, 1).gain;
    assert!(gain(-2_600, "a") > 3.0);
    assert_eq!(gain(-2_600, "b"), 1.0);
    assert!(gain(-600, "b") < 0.4);
}
