//! The conversion of a feed, from decoded blocks to samples that are ready for the ring.
use super::TrackFeed;
use crate::library::Length;
use crate::playout::player::rate_converter::ResampleError;

impl TrackFeed {
    /// Decodes and converts one block. Does nothing after the last frame.
    ///
    /// # Errors
    /// [`ResampleError`] if the resampler refuses the frames.
    pub(super) fn decode(&mut self) -> Result<(), ResampleError> {
        if self.is_exhausted {
            return Ok(());
        }
        if self.remaining_file_frames == Some(0) {
            return self.flush();
        }
        let Self { decoder, mix, mixed, remaining_file_frames, mixed_frames, .. } = self;
        match decoder.next_block() {
            Some(block) => {
                *mixed_frames += mix.process(block, remaining_file_frames, mixed);
                self.resample_mixed()
            }
            None => self.flush(),
        }
    }

    /// Converts frames that have already been decoded.
    ///
    /// # Errors
    /// [`ResampleError`] if the resampler refuses the frames.
    pub(super) fn push_block(&mut self, block: &[f32]) -> Result<(), ResampleError> {
        self.mixed_frames += self.mix.process(block, &mut self.remaining_file_frames, &mut self.mixed);
        self.resample_mixed()
    }

    /// Resamples the mixed frames, and passes them on to the limiter.
    fn resample_mixed(&mut self) -> Result<(), ResampleError> {
        self.rate_converter.push(&self.mixed, &mut self.resampled)?;
        self.resampled_frames += (self.resampled.len() / self.channels) as u64;
        self.trim_to_total(self.expected_frames.filter(|_| self.remaining_file_frames.is_some()));
        self.limit_peaks();
        Ok(())
    }

    /// Converts the frames that are still in the resampler after the last input, and brings the track to its exact
    /// total.
    fn flush(&mut self) -> Result<(), ResampleError> {
        self.is_exhausted = true;
        let length = Length { frames: self.mixed_frames, rate: self.file_rate };
        let converted_frames = length.frames_at(self.line_rate);
        // A complete file gets exactly the planned number of frames, which can differ from the converted length by
        // rounding.
        let total = self.expected_frames.filter(|_| self.remaining_file_frames == Some(0)).unwrap_or(converted_frames);
        self.rate_converter.flush(total.saturating_sub(self.resampled_frames), &mut self.resampled)?;
        self.resampled_frames += (self.resampled.len() / self.channels) as u64;
        self.trim_to_total(Some(total));
        // Because of rounding, one or two frames can be missing. They become silence.
        let missing_frames = (total - self.resampled_frames).min(4);
        self.resampled.resize(self.resampled.len() + missing_frames as usize * self.channels, 0.0);
        self.resampled_frames += missing_frames;
        self.limit_peaks();
        // A file that ends early, or that is longer than planned, fades out.
        let is_short = self.remaining_file_frames.is_some_and(|frames| frames > 0);
        let is_short = is_short || self.decoder.faults().fatal_error.is_some();
        let is_abrupt = is_short || (self.remaining_file_frames == Some(0) && self.decoder.next_block().is_some());
        self.flush_limiter(is_abrupt);
        Ok(())
    }

    /// Drops resampled frames that exceed the total.
    fn trim_to_total(&mut self, total: Option<u64>) {
        let excess_frames = total.map_or(0, |total| self.resampled_frames.saturating_sub(total));
        let samples = usize::try_from(excess_frames).unwrap_or(usize::MAX).saturating_mul(self.channels);
        self.resampled.truncate(self.resampled.len().saturating_sub(samples));
        self.resampled_frames -= excess_frames;
    }

    /// Applies the fade-in to the resampled frames, and passes them through the limiter.
    fn limit_peaks(&mut self) {
        let (start, fade_frames) = (self.faded_frames, self.fade_in_frames);
        for (i, frame) in self.resampled.chunks_exact_mut(self.channels).take(fade_frames - start).enumerate() {
            let gain = (start + i) as f32 / fade_frames as f32;
            frame.iter_mut().for_each(|sample| *sample *= gain);
            self.faded_frames += 1;
        }
        self.limiter.push(&self.resampled, &mut self.limited);
        self.resampled.clear();
        self.apply_volume();
    }

    /// Finishes the frames that are still in the limiter. If `fade` is true, they fade out.
    pub(super) fn flush_limiter(&mut self, fade: bool) {
        self.limiter.flush(fade, &mut self.limited);
        self.apply_volume();
    }

    /// Applies the volume to the limited frames, and makes them ready for the ring.
    fn apply_volume(&mut self) {
        let volume = self.volume;
        self.limited_frames += (self.limited.len() / self.channels) as u64;
        self.ready.extend(self.limited.iter().map(|sample| sample * volume));
        self.limited.clear();
    }
}
