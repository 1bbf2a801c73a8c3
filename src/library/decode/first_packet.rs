//! Settings of the decoder that are known only after its first packet.
use super::trim::GaplessTrim;
use super::{DecodedFormat, Decoder, MAX_SECONDS};
use crate::base::length::Length;

impl Decoder {
    /// Sets the format, the frames to leave out at both ends, and the length that the file declares.
    pub(super) fn set_format(&mut self, format: DecodedFormat) {
        self.format = Some(format);
        let form = self.container();
        let counted = self.raw_stream.as_ref().is_some_and(|bare| bare.front.has_frame_count);
        self.trim = match (form, self.mp4_info.edit) {
            ("isomp4", Some(edit)) => GaplessTrim::from_edit(edit, format.rate),
            // The other demuxers mark the frames to trim on their packets, correctly. This one uses a guessed
            // length when the file does not give one.
            ("mp3", _) => GaplessTrim::from_encoder_delay(&self.track),
            ("ogg", _) if format.codec == "opus" => GaplessTrim::from_pre_skip(self.track.delay.unwrap_or(0)),
            _ => GaplessTrim::default(),
        };
        self.faults.declared_frames = match (form, self.mp4_info.whole) {
            ("ogg", _) => self.ends_at.and_then(|end| {
                let begins = u64::try_from(self.first_pts.unwrap_or(0).max(0)).unwrap_or(0);
                let delay = if format.codec == "opus" { u64::from(self.track.delay.unwrap_or(0)) } else { 0 };
                end.checked_sub(begins + delay)
            }),
            ("flac", _) => self.track.num_frames.filter(|frames| *frames > 0),
            ("mp3", _) if counted => self.track.num_frames,
            ("isomp4", _) if self.trim.at_most().is_some() => self.trim.at_most(),
            ("isomp4", Some((ticks, rate))) if self.mp4_info.edit.is_none() => {
                Some(Length { frames: ticks, rate }.frames_at(format.rate))
            }
            _ => None,
        };
        // A recorder's clock and its packets drift apart, so that only an edit gives the exact length.
        self.faults.declared_roughly = form == "isomp4" && self.mp4_info.edit.is_none();
        // A length beyond the limit is an error of the header.
        if self.faults.declared_frames.is_some_and(|frames| frames > MAX_SECONDS * u64::from(format.rate)) {
            (self.faults.declared_frames, self.faults.bad_length) = (None, true);
        }
    }
}
