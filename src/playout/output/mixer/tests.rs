//! Tests of the mixer with a simulated callback: the frames that come out, their instants, and the reports.
mod fades;
mod properties;
mod starts;

use super::*;
use crate::base::instant::SECOND_US;
use crate::playout::output::CueStart;

/// Frames per second.
const RATE: u32 = 48_000;

/// Returns the instant of a frame, rounded to whole microseconds.
fn instant_of(frame: usize) -> BootTime {
    BootTime(1_000_000_000 + (frame as i64 * SECOND_US + i64::from(RATE) / 2) / i64::from(RATE))
}

/// The deck's end of a queued track.
struct BenchFeed {
    key: CueKey,
    ring: Producer<f32>,
    counters: Arc<TrackCounters>,
}

/// The reported end of a track.
struct ReportedEnd {
    was_cut: bool,
    at: BootTime,
}

/// A mixer, its handle, and everything that the mixer has produced so far.
struct MixerBench {
    mixer: Mixer,
    handle: MixerHandle,
    feeds: Vec<BenchFeed>,
    /// All samples that have come out.
    out: Vec<f32>,
    reports: Vec<MixerReport>,
    position: Arc<PlaybackPosition>,
}

impl MixerBench {
    fn new() -> Self {
        let position = Arc::new(PlaybackPosition::default());
        let (mut mixer, handle) = new_mixer(RATE, 1, position.clone());
        (mixer.grace_frames, mixer.fade_frames) = (0, 0);
        Self { mixer, handle, feeds: Vec::new(), out: Vec::new(), reports: Vec::new(), position }
    }

    /// Queues a complete track with all its samples in the ring.
    fn queue_complete(&mut self, key: u64, start: CueStart, samples: &[f32]) {
        self.queue_partial(key, start, samples);
        self.complete(key, samples.len(), true);
    }

    /// Queues an incomplete track with these samples in the ring.
    fn queue_partial(&mut self, key: u64, start: CueStart, samples: &[f32]) {
        let (mut ring, consumer) = RingBuffer::new(100_000);
        ring.push_entire_slice(samples).unwrap();
        let counters = Arc::new(TrackCounters::default());
        let previous = key.checked_sub(1).map(CueKey);
        let track = Track::new(CueKey(key), key, start, consumer, 1, counters.clone()).with_previous(previous);
        assert!(self.handle.commands.push(MixerCommand::Play(track)).is_ok());
        self.feeds.push(BenchFeed { key: CueKey(key), ring, counters });
    }

    fn feed(&mut self, key: u64) -> &mut BenchFeed {
        self.feeds.iter_mut().find(|feed| feed.key.0 == key).unwrap()
    }

    /// Sets the total of a track.
    fn complete(&mut self, key: u64, total_frames: usize, has_all_frames: bool) {
        self.feed(key).counters.complete(total_frames as u64, has_all_frames);
    }

    /// Runs one callback of this many frames.
    fn run(&mut self, frames: usize) {
        let at = instant_of(self.out.len());
        let mut buffer = vec![f32::NAN; frames];
        let ranges = self.mixer.fill(&mut buffer, at);
        assert!(buffer.iter().all(|s| s.is_finite()), "a sample was not written");
        let mut is_from_track = vec![false; frames];
        ranges.iter().for_each(|range| is_from_track[range].fill(true));
        // The samples of tracks in these tests are never zero.
        let is_sound: Vec<bool> = buffer.iter().map(|s| *s != 0.0).collect();
        assert_eq!(is_from_track, is_sound);
        self.out.extend(buffer);
        while let Ok(report) = self.handle.reports.pop() {
            self.reports.push(report);
        }
        while self.handle.finished.pop().is_ok() {}
    }

    /// Returns the reported start of a track.
    fn start_of(&self, key: u64) -> Option<BootTime> {
        self.reports.iter().find_map(|r| match r {
            MixerReport::Started { key: k, at, .. } if k.0 == key => Some(*at),
            _ => None,
        })
    }

    fn end_of(&self, key: u64) -> Option<ReportedEnd> {
        self.reports.iter().find_map(|r| match r {
            MixerReport::Ended { key: k, was_cut, at } if k.0 == key => {
                Some(ReportedEnd { was_cut: *was_cut, at: *at })
            }
            _ => None,
        })
    }
}

/// Returns samples that identify the track and the frame.
fn sound(track: u64, frames: usize) -> Vec<f32> {
    (0..frames).map(|i| (track * 10_000 + 1 + i as u64) as f32 / 131_072.0).collect()
}

/// Returns whether two instants are equal except for rounding.
fn is_near(a: BootTime, b: BootTime) -> bool {
    a.since(b).abs() <= 1
}
