//! Encoder delay and padding, counted off frame by frame.
use std::ops::Range;

use symphonia::core::formats::Track;

use super::mp4::Edit;

/// Frames to leave out at both ends.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GaplessTrim {
    /// Frames still to skip at the beginning.
    skip: u64,
    /// Frames to hold back until it is known whether they are the padding.
    pub hold: u64,
    /// Frames before the padding, as the encoder wrote them; a file that was cut off has fewer.
    before_padding: u64,
    /// Most frames to keep.
    at_most: Option<u64>,
    /// Frames kept so far.
    pub frames_kept: u64,
}

impl GaplessTrim {
    /// Returns the trim of an MP3 file, from the delay and padding in its first packet.
    pub(super) fn from_encoder_delay(track: &Track) -> Self {
        Self {
            skip: track.delay.unwrap_or(0).into(),
            hold: track.padding.unwrap_or(0).into(),
            // Without a delay the number of frames is a guess; without padding it is not needed.
            before_padding: track.num_frames.unwrap_or(0),
            ..Self::default()
        }
    }

    /// Returns the trim of an MP4 file, from its edit.
    pub(super) fn from_edit(edit: Edit, rate: u32) -> Self {
        let timescale = u128::from(edit.timescale.unwrap_or(rate).max(1));
        let frames = |ticks: u64| {
            let frames = (u128::from(ticks) * u128::from(rate) + timescale / 2) / timescale;
            u64::try_from(frames).unwrap_or(u64::MAX)
        };
        Self { skip: frames(edit.start), at_most: edit.length.map(frames), ..Self::default() }
    }

    /// Returns the trim of an Opus file: the frames in front of the sound. Those after it are marked on the last
    /// packet.
    pub(super) fn from_pre_skip(frames: u32) -> Self {
        Self { skip: frames.into(), ..Self::default() }
    }

    /// Skips frames at the beginning of a following stream.
    pub(super) fn skip_more(&mut self, frames: u32) {
        self.skip += u64::from(frames);
    }

    /// Returns the most frames to keep, if there is a limit.
    pub(super) fn at_most(&self) -> Option<u64> {
        self.at_most
    }

    /// Returns which of the next `frames` frames to keep.
    pub(super) fn kept_range(&mut self, frames: u64) -> Range<u64> {
        let skipped = self.skip.min(frames);
        self.skip -= skipped;
        let left = self.at_most.map_or(u64::MAX, |most| most - self.frames_kept);
        let pass = (frames - skipped).min(left);
        self.frames_kept += pass;
        skipped..skipped + pass
    }

    /// Returns how many of the last frames kept are padding, at the end of the file.
    pub(super) fn padding(&self) -> u64 {
        self.hold.min(self.frames_kept.saturating_sub(self.before_padding))
    }
}
