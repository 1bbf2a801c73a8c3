//! A device that pauses after frames were given to it: when they leave, what is reported, and which starts can still be
//! put right.
use std::sync::Arc;

use rtrb::RingBuffer;

use super::clock_fit::{ClockFit, DeviceGap};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::output::mixer::{MixerCommand, MixerReport, PlaybackPosition, Track, TrackCounters, new_mixer};
use crate::playout::output::{CueKey, CueStart};

const RATE: u32 = 48_000;
/// The device keeps two periods of 100 ms.
const PERIOD: usize = 4_800;
/// When the first session begins, and its length in frames: two seconds.
const BEGIN: BootTime = BootTime(10 * SECOND_US);
const FRAMES: u64 = 2 * RATE as u64;
/// Largest error that nobody hears, microseconds.
const EAR_US: i64 = 5_000;

/// How one track was heard, and how it was reported.
#[derive(Debug)]
struct PlayedTrack {
    /// When its first frame really left.
    really: BootTime,
    told: BootTime,
    /// When the frame after its last one left, as reported.
    ended: BootTime,
    underrun_us: i64,
}

/// A device that at `jump` pauses for `pause_us`, or, if that is negative, loses as much of its buffer.
struct JumpingDevice {
    jump: BootTime,
    pause_us: i64,
}

impl JumpingDevice {
    fn planned(frame: u64) -> BootTime {
        BootTime(5_000 + (frame as i64 * SECOND_US) / i64::from(RATE))
    }

    /// When a frame leaves, as far as that is known at `now`.
    fn leaves(&self, frame: u64, now: BootTime) -> BootTime {
        let planned = Self::planned(frame);
        let behind = planned >= self.jump.plus((-self.pause_us).max(0));
        if now >= self.jump && behind { planned.plus(self.pause_us) } else { planned }
    }

    fn play(&self, start: CueStart) -> PlayedTrack {
        let (mut line, mut remote) = new_mixer(RATE, 1, Arc::new(PlaybackPosition::default()));
        let (mut fit, gauge) = (ClockFit::default(), Arc::new(TrackCounters::default()));
        let (mut ring, samples) = RingBuffer::new(FRAMES as usize);
        ring.push_entire_slice(&vec![0.5; FRAMES as usize]).expect("room for all");
        gauge.complete(FRAMES, true);
        let track = Track::new(CueKey(1), 1, start, samples, 1, gauge.clone());
        assert!(remote.commands.push(MixerCommand::Play(track)).is_ok());
        let (mut really, mut told, mut ended) = (None, None, None);
        let mut out = vec![0.0; PERIOD];
        for n in 0_u64.. {
            let first = n * PERIOD as u64;
            // The device asks when the block before the last has left.
            let now = if n < 2 { BootTime(0) } else { self.leaves(first - PERIOD as u64, BootTime(i64::MAX)) };
            let placed = fit.place_buffer(now, self.leaves(first, now), PERIOD, RATE, line.is_sounding());
            if let Some(DeviceGap { us, since }) = placed.gap {
                line.record_device_gap(us, since);
            }
            line.fill(&mut out, placed.at);
            if let Some(place) = out.iter().position(|sample| *sample != 0.0) {
                really.get_or_insert(self.leaves(first + place as u64, BootTime(i64::MAX)));
            }
            while let Ok(report) = remote.reports.pop() {
                match report {
                    MixerReport::Started { at, .. } | MixerReport::Moved { at, .. } => told = Some(at),
                    MixerReport::Ended { at, .. } => ended = Some(at),
                }
            }
            if let (Some(really), Some(told), Some(ended)) = (really, told, ended) {
                let underrun_us = gauge.underrun_frames() as i64 * SECOND_US / i64::from(RATE);
                return PlayedTrack { really, told, ended, underrun_us };
            }
        }
        unreachable!("it goes on until the track has ended")
    }
}

fn heard(jump: BootTime, pause_us: i64) -> PlayedTrack {
    JumpingDevice { jump, pause_us }.play(CueStart::At(BEGIN))
}

const JUMPS_US: [i64; 6] = [-200_000, -175_000, -150_000, 150_000, 175_000, 200_000];

#[test]
fn a_device_that_changes_its_story_in_time_starts_on_time() {
    // While it opens; in the silence; half a second before the start.
    for jump in [BootTime(300_000), BootTime(2 * SECOND_US), BootTime(6 * SECOND_US), BEGIN.plus(-600_000)] {
        for pause_us in JUMPS_US {
            let heard = heard(jump, pause_us);
            assert!(heard.really.since(BEGIN).abs() < EAR_US, "{jump:?} by {pause_us}: {heard:?}");
            assert!(heard.told.since(heard.really).abs() < EAR_US, "{jump:?} by {pause_us}: {heard:?}");
            assert_eq!(heard.underrun_us, 0, "{jump:?} by {pause_us}: {heard:?}");
        }
    }
}

#[test]
fn a_start_that_was_given_to_the_device_before_a_pause_is_told_as_late_as_it_is() {
    // A period and a half before the start, when its first frames were just given or not yet, and at 400 to 200 ms.
    for ahead_us in [150_000, 130_000, 200_000, 300_000, 400_000] {
        for pause_us in JUMPS_US.into_iter().filter(|us| *us > 0) {
            let heard = heard(BEGIN.plus(-ahead_us), pause_us);
            let told = heard.told.since(heard.really).abs() < EAR_US && heard.underrun_us == 0;
            assert!(told, "{ahead_us} before by {pause_us}: {heard:?}");
            assert!(heard.really.since(BEGIN) <= pause_us + EAR_US, "no later than it must be: {heard:?}");
        }
    }
}

#[test]
fn a_pause_within_the_period_of_a_start_is_told_in_one_way_or_another() {
    for ahead_us in [100_000, 50_000, 20_000, 1_000, -20_000, -100_000] {
        for pause_us in JUMPS_US.into_iter().filter(|us| *us > 0) {
            let heard = heard(BEGIN.plus(-ahead_us), pause_us);
            let as_start = heard.told.since(heard.really).abs() < EAR_US && heard.underrun_us == 0;
            let as_pause = (heard.underrun_us - pause_us).abs() < EAR_US;
            assert!(as_start || as_pause, "{ahead_us} before by {pause_us}: {heard:?}");
            let took = heard.ended.since(heard.told);
            let lasts = (FRAMES as i64 * SECOND_US) / i64::from(RATE) + heard.underrun_us;
            assert!((took - lasts).abs() < EAR_US, "{ahead_us} before by {pause_us}: {heard:?}");
        }
    }
}

#[test]
fn frames_that_a_device_has_lost_are_missed_by_the_time_that_they_lack() {
    for pause_us in JUMPS_US.into_iter().filter(|us| *us < 0) {
        let heard = heard(BEGIN.plus(500_000), pause_us);
        let took = heard.ended.since(heard.told);
        assert!((took - 2 * SECOND_US - pause_us).abs() < EAR_US, "by {pause_us}: {heard:?}");
    }
}
