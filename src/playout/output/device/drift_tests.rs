//! A session on a device whose clock is wrong: two hours of segments, checked frame by frame.
use std::sync::Arc;

use rtrb::{Producer, RingBuffer};

use super::clock_fit::ClockFit;
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::output::mixer::{
    Mixer, MixerCommand, MixerHandle, MixerReport, PlaybackPosition, Track, TrackCounters, new_mixer,
};
use crate::playout::output::{CueKey, CueStart};

const RATE: u32 = 8000;
const BLOCK: usize = 512;
const SEGMENTS: u64 = 30;
/// Four minutes.
const FRAMES: u64 = 240 * RATE as u64;
/// When the session begins.
const BEGIN: BootTime = BootTime(20 * SECOND_US);

/// The sound of all segments in a row: each frame differs from its neighbours, and none is silent.
fn sample(frame: u64) -> f32 {
    (frame % 1009 + 1) as f32 / 2048.0
}

/// A device whose clock is off by `ppm`, and whose timestamps scatter.
struct DriftingDevice {
    line: Mixer,
    remote: MixerHandle,
    fit: ClockFit,
    ppm: i64,
    taken: u64,
    dice: u32,
    reports: Vec<(MixerReport, i64)>,
}

impl DriftingDevice {
    fn new(ppm: i64) -> Self {
        let (line, remote) = new_mixer(RATE, 1, Arc::new(PlaybackPosition::default()));
        Self { line, remote, fit: ClockFit::default(), ppm, taken: 0, dice: 7, reports: Vec::new() }
    }

    /// When a frame really leaves.
    fn truth(&self, frame: u64) -> i64 {
        let nominal = frame as i128 * i128::from(SECOND_US) / i128::from(RATE);
        (nominal * (1_000_000 - i128::from(self.ppm)) / 1_000_000) as i64
    }

    /// Runs one callback; passes its output to `heard`, with the index of its first frame.
    fn take(&mut self, heard: &mut impl FnMut(&[f32], u64)) {
        self.dice = self.dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let scatter = i64::from(self.dice >> 20) - 2048;
        let measured = BootTime(self.truth(self.taken) + scatter);
        let placed = self.fit.place_buffer(BootTime(0), measured, BLOCK, RATE, true);
        let mut out = [f32::NAN; BLOCK];
        self.line.set_timing_error_us(placed.within_us);
        self.line.fill(&mut out, placed.at);
        heard(&out, self.taken);
        let error = placed.at.0 - self.truth(self.taken);
        while let Ok(report) = self.remote.reports.pop() {
            self.reports.push((report, error));
        }
        while self.remote.finished.pop().is_ok() {}
        self.taken += BLOCK as u64;
    }
}

/// Segments in a row, fed a little ahead of the device, as the deck does.
struct SegmentFeed {
    next: u64,
    feeding: Option<(u64, u64, Producer<f32>, Arc<TrackCounters>)>,
    gauges: Vec<Arc<TrackCounters>>,
}

impl SegmentFeed {
    fn keep_fed(&mut self, remote: &mut MixerHandle) {
        loop {
            if self.feeding.is_none() {
                if self.next == SEGMENTS || remote.commands.slots() == 0 {
                    return;
                }
                let (producer, samples) = RingBuffer::new(4096);
                let gauge = Arc::new(TrackCounters::default());
                let key = self.next;
                let start = match key {
                    0 => CueStart::At(BEGIN),
                    n => CueStart::Follow { not_before: BEGIN.plus(240 * SECOND_US * n as i64) },
                };
                let previous = key.checked_sub(1).map(CueKey);
                let track = Track::new(CueKey(key), key, start, samples, 1, gauge.clone()).following(previous);
                assert!(remote.commands.push(MixerCommand::Play(track)).is_ok());
                self.gauges.push(gauge.clone());
                self.feeding = Some((key, 0, producer, gauge));
                self.next += 1;
            }
            let Some((key, given, producer, gauge)) = &mut self.feeding else { return };
            while *given < FRAMES && producer.push(sample(*key * FRAMES + *given)).is_ok() {
                *given += 1;
            }
            if *given < FRAMES {
                return;
            }
            gauge.complete(FRAMES, true);
            self.feeding = None;
        }
    }
}

/// Plays two hours of thirty segments, then another session. Returns how late the last segment and the next session
/// began by the true time, microseconds.
fn two_hours(ppm: i64) -> (i64, i64) {
    let mut device = DriftingDevice::new(ppm);
    let mut feed = SegmentFeed { next: 0, feeding: None, gauges: Vec::new() };
    let (mut heard, mut first, mut silent_after) = (0_u64, None, 0_u64);
    while heard < SEGMENTS * FRAMES {
        feed.keep_fed(&mut device.remote);
        device.take(&mut |out, at| {
            for (i, value) in out.iter().enumerate() {
                match *value {
                    0.0 if heard == 0 => {}
                    0.0 => silent_after += u64::from(heard < SEGMENTS * FRAMES),
                    value => {
                        assert!((value - sample(heard)).abs() < 1e-6, "frame {heard} of the morning");
                        first.get_or_insert(at + i as u64);
                        heard += 1;
                    }
                }
            }
        });
    }
    assert_eq!(silent_after, 0, "no gap of even one frame");
    assert!(feed.gauges.iter().all(|gauge| gauge.underrun_frames() == 0 && gauge.taken() == FRAMES));
    let begun = device.truth(first.expect("it sounded")) - BEGIN.0;
    assert!(begun.abs() < 1500, "the first frame: {begun} us");
    let starts: Vec<_> = device.reports.iter().filter(|(r, _)| matches!(r, MixerReport::Started { .. })).collect();
    assert_eq!(starts.len(), SEGMENTS as usize);
    for (report, error) in &starts {
        let MixerReport::Started { within_us, .. } = report else { continue };
        // The reported instant is right within the reported error.
        assert!(error.abs() < 1000 && *within_us < 2500, "{report:?} is off by {error} us");
    }
    let Some((MixerReport::Started { at, .. }, _)) = starts.last() else { return (0, 0) };
    let late = at.since(BEGIN.plus(240 * SECOND_US * (SEGMENTS as i64 - 1)));
    (late, device.next_session())
}

impl DriftingDevice {
    /// Plays a session that begins five seconds later; returns how late its first frame really leaves.
    fn next_session(&mut self) -> i64 {
        let begin = BootTime(self.truth(self.taken) + 5 * SECOND_US);
        let (mut producer, samples) = RingBuffer::new(4096);
        for frame in 0..2000 {
            let _ = producer.push(sample(frame));
        }
        let gauge = Arc::new(TrackCounters::default());
        gauge.complete(2000, true);
        let start = CueStart::At(begin);
        let track = Track::new(CueKey(99), 99, start, samples, 1, gauge);
        assert!(self.remote.commands.push(MixerCommand::Play(track)).is_ok());
        let mut first = None;
        while first.is_none() {
            self.take(&mut |out, at| first = out.iter().position(|s| *s != 0.0).map(|i| at + i as u64));
        }
        first.map_or(0, |first| self.truth(first) - begin.0)
    }
}

#[test]
fn two_hours_lack_no_frame_also_on_a_device_that_is_off_by_100_ppm_whose_drift_is_told() {
    for ppm in [0, 100, -100] {
        let (late, next) = two_hours(ppm);
        // 29 segments of four minutes: 6,960 s, of which 100 ppm are 696 ms.
        let drift = -ppm * 6960;
        assert!((late - drift).abs() < 2000, "{late} us late at {ppm} ppm");
        assert!(next.abs() < 1500, "the next session begins on its own instant: {next} us");
    }
}
