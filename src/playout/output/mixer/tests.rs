//! The line against a made-up callback: what comes out, on which frame, and what is told of it.
use proptest::prelude::*;

use super::*;

const RATE: u32 = 48_000;
/// One frame, in microseconds and a bit: instants are given in whole frames to be exact.
fn boot(frame: usize) -> BootTime {
    BootTime(1_000_000_000 + (frame as i64 * SECOND_US + i64::from(RATE) / 2) / i64::from(RATE))
}

/// A line, its deck's end, and everything that came out so far.
struct MixerBench {
    line: Mixer,
    remote: MixerHandle,
    feeds: Vec<(CueKey, Producer<f32>, Arc<TrackCounters>)>,
    out: Vec<f32>,
    told: Vec<MixerReport>,
    position: Arc<PlaybackPosition>,
}

impl MixerBench {
    fn new() -> Self {
        let position = Arc::new(PlaybackPosition::default());
        let (mut line, remote) = new_mixer(RATE, 1, position.clone());
        (line.grace_frames, line.fade_frames) = (0, 0);
        Self { line, remote, feeds: Vec::new(), out: Vec::new(), told: Vec::new(), position }
    }

    /// Lines up a track with all its samples in the ring.
    fn whole(&mut self, key: u64, start: CueStart, samples: &[f32]) {
        self.partly(key, start, samples);
        self.complete(key, samples.len(), true);
    }

    /// Lines up a track with only so much in the ring.
    fn partly(&mut self, key: u64, start: CueStart, samples: &[f32]) {
        let (mut producer, consumer) = RingBuffer::new(100_000);
        producer.push_entire_slice(samples).unwrap();
        let gauge = Arc::new(TrackCounters::default());
        let track = Track {
            key: CueKey(key),
            sequence: key,
            start,
            previous: key.checked_sub(1).map(CueKey),
            samples: consumer,
            channels: 1,
            counters: gauge.clone(),
            joins_in_progress: false,
            started_at: None,
            fade: None,
            is_starved: false,
        };
        assert!(self.remote.commands.push(MixerCommand::Play(track)).is_ok());
        self.feeds.push((CueKey(key), producer, gauge));
    }

    fn feed(&mut self, key: u64) -> &mut (CueKey, Producer<f32>, Arc<TrackCounters>) {
        self.feeds.iter_mut().find(|(k, ..)| k.0 == key).unwrap()
    }

    fn complete(&mut self, key: u64, total: usize, whole: bool) {
        self.feed(key).2.complete(total as u64, whole);
    }

    /// One callback of so many frames.
    fn run(&mut self, frames: usize) {
        let at = boot(self.out.len());
        let mut buffer = vec![f32::NAN; frames];
        let spans = self.line.fill(&mut buffer, at);
        assert!(buffer.iter().all(|s| s.is_finite()), "a sample was not written");
        let mut covered = vec![false; frames];
        spans.iter().for_each(|span| covered[span].fill(true));
        // Every track in these tests is without zeros.
        let sounds: Vec<bool> = buffer.iter().map(|s| *s != 0.0).collect();
        assert_eq!(covered, sounds);
        self.out.extend(buffer);
        while let Ok(report) = self.remote.reports.pop() {
            self.told.push(report);
        }
        while self.remote.finished.pop().is_ok() {}
    }

    fn started(&self, key: u64) -> Option<BootTime> {
        self.told.iter().find_map(|r| match r {
            MixerReport::Started { key: k, at, .. } if k.0 == key => Some(*at),
            _ => None,
        })
    }

    fn ended(&self, key: u64) -> Option<(bool, BootTime)> {
        self.told.iter().find_map(|r| match r {
            MixerReport::Ended { key: k, cut, at } if k.0 == key => Some((*cut, *at)),
            _ => None,
        })
    }
}

/// Samples that say which track and which frame they are.
fn sound(track: u64, frames: usize) -> Vec<f32> {
    (0..frames).map(|i| (track * 10_000 + 1 + i as u64) as f32 / 131_072.0).collect()
}

fn near(a: BootTime, b: BootTime) -> bool {
    a.since(b).abs() <= 1
}

#[test]
fn a_track_starts_on_its_frame_and_ends_on_its_last() {
    let mut bench = MixerBench::new();
    bench.whole(1, CueStart::At(boot(700)), &sound(1, 1000));
    for _ in 0..5 {
        bench.run(512);
    }
    assert!(bench.out[..700].iter().all(|s| *s == 0.0));
    assert_eq!(bench.out[700..1700], sound(1, 1000));
    assert!(bench.out[1700..].iter().all(|s| *s == 0.0));
    assert!(near(bench.started(1).unwrap(), boot(700)));
    let (cut, at) = bench.ended(1).unwrap();
    assert!(!cut && near(at, boot(1700)));
    assert_eq!(bench.feed(1).2.taken(), 1000);
    assert_eq!(bench.feed(1).2.underrun_frames(), 0);
}

#[test]
fn what_follows_a_whole_track_starts_on_the_very_next_frame() {
    let mut bench = MixerBench::new();
    bench.whole(1, CueStart::At(boot(100)), &sound(1, 333));
    bench.whole(2, CueStart::Follow { not_before: boot(9000) }, &sound(2, 400));
    bench.whole(3, CueStart::Follow { not_before: boot(0) }, &sound(3, 5));
    bench.run(1024);
    let expected = [sound(1, 333), sound(2, 400), sound(3, 5)].concat();
    assert_eq!(bench.out[100..838], expected);
    assert!(near(bench.started(2).unwrap(), boot(433)));
    assert!(near(bench.started(3).unwrap(), boot(833)));
}

#[test]
fn what_follows_a_whole_track_late_starts_at_once() {
    let mut bench = MixerBench::new();
    bench.whole(1, CueStart::At(boot(0)), &sound(1, 100));
    bench.run(256);
    bench.whole(2, CueStart::Follow { not_before: boot(9000) }, &sound(2, 10));
    bench.run(256);
    assert!(near(bench.started(2).unwrap(), boot(256)));
}

#[test]
fn what_follows_a_short_track_waits_for_its_instant() {
    for cut in [false, true] {
        let mut bench = MixerBench::new();
        bench.partly(1, CueStart::At(boot(0)), &sound(1, 300));
        bench.whole(2, CueStart::Follow { not_before: boot(900) }, &sound(2, 50));
        bench.run(100);
        if cut {
            bench.remote.commands.push(MixerCommand::Cut(CueKey(1))).ok().unwrap();
        } else {
            bench.complete(1, 300, false);
        }
        bench.run(600);
        bench.run(600);
        assert_eq!(bench.ended(1).unwrap().0, cut);
        assert!(near(bench.ended(1).unwrap().1, boot(if cut { 100 } else { 300 })));
        assert!(near(bench.started(2).unwrap(), boot(900)));
        assert_eq!(bench.out[900..950], sound(2, 50));
    }
}

#[test]
fn without_a_track_before_it_a_follower_waits() {
    let mut bench = MixerBench::new();
    bench.whole(5, CueStart::Follow { not_before: boot(300) }, &sound(5, 50));
    bench.run(512);
    assert!(near(bench.started(5).unwrap(), boot(300)));
}

#[test]
fn an_instant_that_comes_cuts_and_drops_what_stands_before() {
    let mut bench = MixerBench::new();
    bench.whole(1, CueStart::At(boot(0)), &sound(1, 5000));
    bench.whole(2, CueStart::Follow { not_before: boot(5000) }, &sound(2, 50));
    bench.whole(3, CueStart::At(boot(777)), &sound(3, 400));
    bench.run(512);
    assert_eq!(bench.position.progress_at(BootTime(i64::MAX)).unwrap().frames, 512);
    bench.run(512);
    assert_eq!(bench.out[..777], sound(1, 5000)[..777]);
    assert_eq!(bench.out[777..1024], sound(3, 400)[..247]);
    let (cut, at) = bench.ended(1).unwrap();
    assert!(cut && near(at, boot(777)));
    assert!(bench.ended(2).unwrap().0 && bench.started(2).is_none());
    assert_eq!(bench.feed(1).2.taken(), 777);
    assert_eq!(bench.feed(2).2.taken(), 0);
    assert_eq!(bench.position.progress_at(BootTime(i64::MAX)).map(|p| (p.key, p.frames)), Some((CueKey(3), 247)));
}

#[test]
fn a_track_that_is_all_but_over_is_not_cut() {
    let mut bench = MixerBench::new();
    bench.line.grace_frames = 100;
    bench.whole(1, CueStart::At(boot(0)), &sound(1, 1000));
    bench.whole(2, CueStart::At(boot(950)), &sound(2, 50));
    bench.run(900);
    bench.run(300);
    assert_eq!(bench.ended(1).map(|(cut, _)| cut), Some(false));
    assert_eq!(bench.out[..1050], [sound(1, 1000), sound(2, 50)].concat());
}

#[test]
fn an_instant_that_is_past_means_now() {
    let mut bench = MixerBench::new();
    bench.whole(1, CueStart::At(boot(0)), &sound(1, 5000));
    bench.run(1000);
    // A later cue that was given first makes no difference.
    bench.whole(7, CueStart::At(boot(4000)), &sound(7, 50));
    bench.whole(3, CueStart::At(boot(10)), &sound(3, 100));
    bench.run(1000);
    assert_eq!(bench.out[1000..1100], sound(3, 100));
    assert!(near(bench.ended(1).unwrap().1, boot(1000)));
    bench.run(2500);
    assert!(near(bench.started(7).unwrap(), boot(4000)));
}

#[test]
fn a_track_that_comes_after_its_turn_is_turned_away() {
    let mut bench = MixerBench::new();
    bench.whole(5, CueStart::At(boot(0)), &sound(5, 3000));
    bench.run(1000);
    bench.whole(4, CueStart::At(boot(0)), &sound(4, 100));
    bench.whole(3, CueStart::Follow { not_before: boot(0) }, &sound(3, 100));
    bench.run(1000);
    assert_eq!(bench.out[..2000], sound(5, 3000)[..2000]);
    assert!(bench.ended(4).unwrap().0 && bench.ended(3).unwrap().0);
}

#[test]
fn a_dry_ring_is_silence_that_is_counted() {
    let mut bench = MixerBench::new();
    bench.partly(1, CueStart::At(boot(0)), &sound(1, 100));
    bench.run(128);
    bench.run(64);
    let rest = sound(1, 150)[100..].to_vec();
    bench.feed(1).1.push_entire_slice(&rest).unwrap();
    bench.complete(1, 150, true);
    bench.run(128);
    assert_eq!(bench.feed(1).2.underrun_frames(), 28 + 64);
    assert_eq!(bench.feed(1).2.underruns(), 1);
    assert_eq!(bench.feed(1).2.taken(), 150);
    assert_eq!(bench.out[192..242], sound(1, 150)[100..]);
    assert!(near(bench.ended(1).unwrap().1, boot(242)));
}

#[test]
fn a_track_without_a_first_block_waits_without_starting() {
    let mut bench = MixerBench::new();
    bench.partly(1, CueStart::At(boot(10)), &[]);
    bench.run(128);
    assert!(bench.told.is_empty());
    bench.feed(1).1.push_entire_slice(&sound(1, 20)).unwrap();
    bench.complete(1, 20, true);
    bench.run(128);
    assert!(near(bench.started(1).unwrap(), boot(128)));
    assert_eq!(bench.feed(1).2.underrun_frames(), 0);
}

#[test]
fn waiting_and_unknown_tracks_can_be_cut() {
    let mut bench = MixerBench::new();
    bench.whole(1, CueStart::At(boot(5000)), &sound(1, 20));
    for key in [1, 1, 99] {
        bench.remote.commands.push(MixerCommand::Cut(CueKey(key))).ok().unwrap();
    }
    bench.run(128);
    assert_eq!(bench.told, [MixerReport::Ended { key: CueKey(1), cut: true, at: boot(0) }]);
}

#[test]
fn more_tracks_than_fit_are_turned_away_and_told() {
    let mut bench = MixerBench::new();
    for key in 0..MAX_TRACKS as u64 + 1 {
        bench.whole(key, CueStart::At(boot(50_000 + key as usize)), &[0.5]);
    }
    bench.run(128);
    assert_eq!(bench.told.len(), 1);
    assert!(bench.ended(MAX_TRACKS as u64).unwrap().0);
}

proptest! {
    /// Whatever the sizes of the buffers: what comes out is exactly what was put in, one after the other.
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

    /// With a starved ring nothing is lost or doubled, and the silence is counted to the frame.
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
    // Once more changes nothing.
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
        // Come too late to be in time, it begins when the other has died away.
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
    // At the other's instant it has 200 frames left: it ends first, at its full size.
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
    let (key, order, after, channels, begun, fading, dry) = (CueKey(1), 1, None, 1, None, None, false);
    let (start, gauge, keeps_place) = (CueStart::At(boot(400)), Arc::new(TrackCounters::default()), true);
    let gauge_of = gauge.clone();
    let track = Track {
        key,
        sequence: order,
        start,
        previous: after,
        samples,
        channels,
        counters: gauge_of,
        joins_in_progress: keeps_place,
        started_at: begun,
        fade: fading,
        is_starved: dry,
    };
    assert!(bench.remote.commands.push(MixerCommand::Play(track)).is_ok());
    bench.feeds.push((key, producer, gauge));
    // 600 frames late; of them 500 are there.
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
