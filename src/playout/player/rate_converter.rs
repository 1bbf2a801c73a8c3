//! Converts frames from the rate of a file to the rate of the line. The delay of the resampler is removed, so the first
//! frame that comes out is the first frame of the file.
#[cfg(test)]
mod tests;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler, WindowFunction};

/// Minimum number of frames in one transform. More frames make the filter steeper.
const MIN_CHUNK_FRAMES: usize = 1024;

/// Converts interleaved frames from one rate to another.
pub(super) struct RateConverter {
    channels: usize,
    /// Frames in one transform.
    chunk_frames: usize,
    /// `None` if the rates are the same.
    fft: Option<Fft<f32>>,
    /// Samples that do not fill a chunk yet.
    pending: Vec<f32>,
    /// Remaining part of the resampler's delay: the number of output frames that precede the first frame of the file.
    /// They are dropped.
    delay_frames: usize,
    /// Output of one transform.
    scratch: Vec<f32>,
}

/// The resampler refused frames, because it cannot convert the rate or because loa has a bug.
#[derive(Debug, thiserror::Error)]
#[error("it cannot be resampled: {0}")]
pub(super) struct ResampleError(String);

impl RateConverter {
    /// Returns a converter between two rates, for interleaved frames of `channels` samples.
    ///
    /// # Errors
    /// [`ResampleError`] if the resampler does not support these rates.
    pub(super) fn new(input_rate: u32, output_rate: u32, channels: usize) -> Result<Self, ResampleError> {
        let chunk_frames = choose_chunk_frames(input_rate as usize, output_rate as usize);
        let fft = if input_rate == output_rate {
            None
        } else {
            let window = WindowFunction::BlackmanHarris2;
            let sync = FixedSync::Input;
            let fft =
                Fft::new_custom(input_rate as usize, output_rate as usize, chunk_frames, 1, channels, window, sync);
            Some(fft.map_err(|e| ResampleError(e.to_string()))?)
        };
        Ok(Self {
            channels,
            chunk_frames,
            delay_frames: fft.as_ref().map_or(0, Resampler::output_delay),
            scratch: vec![0.0; fft.as_ref().map_or(0, |f| f.output_frames_max() * channels)],
            fft,
            pending: Vec::new(),
        })
    }

    /// Adds frames, and appends to `out` the frames that are already converted.
    ///
    /// # Errors
    /// [`ResampleError`] if the resampler refuses the frames.
    pub(super) fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) -> Result<(), ResampleError> {
        if self.fft.is_none() {
            out.extend_from_slice(frames);
            return Ok(());
        }
        self.pending.extend_from_slice(frames);
        let mut start = 0;
        while self.pending.len() - start >= self.chunk_frames * self.channels {
            self.process_chunk(start, None, out)?;
            start += self.chunk_frames * self.channels;
        }
        self.pending.drain(..start);
        Ok(())
    }

    /// Appends the frames that are still in the resampler, after the last input: at least `frames` frames, or none if
    /// the rates are the same.
    ///
    /// # Errors
    /// [`ResampleError`] if the resampler refuses the frames.
    pub(super) fn flush(&mut self, frames: u64, out: &mut Vec<f32>) -> Result<(), ResampleError> {
        let old_len = out.len();
        let has_enough = |out: &Vec<f32>, channels| ((out.len() - old_len) / channels) as u64 >= frames;
        let mut partial_frames = self.pending.len() / self.channels;
        while self.fft.is_some() && !has_enough(out, self.channels) {
            self.pending.resize(self.chunk_frames * self.channels, 0.0);
            self.process_chunk(0, Some(partial_frames), out)?;
            partial_frames = 0;
        }
        Ok(())
    }

    /// Passes one chunk of `pending`, from the sample `start` on, to the resampler. If `partial_frames` is `Some`, only
    /// that many frames of the chunk are audio, and the others are silence.
    fn process_chunk(
        &mut self,
        start: usize,
        partial_frames: Option<usize>,
        out: &mut Vec<f32>,
    ) -> Result<(), ResampleError> {
        let Some(fft) = &mut self.fft else {
            return Ok(());
        };
        let chunk = &self.pending[start..start + self.chunk_frames * self.channels];
        let scratch_frames = self.scratch.len() / self.channels;
        let to_error = |e: &dyn std::fmt::Display| ResampleError(e.to_string());
        let input = InterleavedSlice::new(chunk, self.channels, self.chunk_frames).map_err(|e| to_error(&e))?;
        let mut output =
            InterleavedSlice::new_mut(&mut self.scratch, self.channels, scratch_frames).map_err(|e| to_error(&e))?;
        let indexing = partial_frames.map(|n| Indexing::new().partial_len(n));
        let (_, output_frames) =
            fft.process_into_buffer(&input, &mut output, indexing.as_ref()).map_err(|e| to_error(&e))?;
        let dropped_frames = self.delay_frames.min(output_frames);
        self.delay_frames -= dropped_frames;
        out.extend_from_slice(&self.scratch[dropped_frames * self.channels..output_frames * self.channels]);
        Ok(())
    }
}

/// Returns the number of input frames in one transform: the smallest number from [`MIN_CHUNK_FRAMES`] on for which the
/// output and the delay are whole numbers of frames.
fn choose_chunk_frames(input_rate: usize, output_rate: usize) -> usize {
    // The greatest common divisor of the rates.
    let (mut divisor, mut remainder) = (input_rate, output_rate);
    while remainder > 0 {
        (divisor, remainder) = (remainder, divisor % remainder);
    }
    // The delay is half a transform. It is a whole number of frames if the transform is even, at both rates.
    let step = 2 * (input_rate / divisor.max(1));
    step * MIN_CHUNK_FRAMES.div_ceil(step.max(1))
}
