//! The heart of every output: mixes tracks into the buffers that a device asks for, counting frames.
//!
//! [`Line::fill`] runs in the device's callback, where nothing may wait: it takes no lock, allocates and
//! frees nothing and calls no system. Tracks come in and go out through queues; the [`Remote`] at the
//! other end belongs to the deck.
mod gauge;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

pub use gauge::{PlaybackPosition, TrackCounters};

use super::{CueKey, CueStart, Progress};
use crate::base::instant::{BootTime, SECOND_US};

/// Tracks that a line holds at most, sounding and waiting.
pub const MAX_TRACKS: usize = 8;

/// What is cut dies away over so many microseconds.
const FADE_US: u64 = 8_000;

/// One file on its way to the device.
pub struct Track {
    /// Its name in reports.
    pub key: CueKey,
    /// Its place among all cues: tracks play in ascending order.
    pub sequence: u64,
    /// When its first frame leaves.
    pub start: CueStart,
    /// The cue before it, for [`Start::Follow`].
    pub previous: Option<CueKey>,
    /// Interleaved frames at the line's rate.
    pub samples: Consumer<f32>,
    /// Samples of a frame: the line's, or one for all of its channels.
    pub channels: usize,
    /// What the deck and the line know of it together.
    pub counters: Arc<TrackCounters>,
    /// Whether it leaves out of its beginning what it begins too late for.
    pub joins_in_progress: bool,
    /// When its first frame leaves, once it was given; `None` when handed over.
    pub started_at: Option<BootTime>,
    /// While it dies away: frames left, and over how many; `None` when handed over.
    pub fade: Option<(usize, usize)>,
    /// Its ring is dry at present; `false` when handed over.
    pub is_starved: bool,
}

/// What the deck asks of the line.
pub enum MixerCommand {
    /// Lines up a track.
    Play(Track),
    /// Ends a track now.
    Cut(CueKey),
}

/// What the line tells the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MixerReport {
    /// The first frame of a track was given to the device.
    Started {
        /// Which track.
        key: CueKey,
        /// When that frame leaves the device.
        at: BootTime,
        /// How far that may be off, by the scatter of the device's timestamps, in microseconds.
        within_us: i64,
    },
    /// A track that was told to have started begins later: there was a pause before it, which the device has told of since.
    Moved {
        /// Which track.
        key: CueKey,
        /// By so many microseconds.
        by_us: i64,
        /// When its first frame leaves.
        at: BootTime,
    },
    /// A track is over; its [`Gauge`] says how much of it was taken.
    Ended {
        /// Which track.
        key: CueKey,
        /// Whether it was cut, rather than played to its end.
        cut: bool,
        /// When the frame after its last one leaves the device.
        at: BootTime,
    },
}

impl MixerReport {
    /// When it is heard.
    #[must_use]
    pub fn at(&self) -> BootTime {
        let (Self::Started { at, .. } | Self::Moved { at, .. } | Self::Ended { at, .. }) = self;
        *at
    }
}

/// Where in a buffer the frames of tracks are: everything else is silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrackRanges {
    ranges: [(usize, usize); MAX_TRACKS],
    count: usize,
}

impl TrackRanges {
    /// Ranges of frames, ascending and apart.
    pub fn iter(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.ranges[..self.count].iter().map(|(from, to)| *from..*to)
    }

    fn add(&mut self, from: usize, to: usize) {
        match self.ranges[..self.count].last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ if self.count < MAX_TRACKS => {
                self.ranges[self.count] = (from, to);
                self.count += 1;
            }
            _ => (),
        }
    }
}

/// The deck's end of a line.
pub struct MixerHandle {
    /// Orders, obeyed at the beginning of the next buffer.
    pub commands: Producer<MixerCommand>,
    /// Reports, in the order of what happened.
    pub reports: Consumer<MixerReport>,
    /// Tracks that are over, to be freed outside of the callback.
    pub finished: Consumer<Track>,
}

/// The callback's end of a line.
pub struct Mixer {
    rate: u32,
    channels: usize,
    commands: Consumer<MixerCommand>,
    reports: Producer<MixerReport>,
    finished: Producer<Track>,
    /// In ascending order; only the first one can be sounding.
    tracks: VecDeque<Track>,
    /// The track that ended last, if it ended whole.
    last_whole: Option<CueKey>,
    position: Arc<PlaybackPosition>,
    /// Frames over which a track dies away that is cut: it would click.
    fade_frames: usize,
    /// A track with no more than so many frames left is not cut for the next: sessions that follow each other
    /// on the minute meet within the drift between the device's clock and the wall clock.
    grace_frames: u64,
    within_us: i64,
}

/// A line of `channels` channels at `rate` frames a second, and its remote; `position` is kept up to date.
#[must_use]
pub fn new_mixer(rate: u32, channels: u16, position: Arc<PlaybackPosition>) -> (Mixer, MixerHandle) {
    // Every track gives at most two reports, and one for each pause before it; the deck never has more than MAX_TRACKS
    // outside.
    let (orders, obeyed) = RingBuffer::new(4 * MAX_TRACKS);
    let (reporting, reports) = RingBuffer::new(8 * MAX_TRACKS);
    let (finished, done) = RingBuffer::new(2 * MAX_TRACKS);
    let line = Mixer {
        rate,
        channels: usize::from(channels.max(1)),
        commands: obeyed,
        reports: reporting,
        finished,
        tracks: VecDeque::with_capacity(MAX_TRACKS + 1),
        last_whole: None,
        position,
        fade_frames: (u64::from(rate) * FADE_US / 1_000_000) as usize,
        grace_frames: u64::from(rate) / 2,
        within_us: 0,
    };
    (line, MixerHandle { commands: orders, reports, finished: done })
}

impl Track {
    /// Whether its first frame was given to the device.
    fn has_started(&self) -> bool {
        self.started_at.is_some()
    }

    /// Leaves out what should have left before `instant`, of what is there; says whether that is all of it.
    fn skip_late_frames(&mut self, rate: u32, instant: BootTime) -> bool {
        let CueStart::At(place) = self.start else { return true };
        let late_frames = (frame_at(rate, place, instant) as u64).saturating_sub(self.counters.skipped());
        let left = self.counters.remaining().unwrap_or(u64::MAX);
        let now = self.frames_in_ring().min(usize::try_from(late_frames.min(left)).unwrap_or(usize::MAX));
        if let Ok(chunk) = self.samples.read_chunk(now * self.channels.max(1)) {
            chunk.commit_all();
            self.counters.add_skipped(now as u64);
        }
        late_frames.min(left) == now as u64
    }

    /// Frames that wait in the ring.
    fn frames_in_ring(&self) -> usize {
        self.samples.slots() / self.channels.max(1)
    }

    /// Takes as many frames out of the ring as fit into `out`, and as are there.
    fn read_into(&mut self, out: &mut [f32], channels: usize) {
        if self.channels == channels {
            let _ = self.samples.pop_entire_slice(out);
        } else if let Ok(chunk) = self.samples.read_chunk(out.len() / channels) {
            let (first, second) = chunk.as_slices();
            for (frame, sample) in out.chunks_exact_mut(channels).zip(first.iter().chain(second)) {
                frame.fill(*sample);
            }
            chunk.commit_all();
        }
    }

    /// Turns down frames of a track that dies away.
    fn apply_fade(&mut self, frames: &mut [f32], channels: usize) {
        let Some((left, of)) = &mut self.fade else { return };
        for frame in frames.chunks_exact_mut(channels) {
            let gain = *left as f32 / (*of + 1) as f32;
            *left = left.saturating_sub(1);
            frame.iter_mut().for_each(|sample| *sample *= gain);
        }
    }
}

impl Mixer {
    /// From now on the instants given to [`Line::fill`] may be off by so many microseconds.
    pub fn set_timing_error_us(&mut self, us: i64) {
        self.within_us = us;
    }

    /// The device has made so much silence by itself, having got nothing in time; microseconds. That was before `since`: what
    /// leaves later leaves behind it. Without, all that the device had been given was before.
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

    /// Whether a track has begun and is not over.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        self.tracks.front().is_some_and(Track::has_started)
    }

    /// The sounding track, and what was given of it.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let track = self.tracks.front().filter(|t| t.has_started())?;
        Some(Progress { key: track.key, frames: track.counters.taken(), rate: self.rate })
    }

    /// Fills a buffer whose first frame leaves the device at `at`, and says where in it the tracks are.
    pub fn fill(&mut self, out: &mut [f32], at: BootTime) -> TrackRanges {
        self.apply_commands(at);
        let frames = out.len() / self.channels;
        let mut spans = TrackRanges::default();
        let mut from = 0;
        while from < frames {
            let due = self.apply_takeover(at, from);
            let to = self.fade_before_takeover(from, due).min(frames);
            if to > from {
                from = self.play_front(out, at, from, to, &mut spans);
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
        spans
    }

    /// Obeys what the deck asked for meanwhile.
    fn apply_commands(&mut self, at: BootTime) {
        while let Ok(order) = self.commands.pop() {
            match order {
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

    /// Lets a later track whose instant has come push out what stands before it; gives the frame at
    /// which the next one will, or `usize::MAX`.
    fn apply_takeover(&mut self, at: BootTime, now: usize) -> usize {
        let rate = self.rate;
        let due = |track: &Track| match track.start {
            CueStart::At(instant) => frame_at(rate, at, instant),
            CueStart::Follow { .. } => usize::MAX,
        };
        let soonest = self.tracks.iter().skip(1).map(due).min().unwrap_or(usize::MAX);
        let until = soonest.saturating_sub(now) as u64;
        let ending =
            |t: &Track| t.counters.remaining().is_some_and(|left| left.saturating_sub(until) <= self.grace_frames);
        if self.tracks.front().is_some_and(|t| t.has_started() && (t.fade.is_some() || ending(t))) {
            return usize::MAX;
        }
        let last = self.tracks.iter().skip(1).rposition(|t| due(t) <= now);
        if last.is_some() && self.start_fade(0) {
            return usize::MAX;
        }
        let discarded = last.map_or(0, |i| i + 1);
        let next = self.tracks.iter().skip(1 + discarded).map(due).min();
        let instant = self.instant_of_frame(at, now);
        for _ in 0..discarded {
            self.finish_track(0, true, instant);
        }
        next.unwrap_or(usize::MAX)
    }

    /// Lets a sounding track die away, if it is one and does not yet; says whether it does.
    fn start_fade(&mut self, i: usize) -> bool {
        let fade = self.fade_frames;
        let track = self.tracks.get_mut(i).filter(|t| t.has_started() && fade > 0);
        track.map(|t| t.fade.get_or_insert((fade, fade))).is_some()
    }

    /// Lets the sounding track die away in time for what takes over at frame `due`; gives the frame at which it begins
    /// or ends to do so, or `due`.
    fn fade_before_takeover(&mut self, from: usize, due: usize) -> usize {
        let begins = due.saturating_sub(self.fade_frames);
        let Some(track) = self.tracks.front_mut().filter(|t| t.has_started()) else {
            // What begins in between must be looked at again in time.
            return if begins > from { begins } else { due };
        };
        match track.fade {
            Some((left, _)) => from + left,
            None if begins > from || due <= from => begins.max(from),
            None => {
                track.fade = Some((due - from, due - from));
                due
            }
        }
    }

    /// Gives frames `from..to` to the first track; says up to which frame they are filled now.
    fn play_front(&mut self, out: &mut [f32], at: BootTime, from: usize, to: usize, spans: &mut TrackRanges) -> usize {
        let channels = self.channels;
        let (begins, instant) = (self.front_start_frame(at, from), self.instant_of_frame(at, from));
        let Some(track) = self.tracks.front_mut().filter(|_| begins < to) else {
            out[from * channels..to * channels].fill(0.0);
            return to;
        };
        if begins > from {
            out[from * channels..begins * channels].fill(0.0);
            return begins;
        }
        if track.joins_in_progress && !track.has_started() && !track.skip_late_frames(self.rate, instant) {
            // The rest of what it leaves out is still to come.
            out[from * channels..to * channels].fill(0.0);
            return to;
        }
        // The total is read before the ring and again after: the deck fills the ring first.
        let left = track.counters.remaining();
        let wanted = left.map_or(to - from, |left| (to - from).min(usize::try_from(left).unwrap_or(usize::MAX)));
        let taken = wanted.min(track.frames_in_ring());
        if taken > 0 {
            let range = from * channels..(from + taken) * channels;
            track.read_into(&mut out[range.clone()], channels);
            track.apply_fade(&mut out[range], channels);
            track.counters.add_taken(taken as u64);
            track.is_starved = false;
            spans.add(from, from + taken);
            if !track.has_started() {
                track.started_at = Some(instant);
                let key = track.key;
                let _ = self.reports.push(MixerReport::Started { key, at: instant, within_us: self.within_us });
            }
        }
        let filled = from + taken;
        if track.counters.remaining() == Some(0) {
            self.last_whole = track.counters.is_whole().then_some(track.key);
            self.finish_track(0, false, self.instant_of_frame(at, filled));
            return filled;
        }
        if self.tracks.front().is_some_and(|t| t.fade.is_some_and(|(left, _)| left == 0 || taken == 0)) {
            self.finish_track(0, true, self.instant_of_frame(at, filled));
            return filled;
        }
        let Some(track) = self.tracks.front_mut() else {
            return filled;
        };
        if taken == 0 && track.has_started() && track.counters.remaining().is_some() {
            // The total is told after the last frame is in the ring: there is nothing more.
            self.finish_track(0, false, self.instant_of_frame(at, filled));
            return filled;
        }
        if taken == 0 {
            // A track that has not begun waits; one that has must not be heard to have ended.
            if track.has_started() {
                track.counters.add_underrun((to - from) as u64, !track.is_starved);
                track.is_starved = true;
            }
            out[from * channels..to * channels].fill(0.0);
            return to;
        }
        filled
    }

    /// The frame, not before `now`, at which the first track begins or goes on.
    fn front_start_frame(&self, at: BootTime, now: usize) -> usize {
        let Some(track) = self.tracks.front().filter(|t| !t.has_started()) else {
            return now;
        };
        let instant = match track.start {
            CueStart::At(instant) => instant,
            CueStart::Follow { .. } if track.previous.is_some() && track.previous == self.last_whole => {
                return now;
            }
            CueStart::Follow { not_before } => not_before,
        };
        frame_at(self.rate, at, instant).max(now)
    }

    /// Takes a track out of the line and says so.
    fn finish_track(&mut self, i: usize, cut: bool, at: BootTime) {
        if let Some(track) = self.tracks.remove(i) {
            let key = track.key;
            track.counters.set_ends_at(at);
            let _ = self.reports.push(MixerReport::Ended { key, cut, at });
            let _ = self.finished.push(track);
        }
    }

    /// When a frame of the buffer leaves the device.
    fn instant_of_frame(&self, at: BootTime, frame: usize) -> BootTime {
        at.plus((frame as i64).saturating_mul(SECOND_US) / i64::from(self.rate.max(1)))
    }
}

/// How many frames last so many microseconds; 0 if that is less than nothing.
pub(in crate::playout) fn frames_in_us(us: i64, rate: u32) -> u64 {
    u64::try_from(us).unwrap_or(0).saturating_mul(u64::from(rate)) / SECOND_US as u64
}

/// The frame of the buffer that leaves at `instant`, or at the nearest instant to it; 0 if that is past.
fn frame_at(rate: u32, at: BootTime, instant: BootTime) -> usize {
    let ahead = u64::try_from(instant.since(at)).unwrap_or(0);
    let frames = (u128::from(ahead) * u128::from(rate) + SECOND_US as u128 / 2) / SECOND_US as u128;
    usize::try_from(frames).unwrap_or(usize::MAX)
}
