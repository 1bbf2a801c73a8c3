//! The feed of a track: it decodes, mixes, resamples and limits one file, brings it to its loudness and to exactly the
//! planned length, and fills the track's ring.
mod conversion;

use std::sync::Arc;

use rtrb::Producer;

use super::channel_mix::ChannelMix;
use super::limiter::Limiter;
use super::portion::Portion;
use super::rate_converter::{RateConverter, ResampleError};
use crate::library::decode::Decoder;
use crate::playout::output::frames::{FADE_US, frames_in_us};
use crate::playout::output::mixer::TrackCounters;

/// Fills the ring of one track.
pub(super) struct TrackFeed {
    decoder: Decoder,
    resample: RateConverter,
    mix: ChannelMix,
    limiter: Limiter,
    ring: Producer<f32>,
    counters: Arc<TrackCounters>,
    /// Channels in the ring: one when all channels of the line carry the same.
    channels: usize,
    volume: f32,
    /// Length of the fade-in; 0 when the file starts at its beginning.
    fade_in_frames: usize,
    faded_in: usize,
    file_rate: u32,
    line_rate: u32,
    /// Frames of the file still to be played; `None`: to its end.
    file_frames_left: Option<u64>,
    /// Expected frames at the line's rate, if known.
    expected: Option<u64>,
    /// Frames of the file that went in, and frames of the line that came out.
    frames_in: u64,
    frames_out: u64,
    /// Frames that have come through the limiter.
    frames_limited: u64,
    mixed: Vec<f32>,
    resampled: Vec<f32>,
    limited: Vec<f32>,
    /// Frames for the ring; those before `ready_pos` were given.
    ready: Vec<f32>,
    ready_pos: usize,
    exhausted: bool,
    complete: bool,
    /// The last fill stopped with more to do at once.
    filling: bool,
    detail: Option<String>,
}

/// Where a feed goes, and how it sounds there.
pub(super) struct FeedTarget {
    /// Ring of the track.
    pub ring: Producer<f32>,
    /// Counters of the track.
    pub counters: Arc<TrackCounters>,
    /// Rate of the line.
    pub rate: u32,
    /// Volume, 0 to 1 of full scale.
    pub volume: f32,
    /// Channels and loudness.
    pub mix: ChannelMix,
}

impl TrackFeed {
    /// Returns a feed for the rest of a decoder's frames, of which `first` were taken out already.
    ///
    /// # Errors
    /// [`ResampleError`] when the file's rate cannot be converted to the line's.
    pub(super) fn new(
        decoder: Decoder,
        first: &[f32],
        portion: Portion,
        expected: Option<u64>,
        target: FeedTarget,
    ) -> Result<Self, ResampleError> {
        let format = decoder.format();
        let inner = target.mix.channels();
        let rising = if portion.skip > 0 { frames_in_us(FADE_US, target.rate) as usize } else { 0 };
        let mut feed = Self {
            resample: RateConverter::new(format.rate, target.rate, inner)?,
            decoder,
            mix: target.mix,
            limiter: Limiter::new(target.rate, inner),
            ring: target.ring,
            counters: target.counters,
            channels: inner,
            volume: target.volume,
            fade_in_frames: rising,
            faded_in: 0,
            file_rate: format.rate,
            line_rate: target.rate,
            file_frames_left: portion.until.map(|until| until.saturating_sub(portion.skip)),
            expected,
            frames_in: 0,
            frames_out: 0,
            frames_limited: 0,
            mixed: Vec::new(),
            resampled: Vec::new(),
            limited: Vec::new(),
            ready: Vec::new(),
            ready_pos: 0,
            exhausted: false,
            complete: false,
            filling: false,
            detail: None,
        };
        feed.push_block(first)?;
        Ok(feed)
    }

    /// Returns the expected frames at the line's rate; 0 when not known.
    pub(super) fn expected(&self) -> u64 {
        self.expected.unwrap_or(0)
    }

    /// Returns what went wrong, in English, for the log; known when the track has ended.
    pub(super) fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Fills the ring up to so many seconds, decoding at most `blocks` blocks; returns whether it could go on at once.
    /// It does nothing while the ring is three quarters full: many blocks in a row cost less than one now and then.
    pub(super) fn fill(&mut self, blocks: u32, seconds: usize) -> bool {
        let (free, all) = (self.ring.slots(), self.ring.buffer().capacity());
        if !self.filling && (all - free) * 4 >= (seconds * self.line_rate as usize * self.channels).min(all) * 3 {
            return false;
        }
        self.filling = self.fill_up(blocks, seconds);
        self.filling
    }

    fn fill_up(&mut self, blocks: u32, seconds: usize) -> bool {
        for _ in 0..blocks {
            self.push_to_ring(seconds);
            if self.complete || self.ready_pos < self.ready.len() {
                return false;
            }
            if let Err(error) = self.decode() {
                self.abandon(error.to_string());
            }
        }
        self.push_to_ring(seconds);
        !self.complete && self.ready_pos == self.ready.len()
    }

    /// Ends the track where it stands. Its decoder must not be used again.
    pub(super) fn abandon(&mut self, detail: String) {
        self.detail.get_or_insert(detail);
        if !self.complete {
            // The total that the line gets must be the number of frames in the ring.
            self.exhausted = true;
            self.resampled.clear();
            self.flush_limiter(true);
            self.frames_out = self.frames_limited;
        }
    }

    /// Returns whether the track ended because the file's bytes changed after they were hashed.
    pub(super) fn is_altered(&self) -> bool {
        self.decoder.faults().altered
    }

    /// Moves frames into the ring; after the last one, gives the total to the line.
    fn push_to_ring(&mut self, seconds: usize) {
        let (free, all) = (self.ring.slots(), self.ring.buffer().capacity());
        let full = seconds * self.line_rate as usize * self.channels;
        // Whole frames only: the line must never see half of one.
        let room = full.min(all).saturating_sub(all - free) / self.channels * self.channels;
        let now = room.min(self.ready.len() - self.ready_pos);
        let (_, left) = self.ring.push_partial_slice(&self.ready[self.ready_pos..self.ready_pos + now]);
        self.ready_pos += now - left.len();
        if self.ready_pos == self.ready.len() {
            self.ready.clear();
            self.ready_pos = 0;
            if self.exhausted && !self.complete {
                self.complete = true;
                self.complete_track();
            }
        }
    }

    /// Gives the total to the line, after the last frame is in the ring.
    fn complete_track(&mut self) {
        let faults = self.decoder.faults().detail();
        let whole = match self.expected {
            Some(expected) => self.frames_out == expected,
            None => faults.is_none() && self.detail.is_none(),
        };
        if whole {
            self.expected = Some(self.frames_out);
            self.detail = None;
        } else if self.detail.is_none() {
            self.detail = Some(faults.unwrap_or_else(|| {
                let (came, expected) = (self.frames_out, self.expected.unwrap_or(0));
                format!("the file ends after {came} of {expected} frames")
            }));
        }
        self.counters.complete(self.frames_out, whole);
    }
}
