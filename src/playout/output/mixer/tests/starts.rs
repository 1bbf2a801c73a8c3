//! Tests of starts, ends and underruns.
use super::*;

#[test]
fn a_track_starts_on_its_exact_frame_and_ends_after_its_last_frame() {
    let mut bench = MixerBench::new();
    bench.queue_complete(1, CueStart::AtInstant(instant_of(700)), &sound(1, 1000));
    for _ in 0..5 {
        bench.run(512);
    }
    assert!(bench.out[..700].iter().all(|s| *s == 0.0));
    assert_eq!(bench.out[700..1700], sound(1, 1000));
    assert!(bench.out[1700..].iter().all(|s| *s == 0.0));
    assert!(is_near(bench.start_of(1).unwrap(), instant_of(700)));
    let end = bench.end_of(1).unwrap();
    assert!(!end.was_cut && is_near(end.at, instant_of(1700)));
    assert_eq!(bench.feed(1).counters.taken_frames(), 1000);
    assert_eq!(bench.feed(1).counters.underrun_frames(), 0);
}

#[test]
fn a_follower_of_a_complete_track_starts_on_the_next_frame() {
    let mut bench = MixerBench::new();
    bench.queue_complete(1, CueStart::AtInstant(instant_of(100)), &sound(1, 333));
    bench.queue_complete(2, CueStart::AfterPrevious { not_before: instant_of(9000) }, &sound(2, 400));
    bench.queue_complete(3, CueStart::AfterPrevious { not_before: instant_of(0) }, &sound(3, 5));
    bench.run(1024);
    let expected = [sound(1, 333), sound(2, 400), sound(3, 5)].concat();
    assert_eq!(bench.out[100..838], expected);
    assert!(is_near(bench.start_of(2).unwrap(), instant_of(433)));
    assert!(is_near(bench.start_of(3).unwrap(), instant_of(833)));
}

#[test]
fn a_follower_that_is_queued_late_starts_at_once() {
    let mut bench = MixerBench::new();
    bench.queue_complete(1, CueStart::AtInstant(instant_of(0)), &sound(1, 100));
    bench.run(256);
    bench.queue_complete(2, CueStart::AfterPrevious { not_before: instant_of(9000) }, &sound(2, 10));
    bench.run(256);
    assert!(is_near(bench.start_of(2).unwrap(), instant_of(256)));
}

#[test]
fn a_follower_of_a_short_track_waits_for_its_instant() {
    for is_cut in [false, true] {
        let mut bench = MixerBench::new();
        bench.queue_partial(1, CueStart::AtInstant(instant_of(0)), &sound(1, 300));
        bench.queue_complete(2, CueStart::AfterPrevious { not_before: instant_of(900) }, &sound(2, 50));
        bench.run(100);
        if is_cut {
            bench.handle.commands.push(MixerCommand::Cut(CueKey(1))).ok().unwrap();
        } else {
            bench.complete(1, 300, false);
        }
        bench.run(600);
        bench.run(600);
        assert_eq!(bench.end_of(1).unwrap().was_cut, is_cut);
        assert!(is_near(bench.end_of(1).unwrap().at, instant_of(if is_cut { 100 } else { 300 })));
        assert!(is_near(bench.start_of(2).unwrap(), instant_of(900)));
        assert_eq!(bench.out[900..950], sound(2, 50));
    }
}

#[test]
fn a_follower_without_a_previous_track_waits_for_its_instant() {
    let mut bench = MixerBench::new();
    bench.queue_complete(5, CueStart::AfterPrevious { not_before: instant_of(300) }, &sound(5, 50));
    bench.run(512);
    assert!(is_near(bench.start_of(5).unwrap(), instant_of(300)));
}

#[test]
fn a_track_with_its_own_instant_cuts_and_discards_the_tracks_before_it() {
    let mut bench = MixerBench::new();
    bench.queue_complete(1, CueStart::AtInstant(instant_of(0)), &sound(1, 5000));
    bench.queue_complete(2, CueStart::AfterPrevious { not_before: instant_of(5000) }, &sound(2, 50));
    bench.queue_complete(3, CueStart::AtInstant(instant_of(777)), &sound(3, 400));
    bench.run(512);
    assert_eq!(bench.position.progress_at(BootTime(i64::MAX)).unwrap().frames, 512);
    bench.run(512);
    assert_eq!(bench.out[..777], sound(1, 5000)[..777]);
    assert_eq!(bench.out[777..1024], sound(3, 400)[..247]);
    let end = bench.end_of(1).unwrap();
    assert!(end.was_cut && is_near(end.at, instant_of(777)));
    assert!(bench.end_of(2).unwrap().was_cut && bench.start_of(2).is_none());
    assert_eq!(bench.feed(1).counters.taken_frames(), 777);
    assert_eq!(bench.feed(2).counters.taken_frames(), 0);
    assert_eq!(bench.position.progress_at(BootTime(i64::MAX)).map(|p| (p.key, p.frames)), Some((CueKey(3), 247)));
}

#[test]
fn a_track_that_ends_within_the_grace_is_not_cut() {
    let mut bench = MixerBench::new();
    bench.mixer.grace_frames = 100;
    bench.queue_complete(1, CueStart::AtInstant(instant_of(0)), &sound(1, 1000));
    bench.queue_complete(2, CueStart::AtInstant(instant_of(950)), &sound(2, 50));
    bench.run(900);
    bench.run(300);
    assert_eq!(bench.end_of(1).map(|end| end.was_cut), Some(false));
    assert_eq!(bench.out[..1050], [sound(1, 1000), sound(2, 50)].concat());
}

#[test]
fn a_track_with_a_past_instant_starts_at_once() {
    let mut bench = MixerBench::new();
    bench.queue_complete(1, CueStart::AtInstant(instant_of(0)), &sound(1, 5000));
    bench.run(1000);
    // Track 7 starts later. Although it is queued first, it does not delay track 3.
    bench.queue_complete(7, CueStart::AtInstant(instant_of(4000)), &sound(7, 50));
    bench.queue_complete(3, CueStart::AtInstant(instant_of(10)), &sound(3, 100));
    bench.run(1000);
    assert_eq!(bench.out[1000..1100], sound(3, 100));
    assert!(is_near(bench.end_of(1).unwrap().at, instant_of(1000)));
    bench.run(2500);
    assert!(is_near(bench.start_of(7).unwrap(), instant_of(4000)));
}

#[test]
fn a_track_that_is_queued_after_a_later_track_has_started_is_rejected() {
    let mut bench = MixerBench::new();
    bench.queue_complete(5, CueStart::AtInstant(instant_of(0)), &sound(5, 3000));
    bench.run(1000);
    bench.queue_complete(4, CueStart::AtInstant(instant_of(0)), &sound(4, 100));
    bench.queue_complete(3, CueStart::AfterPrevious { not_before: instant_of(0) }, &sound(3, 100));
    bench.run(1000);
    assert_eq!(bench.out[..2000], sound(5, 3000)[..2000]);
    assert!(bench.end_of(4).unwrap().was_cut && bench.end_of(3).unwrap().was_cut);
}

#[test]
fn an_empty_ring_causes_one_underrun_of_counted_silence() {
    let mut bench = MixerBench::new();
    bench.queue_partial(1, CueStart::AtInstant(instant_of(0)), &sound(1, 100));
    bench.run(128);
    bench.run(64);
    let remaining_samples = sound(1, 150)[100..].to_vec();
    bench.feed(1).ring.push_entire_slice(&remaining_samples).unwrap();
    bench.complete(1, 150, true);
    bench.run(128);
    assert_eq!(bench.feed(1).counters.underrun_frames(), 28 + 64);
    assert_eq!(bench.feed(1).counters.underrun_count(), 1);
    assert_eq!(bench.feed(1).counters.taken_frames(), 150);
    assert_eq!(bench.out[192..242], sound(1, 150)[100..]);
    assert!(is_near(bench.end_of(1).unwrap().at, instant_of(242)));
}

#[test]
fn a_track_without_samples_does_not_start() {
    let mut bench = MixerBench::new();
    bench.queue_partial(1, CueStart::AtInstant(instant_of(10)), &[]);
    bench.run(128);
    assert!(bench.reports.is_empty());
    bench.feed(1).ring.push_entire_slice(&sound(1, 20)).unwrap();
    bench.complete(1, 20, true);
    bench.run(128);
    assert!(is_near(bench.start_of(1).unwrap(), instant_of(128)));
    assert_eq!(bench.feed(1).counters.underrun_frames(), 0);
}

#[test]
fn waiting_and_unknown_tracks_can_be_cut() {
    let mut bench = MixerBench::new();
    bench.queue_complete(1, CueStart::AtInstant(instant_of(5000)), &sound(1, 20));
    for key in [1, 1, 99] {
        bench.handle.commands.push(MixerCommand::Cut(CueKey(key))).ok().unwrap();
    }
    bench.run(128);
    assert_eq!(bench.reports, [MixerReport::Ended { key: CueKey(1), was_cut: true, at: instant_of(0) }]);
}

#[test]
fn tracks_beyond_the_maximum_are_rejected_and_reported() {
    let mut bench = MixerBench::new();
    for key in 0..MAX_TRACKS as u64 + 1 {
        bench.queue_complete(key, CueStart::AtInstant(instant_of(50_000 + key as usize)), &[0.5]);
    }
    bench.run(128);
    assert_eq!(bench.reports.len(), 1);
    assert!(bench.end_of(MAX_TRACKS as u64).unwrap().was_cut);
}
