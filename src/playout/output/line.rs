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

pub use gauge::{Gauge, Position};

use super::{CueKey, Progress, Start};
use crate::instant::{Boot, SECOND};

/// Tracks that a line holds at most, sounding and waiting.
pub const MAX_TRACKS: usize = 8;

/// What is cut dies away over so many microseconds.
const FADE_US: u64 = 8_000;

/// One file on its way to the device.
pub struct Track {
    /// Its name in reports.
    pub key: CueKey,
    /// Its place among all cues: tracks play in ascending order.
    pub order: u64,
    /// When its first frame leaves.
    pub start: Start,
    /// The cue before it, for [`Start::Follow`].
    pub after: Option<CueKey>,
    /// Interleaved frames at the line's rate.
    pub samples: Consumer<f32>,
    /// Samples of a frame: the line's, or one for all of its channels.
    pub channels: usize,
    /// What the deck and the line know of it together.
    pub gauge: Arc<Gauge>,
    /// Whether it leaves out of its beginning what it begins too late for.
    pub keeps_place: bool,
    /// When its first frame leaves, once it was given; `None` when handed over.
    pub begun: Option<Boot>,
    /// While it dies away: frames left, and over how many; `None` when handed over.
    pub fading: Option<(usize, usize)>,
    /// Its ring is dry at present; `false` when handed over.
    pub dry: bool,
}

/// What the deck asks of the line.
pub enum Order {
    /// Lines up a track.
    Play(Track),
    /// Ends a track now.
    Cut(CueKey),
}

/// What the line tells the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// The first frame of a track was given to the device.
    Started {
        /// Which track.
        key: CueKey,
        /// When that frame leaves the device.
        at: Boot,
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
        at: Boot,
    },
    /// A track is over; its [`Gauge`] says how much of it was taken.
    Ended {
        /// Which track.
        key: CueKey,
        /// Whether it was cut, rather than played to its end.
        cut: bool,
        /// When the frame after its last one leaves the device.
        at: Boot,
    },
}

impl Report {
    /// When it is heard.
    #[must_use]
    pub fn at(&self) -> Boot {
        let (Self::Started { at, .. } | Self::Moved { at, .. } | Self::Ended { at, .. }) = self;
        *at
    }
}

/// Where in a buffer the frames of tracks are: everything else is silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spans {
    ranges: [(usize, usize); MAX_TRACKS],
    count: usize,
}

impl Spans {
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
pub struct Remote {
    /// Orders, obeyed at the beginning of the next buffer.
    pub orders: Producer<Order>,
    /// Reports, in the order of what happened.
    pub reports: Consumer<Report>,
    /// Tracks that are over, to be freed outside of the callback.
    pub done: Consumer<Track>,
}

/// The callback's end of a line.
pub struct Line {
    rate: u32,
    channels: usize,
    orders: Consumer<Order>,
    reports: Producer<Report>,
    done: Producer<Track>,
    /// In ascending order; only the first one can be sounding.
    tracks: VecDeque<Track>,
    /// The track that ended last, if it ended whole.
    whole: Option<CueKey>,
    position: Arc<Position>,
    /// Frames over which a track dies away that is cut: it would click.
    fade: usize,
    /// A track with no more than so many frames left is not cut for the next: sessions that follow each other
    /// on the minute meet within the drift between the device's clock and the wall clock.
    grace: u64,
    within_us: i64,
}

/// A line of `channels` channels at `rate` frames a second, and its remote; `position` is kept up to date.
#[must_use]
pub fn line(rate: u32, channels: u16, position: Arc<Position>) -> (Line, Remote) {
    // Every track gives at most two reports, and one for each pause before it; the deck never has more than MAX_TRACKS
    // outside.
    let (orders, obeyed) = RingBuffer::new(4 * MAX_TRACKS);
    let (reporting, reports) = RingBuffer::new(8 * MAX_TRACKS);
    let (finished, done) = RingBuffer::new(2 * MAX_TRACKS);
    let line = Line {
        rate,
        channels: usize::from(channels.max(1)),
        orders: obeyed,
        reports: reporting,
        done: finished,
        tracks: VecDeque::with_capacity(MAX_TRACKS + 1),
        whole: None,
        position,
        fade: (u64::from(rate) * FADE_US / 1_000_000) as usize,
        grace: u64::from(rate) / 2,
        within_us: 0,
    };
    (line, Remote { orders, reports, done })
}

impl Track {
    /// Whether its first frame was given to the device.
    fn started(&self) -> bool {
        self.begun.is_some()
    }

    /// Leaves out what should have left before `instant`, of what is there; says whether that is all of it.
    fn pass(&mut self, rate: u32, instant: Boot) -> bool {
        let Start::At(place) = self.start else { return true };
        let owed = (frame(rate, place, instant) as u64).saturating_sub(self.gauge.passed());
        let left = self.gauge.left().unwrap_or(u64::MAX);
        let now = self.waiting().min(usize::try_from(owed.min(left)).unwrap_or(usize::MAX));
        if let Ok(chunk) = self.samples.read_chunk(now * self.channels.max(1)) {
            chunk.commit_all();
            self.gauge.pass(now as u64);
        }
        owed.min(left) == now as u64
    }

    /// Frames that wait in the ring.
    fn waiting(&self) -> usize {
        self.samples.slots() / self.channels.max(1)
    }

    /// Takes as many frames out of the ring as fit into `out`, and as are there.
    fn take(&mut self, out: &mut [f32], channels: usize) {
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
    fn fade(&mut self, frames: &mut [f32], channels: usize) {
        let Some((left, of)) = &mut self.fading else { return };
        for frame in frames.chunks_exact_mut(channels) {
            let gain = *left as f32 / (*of + 1) as f32;
            *left = left.saturating_sub(1);
            frame.iter_mut().for_each(|sample| *sample *= gain);
        }
    }
}

impl Line {
    /// From now on the instants given to [`Line::fill`] may be off by so many microseconds.
    pub fn placed_within(&mut self, us: i64) {
        self.within_us = us;
    }

    /// The device has made so much silence by itself, having got nothing in time; microseconds. That was before `since`: what
    /// leaves later leaves behind it. Without, all that the device had been given was before.
    pub fn gap(&mut self, us: i64, since: Option<Boot>) {
        let frames = frames_of(us, self.rate);
        let Some(track) = self.tracks.front_mut().filter(|t| t.started() && frames > 0) else { return };
        match (track.begun, since) {
            (Some(begun), Some(since)) if begun.plus(us) > since => {
                let (key, at) = (track.key, begun.plus(us));
                track.begun = Some(at);
                let _ = self.reports.push(Report::Moved { key, by_us: us, at });
            }
            _ => track.gauge.add_underrun(frames, true),
        }
    }

    /// Whether a track has begun and is not over.
    #[must_use]
    pub fn sounds(&self) -> bool {
        self.tracks.front().is_some_and(Track::started)
    }

    /// The sounding track, and what was given of it.
    #[must_use]
    pub fn given(&self) -> Option<Progress> {
        let track = self.tracks.front().filter(|t| t.started())?;
        Some(Progress { key: track.key, frames: track.gauge.taken(), rate: self.rate })
    }

    /// Fills a buffer whose first frame leaves the device at `at`, and says where in it the tracks are.
    pub fn fill(&mut self, out: &mut [f32], at: Boot) -> Spans {
        self.obey(at);
        let frames = out.len() / self.channels;
        let mut spans = Spans::default();
        let mut from = 0;
        while from < frames {
            let due = self.takeover(at, from);
            let to = self.die_away(from, due).min(frames);
            if to > from {
                from = self.play(out, at, from, to, &mut spans);
            }
        }
        let end = self.instant(at, frames);
        match self.tracks.front().filter(|t| t.started()) {
            Some(track) => {
                track.gauge.set_last(end);
                self.position.set(Some(track.key), track.gauge.taken(), end);
            }
            None => self.position.set(None, 0, end),
        }
        spans
    }

    /// Obeys what the deck asked for meanwhile.
    fn obey(&mut self, at: Boot) {
        while let Ok(order) = self.orders.pop() {
            match order {
                Order::Play(track) => {
                    let sounding = self.tracks.front().filter(|t| t.started());
                    let too_late = sounding.is_some_and(|t| track.order < t.order);
                    let place = self.tracks.partition_point(|t| t.order < track.order);
                    self.tracks.insert(place, track);
                    if too_late {
                        self.end(place, true, at);
                    } else if self.tracks.len() > MAX_TRACKS {
                        self.end(MAX_TRACKS, true, at);
                    }
                }
                Order::Cut(key) => {
                    if let Some(i) = self.tracks.iter().position(|t| t.key == key)
                        && !self.fades(i)
                    {
                        self.end(i, true, at);
                    }
                }
            }
        }
    }

    /// Lets a later track whose instant has come push out what stands before it; gives the frame at
    /// which the next one will, or `usize::MAX`.
    fn takeover(&mut self, at: Boot, now: usize) -> usize {
        let rate = self.rate;
        let due = |track: &Track| match track.start {
            Start::At(instant) => frame(rate, at, instant),
            Start::Follow { .. } => usize::MAX,
        };
        let soonest = self.tracks.iter().skip(1).map(due).min().unwrap_or(usize::MAX);
        let until = soonest.saturating_sub(now) as u64;
        let ending = |t: &Track| t.gauge.left().is_some_and(|left| left.saturating_sub(until) <= self.grace);
        if self.tracks.front().is_some_and(|t| t.started() && (t.fading.is_some() || ending(t))) {
            return usize::MAX;
        }
        let last = self.tracks.iter().skip(1).rposition(|t| due(t) <= now);
        if last.is_some() && self.fades(0) {
            return usize::MAX;
        }
        let discarded = last.map_or(0, |i| i + 1);
        let next = self.tracks.iter().skip(1 + discarded).map(due).min();
        let instant = self.instant(at, now);
        for _ in 0..discarded {
            self.end(0, true, instant);
        }
        next.unwrap_or(usize::MAX)
    }

    /// Lets a sounding track die away, if it is one and does not yet; says whether it does.
    fn fades(&mut self, i: usize) -> bool {
        let fade = self.fade;
        let track = self.tracks.get_mut(i).filter(|t| t.started() && fade > 0);
        track.map(|t| t.fading.get_or_insert((fade, fade))).is_some()
    }

    /// Lets the sounding track die away in time for what takes over at frame `due`; gives the frame at which it begins
    /// or ends to do so, or `due`.
    fn die_away(&mut self, from: usize, due: usize) -> usize {
        let begins = due.saturating_sub(self.fade);
        let Some(track) = self.tracks.front_mut().filter(|t| t.started()) else {
            // What begins in between must be looked at again in time.
            return if begins > from { begins } else { due };
        };
        match track.fading {
            Some((left, _)) => from + left,
            None if begins > from || due <= from => begins.max(from),
            None => {
                track.fading = Some((due - from, due - from));
                due
            }
        }
    }

    /// Gives frames `from..to` to the first track; says up to which frame they are filled now.
    fn play(&mut self, out: &mut [f32], at: Boot, from: usize, to: usize, spans: &mut Spans) -> usize {
        let channels = self.channels;
        let (begins, instant) = (self.begins(at, from), self.instant(at, from));
        let Some(track) = self.tracks.front_mut().filter(|_| begins < to) else {
            out[from * channels..to * channels].fill(0.0);
            return to;
        };
        if begins > from {
            out[from * channels..begins * channels].fill(0.0);
            return begins;
        }
        if track.keeps_place && !track.started() && !track.pass(self.rate, instant) {
            // The rest of what it leaves out is still to come.
            out[from * channels..to * channels].fill(0.0);
            return to;
        }
        // The total is read before the ring and again after: the deck fills the ring first.
        let left = track.gauge.left();
        let wanted = left.map_or(to - from, |left| (to - from).min(usize::try_from(left).unwrap_or(usize::MAX)));
        let taken = wanted.min(track.waiting());
        if taken > 0 {
            let range = from * channels..(from + taken) * channels;
            track.take(&mut out[range.clone()], channels);
            track.fade(&mut out[range], channels);
            track.gauge.take(taken as u64);
            track.dry = false;
            spans.add(from, from + taken);
            if !track.started() {
                track.begun = Some(instant);
                let key = track.key;
                let _ = self.reports.push(Report::Started { key, at: instant, within_us: self.within_us });
            }
        }
        let filled = from + taken;
        if track.gauge.left() == Some(0) {
            self.whole = track.gauge.is_whole().then_some(track.key);
            self.end(0, false, self.instant(at, filled));
            return filled;
        }
        if self.tracks.front().is_some_and(|t| t.fading.is_some_and(|(left, _)| left == 0 || taken == 0)) {
            self.end(0, true, self.instant(at, filled));
            return filled;
        }
        let Some(track) = self.tracks.front_mut() else {
            return filled;
        };
        if taken == 0 && track.started() && track.gauge.left().is_some() {
            // The total is told after the last frame is in the ring: there is nothing more.
            self.end(0, false, self.instant(at, filled));
            return filled;
        }
        if taken == 0 {
            // A track that has not begun waits; one that has must not be heard to have ended.
            if track.started() {
                track.gauge.add_underrun((to - from) as u64, !track.dry);
                track.dry = true;
            }
            out[from * channels..to * channels].fill(0.0);
            return to;
        }
        filled
    }

    /// The frame, not before `now`, at which the first track begins or goes on.
    fn begins(&self, at: Boot, now: usize) -> usize {
        let Some(track) = self.tracks.front().filter(|t| !t.started()) else {
            return now;
        };
        let instant = match track.start {
            Start::At(instant) => instant,
            Start::Follow { .. } if track.after.is_some() && track.after == self.whole => {
                return now;
            }
            Start::Follow { not_before } => not_before,
        };
        frame(self.rate, at, instant).max(now)
    }

    /// Takes a track out of the line and says so.
    fn end(&mut self, i: usize, cut: bool, at: Boot) {
        if let Some(track) = self.tracks.remove(i) {
            let key = track.key;
            track.gauge.set_last(at);
            let _ = self.reports.push(Report::Ended { key, cut, at });
            let _ = self.done.push(track);
        }
    }

    /// When a frame of the buffer leaves the device.
    fn instant(&self, at: Boot, frame: usize) -> Boot {
        at.plus((frame as i64).saturating_mul(SECOND) / i64::from(self.rate.max(1)))
    }
}

/// How many frames last so many microseconds; 0 if that is less than nothing.
pub(in crate::playout) fn frames_of(us: i64, rate: u32) -> u64 {
    u64::try_from(us).unwrap_or(0).saturating_mul(u64::from(rate)) / SECOND as u64
}

/// The frame of the buffer that leaves at `instant`, or at the nearest instant to it; 0 if that is past.
fn frame(rate: u32, at: Boot, instant: Boot) -> usize {
    let ahead = u64::try_from(instant.since(at)).unwrap_or(0);
    let frames = (u128::from(ahead) * u128::from(rate) + SECOND as u128 / 2) / SECOND as u128;
    usize::try_from(frames).unwrap_or(usize::MAX)
}
