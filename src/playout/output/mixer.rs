//! The mixer. It fills the device's buffers with the frames of tracks, and counts these frames.
//!
//! [`Mixer::fill`] runs in the device's callback, which must not wait. Therefore, it takes no lock, allocates and frees
//! no memory, and makes no system call. Tracks come in and go out through queues. The deck has the [`MixerHandle`],
//! which is the other end of these queues.
mod front_track;
mod message;
mod ranges;
mod takeover;
#[cfg(test)]
mod tests;
mod track;
mod track_counters;

use std::collections::VecDeque;
use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

pub use message::{MixerCommand, MixerHandle, MixerReport};
pub use ranges::TrackRanges;
pub use track::Track;
pub use track_counters::{PlaybackPosition, TrackCounters};

use super::frames::{FADE_US, frames_in_us, frames_to_us};
use super::{CueKey, Progress};
use crate::base::instant::BootTime;

/// Maximum number of playing and waiting tracks in a mixer.
pub const MAX_TRACKS: usize = 8;

/// The mixer. The device's callback owns it.
pub struct Mixer {
    rate: u32,
    channels: usize,
    commands: Consumer<MixerCommand>,
    reports: Producer<MixerReport>,
    finished: Producer<Track>,
    /// Tracks in ascending order of their sequence numbers. Only the first one can be playing.
    tracks: VecDeque<Track>,
    /// Key of the track that ended last, if it played to its end.
    last_complete_key: Option<CueKey>,
    position: Arc<PlaybackPosition>,
    /// Length of the fade-out of a cut track, frames.
    fade_frames: usize,
    /// A track with at most this many frames left is not cut by the next track. Consecutive sessions can overlap by the
    /// drift between the device's clock and the wall clock.
    grace_frames: u64,
    /// Possible error of the instants that are passed to [`Mixer::fill`], microseconds.
    timing_error_us: i64,
}

/// Returns a mixer of `channels` channels at `rate` frames per second, and its handle. The mixer keeps `position` up to
/// date.
#[must_use]
pub fn new_mixer(rate: u32, channels: u16, position: Arc<PlaybackPosition>) -> (Mixer, MixerHandle) {
    // A track causes at most two reports, and one more for each pause before its start. The deck plays at most
    // MAX_TRACKS tracks at a time.
    let (command_producer, commands) = RingBuffer::new(4 * MAX_TRACKS);
    let (report_producer, reports) = RingBuffer::new(8 * MAX_TRACKS);
    let (finished_producer, finished) = RingBuffer::new(2 * MAX_TRACKS);
    let mixer = Mixer {
        rate,
        channels: usize::from(channels.max(1)),
        commands,
        reports: report_producer,
        finished: finished_producer,
        tracks: VecDeque::with_capacity(MAX_TRACKS + 1),
        last_complete_key: None,
        position,
        fade_frames: frames_in_us(FADE_US, rate) as usize,
        grace_frames: u64::from(rate) / 2,
        timing_error_us: 0,
    };
    (mixer, MixerHandle { commands: command_producer, reports, finished })
}

impl Mixer {
    /// Sets the possible error of the instants in the next calls of [`Mixer::fill`], microseconds.
    pub fn set_timing_error_us(&mut self, timing_error_us: i64) {
        self.timing_error_us = timing_error_us;
    }

    /// Records `gap_us` microseconds of silence that the device inserted because it paused or had no frames. Frames
    /// that were due after `noticed_at` leave after the silence. If `noticed_at` is `None`, all frames that the device
    /// had taken left before the silence.
    pub fn record_device_gap(&mut self, gap_us: i64, noticed_at: Option<BootTime>) {
        let frames = frames_in_us(gap_us, self.rate);
        let Some(track) = self.tracks.front_mut().filter(|t| t.has_started() && frames > 0) else { return };
        match (track.started_at, noticed_at) {
            (Some(started_at), Some(noticed_at)) if started_at.plus(gap_us) > noticed_at => {
                let (key, at) = (track.key, started_at.plus(gap_us));
                track.started_at = Some(at);
                let _ = self.reports.push(MixerReport::Moved { key, delay_us: gap_us, at });
            }
            _ => track.counters.add_underrun(frames, true),
        }
    }

    /// Returns whether a track has started and has not ended.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        self.tracks.front().is_some_and(Track::has_started)
    }

    /// Returns the sounding track, and the number of its frames that were given to the device.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let track = self.tracks.front().filter(|t| t.has_started())?;
        Some(Progress { key: track.key, frames: track.counters.taken_frames(), rate: self.rate })
    }

    /// Fills a buffer whose first frame leaves the device at `at`. Returns the ranges of its frames that come from
    /// tracks.
    pub fn fill(&mut self, out: &mut [f32], at: BootTime) -> TrackRanges {
        self.apply_commands(at);
        let frames = out.len() / self.channels;
        let mut ranges = TrackRanges::default();
        let mut filled = 0;
        while filled < frames {
            let takeover_frame = self.apply_takeover(at, filled);
            let end = self.fade_before_takeover(filled, takeover_frame).min(frames);
            if end > filled {
                filled = self.play_front(out, at, filled, end, &mut ranges);
            }
        }
        let ends_at = self.instant_of_frame(at, frames);
        match self.tracks.front().filter(|t| t.has_started()) {
            Some(track) => {
                track.counters.set_ends_at(ends_at);
                self.position.set(Some(track.key), track.counters.taken_frames(), ends_at);
            }
            None => self.position.set(None, 0, ends_at),
        }
        ranges
    }

    /// Carries out the commands that arrived since the last buffer.
    fn apply_commands(&mut self, at: BootTime) {
        while let Ok(command) = self.commands.pop() {
            match command {
                MixerCommand::Play(track) => {
                    let sounding_track = self.tracks.front().filter(|t| t.has_started());
                    let is_too_late = sounding_track.is_some_and(|t| track.sequence < t.sequence);
                    let index = self.tracks.partition_point(|t| t.sequence < track.sequence);
                    self.tracks.insert(index, track);
                    if is_too_late {
                        self.finish_track(index, true, at);
                    } else if self.tracks.len() > MAX_TRACKS {
                        self.finish_track(MAX_TRACKS, true, at);
                    }
                }
                MixerCommand::Cut(key) => {
                    if let Some(index) = self.tracks.iter().position(|t| t.key == key)
                        && !self.start_fade(index)
                    {
                        self.finish_track(index, true, at);
                    }
                }
            }
        }
    }

    /// Removes a track, and reports its end at `at`.
    fn finish_track(&mut self, index: usize, was_cut: bool, at: BootTime) {
        if let Some(track) = self.tracks.remove(index) {
            let key = track.key;
            track.counters.set_ends_at(at);
            let _ = self.reports.push(MixerReport::Ended { key, was_cut, at });
            let _ = self.finished.push(track);
        }
    }

    /// Returns the instant at which frame `frame` of a buffer that begins at `at` leaves the device.
    fn instant_of_frame(&self, at: BootTime, frame: usize) -> BootTime {
        at.plus(frames_to_us(frame, self.rate))
    }
}
