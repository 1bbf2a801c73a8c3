//! Tests of a device that pauses after it has taken frames. They check the instants at which these frames leave, the
//! reports, and the starts that can still be corrected.
use std::sync::Arc;

use rtrb::RingBuffer;

use super::clock_fit::{ClockFit, DeviceGap};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::output::mixer::{MixerCommand, MixerReport, PlaybackPosition, Track, TrackCounters, new_mixer};
use crate::playout::output::{CueKey, CueStart};

/// Frames per second.
const RATE: u32 = 48_000;
/// Length of a period, frames: 100 ms. The device buffers two periods.
const PERIOD_FRAMES: usize = 4_800;
/// Planned start of the track.
const BEGIN: BootTime = BootTime(10 * SECOND_US);
/// Length of the track, frames: two seconds.
const TRACK_FRAMES: u64 = 2 * RATE as u64;
/// Maximum inaudible error, microseconds.
const MAX_INAUDIBLE_ERROR_US: i64 = 5_000;

/// The true and the reported instants of one track.
#[derive(Debug)]
struct PlayedTrack {
    /// True instant at which the first frame left.
    true_start: BootTime,
    /// Reported instant at which the first frame left.
    reported_start: BootTime,
    /// Reported instant at which the frame after the last one left.
    reported_end: BootTime,
    /// Length of the reported underruns, microseconds.
    underrun_us: i64,
}

/// A device that pauses for `pause_us` at `jump_at` or, if `pause_us` is negative, loses that much of its buffer.
struct JumpingDevice {
    jump_at: BootTime,
    pause_us: i64,
}

impl JumpingDevice {
    /// Returns the instant at which a frame would leave if there were no jump.
    fn undisturbed_time(frame: u64) -> BootTime {
        BootTime(5_000 + (frame as i64 * SECOND_US) / i64::from(RATE))
    }

    /// Returns the instant at which a frame leaves, as far as the device knows that instant at `now`.
    fn leave_time(&self, frame: u64, now: BootTime) -> BootTime {
        let undisturbed = Self::undisturbed_time(frame);
        let is_after_jump = undisturbed >= self.jump_at.plus((-self.pause_us).max(0));
        if now >= self.jump_at && is_after_jump { undisturbed.plus(self.pause_us) } else { undisturbed }
    }

    /// Plays one track on this device.
    fn play(&self, start: CueStart) -> PlayedTrack {
        let (mut mixer, mut handle) = new_mixer(RATE, 1, Arc::new(PlaybackPosition::default()));
        let (mut fit, counters) = (ClockFit::default(), Arc::new(TrackCounters::default()));
        let (mut ring, samples) = RingBuffer::new(TRACK_FRAMES as usize);
        ring.push_entire_slice(&vec![0.5; TRACK_FRAMES as usize]).expect("the ring has room for all samples");
        counters.complete(TRACK_FRAMES, true);
        let track = Track::new(CueKey(1), 1, start, samples, 1, counters.clone());
        assert!(handle.commands.push(MixerCommand::Play(track)).is_ok());
        let (mut true_start, mut reported_start, mut reported_end) = (None, None, None);
        let mut out = vec![0.0; PERIOD_FRAMES];
        for n in 0_u64.. {
            let first_frame = n * PERIOD_FRAMES as u64;
            // The device has two periods, so it requests a new period when the last but one has left.
            let now = if n < 2 {
                BootTime(0)
            } else {
                self.leave_time(first_frame - PERIOD_FRAMES as u64, BootTime(i64::MAX))
            };
            let buffer_time = fit.estimate_buffer_time(
                now,
                self.leave_time(first_frame, now),
                PERIOD_FRAMES,
                RATE,
                mixer.is_sounding(),
            );
            if let Some(DeviceGap { duration_us, noticed_at }) = buffer_time.gap {
                mixer.record_device_gap(duration_us, noticed_at);
            }
            mixer.fill(&mut out, buffer_time.at);
            if let Some(index) = out.iter().position(|sample| *sample != 0.0) {
                true_start.get_or_insert(self.leave_time(first_frame + index as u64, BootTime(i64::MAX)));
            }
            while let Ok(report) = handle.reports.pop() {
                match report {
                    MixerReport::Started { at, .. } | MixerReport::Moved { at, .. } => reported_start = Some(at),
                    MixerReport::Ended { at, .. } => reported_end = Some(at),
                }
            }
            if let (Some(true_start), Some(reported_start), Some(reported_end)) =
                (true_start, reported_start, reported_end)
            {
                let underrun_us = counters.underrun_frames() as i64 * SECOND_US / i64::from(RATE);
                return PlayedTrack { true_start, reported_start, reported_end, underrun_us };
            }
        }
        unreachable!("the loop ends with the track")
    }
}

fn play_with_jump(jump_at: BootTime, pause_us: i64) -> PlayedTrack {
    JumpingDevice { jump_at, pause_us }.play(CueStart::AtInstant(BEGIN))
}

/// Pauses to test, microseconds. A negative number is a loss.
const PAUSES_US: [i64; 6] = [-200_000, -175_000, -150_000, 150_000, 175_000, 200_000];

#[test]
fn a_start_after_a_jump_is_on_time() {
    // The jumps happen while the device opens, during silence, and 600 ms before the start.
    for jump_at in [BootTime(300_000), BootTime(2 * SECOND_US), BootTime(6 * SECOND_US), BEGIN.plus(-600_000)] {
        for pause_us in PAUSES_US {
            let played = play_with_jump(jump_at, pause_us);
            assert!(
                played.true_start.since(BEGIN).abs() < MAX_INAUDIBLE_ERROR_US,
                "{jump_at:?} by {pause_us}: {played:?}"
            );
            assert!(
                played.reported_start.since(played.true_start).abs() < MAX_INAUDIBLE_ERROR_US,
                "{jump_at:?} by {pause_us}: {played:?}"
            );
            assert_eq!(played.underrun_us, 0, "{jump_at:?} by {pause_us}: {played:?}");
        }
    }
}

#[test]
fn a_start_that_a_pause_delays_is_reported_with_its_delay() {
    // The pauses begin 130 to 400 ms before the start. Up to 200 ms before the start, the device can already have the
    // first frames.
    for lead_us in [150_000, 130_000, 200_000, 300_000, 400_000] {
        for pause_us in PAUSES_US.into_iter().filter(|us| *us > 0) {
            let played = play_with_jump(BEGIN.plus(-lead_us), pause_us);
            let is_exact = played.reported_start.since(played.true_start).abs() < MAX_INAUDIBLE_ERROR_US
                && played.underrun_us == 0;
            assert!(is_exact, "{pause_us} us, {lead_us} us before the start: {played:?}");
            assert!(
                played.true_start.since(BEGIN) <= pause_us + MAX_INAUDIBLE_ERROR_US,
                "later than necessary: {played:?}"
            );
        }
    }
}

#[test]
fn a_pause_within_the_period_of_a_start_is_reported_as_a_delay_or_as_an_underrun() {
    for lead_us in [100_000, 50_000, 20_000, 1_000, -20_000, -100_000] {
        for pause_us in PAUSES_US.into_iter().filter(|us| *us > 0) {
            let played = play_with_jump(BEGIN.plus(-lead_us), pause_us);
            let is_reported_as_delay = played.reported_start.since(played.true_start).abs() < MAX_INAUDIBLE_ERROR_US
                && played.underrun_us == 0;
            let is_reported_as_underrun = (played.underrun_us - pause_us).abs() < MAX_INAUDIBLE_ERROR_US;
            assert!(
                is_reported_as_delay || is_reported_as_underrun,
                "{pause_us} us, {lead_us} us before the start: {played:?}"
            );
            let reported_us = played.reported_end.since(played.reported_start);
            let expected_us = (TRACK_FRAMES as i64 * SECOND_US) / i64::from(RATE) + played.underrun_us;
            assert!(
                (reported_us - expected_us).abs() < MAX_INAUDIBLE_ERROR_US,
                "{pause_us} us, {lead_us} us before the start: {played:?}"
            );
        }
    }
}

#[test]
fn frames_that_a_device_loses_shorten_the_reported_time() {
    for pause_us in PAUSES_US.into_iter().filter(|us| *us < 0) {
        let played = play_with_jump(BEGIN.plus(500_000), pause_us);
        let reported_us = played.reported_end.since(played.reported_start);
        assert!((reported_us - 2 * SECOND_US - pause_us).abs() < MAX_INAUDIBLE_ERROR_US, "by {pause_us}: {played:?}");
    }
}
