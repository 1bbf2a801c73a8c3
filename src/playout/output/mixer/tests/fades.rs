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
    bench.queue_complete(1, CueStart::AtInstant(instant_of(0)), &[0.5; 5000]);
    bench.run(1000);
    assert!(bench.handle.commands.push(MixerCommand::Cut(CueKey(1))).is_ok());
    // A second cut changes nothing.
    assert!(bench.handle.commands.push(MixerCommand::Cut(CueKey(1))).is_ok());
    bench.run(100);
    bench.run(900);
    assert_eq!(bench.end_of(1).map(|end| end.was_cut), Some(true));
    assert_eq!(bench.feed(1).counters.taken_frames(), 1384);
    assert!(bench.out[1384..].iter().all(|s| *s == 0.0));
    assert!(largest_step(&bench.out[1..]) < 0.5 / 300.0);
}

#[test]
fn a_track_fades_out_before_the_next_one_starts_on_its_exact_frame() {
    for (start, queued_at) in [(700, 500), (1030, 500), (1000, 500), (1384, 500), (90, 1100)] {
        let mut bench = MixerBench::new();
        bench.mixer.fade_frames = 384;
        bench.queue_complete(1, CueStart::AtInstant(instant_of(0)), &[0.5; 5000]);
        bench.run(queued_at);
        bench.queue_complete(2, CueStart::AtInstant(instant_of(start)), &[-0.25; 100]);
        for _ in 0..4 {
            bench.run(500);
        }
        // A track that was queued after its instant starts when the first track has faded out.
        let first_frame = start.max(queued_at + if start < queued_at { 384 } else { 0 });
        assert!(is_near(bench.start_of(2).unwrap(), instant_of(first_frame)), "{start}");
        assert_eq!(bench.out[first_frame..first_frame + 100], [-0.25; 100]);
        assert_eq!(bench.feed(1).counters.taken_frames(), first_frame as u64);
        assert!(bench.out[first_frame - 1].abs() < 0.01, "{start}");
        let fade_frames = (first_frame - queued_at).min(384) as f32;
        assert!(largest_step(&bench.out[1..first_frame]) < 0.5 / fade_frames * 1.1 + 1e-4, "{start}");
    }
}

#[test]
fn a_track_that_ends_within_the_grace_is_not_faded() {
    let mut bench = MixerBench::new();
    (bench.mixer.fade_frames, bench.mixer.grace_frames) = (384, 300);
    // At the instant of the second track, the first has 200 frames left, so it plays to its end without a fade.
    bench.queue_complete(1, CueStart::AtInstant(instant_of(0)), &[0.5; 1200]);
    bench.queue_complete(2, CueStart::AtInstant(instant_of(1000)), &[0.25; 100]);
    bench.run(800);
    bench.run(800);
    assert_eq!(bench.out[..1200], [0.5; 1200]);
    assert_eq!(bench.out[1200..1300], [0.25; 100]);
    assert_eq!(bench.end_of(1).map(|end| end.was_cut), Some(false));
}

#[test]
fn a_late_track_that_skips_late_frames_ends_on_time() {
    let mut bench = MixerBench::new();
    bench.run(1000);
    let (ring, samples) = RingBuffer::new(100_000);
    let (key, start, counters) = (CueKey(1), CueStart::AtInstant(instant_of(400)), Arc::new(TrackCounters::default()));
    let track = Track::new(key, 1, start, samples, 1, counters.clone()).with_late_frames_skipped(true);
    assert!(bench.handle.commands.push(MixerCommand::Play(track)).is_ok());
    bench.feeds.push(BenchFeed { key, ring, counters });
    // The track is 600 frames late. Of these frames, 500 are in the ring.
    bench.feed(1).ring.push_entire_slice(&sound(1, 500)).unwrap();
    bench.run(200);
    assert!(bench.out.iter().all(|s| *s == 0.0) && bench.start_of(1).is_none());
    bench.feed(1).ring.push_entire_slice(&sound(1, 2000)[500..]).unwrap();
    bench.complete(1, 2000, true);
    bench.run(2000);
    assert_eq!(bench.out[1200..2400], sound(1, 2000)[800..]);
    assert!(is_near(bench.start_of(1).unwrap(), instant_of(1200)));
    assert!(is_near(bench.end_of(1).unwrap().at, instant_of(2400)), "the end must be on time");
    assert_eq!((bench.feed(1).counters.taken_frames(), bench.feed(1).counters.skipped_frames()), (1200, 800));
}

#[test]
fn a_pause_before_a_start_moves_the_start_and_a_later_pause_is_an_underrun() {
    let mut bench = MixerBench::new();
    bench.queue_complete(1, CueStart::AtInstant(instant_of(500)), &sound(1, 1000));
    bench.run(1000);
    bench.mixer.record_device_gap(100_000, Some(instant_of(400)));
    bench.run(1000);
    let moved_report = bench.reports.iter().find(|report| matches!(report, MixerReport::Moved { .. }));
    let at = instant_of(500).plus(100_000);
    assert!(moved_report.is_some_and(|report| is_near(report.at(), at)), "{:?}", bench.reports);
    assert_eq!(bench.feed(1).counters.underrun_frames(), 0);
    for noticed_at in [Some(instant_of(5400)), None] {
        let mut bench = MixerBench::new();
        bench.queue_complete(1, CueStart::AtInstant(instant_of(500)), &sound(1, 3000));
        bench.run(1000);
        bench.mixer.record_device_gap(100_000, noticed_at);
        assert_eq!(bench.feed(1).counters.underrun_frames(), 4800);
    }
}
