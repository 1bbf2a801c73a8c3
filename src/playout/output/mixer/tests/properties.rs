//! Properties of the mixer that hold for all sizes of buffers and tracks.
use proptest::prelude::*;

use super::*;

proptest! {
    /// With buffers of any size, the frames that come out are the frames of the tracks, without a gap.
    #[test]
    fn the_output_consists_of_the_frames_of_the_tracks_in_order(
        lengths in proptest::collection::vec(1_usize..3000, 1..6),
        buffers in proptest::collection::vec(1_usize..1500, 1..20),
        first_frame in 0_usize..2000,
    ) {
        let mut bench = MixerBench::new();
        bench.queue_complete(1, CueStart::AtInstant(instant_of(first_frame)), &sound(1, lengths[0]));
        for (key, length) in (2..).zip(&lengths[1..]) {
            bench.queue_complete(key, CueStart::AfterPrevious { not_before: instant_of(0) }, &sound(key, *length));
        }
        let total_frames: usize = lengths.iter().sum();
        for size in buffers.iter().cycle() {
            if bench.out.len() >= first_frame + total_frames {
                break;
            }
            bench.run(*size);
        }
        let expected: Vec<f32> = (1..).zip(&lengths).flat_map(|(key, n)| sound(key, *n)).collect();
        prop_assert!(bench.out[..first_frame].iter().all(|s| *s == 0.0));
        prop_assert_eq!(&bench.out[first_frame..first_frame + total_frames], &expected[..]);
        prop_assert!(bench.out[first_frame + total_frames..].iter().all(|s| *s == 0.0));
        let ends = bench.reports.iter().filter(|r| matches!(r, MixerReport::Ended { was_cut: false, .. }));
        prop_assert_eq!(ends.count(), lengths.len());
    }

    /// With a starved ring, no frame is lost or repeated, and the frames of silence are counted exactly.
    #[test]
    fn frames_of_silence_are_counted_exactly(
        portions in proptest::collection::vec((0_usize..700, 1_usize..700), 1..20),
    ) {
        let mut bench = MixerBench::new();
        bench.queue_partial(1, CueStart::AtInstant(instant_of(0)), &[1.0]);
        let mut pushed_frames = 1;
        for (portion, buffer) in portions {
            let samples = sound(1, portion);
            pushed_frames += portion;
            bench.feed(1).ring.push_entire_slice(&samples).unwrap();
            bench.run(buffer);
        }
        bench.complete(1, pushed_frames, true);
        bench.run(20_000);
        let played_frames = bench.out.iter().filter(|s| **s != 0.0).count();
        let end = bench.end_of(1).unwrap();
        prop_assert_eq!(played_frames, pushed_frames);
        let counters = &bench.feed(1).counters;
        prop_assert_eq!(counters.taken_frames(), pushed_frames as u64);
        prop_assert!(is_near(end.at, instant_of(pushed_frames + counters.underrun_frames() as usize)));
    }
}
