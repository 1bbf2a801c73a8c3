//! Decodes audio files into blocks of frames. Lengths in headers are not trusted, encoder delay and padding are taken
//! off exactly, and every fault is recorded.
mod codec;
mod faults;
mod first_packet;
mod foreign;
mod format;
mod header_corrections;
mod mp4;
mod mpeg;
mod ogg;
mod open;
mod packets;
mod raw_stream;
mod sample;
mod source;
mod tags;
mod trim;
mod vorbis;
mod wav;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::formats::{FormatReader, Track};

pub use faults::{DecodeError, DecodeFaults};
pub use format::{DecodedFormat, MAX_CHANNELS, SAMPLE_RATES};
pub use sample::MAX_SAMPLE;

use super::meter::ChannelPosition;
use codec::channel_positions;
use raw_stream::RawStream;
use sample::sanitise_sample;
use trim::GaplessTrim;

/// Longest file that is played, in seconds: 6 hours.
pub const MAX_SECONDS: u64 = 6 * 3600;
/// Decodes one file from its beginning to its end.
pub struct Decoder {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: Track,
    /// None before the first decoded packet.
    format: Option<DecodedFormat>,
    mp4_info: mp4::Mp4Info,
    /// Position at which an Ogg stream says that it ends.
    ends_at: Option<u64>,
    trim: GaplessTrim,
    faults: DecodeFaults,
    demux_errors: u32,
    /// Expected start of the next packet, in the track's ticks.
    next_pts: Option<i64>,
    /// Start of the first packet.
    first_pts: Option<i64>,
    /// Bytes of the packets so far.
    bytes_used: u64,
    /// Set for a stream without a container.
    raw_stream: Option<RawStream>,
    /// Gain that the file asks for, as a factor.
    volume: f32,
    positions: Vec<ChannelPosition>,
    /// Set when bytes differ from the digest.
    altered_flag: Arc<AtomicBool>,
    scratch: Vec<f32>,
    pending: Vec<f32>,
    out: Vec<f32>,
    ended: bool,
}

impl Decoder {
    /// Returns the format of the frames.
    #[must_use]
    pub fn format(&self) -> DecodedFormat {
        self.format.unwrap_or(DecodedFormat { rate: 0, channels: 0, codec: "" })
    }

    /// Returns the bytes of the packets so far.
    #[must_use]
    pub fn bytes_used(&self) -> u64 {
        self.bytes_used
    }

    /// Returns the positions of the channels.
    #[must_use]
    pub fn channel_positions(&self) -> &[ChannelPosition] {
        &self.positions
    }

    /// Returns the short name of the container, such as `wave` or `isomp4`.
    #[must_use]
    pub fn container(&self) -> &'static str {
        self.reader.format_info().short_name
    }

    /// Returns the faults so far.
    #[must_use]
    pub fn faults(&self) -> &DecodeFaults {
        &self.faults
    }

    /// Returns the next interleaved frames, every sample finite and within [`MAX_SAMPLE`]; `None` at the end.
    pub fn next_block(&mut self) -> Option<&[f32]> {
        let channels = usize::from(self.format().channels).max(1);
        let hold = usize::try_from(self.trim.hold).unwrap_or(0) * channels;
        while !self.ended && self.pending.len() <= hold {
            if let Err(error) = self.decode_packet() {
                self.fail(error.to_string());
            }
        }
        let keep = if self.ended { 0 } else { hold };
        if self.pending.len() <= keep {
            return None;
        }
        let give = self.pending.len() - keep;
        self.out.clear();
        self.out.extend(self.pending.drain(..give));
        Some(&self.out)
    }

    /// Decodes one packet and moves its frames to `pending`.
    fn decode_packet(&mut self) -> Result<(), DecodeError> {
        let Some(packet) = self.next_packet() else {
            self.finish();
            return Ok(());
        };
        let codec = self.decoder.codec_info().short_name;
        self.faults.packets += 1;
        let header = self.raw_stream.as_ref().filter(|_| codec == "aac").map_or(0, |bare| bare.adts_header);
        self.bytes_used += packet.data.len() as u64 + header;
        if let (Some(bare), Some(bits)) = (&mut self.raw_stream, packet.data.get(2)) {
            // The upper half of this byte of an MP3 frame is its bit rate.
            let rate = *bare.rate.get_or_insert(bits >> 4);
            bare.varies |= codec == "mp3" && rate != bits >> 4;
        }
        self.count_lost_packets(&packet);
        let first = self.format.is_none();
        let decoded = self.decoder.decode(&packet).map(|buffer| {
            buffer.copy_to_vec_interleaved(&mut self.scratch);
            if first {
                self.positions = channel_positions(buffer.spec().channels());
            }
            DecodedFormat::of(&buffer, codec)
        });
        match (decoded, self.format) {
            (Err(error), _) => self.faults.count_lost(1, error.to_string()),
            (Ok(format), None) => {
                let format = format?;
                self.set_format(format);
                self.queue_frames(format);
            }
            (Ok(Ok(format)), Some(first)) if format == first => self.queue_frames(format),
            _ => self.faults.count_lost(1, "its rate or number of channels changes".to_owned()),
        }
        Ok(())
    }

    /// Moves the frames in `scratch` to `pending`, without those to leave out.
    fn queue_frames(&mut self, format: DecodedFormat) {
        let channels = usize::from(format.channels);
        let frames = (self.scratch.len() / channels) as u64;
        let range = self.trim.kept_range(frames);
        let samples = range.start as usize * channels..range.end as usize * channels;
        let mut odd = (0, 0);
        let volume = self.volume;
        self.pending.extend(self.scratch[samples].iter().map(|s| sanitise_sample(*s * volume, &mut odd)));
        self.faults.nan_samples += odd.0;
        self.faults.out_of_range += odd.1;
        if self.trim.frames_kept > MAX_SECONDS * u64::from(format.rate) {
            self.fail("it is longer than 6 hours".to_owned());
        }
    }

    /// Ends the file: drops the padding, and counts the bytes that gave no sound.
    fn finish(&mut self) {
        self.ended = true;
        self.faults.altered |= self.altered_flag.load(Ordering::Relaxed);
        let channels = usize::from(self.format().channels);
        let padding = self.trim.padding() as usize * channels;
        self.pending.truncate(self.pending.len().saturating_sub(padding));
        let Some(bare) = &self.raw_stream else { return };
        let all = bare.sound.end - bare.sound.start;
        self.faults.garbage_bytes = all.saturating_sub(self.bytes_used + bare.front.index_bytes);
        self.faults.truncated |= bare.ends_short;
        self.faults.no_index = bare.varies && !bare.front.has_frame_count;
        if self.faults.fatal.is_none() && tags::is_too_much_garbage(self.faults.garbage_bytes, all) {
            self.faults.fatal = Some(format!("{} of its {all} bytes are no sound", self.faults.garbage_bytes));
        }
    }

    /// Ends the stream before its end.
    fn fail(&mut self, detail: String) {
        self.ended = true;
        self.faults.altered |= self.altered_flag.load(Ordering::Relaxed);
        self.faults.fatal.get_or_insert(detail);
    }
}
