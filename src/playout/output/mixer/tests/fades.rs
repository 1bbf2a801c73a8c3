//! Tests of fades, late starts and pauses of the device.
use super::*;

/// Returns the largest step between two frames.
fn largest_step(out: &[f32]) -> f32 {
    out.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max)
}

#[test]
fn a_cut_track_fades_out() {
    let mut bench = MixerBench::new();
    bench.mixer.fade_frames = 384;
    bench.queue_whole(1, CueStart::AtInstant(boot(0)), &[0.5; 5000]);
    bench.run(1000);
    assert!(bench.handle.commands.push(MixerCommand::Cut(CueKey(1))).is_ok());
    // A second cut changes nothing.
    assert!(bench.handle.commands.push(MixerCommand::Cut(CueKey(1))).is_ok());
    bench.run(100);
    bench.run(900);
    assert_eq!(bench.ended(1).map(|(cut, _)| cut), Some(true));
    assert_eq!(bench.feed(1).2.taken(), 1384);
    assert!(bench.out[1384..].iter().all(|s| *s == 0.0));
    assert!(largest_step(&bench.out[1..]) < 0.5 / 300.0);
}

#[test]
fn a_track_fades_out_before_the_next_one_starts_on_its_frame() {
    for (start, extra_frames) in [(700, 0), (1030, 0), (1000, 0), (1384, 0), (90, 600)] {
        let mut bench = MixerBench::new();
        bench.mixer.fade_frames = 384;
        bench.queue_whole(1, CueStart::AtInstant(boot(0)), &[0.5; 5000]);
        bench.run(500 + extra_frames);
        bench.queue_whole(2, CueStart::AtInstant(boot(start)), &[-0.25; 100]);
        for _ in 0..4 {
            bench.run(500);
        }
        // A track that was queued after its instant starts when the other one has faded out.
        let first_frame = start.max(500 + extra_frames + if start < 500 + extra_frames { 384 } else { 0 });
        assert!(near(bench.started(2).unwrap(), boot(first_frame)), "{start}");
        assert_eq!(bench.out[first_frame..first_frame + 100], [-0.25; 100]);
        assert_eq!(bench.feed(1).2.taken(), first_frame as u64);
        assert!(bench.out[first_frame - 1].abs() < 0.01, "{start}");
        let fade_frames = (first_frame - 500 - extra_frames).min(384) as f32;
        assert!(largest_step(&bench.out[1..first_frame]) < 0.5 / fade_frames * 1.1 + 1e-4, "{start}");
    }
}

#[test]
fn a_track_that_ends_within_the_grace_is_not_faded() {
    let mut bench = MixerBench::new();
    (bench.mixer.fade_frames, bench.mixer.grace_frames) = (384, 300);
    // At the instant of the second track it has 200 frames left, so it ends first, without a fade.
    bench.queue_whole(1, CueStart::AtInstant(boot(0)), &[0.5; 1200]);
    bench.queue_whole(2, CueStart::AtInstant(boot(1000)), &[0.25; 100]);
    bench.run(800);
    bench.run(800);
    assert_eq!(bench.out[..1200], [0.5; 1200]);
    assert_eq!(bench.out[1200..1300], [0.25; 100]);
    assert_eq!(bench.ended(1).map(|(cut, _)| cut), Some(false));
}

#[test]
fn a_track_that_joins_in_progress_leaves_out_its_late_frames() {
    let mut bench = MixerBench::new();
    bench.run(1000);
    let (mut producer, samples) = RingBuffer::new(100_000);
    let (key, start, counters) = (CueKey(1), CueStart::AtInstant(boot(400)), Arc::new(TrackCounters::default()));
    let track = Track::new(key, 1, start, samples, 1, counters.clone()).joining_in_progress(true);
    assert!(bench.handle.commands.push(MixerCommand::Play(track)).is_ok());
    bench.feeds.push((key, producer, counters));
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
    assert!(near(bench.ended(1).unwrap().1, boot(2400)), "the end is on time");
    assert_eq!((bench.feed(1).2.taken(), bench.feed(1).2.skipped()), (1200, 800));
}

#[test]
fn a_pause_before_a_start_moves_it_and_one_after_it_is_an_underrun() {
    let mut bench = MixerBench::new();
    bench.queue_whole(1, CueStart::AtInstant(boot(500)), &sound(1, 1000));
    bench.run(1000);
    bench.mixer.record_device_gap(100_000, Some(boot(400)));
    bench.run(1000);
    let moved_report = bench.reports.iter().find(|report| matches!(report, MixerReport::Moved { .. }));
    let at = boot(500).plus(100_000);
    assert!(moved_report.is_some_and(|report| near(report.at(), at)), "{:?}", bench.reports);
    assert_eq!(bench.feed(1).2.underrun_frames(), 0);
    for since in [Some(boot(5400)), None] {
        let mut bench = MixerBench::new();
        bench.queue_whole(1, CueStart::AtInstant(boot(500)), &sound(1, 3000));
        bench.run(1000);
        bench.mixer.record_device_gap(100_000, since);
        assert_eq!(bench.feed(1).2.underrun_frames(), 4800);
    }
}
