//! Conversion from a file's rate to the line's, once and exactly: the resampler's delay is removed, and as many frames
//! come out as the length says.
#[cfg(test)]
mod tests;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler, WindowFunction};

/// Smallest number of frames that are transformed at a time: the more, the steeper the filter.
const MIN_CHUNK: usize = 1024;

/// Converts interleaved frames from one rate to another.
pub(super) struct RateConverter {
    channels: usize,
    /// Frames given to the resampler at a time.
    chunk: usize,
    /// `None` when the rates are the same.
    fft: Option<Fft<f32>>,
    /// Frames that wait for a whole chunk.
    waiting: Vec<f32>,
    /// Frames still to be dropped: the resampler's delay.
    delay: usize,
    scratch: Vec<f32>,
}

/// The resampler refused, because of a bug in loa or a rate that it cannot convert.
#[derive(Debug, thiserror::Error)]
#[error("it cannot be resampled: {0}")]
pub(super) struct ResampleError(String);

impl RateConverter {
    /// Returns a converter for interleaved frames of `channels` samples.
    ///
    /// # Errors
    /// [`ResampleError`] when the resampler does not support these rates.
    pub(super) fn new(from: u32, to: u32, channels: usize) -> Result<Self, ResampleError> {
        let chunk = chunk_frames(from as usize, to as usize);
        let fft = if from == to {
            None
        } else {
            let window = WindowFunction::BlackmanHarris2;
            let sync = FixedSync::Input;
            let fft = Fft::new_custom(from as usize, to as usize, chunk, 1, channels, window, sync);
            Some(fft.map_err(|e| ResampleError(e.to_string()))?)
        };
        Ok(Self {
            channels,
            chunk,
            delay: fft.as_ref().map_or(0, Resampler::output_delay),
            scratch: vec![0.0; fft.as_ref().map_or(0, |f| f.output_frames_max() * channels)],
            fft,
            waiting: Vec::new(),
        })
    }

    /// Takes frames, and appends the converted ones to `out`.
    ///
    /// # Errors
    /// [`ResampleError`] when the resampler refuses.
    pub(super) fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) -> Result<(), ResampleError> {
        if self.fft.is_none() {
            out.extend_from_slice(frames);
            return Ok(());
        }
        self.waiting.extend_from_slice(frames);
        let mut from = 0;
        while self.waiting.len() - from >= self.chunk * self.channels {
            self.process_chunk(from, None, out)?;
            from += self.chunk * self.channels;
        }
        self.waiting.drain(..from);
        Ok(())
    }

    /// Appends the frames that are still inside, after the last one: at least `frames`.
    ///
    /// # Errors
    /// [`ResampleError`] when the resampler refuses.
    pub(super) fn flush(&mut self, frames: u64, out: &mut Vec<f32>) -> Result<(), ResampleError> {
        let before = out.len();
        let enough = |out: &Vec<f32>, channels| ((out.len() - before) / channels) as u64 >= frames;
        let mut partial = self.waiting.len() / self.channels;
        while self.fft.is_some() && !enough(out, self.channels) {
            self.waiting.resize(self.chunk * self.channels, 0.0);
            self.process_chunk(0, Some(partial), out)?;
            partial = 0;
        }
        Ok(())
    }

    /// Gives one chunk to the resampler, or its first `partial` frames followed by silence.
    fn process_chunk(&mut self, from: usize, partial: Option<usize>, out: &mut Vec<f32>) -> Result<(), ResampleError> {
        let Some(fft) = &mut self.fft else {
            return Ok(());
        };
        let chunk = &self.waiting[from..from + self.chunk * self.channels];
        let frames = self.scratch.len() / self.channels;
        let refused = |e: &dyn std::fmt::Display| ResampleError(e.to_string());
        let input = InterleavedSlice::new(chunk, self.channels, self.chunk).map_err(|e| refused(&e))?;
        let mut output =
            InterleavedSlice::new_mut(&mut self.scratch, self.channels, frames).map_err(|e| refused(&e))?;
        let indexing = partial.map(|n| Indexing::new().partial_len(n));
        let (_, came) = fft.process_into_buffer(&input, &mut output, indexing.as_ref()).map_err(|e| refused(&e))?;
        let dropped = self.delay.min(came);
        self.delay -= dropped;
        out.extend_from_slice(&self.scratch[dropped * self.channels..came * self.channels]);
        Ok(())
    }
}

/// Returns the frames of one transform: the fewest that give whole frames on both sides, and a delay of whole frames.
fn chunk_frames(from: usize, to: usize) -> usize {
    let (mut a, mut b) = (from, to);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    // The delay is half a transform: it is whole on both sides when both are even.
    let step = 2 * (from / a.max(1));
    step * MIN_CHUNK.div_ceil(step.max(1))
}
