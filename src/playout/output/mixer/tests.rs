//! The mixer against a made-up callback: which frames come out, when, and what is reported.
mod fades;
mod properties;
mod starts;

use super::*;
use crate::base::instant::SECOND_US;
use crate::playout::output::CueStart;

const RATE: u32 = 48_000;
/// Returns the instant of a frame, rounded to whole microseconds.
fn boot(frame: usize) -> BootTime {
    BootTime(1_000_000_000 + (frame as i64 * SECOND_US + i64::from(RATE) / 2) / i64::from(RATE))
}

/// A mixer, its deck's end, and everything that came out so far.
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

    /// Queues a track with all its samples in the ring.
    fn whole(&mut self, key: u64, start: CueStart, samples: &[f32]) {
        self.partly(key, start, samples);
        self.complete(key, samples.len(), true);
    }

    /// Queues a track with only these samples in the ring.
    fn partly(&mut self, key: u64, start: CueStart, samples: &[f32]) {
        let (mut producer, consumer) = RingBuffer::new(100_000);
        producer.push_entire_slice(samples).unwrap();
        let gauge = Arc::new(TrackCounters::default());
        let previous = key.checked_sub(1).map(CueKey);
        let track = Track::new(CueKey(key), key, start, consumer, 1, gauge.clone()).following(previous);
        assert!(self.remote.commands.push(MixerCommand::Play(track)).is_ok());
        self.feeds.push((CueKey(key), producer, gauge));
    }

    fn feed(&mut self, key: u64) -> &mut (CueKey, Producer<f32>, Arc<TrackCounters>) {
        self.feeds.iter_mut().find(|(k, ..)| k.0 == key).unwrap()
    }

    fn complete(&mut self, key: u64, total: usize, whole: bool) {
        self.feed(key).2.complete(total as u64, whole);
    }

    /// Runs one callback of so many frames.
    fn run(&mut self, frames: usize) {
        let at = boot(self.out.len());
        let mut buffer = vec![f32::NAN; frames];
        let spans = self.line.fill(&mut buffer, at);
        assert!(buffer.iter().all(|s| s.is_finite()), "a sample was not written");
        let mut covered = vec![false; frames];
        spans.iter().for_each(|span| covered[span].fill(true));
        // No track in these tests has zero samples.
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

/// Samples that identify the track and the frame.
fn sound(track: u64, frames: usize) -> Vec<f32> {
    (0..frames).map(|i| (track * 10_000 + 1 + i as u64) as f32 / 131_072.0).collect()
}

fn near(a: BootTime, b: BootTime) -> bool {
    a.since(b).abs() <= 1
}
