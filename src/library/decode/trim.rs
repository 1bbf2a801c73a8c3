//! Removes encoder delay and padding from the decoded frames.
use std::ops::Range;

use symphonia::core::formats::Track;

use super::mp4::Edit;

/// The frames to remove at both ends of a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GaplessTrim {
    /// Number of frames still to skip at the beginning.
    frames_to_skip: u64,
    /// Number of the newest frames to hold back, because they are padding if the file ends after them.
    pub held_frames: u64,
    /// Number of frames before the padding, as the header declares; a file that was cut off has fewer.
    frames_before_padding: u64,
    /// Maximum number of frames to keep; `None` means no limit.
    max_frames: Option<u64>,
    /// Number of frames kept so far.
    pub frames_kept: u64,
}

impl GaplessTrim {
    /// Returns the trim of an MP3 file, from the delay and padding in its first packet.
    pub(super) fn from_encoder_delay(track: &Track) -> Self {
        Self {
            frames_to_skip: track.delay.unwrap_or(0).into(),
            held_frames: track.padding.unwrap_or(0).into(),
            // The demuxer guesses this number if the file gives no delay. The number is used only if the file gives
            // padding.
            frames_before_padding: track.num_frames.unwrap_or(0),
            ..Self::default()
        }
    }

    /// Returns the trim of an MP4 file, from its edit; `rate` is in frames per second.
    pub(super) fn from_edit(edit: Edit, rate: u32) -> Self {
        let timescale = u128::from(edit.timescale.unwrap_or(rate).max(1));
        let frames_of = |ticks: u64| {
            let frames = (u128::from(ticks) * u128::from(rate) + timescale / 2) / timescale;
            u64::try_from(frames).unwrap_or(u64::MAX)
        };
        Self { frames_to_skip: frames_of(edit.start), max_frames: edit.length.map(frames_of), ..Self::default() }
    }

    /// Returns the trim of an Opus file, which skips `frames` at the beginning. The last packet marks the padding.
    pub(super) fn from_pre_skip(frames: u32) -> Self {
        Self { frames_to_skip: frames.into(), ..Self::default() }
    }

    /// Adds frames to skip at the beginning of a later stream in the same file.
    pub(super) fn skip_more(&mut self, frames: u32) {
        self.frames_to_skip += u64::from(frames);
    }

    /// Returns the maximum number of frames to keep; `None` means no limit.
    pub(super) fn max_frames(&self) -> Option<u64> {
        self.max_frames
    }

    /// Returns the range to keep among the next `frames` frames, and counts the kept frames.
    pub(super) fn kept_range(&mut self, frames: u64) -> Range<u64> {
        let skipped_frames = self.frames_to_skip.min(frames);
        self.frames_to_skip -= skipped_frames;
        let remaining_frames = self.max_frames.map_or(u64::MAX, |max| max - self.frames_kept);
        let kept_frames = (frames - skipped_frames).min(remaining_frames);
        self.frames_kept += kept_frames;
        skipped_frames..skipped_frames + kept_frames
    }

    /// Returns the number of kept frames that are padding. Call it at the end of the file.
    pub(super) fn padding(&self) -> u64 {
        self.held_frames.min(self.frames_kept.saturating_sub(self.frames_before_padding))
    }
}
