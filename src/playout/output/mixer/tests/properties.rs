//! Properties that hold for all sizes of buffers and rings.
use proptest::prelude::*;

use super::*;

proptest! {
    /// Whatever the sizes of the buffers, exactly the given frames come out, one after the other.
    #[test]
    fn frames_out_are_the_frames_in(
        lengths in proptest::collection::vec(1_usize..3000, 1..6),
        buffers in proptest::collection::vec(1_usize..1500, 1..20),
        first in 0_usize..2000,
    ) {
        let mut bench = MixerBench::new();
        bench.whole(1, CueStart::At(boot(first)), &sound(1, lengths[0]));
        for (key, length) in (2..).zip(&lengths[1..]) {
            bench.whole(key, CueStart::Follow { not_before: boot(0) }, &sound(key, *length));
        }
        let total: usize = lengths.iter().sum();
        for size in buffers.iter().cycle() {
            if bench.out.len() >= first + total {
                break;
            }
            bench.run(*size);
        }
        let expected: Vec<f32> = (1..).zip(&lengths).flat_map(|(key, n)| sound(key, *n)).collect();
        prop_assert!(bench.out[..first].iter().all(|s| *s == 0.0));
        prop_assert_eq!(&bench.out[first..first + total], &expected[..]);
        prop_assert!(bench.out[first + total..].iter().all(|s| *s == 0.0));
        let ends = bench.told.iter().filter(|r| matches!(r, MixerReport::Ended { cut: false, .. }));
        prop_assert_eq!(ends.count(), lengths.len());
    }

    /// With a starved ring no frame is lost or doubled, and the silence is counted to the frame.
    #[test]
    fn silence_is_counted_to_the_frame(
        portions in proptest::collection::vec((0_usize..700, 1_usize..700), 1..20),
    ) {
        let mut bench = MixerBench::new();
        bench.partly(1, CueStart::At(boot(0)), &[1.0]);
        let mut given = 1;
        for (portion, buffer) in portions {
            let samples = sound(1, portion);
            given += portion;
            bench.feed(1).1.push_entire_slice(&samples).unwrap();
            bench.run(buffer);
        }
        bench.complete(1, given, true);
        bench.run(20_000);
        let played = bench.out.iter().filter(|s| **s != 0.0).count();
        let (_, end) = bench.ended(1).unwrap();
        prop_assert_eq!(played, given);
        let gauge = &bench.feed(1).2;
        prop_assert_eq!(gauge.taken(), given as u64);
        prop_assert!(near(end, boot(given + gauge.underrun_frames() as usize)));
    }
}
