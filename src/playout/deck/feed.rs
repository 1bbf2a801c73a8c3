//! One file's way into the ring of its track: decoded, mixed, resampled, and exactly as long as planned.
use std::sync::Arc;

use rtrb::Producer;

use super::portion::Portion;
use super::resample::{Resample, ResampleError};
use crate::library::Length;
use crate::library::decode::Decoder;
use crate::playout::output::line::Gauge;

/// Fills the ring of one track.
pub(super) struct Feed {
    decoder: Decoder,
    resample: Resample,
    ring: Producer<f32>,
    gauge: Arc<Gauge>,
    channels: usize,
    volume: f32,
    file_rate: u32,
    line_rate: u32,
    /// Frames of the file still to be played; `None`: to its end.
    left: Option<u64>,
    /// Frames expected at the line's rate, if that is known.
    expected: Option<u64>,
    /// Frames of the file that went in, and frames of the line that came out.
    went_in: u64,
    came_out: u64,
    mixed: Vec<f32>,
    /// Frames for the ring, from `given` on.
    ready: Vec<f32>,
    given: usize,
    exhausted: bool,
    complete: bool,
    detail: Option<String>,
}

/// What a feed is made for.
pub(super) struct Target {
    /// Where the frames go.
    pub ring: Producer<f32>,
    /// What the line knows of the track.
    pub gauge: Arc<Gauge>,
    /// The line's rate.
    pub rate: u32,
    /// The line's channels.
    pub channels: u16,
    /// Of full scale, 0 to 1.
    pub volume: f32,
}

impl Feed {
    /// The rest of a decoder's frames, of which `first` were taken out already.
    ///
    /// # Errors
    /// When the file's rate cannot be brought to the line's.
    pub(super) fn new(
        decoder: Decoder,
        first: &[f32],
        portion: Portion,
        expected: Option<u64>,
        target: Target,
    ) -> Result<Self, ResampleError> {
        let format = decoder.format();
        let channels = usize::from(target.channels);
        let mut feed = Self {
            resample: Resample::new(format.rate, target.rate, channels)?,
            decoder,
            ring: target.ring,
            gauge: target.gauge,
            channels,
            volume: target.volume,
            file_rate: format.rate,
            line_rate: target.rate,
            left: portion.until.map(|until| until.saturating_sub(portion.skip)),
            expected,
            went_in: 0,
            came_out: 0,
            mixed: Vec::new(),
            ready: Vec::new(),
            given: 0,
            exhausted: false,
            complete: false,
            detail: None,
        };
        feed.take(first)?;
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

    /// Fills the ring as far as it goes, decoding at most `blocks` blocks; says whether it could go on at once.
    pub(super) fn fill(&mut self, blocks: u32) -> bool {
        for _ in 0..blocks {
            self.give();
            if self.complete || self.given < self.ready.len() {
                return false;
            }
            if let Err(error) = self.decode() {
                self.abandon(error.to_string());
            }
        }
        self.give();
        !self.complete && self.given == self.ready.len()
    }

    /// Ends the track where it stands: its decoder is not to be used again.
    pub(super) fn abandon(&mut self, detail: String) {
        self.detail.get_or_insert(detail);
        self.exhausted = true;
    }

    /// Moves what is ready into the ring; when it was the last, says so to the line.
    fn give(&mut self) {
        // Whole frames only: the line must never see half of one.
        let room = self.ring.slots() / self.channels * self.channels;
        let now = room.min(self.ready.len() - self.given);
        let (_, left) = self.ring.push_partial_slice(&self.ready[self.given..self.given + now]);
        self.given += now - left.len();
        if self.given == self.ready.len() {
            self.ready.clear();
            self.given = 0;
            if self.exhausted && !self.complete {
                self.complete = true;
                self.finish();
            }
        }
    }

    /// Decodes one block.
    fn decode(&mut self) -> Result<(), ResampleError> {
        if self.exhausted {
            return Ok(());
        }
        if self.left == Some(0) {
            return self.flush();
        }
        let Self { decoder, mixed, left, went_in, .. } = self;
        let file_channels = usize::from(decoder.format().channels);
        match decoder.next_block() {
            Some(block) => {
                mix(block, file_channels, self.channels, left, self.volume, mixed);
                *went_in += (mixed.len() / self.channels) as u64;
                self.push()
            }
            None => self.flush(),
        }
    }

    /// Takes frames that were decoded already.
    fn take(&mut self, block: &[f32]) -> Result<(), ResampleError> {
        let file_channels = usize::from(self.decoder.format().channels);
        mix(block, file_channels, self.channels, &mut self.left, self.volume, &mut self.mixed);
        self.went_in += (self.mixed.len() / self.channels) as u64;
        self.push()
    }

    /// Resamples what was mixed.
    fn push(&mut self) -> Result<(), ResampleError> {
        let before = self.ready.len();
        self.resample.push(&self.mixed, &mut self.ready)?;
        self.came_out += ((self.ready.len() - before) / self.channels) as u64;
        self.limit(self.expected.filter(|_| self.left.is_some()));
        Ok(())
    }

    /// The last frame went in: brings out the rest, to the exact number of frames.
    fn flush(&mut self) -> Result<(), ResampleError> {
        self.exhausted = true;
        let length = Length { frames: self.went_in, rate: self.file_rate };
        let real = length.frames_at(self.line_rate);
        // A whole file has the planned number of frames, however the two roundings fall.
        let total = self.expected.filter(|_| self.left == Some(0)).unwrap_or(real);
        let before = self.ready.len();
        self.resample.flush(total.saturating_sub(self.came_out), &mut self.ready)?;
        self.came_out += ((self.ready.len() - before) / self.channels) as u64;
        self.limit(Some(total));
        let short = usize::try_from(total - self.came_out).unwrap_or(0) * self.channels;
        // At most a frame or two: a difference of roundings.
        self.ready.resize(self.ready.len() + short.min(4 * self.channels), 0.0);
        self.came_out += (short.min(4 * self.channels) / self.channels) as u64;
        Ok(())
    }

    /// Takes back what came out beyond the total.
    fn limit(&mut self, total: Option<u64>) {
        let over = total.map_or(0, |total| self.came_out.saturating_sub(total));
        let samples = usize::try_from(over).unwrap_or(usize::MAX).saturating_mul(self.channels);
        self.ready.truncate(self.ready.len().saturating_sub(samples));
        self.came_out -= over;
    }

    /// The last frame is in the ring: says to the line how many there were.
    fn finish(&mut self) {
        let faults = self.decoder.faults().detail();
        let whole = match self.expected {
            Some(expected) => self.came_out == expected,
            None => faults.is_none() && self.detail.is_none(),
        };
        if whole {
            self.expected = Some(self.came_out);
            self.detail = None;
        } else if self.detail.is_none() {
            self.detail = Some(faults.unwrap_or_else(|| {
                let (came, expected) = (self.came_out, self.expected.unwrap_or(0));
                format!("the file ends after {came} of {expected} frames")
            }));
        }
        self.gauge.complete(self.came_out, whole);
    }
}

/// Brings a block to the line's number of channels, at most `left` frames of it, and to its volume.
fn mix(block: &[f32], from: usize, to: usize, left: &mut Option<u64>, volume: f32, mixed: &mut Vec<f32>) {
    let frames = (block.len() / from.max(1)) as u64;
    let frames = left.map_or(frames, |left| left.min(frames));
    if let Some(left) = left {
        *left -= frames;
    }
    let block = &block[..frames as usize * from];
    mixed.clear();
    if from == to {
        mixed.extend(block.iter().map(|s| s * volume));
        return;
    }
    for frame in block.chunks_exact(from.max(1)) {
        // One to two doubles it; anything else is averaged, as a line of loudspeakers has no sides.
        let mean = frame.iter().sum::<f32>() / from as f32 * volume;
        mixed.extend(std::iter::repeat_n(mean, to));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(block: &[f32], from: usize, to: usize, left: &mut Option<u64>) -> Vec<f32> {
        let mut out = Vec::new();
        mix(block, from, to, left, 0.5, &mut out);
        out
    }

    #[test]
    fn channels_are_doubled_or_averaged() {
        assert_eq!(mixed(&[0.2, 0.4], 1, 2, &mut None), [0.1, 0.1, 0.2, 0.2]);
        assert_eq!(mixed(&[0.2, 0.4], 2, 1, &mut None), [0.15]);
        assert_eq!(mixed(&[0.2, 0.4], 2, 2, &mut None), [0.1, 0.2]);
        assert_eq!(mixed(&[0.6, 0.0, 0.0, 0.0, 0.0, 0.6], 6, 2, &mut None), [0.1, 0.1]);
    }

    #[test]
    fn no_more_frames_are_taken_than_are_left() {
        let mut left = Some(3);
        assert_eq!(mixed(&[1.0; 4], 2, 2, &mut left), [0.5; 4]);
        assert_eq!(mixed(&[1.0; 4], 2, 2, &mut left), [0.5; 2]);
        assert!(mixed(&[1.0; 4], 2, 2, &mut left).is_empty());
        assert_eq!(left, Some(0));
    }
}
