//! Reads the packets of the sound track, and counts the missing ones.
use std::io;

use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;

use super::Decoder;
use super::codec::{opus_output_gain, track_and_decoder};

/// Maximum number of consecutive demuxer errors; one more ends the decoding of the file.
const MAX_CONSECUTIVE_DEMUX_ERRORS: u32 = 64;

impl Decoder {
    /// Returns the next packet of the sound track; `None` at the end of the file and after a fatal error.
    pub(super) fn next_packet(&mut self) -> Option<Packet> {
        loop {
            match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track.id => {
                    self.consecutive_demux_errors = 0;
                    return Some(packet);
                }
                Ok(Some(_)) => (),
                Ok(None) => return None,
                // The file was cut off: it ends here.
                Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return None;
                }
                // A new stream begins in the same file, as in recordings of Internet radio.
                Err(Error::ResetRequired) => match track_and_decoder(self.reader.as_ref()) {
                    Ok((track, decoder)) => {
                        (self.track, self.decoder, self.next_pts) = (track, decoder, None);
                        self.header_gain = opus_output_gain(&self.track);
                        if self.format().codec == "opus" {
                            self.trim.skip_more(self.track.delay.unwrap_or(0));
                        }
                    }
                    Err(error) => self.fail(error.to_string()),
                },
                Err(Error::DecodeError(reason)) if self.consecutive_demux_errors < MAX_CONSECUTIVE_DEMUX_ERRORS => {
                    self.consecutive_demux_errors += 1;
                    self.faults.count_lost(1, reason.to_owned());
                }
                Err(error) => self.fail(error.to_string()),
            }
            if self.has_ended {
                return None;
            }
        }
    }

    /// Counts the packets that are missing before this one. The FLAC and Ogg demuxers skip broken packets without an
    /// error, but the timestamps then have a gap.
    pub(super) fn count_lost_packets(&mut self, packet: &Packet) {
        if !matches!(self.reader.format_info().short_name, "flac" | "ogg") {
            return;
        }
        let (pts, ticks) = (packet.pts.get(), packet.block_dur().get());
        self.first_pts.get_or_insert(pts);
        let gap = self.next_pts.map_or(0, |expected| pts.saturating_sub(expected));
        if let Ok(gap @ 1..) = u64::try_from(gap) {
            self.faults.count_lost(gap.div_ceil(ticks.max(1)), "they are missing or broken".to_owned());
        }
        self.next_pts = Some(pts.saturating_add_unsigned(ticks));
    }
}
