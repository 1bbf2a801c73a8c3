//! What encoders put around the sound, counted off frame by frame.
use std::ops::Range;

use symphonia::core::formats::Track;

use super::mp4::Edit;

/// What is left out at both ends.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GaplessTrim {
    /// Frames still to leave out at the beginning.
    skip: u64,
    /// Frames to keep back until it is known whether they are the padding.
    pub hold: u64,
    /// Frames before the padding, as the encoder wrote them down: a file that was cut off has fewer.
    before_padding: u64,
    /// Frames after which the rest is left out.
    at_most: Option<u64>,
    /// Frames that passed so far.
    pub frames_kept: u64,
}

impl GaplessTrim {
    /// Delay and padding that an MP3 encoder wrote into the first packet.
    pub(super) fn from_encoder_delay(track: &Track) -> Self {
        Self {
            skip: track.delay.unwrap_or(0).into(),
            hold: track.padding.unwrap_or(0).into(),
            // Without a delay the number of frames is a guess; without padding it is not needed.
            before_padding: track.num_frames.unwrap_or(0),
            ..Self::default()
        }
    }

    /// The part of an MP4 file's sound that is to be heard.
    pub(super) fn from_edit(edit: Edit, rate: u32) -> Self {
        let timescale = u128::from(edit.timescale.unwrap_or(rate).max(1));
        let frames = |ticks: u64| {
            let frames = (u128::from(ticks) * u128::from(rate) + timescale / 2) / timescale;
            u64::try_from(frames).unwrap_or(u64::MAX)
        };
        Self { skip: frames(edit.start), at_most: edit.length.map(frames), ..Self::default() }
    }

    /// What stands in front of an Opus file's sound; what stands behind is marked on its last packet.
    pub(super) fn from_pre_skip(frames: u32) -> Self {
        Self { skip: frames.into(), ..Self::default() }
    }

    /// Another stream follows, with its own beginning to leave out.
    pub(super) fn skip_more(&mut self, frames: u32) {
        self.skip += u64::from(frames);
    }

    /// Frames after which the rest is left out, if there is such a limit.
    pub(super) fn at_most(&self) -> Option<u64> {
        self.at_most
    }

    /// Which of the next `frames` frames pass.
    pub(super) fn kept_range(&mut self, frames: u64) -> Range<u64> {
        let skipped = self.skip.min(frames);
        self.skip -= skipped;
        let left = self.at_most.map_or(u64::MAX, |most| most - self.frames_kept);
        let pass = (frames - skipped).min(left);
        self.frames_kept += pass;
        skipped..skipped + pass
    }

    /// At the end: how many of the frames that passed last are padding.
    pub(super) fn padding(&self) -> u64 {
        self.hold.min(self.frames_kept.saturating_sub(self.before_padding))
    }
}
