//! Tests that play two hours of segments on a device whose clock drifts, and check every frame.
use std::sync::Arc;

use rtrb::{Producer, RingBuffer};

use super::clock_fit::ClockFit;
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::output::mixer::{
    Mixer, MixerCommand, MixerHandle, MixerReport, PlaybackPosition, Track, TrackCounters, new_mixer,
};
use crate::playout::output::{CueKey, CueStart};

/// Frames per second.
const RATE: u32 = 8000;
/// Frames per callback.
const BLOCK_FRAMES: usize = 512;
/// Number of segments in the session.
const SEGMENT_COUNT: u64 = 30;
/// Length of a segment, frames: four minutes.
const SEGMENT_FRAMES: u64 = 240 * RATE as u64;
/// Start of the session.
const BEGIN: BootTime = BootTime(20 * SECOND_US);

/// Returns the sample of a frame of the session. Each frame differs from its neighbours, and none is silent.
fn sample(frame: u64) -> f32 {
    (frame % 1009 + 1) as f32 / 2048.0
}

/// A device whose clock runs fast by `ppm`, and whose timestamps scatter.
struct DriftingDevice {
    mixer: Mixer,
    handle: MixerHandle,
    fit: ClockFit,
    ppm: i64,
    taken_frames: u64,
    /// State of the random number generator.
    random_state: u32,
    /// The reports, each with the true error of the fit at that time, microseconds.
    reports: Vec<(MixerReport, i64)>,
}

impl DriftingDevice {
    fn new(ppm: i64) -> Self {
        let (mixer, handle) = new_mixer(RATE, 1, Arc::new(PlaybackPosition::default()));
        Self { mixer, handle, fit: ClockFit::default(), ppm, taken_frames: 0, random_state: 7, reports: Vec::new() }
    }

    /// Returns the true instant at which a frame leaves, microseconds.
    fn true_time_us(&self, frame: u64) -> i64 {
        let nominal_us = frame as i128 * i128::from(SECOND_US) / i128::from(RATE);
        (nominal_us * (1_000_000 - i128::from(self.ppm)) / 1_000_000) as i64
    }

    /// Runs one callback. Passes its output, and the number of its first frame, to `on_frames`.
    fn run_callback(&mut self, on_frames: &mut impl FnMut(&[f32], u64)) {
        self.random_state = self.random_state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let scatter_us = i64::from(self.random_state >> 20) - 2048;
        let measured_leave_time = BootTime(self.true_time_us(self.taken_frames) + scatter_us);
        let buffer_time = self.fit.estimate_buffer_time(BootTime(0), measured_leave_time, BLOCK_FRAMES, RATE, true);
        let mut out = [f32::NAN; BLOCK_FRAMES];
        self.mixer.set_timing_error_us(buffer_time.possible_error_us);
        self.mixer.fill(&mut out, buffer_time.at);
        on_frames(&out, self.taken_frames);
        let error_us = buffer_time.at.0 - self.true_time_us(self.taken_frames);
        while let Ok(report) = self.handle.reports.pop() {
            self.reports.push((report, error_us));
        }
        while self.handle.finished.pop().is_ok() {}
        self.taken_frames += BLOCK_FRAMES as u64;
    }
}

/// Feeds consecutive segments. It fills their rings ahead of the device, as the deck does.
struct SegmentFeed {
    /// Key of the next segment.
    next_key: u64,
    /// The segment that is being fed: its key, the number of its frames in the ring, the ring, and its counters.
    current_segment: Option<(u64, u64, Producer<f32>, Arc<TrackCounters>)>,
    counters: Vec<Arc<TrackCounters>>,
}

impl SegmentFeed {
    fn refill(&mut self, handle: &mut MixerHandle) {
        loop {
            if self.current_segment.is_none() {
                if self.next_key == SEGMENT_COUNT || handle.commands.slots() == 0 {
                    return;
                }
                let (producer, samples) = RingBuffer::new(4096);
                let counters = Arc::new(TrackCounters::default());
                let key = self.next_key;
                let start = match key {
                    0 => CueStart::AtInstant(BEGIN),
                    n => CueStart::AfterPrevious { not_before: BEGIN.plus(240 * SECOND_US * n as i64) },
                };
                let previous = key.checked_sub(1).map(CueKey);
                let track = Track::new(CueKey(key), key, start, samples, 1, counters.clone()).with_previous(previous);
                assert!(handle.commands.push(MixerCommand::Play(track)).is_ok());
                self.counters.push(counters.clone());
                self.current_segment = Some((key, 0, producer, counters));
                self.next_key += 1;
            }
            let Some((key, pushed, producer, counters)) = &mut self.current_segment else { return };
            while *pushed < SEGMENT_FRAMES && producer.push(sample(*key * SEGMENT_FRAMES + *pushed)).is_ok() {
                *pushed += 1;
            }
            if *pushed < SEGMENT_FRAMES {
                return;
            }
            counters.complete(SEGMENT_FRAMES, true);
            self.current_segment = None;
        }
    }
}

/// Plays a session of thirty segments in two hours, then another session. Returns the reported delay of the last
/// segment and the true delay of the second session, microseconds.
fn play_two_hours(ppm: i64) -> (i64, i64) {
    let mut device = DriftingDevice::new(ppm);
    let mut feed = SegmentFeed { next_key: 0, current_segment: None, counters: Vec::new() };
    let (mut heard_frames, mut first_frame, mut silent_frames) = (0_u64, None, 0_u64);
    while heard_frames < SEGMENT_COUNT * SEGMENT_FRAMES {
        feed.refill(&mut device.handle);
        device.run_callback(&mut |out, start| {
            for (i, value) in out.iter().enumerate() {
                match *value {
                    0.0 if heard_frames == 0 => {}
                    0.0 => silent_frames += u64::from(heard_frames < SEGMENT_COUNT * SEGMENT_FRAMES),
                    value => {
                        assert!((value - sample(heard_frames)).abs() < 1e-6, "frame {heard_frames} of the session");
                        first_frame.get_or_insert(start + i as u64);
                        heard_frames += 1;
                    }
                }
            }
        });
    }
    assert_eq!(silent_frames, 0, "silent frames within the session");
    assert!(
        feed.counters
            .iter()
            .all(|counters| counters.underrun_frames() == 0 && counters.taken_frames() == SEGMENT_FRAMES)
    );
    let start_error_us = device.true_time_us(first_frame.expect("the session sounded")) - BEGIN.0;
    assert!(start_error_us.abs() < 1500, "the first frame is off by {start_error_us} us");
    let starts: Vec<_> = device.reports.iter().filter(|(r, _)| matches!(r, MixerReport::Started { .. })).collect();
    assert_eq!(starts.len(), SEGMENT_COUNT as usize);
    for (report, error_us) in &starts {
        let MixerReport::Started { possible_error_us, .. } = report else { continue };
        // Both the error of the reported instant and the reported possible error are small.
        assert!(error_us.abs() < 1000 && *possible_error_us < 2500, "{report:?} is off by {error_us} us");
    }
    let Some((MixerReport::Started { at, .. }, _)) = starts.last() else { return (0, 0) };
    let last_delay_us = at.since(BEGIN.plus(240 * SECOND_US * (SEGMENT_COUNT as i64 - 1)));
    (last_delay_us, device.play_next_session())
}

impl DriftingDevice {
    /// Plays a session that begins five seconds later. Returns the true delay of its first frame, microseconds.
    fn play_next_session(&mut self) -> i64 {
        let begin = BootTime(self.true_time_us(self.taken_frames) + 5 * SECOND_US);
        let (mut producer, samples) = RingBuffer::new(4096);
        for frame in 0..2000 {
            let _ = producer.push(sample(frame));
        }
        let counters = Arc::new(TrackCounters::default());
        counters.complete(2000, true);
        let start = CueStart::AtInstant(begin);
        let track = Track::new(CueKey(99), 99, start, samples, 1, counters);
        assert!(self.handle.commands.push(MixerCommand::Play(track)).is_ok());
        let mut first_frame = None;
        while first_frame.is_none() {
            self.run_callback(&mut |out, start| {
                first_frame = out.iter().position(|s| *s != 0.0).map(|i| start + i as u64);
            });
        }
        first_frame.map_or(0, |first_frame| self.true_time_us(first_frame) - begin.0)
    }
}

#[test]
fn a_session_on_a_drifting_device_loses_no_frame_and_reports_the_drift() {
    for ppm in [0, 100, -100] {
        let (last_delay_us, next_delay_us) = play_two_hours(ppm);
        // 29 segments of four minutes: 6,960 s, of which 100 ppm are 696 ms.
        let drift_us = -ppm * 6960;
        assert!((last_delay_us - drift_us).abs() < 2000, "{last_delay_us} us late at {ppm} ppm");
        assert!(next_delay_us.abs() < 1500, "the next session starts {next_delay_us} us late");
    }
}
