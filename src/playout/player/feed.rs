//! The feed of a track. It decodes, mixes, resamples and limits one file, applies its gain and volume, brings it to
//! exactly the planned length, and fills the track's ring buffer.
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

/// Fills the ring buffer of one track.
pub(super) struct TrackFeed {
    decoder: Decoder,
    rate_converter: RateConverter,
    mix: ChannelMix,
    limiter: Limiter,
    ring: Producer<f32>,
    counters: Arc<TrackCounters>,
    /// Samples per frame in the ring: 1 if all channels of the line carry the same sound.
    channels: usize,
    /// Volume, 0 to 1 of full scale.
    volume: f32,
    /// Length of the fade-in; 0 if the file plays from its beginning.
    fade_in_frames: usize,
    /// Number of frames to which the fade-in has been applied.
    faded_frames: usize,
    /// Rate of the file, frames per second.
    file_rate: u32,
    /// Rate of the line, frames per second.
    line_rate: u32,
    /// Number of frames of the file that remain to be played; `None`: all up to the end of the file.
    remaining_file_frames: Option<u64>,
    /// Expected total number of frames at the line's rate, if known.
    expected_frames: Option<u64>,
    /// Number of frames of the file that have been mixed.
    mixed_frames: u64,
    /// Number of frames that have left the resampler, at the line's rate.
    resampled_frames: u64,
    /// Number of frames that have left the limiter.
    limited_frames: u64,
    /// Buffer between mixing and resampling.
    mixed: Vec<f32>,
    /// Buffer between resampling and the limiter.
    resampled: Vec<f32>,
    /// Buffer between the limiter and the volume.
    limited: Vec<f32>,
    /// Finished samples for the ring. Those before `ready_pos` are already in the ring.
    ready: Vec<f32>,
    ready_pos: usize,
    /// True when the decoder supplies no more frames to this track.
    is_exhausted: bool,
    /// True when the last frame is in the ring and the line has the total.
    is_complete: bool,
    /// True when the last call of `fill` reached its limit of blocks, so the next call continues.
    is_filling: bool,
    /// The first error, in English, for the log.
    detail: Option<String>,
}

/// The destination of a feed, and the format of the sound there.
pub(super) struct FeedTarget {
    /// Ring buffer of the track.
    pub ring: Producer<f32>,
    /// Counters of the track, shared with the mixer.
    pub counters: Arc<TrackCounters>,
    /// Rate of the line, frames per second.
    pub rate: u32,
    /// Volume, 0 to 1 of full scale.
    pub volume: f32,
    /// Conversion of the channels, and the gain.
    pub mix: ChannelMix,
}

impl TrackFeed {
    /// Returns a feed for `portion` of a file, whose first decoded samples are `first_frames`.
    ///
    /// # Errors
    /// [`ResampleError`] if the file's rate cannot be converted to the line's.
    pub(super) fn new(
        decoder: Decoder,
        first_frames: &[f32],
        portion: Portion,
        expected_frames: Option<u64>,
        target: FeedTarget,
    ) -> Result<Self, ResampleError> {
        let format = decoder.format();
        let channels = target.mix.channels();
        let fade_in_frames = if portion.skip_frames > 0 { frames_in_us(FADE_US, target.rate) as usize } else { 0 };
        let mut feed = Self {
            rate_converter: RateConverter::new(format.rate, target.rate, channels)?,
            decoder,
            mix: target.mix,
            limiter: Limiter::new(target.rate, channels),
            ring: target.ring,
            counters: target.counters,
            channels,
            volume: target.volume,
            fade_in_frames,
            faded_frames: 0,
            file_rate: format.rate,
            line_rate: target.rate,
            remaining_file_frames: portion.end_frame.map(|end| end.saturating_sub(portion.skip_frames)),
            expected_frames,
            mixed_frames: 0,
            resampled_frames: 0,
            limited_frames: 0,
            mixed: Vec::new(),
            resampled: Vec::new(),
            limited: Vec::new(),
            ready: Vec::new(),
            ready_pos: 0,
            is_exhausted: false,
            is_complete: false,
            is_filling: false,
            detail: None,
        };
        feed.push_block(first_frames)?;
        Ok(feed)
    }

    /// Returns the expected number of frames at the line's rate; 0 if it is not known.
    pub(super) fn expected_frames(&self) -> u64 {
        self.expected_frames.unwrap_or(0)
    }

    /// Returns the cause of a short track, in English, for the log. It is known once the track has ended.
    pub(super) fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Fills the ring with up to `target_s` seconds of audio, decoding at most `max_blocks` blocks. Returns whether
    /// more blocks could be decoded right away.
    ///
    /// Does nothing while the ring contains at least three quarters of that audio, because many blocks in a row cost
    /// less than single blocks.
    pub(super) fn fill(&mut self, max_blocks: u32, target_s: usize) -> bool {
        let (free, capacity) = (self.ring.slots(), self.ring.buffer().capacity());
        let target_samples = (target_s * self.line_rate as usize * self.channels).min(capacity);
        if !self.is_filling && (capacity - free) * 4 >= target_samples * 3 {
            return false;
        }
        self.is_filling = self.decode_into_ring(max_blocks, target_s);
        self.is_filling
    }

    fn decode_into_ring(&mut self, max_blocks: u32, target_s: usize) -> bool {
        for _ in 0..max_blocks {
            self.push_to_ring(target_s);
            if self.is_complete || self.ready_pos < self.ready.len() {
                return false;
            }
            if let Err(error) = self.decode() {
                self.abandon(error.to_string());
            }
        }
        self.push_to_ring(target_s);
        !self.is_complete && self.ready_pos == self.ready.len()
    }

    /// Ends the track after the frames that have reached the limiter. The decoder must not be used again.
    pub(super) fn abandon(&mut self, detail: String) {
        self.detail.get_or_insert(detail);
        if !self.is_complete {
            // The total that is given to the line must be the number of frames in the ring.
            self.is_exhausted = true;
            self.resampled.clear();
            self.flush_limiter(true);
            self.resampled_frames = self.limited_frames;
        }
    }

    /// Returns whether the track ended because the file's bytes changed after they were hashed.
    pub(super) fn is_altered(&self) -> bool {
        self.decoder.faults().is_altered
    }

    /// Moves finished samples into the ring, up to `target_s` seconds of audio. After the last sample, gives the total
    /// to the line.
    fn push_to_ring(&mut self, target_s: usize) {
        let (free, capacity) = (self.ring.slots(), self.ring.buffer().capacity());
        let target_samples = target_s * self.line_rate as usize * self.channels;
        // Only complete frames are moved, because the line must never find a part of a frame.
        let room = target_samples.min(capacity).saturating_sub(capacity - free) / self.channels * self.channels;
        let count = room.min(self.ready.len() - self.ready_pos);
        let (_, remainder) = self.ring.push_partial_slice(&self.ready[self.ready_pos..self.ready_pos + count]);
        self.ready_pos += count - remainder.len();
        if self.ready_pos == self.ready.len() {
            self.ready.clear();
            self.ready_pos = 0;
            if self.is_exhausted && !self.is_complete {
                self.is_complete = true;
                self.complete_track();
            }
        }
    }

    /// Gives the total to the line. The last frame must already be in the ring.
    fn complete_track(&mut self) {
        let faults = self.decoder.faults().detail();
        let has_all_frames = match self.expected_frames {
            Some(expected) => self.resampled_frames == expected,
            None => faults.is_none() && self.detail.is_none(),
        };
        if has_all_frames {
            self.expected_frames = Some(self.resampled_frames);
            self.detail = None;
        } else if self.detail.is_none() {
            self.detail = Some(faults.unwrap_or_else(|| {
                let (frames, expected) = (self.resampled_frames, self.expected_frames.unwrap_or(0));
                format!("the file ends after {frames} of {expected} frames")
            }));
        }
        self.counters.complete(self.resampled_frames, has_all_frames);
    }
}
