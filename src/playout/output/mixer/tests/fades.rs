//! Fades, late starts and pauses of the device.
use super::*;

/// The largest step between two frames.
fn largest_step(out: &[f32]) -> f32 {
    out.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn what_is_cut_dies_away() {
    let mut bench = MixerBench::new();
    bench.line.fade_frames = 384;
    bench.whole(1, CueStart::At(boot(0)), &[0.5; 5000]);
    bench.run(1000);
    assert!(bench.remote.commands.push(MixerCommand::Cut(CueKey(1))).is_ok());
    // A second cut changes nothing.
    assert!(bench.remote.commands.push(MixerCommand::Cut(CueKey(1))).is_ok());
    bench.run(100);
    bench.run(900);
    assert_eq!(bench.ended(1).map(|(cut, _)| cut), Some(true));
    assert_eq!(bench.feed(1).2.taken(), 1384);
    assert!(bench.out[1384..].iter().all(|s| *s == 0.0));
    assert!(largest_step(&bench.out[1..]) < 0.5 / 300.0);
}

#[test]
fn what_gives_way_dies_away_before_the_next_begins_on_its_frame() {
    for (start, lead) in [(700, 0), (1030, 0), (1000, 0), (1384, 0), (90, 600)] {
        let mut bench = MixerBench::new();
        bench.line.fade_frames = 384;
        bench.whole(1, CueStart::At(boot(0)), &[0.5; 5000]);
        bench.run(500 + lead);
        bench.whole(2, CueStart::At(boot(start)), &[-0.25; 100]);
        for _ in 0..4 {
            bench.run(500);
        }
        // A track that came too late begins when the other has faded out.
        let begins = start.max(500 + lead + if start < 500 + lead { 384 } else { 0 });
        assert!(near(bench.started(2).unwrap(), boot(begins)), "{start}");
        assert_eq!(bench.out[begins..begins + 100], [-0.25; 100]);
        assert_eq!(bench.feed(1).2.taken(), begins as u64);
        assert!(bench.out[begins - 1].abs() < 0.01, "{start}");
        let shortest = (begins - 500 - lead).min(384) as f32;
        assert!(largest_step(&bench.out[1..begins]) < 0.5 / shortest * 1.1 + 1e-4, "{start}");
    }
}

#[test]
fn what_would_end_in_time_by_itself_is_left_alone() {
    let mut bench = MixerBench::new();
    (bench.line.fade_frames, bench.line.grace_frames) = (384, 300);
    // At the other's instant it has 200 frames left, so it ends first, at its full size.
    bench.whole(1, CueStart::At(boot(0)), &[0.5; 1200]);
    bench.whole(2, CueStart::At(boot(1000)), &[0.25; 100]);
    bench.run(800);
    bench.run(800);
    assert_eq!(bench.out[..1200], [0.5; 1200]);
    assert_eq!(bench.out[1200..1300], [0.25; 100]);
    assert_eq!(bench.ended(1).map(|(cut, _)| cut), Some(false));
}

#[test]
fn what_keeps_its_place_leaves_out_what_it_comes_too_late_for() {
    let mut bench = MixerBench::new();
    bench.run(1000);
    let (mut producer, samples) = RingBuffer::new(100_000);
    let (key, start, gauge) = (CueKey(1), CueStart::At(boot(400)), Arc::new(TrackCounters::default()));
    let track = Track::new(key, 1, start, samples, 1, gauge.clone()).joining_in_progress(true);
    assert!(bench.remote.commands.push(MixerCommand::Play(track)).is_ok());
    bench.feeds.push((key, producer, gauge));
    // 600 frames late, of which 500 are in the ring.
    producer = std::mem::replace(&mut bench.feed(1).1, RingBuffer::new(1).0);
    producer.push_entire_slice(&sound(1, 500)).unwrap();
    bench.run(200);
    assert!(bench.out.iter().all(|s| *s == 0.0) && bench.started(1).is_none());
    producer.push_entire_slice(&sound(1, 2000)[500..]).unwrap();
    bench.complete(1, 2000, true);
    bench.run(2000);
    assert_eq!(bench.out[1200..2400], sound(1, 2000)[800..]);
    assert!(near(bench.started(1).unwrap(), boot(1200)));
    assert!(near(bench.ended(1).unwrap().1, boot(2400)), "where it would have ended");
    assert_eq!((bench.feed(1).2.taken(), bench.feed(1).2.skipped()), (1200, 800));
}

#[test]
fn a_pause_before_a_start_moves_it_and_one_after_it_is_an_underrun() {
    let mut bench = MixerBench::new();
    bench.whole(1, CueStart::At(boot(500)), &sound(1, 1000));
    bench.run(1000);
    bench.line.record_device_gap(100_000, Some(boot(400)));
    bench.run(1000);
    let moved = bench.told.iter().find(|report| matches!(report, MixerReport::Moved { .. }));
    let at = boot(500).plus(100_000);
    assert!(moved.is_some_and(|told| near(told.at(), at)), "{:?}", bench.told);
    assert_eq!(bench.feed(1).2.underrun_frames(), 0);
    for since in [Some(boot(5400)), None] {
        let mut bench = MixerBench::new();
        bench.whole(1, CueStart::At(boot(500)), &sound(1, 3000));
        bench.run(1000);
        bench.line.record_device_gap(100_000, since);
        assert_eq!(bench.feed(1).2.underrun_frames(), 4800);
    }
}
