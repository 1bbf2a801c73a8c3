//! The mixer: it puts tracks into the buffers that a device asks for, and counts frames.
//!
//! [`Mixer::fill`] runs in the device's callback, where nothing may wait: it takes no lock, allocates and frees
//! nothing, and makes no system call. Tracks come in and go out through queues; the deck owns the [`MixerHandle`] at
//! their other end.
mod front_track;
mod gauge;
mod message;
mod ranges;
mod takeover;
#[cfg(test)]
mod tests;
mod track;

use std::collections::VecDeque;
use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

pub use gauge::{PlaybackPosition, TrackCounters};
pub use message::{MixerCommand, MixerHandle, MixerReport};
pub use ranges::TrackRanges;
pub use track::Track;

use super::frames::{FADE_US, frames_in_us, us_of_frames};
use super::{CueKey, Progress};
use crate::base::instant::BootTime;

/// Maximum number of tracks in a mixer, playing or waiting.
pub const MAX_TRACKS: usize = 8;

/// The mixer, owned by the device's callback.
pub struct Mixer {
    rate: u32,
    channels: usize,
    commands: Consumer<MixerCommand>,
    reports: Producer<MixerReport>,
    finished: Producer<Track>,
    /// Tracks in ascending order of their sequence numbers. Only the first one can be playing.
    tracks: VecDeque<Track>,
    /// The last track to end, if it was played to its end.
    last_whole: Option<CueKey>,
    position: Arc<PlaybackPosition>,
    /// Length of the fade-out of a track that is cut.
    fade_frames: usize,
    /// A track with at most this many frames left is not cut for the next one. Back-to-back sessions can overlap by as
    /// much as the device's clock has drifted from the wall clock.
    grace_frames: u64,
    /// Possible error of the instants given to [`Mixer::fill`], microseconds.
    within_us: i64,
}

/// Returns a mixer of `channels` channels at `rate` frames per second, and its handle. The mixer keeps `position` up to
/// date.
#[must_use]
pub fn new_mixer(rate: u32, channels: u16, position: Arc<PlaybackPosition>) -> (Mixer, MixerHandle) {
    // A track gives at most two reports, and one for each pause before it. The deck hands over at most MAX_TRACKS.
    let (command_end, commands) = RingBuffer::new(4 * MAX_TRACKS);
    let (report_end, reports) = RingBuffer::new(8 * MAX_TRACKS);
    let (finished_end, finished) = RingBuffer::new(2 * MAX_TRACKS);
    let mixer = Mixer {
        rate,
        channels: usize::from(channels.max(1)),
        commands,
        reports: report_end,
        finished: finished_end,
        tracks: VecDeque::with_capacity(MAX_TRACKS + 1),
        last_whole: None,
        position,
        fade_frames: frames_in_us(FADE_US, rate) as usize,
        grace_frames: u64::from(rate) / 2,
        within_us: 0,
    };
    (mixer, MixerHandle { commands: command_end, reports, finished })
}

impl Mixer {
    /// Sets the possible error of the instants given to [`Mixer::fill`] from now on.
    pub fn set_timing_error_us(&mut self, us: i64) {
        self.within_us = us;
    }

    /// Records silence, in microseconds, that the device inserted because it was starved. Frames that leave after
    /// `since` leave after the silence; with `None` the silence comes after all frames that the device was given.
    pub fn record_device_gap(&mut self, us: i64, since: Option<BootTime>) {
        let frames = frames_in_us(us, self.rate);
        let Some(track) = self.tracks.front_mut().filter(|t| t.has_started() && frames > 0) else { return };
        match (track.started_at, since) {
            (Some(begun), Some(since)) if begun.plus(us) > since => {
                let (key, at) = (track.key, begun.plus(us));
                track.started_at = Some(at);
                let _ = self.reports.push(MixerReport::Moved { key, by_us: us, at });
            }
            _ => track.counters.add_underrun(frames, true),
        }
    }

    /// Returns whether a track has begun and is not over.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        self.tracks.front().is_some_and(Track::has_started)
    }

    /// Returns the sounding track, and how much of it was given.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let track = self.tracks.front().filter(|t| t.has_started())?;
        Some(Progress { key: track.key, frames: track.counters.taken(), rate: self.rate })
    }

    /// Fills a buffer whose first frame leaves the device at `at`. Returns which of its frames come from tracks.
    pub fn fill(&mut self, out: &mut [f32], at: BootTime) -> TrackRanges {
        self.apply_commands(at);
        let frames = out.len() / self.channels;
        let mut ranges = TrackRanges::default();
        let mut from = 0;
        while from < frames {
            let due = self.apply_takeover(at, from);
            let to = self.fade_before_takeover(from, due).min(frames);
            if to > from {
                from = self.play_front(out, at, from, to, &mut ranges);
            }
        }
        let end = self.instant_of_frame(at, frames);
        match self.tracks.front().filter(|t| t.has_started()) {
            Some(track) => {
                track.counters.set_ends_at(end);
                self.position.set(Some(track.key), track.counters.taken(), end);
            }
            None => self.position.set(None, 0, end),
        }
        ranges
    }

    /// Obeys the deck's commands since the last buffer.
    fn apply_commands(&mut self, at: BootTime) {
        while let Ok(command) = self.commands.pop() {
            match command {
                MixerCommand::Play(track) => {
                    let sounding = self.tracks.front().filter(|t| t.has_started());
                    let too_late = sounding.is_some_and(|t| track.sequence < t.sequence);
                    let place = self.tracks.partition_point(|t| t.sequence < track.sequence);
                    self.tracks.insert(place, track);
                    if too_late {
                        self.finish_track(place, true, at);
                    } else if self.tracks.len() > MAX_TRACKS {
                        self.finish_track(MAX_TRACKS, true, at);
                    }
                }
                MixerCommand::Cut(key) => {
                    if let Some(i) = self.tracks.iter().position(|t| t.key == key)
                        && !self.start_fade(i)
                    {
                        self.finish_track(i, true, at);
                    }
                }
            }
        }
    }

    /// Removes a track and reports its end.
    fn finish_track(&mut self, i: usize, cut: bool, at: BootTime) {
        if let Some(track) = self.tracks.remove(i) {
            let key = track.key;
            track.counters.set_ends_at(at);
            let _ = self.reports.push(MixerReport::Ended { key, cut, at });
            let _ = self.finished.push(track);
        }
    }

    /// Returns when a frame of the buffer leaves the device.
    fn instant_of_frame(&self, at: BootTime, frame: usize) -> BootTime {
        at.plus(us_of_frames(frame, self.rate))
    }
}
