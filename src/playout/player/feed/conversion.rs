//! The conversion of a feed: decoded blocks become frames that are ready for the ring.
use super::TrackFeed;
use crate::library::Length;
use crate::playout::player::rate_converter::ResampleError;

impl TrackFeed {
    /// Decodes one block.
    pub(super) fn decode(&mut self) -> Result<(), ResampleError> {
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
    pub(super) fn push_block(&mut self, block: &[f32]) -> Result<(), ResampleError> {
        self.frames_in += self.mix.process(block, &mut self.file_frames_left, &mut self.mixed);
        self.resample_mixed()
    }

    /// Resamples the mixed frames.
    fn resample_mixed(&mut self) -> Result<(), ResampleError> {
        self.resample.push(&self.mixed, &mut self.resampled)?;
        self.frames_out += (self.resampled.len() / self.channels) as u64;
        self.trim_to_total(self.expected.filter(|_| self.file_frames_left.is_some()));
        self.limit_peaks();
        Ok(())
    }

    /// Brings out the frames that remain after the last one went in, to the exact total.
    fn flush(&mut self) -> Result<(), ResampleError> {
        self.exhausted = true;
        let length = Length { frames: self.frames_in, rate: self.file_rate };
        let real = length.frames_at(self.line_rate);
        // A whole file has the planned number of frames, however the two roundings fall.
        let total = self.expected.filter(|_| self.file_frames_left == Some(0)).unwrap_or(real);
        self.resample.flush(total.saturating_sub(self.frames_out), &mut self.resampled)?;
        self.frames_out += (self.resampled.len() / self.channels) as u64;
        self.trim_to_total(Some(total));
        // At most a frame or two, by rounding.
        let short = (total - self.frames_out).min(4);
        self.resampled.resize(self.resampled.len() + short as usize * self.channels, 0.0);
        self.frames_out += short;
        self.limit_peaks();
        // A file that ends early, or would go on, fades out.
        let short = self.file_frames_left.is_some_and(|left| left > 0) || self.decoder.faults().fatal.is_some();
        let abrupt = short || (self.file_frames_left == Some(0) && self.decoder.next_block().is_some());
        self.flush_limiter(abrupt);
        Ok(())
    }

    /// Drops frames beyond the total.
    fn trim_to_total(&mut self, total: Option<u64>) {
        let over = total.map_or(0, |total| self.frames_out.saturating_sub(total));
        let samples = usize::try_from(over).unwrap_or(usize::MAX).saturating_mul(self.channels);
        self.resampled.truncate(self.resampled.len().saturating_sub(samples));
        self.frames_out -= over;
    }

    /// Passes the resampled frames through the limiter.
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

    /// Brings out the frames that are still in the limiter.
    pub(super) fn flush_limiter(&mut self, fade: bool) {
        self.limiter.flush(fade, &mut self.limited);
        self.apply_volume();
    }

    /// Makes the limited frames ready, at the track's volume.
    fn apply_volume(&mut self) {
        let volume = self.volume;
        self.frames_limited += (self.limited.len() / self.channels) as u64;
        self.ready.extend(self.limited.iter().map(|s| s * volume));
        self.limited.clear();
    }
}
