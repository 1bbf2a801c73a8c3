//! Settings of the decoder that depend on its first packet.
use super::trim::GaplessTrim;
use super::{DecodedFormat, Decoder, MAX_SECONDS};
use crate::base::length::Length;

impl Decoder {
    /// Sets the format, the frames to trim at both ends, and the length that the file declares.
    pub(super) fn set_format(&mut self, format: DecodedFormat) {
        self.format = Some(format);
        let container = self.container();
        let has_frame_count = self.raw_stream.as_ref().is_some_and(|stream| stream.index_frame.has_frame_count);
        self.trim = match (container, self.mp4_info.edit) {
            ("isomp4", Some(edit)) => GaplessTrim::from_edit(edit, format.rate),
            // If an MP3 file does not give its length, the demuxer guesses the length, so it can mark the wrong frames
            // to trim. The demuxers of the other formats mark the right frames.
            ("mp3", _) => GaplessTrim::from_encoder_delay(&self.track),
            ("ogg", _) if format.codec == "opus" => GaplessTrim::from_pre_skip(self.track.delay.unwrap_or(0)),
            _ => GaplessTrim::default(),
        };
        self.faults.declared_frames = match (container, self.mp4_info.declared_length) {
            ("ogg", _) => self.ogg_end_ticks.and_then(|end| {
                let start = u64::try_from(self.first_pts.unwrap_or(0).max(0)).unwrap_or(0);
                let delay = if format.codec == "opus" { u64::from(self.track.delay.unwrap_or(0)) } else { 0 };
                end.checked_sub(start + delay)
            }),
            ("flac", _) => self.track.num_frames.filter(|frames| *frames > 0),
            ("mp3", _) if has_frame_count => self.track.num_frames,
            ("isomp4", _) if self.trim.max_frames().is_some() => self.trim.max_frames(),
            ("isomp4", Some((ticks, rate))) if self.mp4_info.edit.is_none() => {
                Some(Length { frames: ticks, rate }.frames_at(format.rate))
            }
            _ => None,
        };
        // A recorder's clock can drift from the number of its packets, so only an edit gives the exact length.
        self.faults.is_declared_length_approximate = container == "isomp4" && self.mp4_info.edit.is_none();
        // A length above the limit is an error in the header.
        if self.faults.declared_frames.is_some_and(|frames| frames > MAX_SECONDS * u64::from(format.rate)) {
            (self.faults.declared_frames, self.faults.has_bad_length) = (None, true);
        }
    }
}
