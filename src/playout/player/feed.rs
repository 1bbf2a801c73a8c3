//! One file's way into the ring of its track: decoded, mixed, brought to its loudness, resampled, limited, and
//! exactly as long as planned.
use std::sync::Arc;

use rtrb::Producer;

use super::channel_mix::ChannelMix;
use super::limiter::Limiter;
use super::portion::Portion;
use super::rate_converter::{RateConverter, ResampleError};
use crate::library::Length;
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
    /// Channels that are reckoned with: one when all of the line's carry the same.
    channels: usize,
    volume: f32,
    /// Frames over which the sound comes in; 0 when the file begins at its beginning.
    fade_in_frames: usize,
    faded_in: usize,
    file_rate: u32,
    line_rate: u32,
    /// Frames of the file still to be played; `None`: to its end.
    file_frames_left: Option<u64>,
    /// Frames expected at the line's rate, if that is known.
    expected: Option<u64>,
    /// Frames of the file that went in, and frames of the line that came out.
    frames_in: u64,
    frames_out: u64,
    /// Frames that have come through the limiter.
    frames_limited: u64,
    mixed: Vec<f32>,
    resampled: Vec<f32>,
    limited: Vec<f32>,
    /// Frames for the ring, from `given` on.
    ready: Vec<f32>,
    ready_pos: usize,
    exhausted: bool,
    complete: bool,
    /// There was more to do at once the last time.
    filling: bool,
    detail: Option<String>,
}

/// What a feed is made for.
pub(super) struct FeedTarget {
    /// Where the frames go.
    pub ring: Producer<f32>,
    /// What the line knows of the track.
    pub counters: Arc<TrackCounters>,
    /// The line's rate.
    pub rate: u32,
    /// Of full scale, 0 to 1.
    pub volume: f32,
    /// How the file's channels become the line's, and how loud.
    pub mix: ChannelMix,
}

impl TrackFeed {
    /// The rest of a decoder's frames, of which `first` were taken out already.
    ///
    /// # Errors
    /// When the file's rate cannot be brought to the line's.
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

    /// Frames expected at the line's rate; 0 when not known.
    pub(super) fn expected(&self) -> u64 {
        self.expected.unwrap_or(0)
    }

    /// What went wrong, English, for the log; known when the track has ended.
    pub(super) fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Fills the ring up to so many seconds, decoding at most `blocks` blocks; says whether it could go on at once. While it
    /// is three quarters full, nothing is done: many blocks in a row cost less than one now and one then.
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

    /// Ends the track where it stands: its decoder is not to be used again.
    pub(super) fn abandon(&mut self, detail: String) {
        self.detail.get_or_insert(detail);
        if !self.complete {
            // What is promised to the line is what will be in its ring.
            self.exhausted = true;
            self.resampled.clear();
            self.flush_limiter(true);
            self.frames_out = self.frames_limited;
        }
    }

    /// Whether it ended because its bytes are not any more what was hashed.
    pub(super) fn is_altered(&self) -> bool {
        self.decoder.faults().altered
    }

    /// Moves what is ready into the ring; when it was the last, says so to the line.
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

    /// Decodes one block.
    fn decode(&mut self) -> Result<(), ResampleError> {
        if self.exhausted {
            return Ok(());
        }
        if self.file_frames_left == Some(0) {
            return self.flush();
        }
        let Self { decoder, mix, mixed, file_frames_left: left, frames_in: went_in, .. } = self;
        match decoder.next_block() {
            Some(block) => {
                *went_in += mix.process(block, left, mixed);
                self.resample_mixed()
            }
            None => self.flush(),
        }
    }

    /// Takes frames that were decoded already.
    fn push_block(&mut self, block: &[f32]) -> Result<(), ResampleError> {
        self.frames_in += self.mix.process(block, &mut self.file_frames_left, &mut self.mixed);
        self.resample_mixed()
    }

    /// Resamples what was mixed.
    fn resample_mixed(&mut self) -> Result<(), ResampleError> {
        self.resample.push(&self.mixed, &mut self.resampled)?;
        self.frames_out += (self.resampled.len() / self.channels) as u64;
        self.trim_to_total(self.expected.filter(|_| self.file_frames_left.is_some()));
        self.limit_peaks();
        Ok(())
    }

    /// The last frame went in: brings out the rest, to the exact number of frames.
    fn flush(&mut self) -> Result<(), ResampleError> {
        self.exhausted = true;
        let length = Length { frames: self.frames_in, rate: self.file_rate };
        let real = length.frames_at(self.line_rate);
        // A whole file has the planned number of frames, however the two roundings fall.
        let total = self.expected.filter(|_| self.file_frames_left == Some(0)).unwrap_or(real);
        self.resample.flush(total.saturating_sub(self.frames_out), &mut self.resampled)?;
        self.frames_out += (self.resampled.len() / self.channels) as u64;
        self.trim_to_total(Some(total));
        // At most a frame or two: a difference of roundings.
        let short = (total - self.frames_out).min(4);
        self.resampled.resize(self.resampled.len() + short as usize * self.channels, 0.0);
        self.frames_out += short;
        self.limit_peaks();
        // Where it should not end, or would go on, it dies away.
        let short = self.file_frames_left.is_some_and(|left| left > 0) || self.decoder.faults().fatal.is_some();
        let abrupt = short || (self.file_frames_left == Some(0) && self.decoder.next_block().is_some());
        self.flush_limiter(abrupt);
        Ok(())
    }

    /// Takes back what came out beyond the total.
    fn trim_to_total(&mut self, total: Option<u64>) {
        let over = total.map_or(0, |total| self.frames_out.saturating_sub(total));
        let samples = usize::try_from(over).unwrap_or(usize::MAX).saturating_mul(self.channels);
        self.resampled.truncate(self.resampled.len().saturating_sub(samples));
        self.frames_out -= over;
    }

    /// Brings what was resampled through the limiter.
    fn limit_peaks(&mut self) {
        let (done, over) = (self.faded_in, self.fade_in_frames);
        for (i, frame) in self.resampled.chunks_exact_mut(self.channels).take(over - done).enumerate() {
            let gain = (done + i) as f32 / over as f32;
            frame.iter_mut().for_each(|sample| *sample *= gain);
            self.faded_in += 1;
        }
        self.limiter.push(&self.resampled, &mut self.limited);
        self.resampled.clear();
        self.apply_volume();
    }

    /// Brings out what is still in the limiter.
    fn flush_limiter(&mut self, fade: bool) {
        self.limiter.flush(fade, &mut self.limited);
        self.apply_volume();
    }

    /// What was limited is ready, at its volume.
    fn apply_volume(&mut self) {
        let volume = self.volume;
        self.frames_limited += (self.limited.len() / self.channels) as u64;
        self.ready.extend(self.limited.iter().map(|s| s * volume));
        self.limited.clear();
    }

    /// The last frame is in the ring: says to the line how many there were.
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
