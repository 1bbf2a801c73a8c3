//! Decodes audio files into blocks of frames. Lengths in headers are not trusted, encoder delay and padding are removed
//! exactly, and every fault is recorded.
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
use sample::{SampleFaults, sanitise_sample};
use trim::GaplessTrim;

/// Maximum length of a file that can be played, in seconds: 6 hours.
pub const MAX_SECONDS: u64 = 6 * 3600;

/// Decodes one file from its beginning to its end.
pub struct Decoder {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: Track,
    /// `None` before the first decoded packet.
    format: Option<DecodedFormat>,
    mp4_info: mp4::Mp4Info,
    /// End position of an Ogg file, from its last pages, in ticks of the codec.
    ogg_end_ticks: Option<u64>,
    trim: GaplessTrim,
    faults: DecodeFaults,
    /// Number of consecutive demuxer errors.
    consecutive_demux_errors: u32,
    /// Expected timestamp of the next packet, in ticks of the track.
    next_pts: Option<i64>,
    /// Timestamp of the first packet, in ticks of the track.
    first_pts: Option<i64>,
    /// Total size of the packets so far, in bytes.
    packet_bytes: u64,
    /// `Some` for an MP3 or ADTS stream, which has no container.
    raw_stream: Option<RawStream>,
    /// Gain that the header of an Opus file requires, as a factor; 1 for other files.
    header_gain: f32,
    positions: Vec<ChannelPosition>,
    /// Set by the file reader when the file's bytes differ from its digest.
    altered_flag: Arc<AtomicBool>,
    /// Samples of the packet that was decoded last.
    packet_samples: Vec<f32>,
    /// Decoded samples that have not been returned yet.
    pending_samples: Vec<f32>,
    /// Samples of the block that was returned last.
    returned_samples: Vec<f32>,
    /// True after the end of the file or a fatal error.
    has_ended: bool,
}

impl Decoder {
    /// Returns the format of the decoded frames.
    #[must_use]
    pub fn format(&self) -> DecodedFormat {
        self.format.unwrap_or(DecodedFormat { rate: 0, channels: 0, codec: "" })
    }

    /// Returns the total size of the packets so far, in bytes.
    #[must_use]
    pub fn packet_bytes(&self) -> u64 {
        self.packet_bytes
    }

    /// Returns the positions of the channels, in their order in a frame.
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

    /// Returns the next interleaved frames; `None` at the end. Every sample is finite and within [`MAX_SAMPLE`].
    pub fn next_block(&mut self) -> Option<&[f32]> {
        let channels = usize::from(self.format().channels).max(1);
        let held_samples = usize::try_from(self.trim.held_frames).unwrap_or(0) * channels;
        while !self.has_ended && self.pending_samples.len() <= held_samples {
            if let Err(error) = self.decode_packet() {
                self.fail(error.to_string());
            }
        }
        let samples_to_keep = if self.has_ended { 0 } else { held_samples };
        if self.pending_samples.len() <= samples_to_keep {
            return None;
        }
        let block_samples = self.pending_samples.len() - samples_to_keep;
        self.returned_samples.clear();
        self.returned_samples.extend(self.pending_samples.drain(..block_samples));
        Some(&self.returned_samples)
    }

    /// Decodes one packet and moves its frames to `pending_samples`.
    fn decode_packet(&mut self) -> Result<(), DecodeError> {
        let Some(packet) = self.next_packet() else {
            self.finish();
            return Ok(());
        };
        let codec = self.decoder.codec_info().short_name;
        self.faults.packets += 1;
        let raw_stream = self.raw_stream.as_ref();
        let header_bytes = raw_stream.filter(|_| codec == "aac").map_or(0, |stream| stream.adts_header_bytes);
        self.packet_bytes += packet.data.len() as u64 + header_bytes;
        if let (Some(stream), Some(byte)) = (&mut self.raw_stream, packet.data.get(2)) {
            // In an MP3 frame, the upper half of this byte encodes the bit rate.
            let first_bit_rate_field = *stream.bit_rate_field.get_or_insert(byte >> 4);
            stream.has_variable_bit_rate |= codec == "mp3" && first_bit_rate_field != byte >> 4;
        }
        self.count_lost_packets(&packet);
        let is_first = self.format.is_none();
        let packet_format = self.decoder.decode(&packet).map(|buffer| {
            buffer.copy_to_vec_interleaved(&mut self.packet_samples);
            if is_first {
                self.positions = channel_positions(buffer.spec().channels());
            }
            DecodedFormat::of(&buffer, codec)
        });
        match (packet_format, self.format) {
            (Err(error), _) => self.faults.count_lost(1, error.to_string()),
            (Ok(format), None) => {
                let format = format?;
                self.set_format(format);
                self.queue_frames(format);
            }
            (Ok(Ok(format)), Some(known_format)) if format == known_format => self.queue_frames(format),
            _ => self.faults.count_lost(1, "its rate or number of channels changes".to_owned()),
        }
        Ok(())
    }

    /// Moves the frames of the last packet to `pending_samples`, except those that the trim removes.
    fn queue_frames(&mut self, format: DecodedFormat) {
        let channels = usize::from(format.channels);
        let frames = (self.packet_samples.len() / channels) as u64;
        let range = self.trim.kept_range(frames);
        let samples = range.start as usize * channels..range.end as usize * channels;
        let mut sample_faults = SampleFaults::default();
        let gain = self.header_gain;
        self.pending_samples
            .extend(self.packet_samples[samples].iter().map(|s| sanitise_sample(*s * gain, &mut sample_faults)));
        self.faults.non_finite_samples += sample_faults.non_finite_samples;
        self.faults.out_of_range_samples += sample_faults.out_of_range_samples;
        if self.trim.frames_kept > MAX_SECONDS * u64::from(format.rate) {
            self.fail("it is longer than 6 hours".to_owned());
        }
    }

    /// Handles the end of the file: drops the padding, and counts the bytes that are not audio data.
    fn finish(&mut self) {
        self.has_ended = true;
        self.faults.is_altered |= self.altered_flag.load(Ordering::Relaxed);
        let channels = usize::from(self.format().channels);
        let padding = self.trim.padding() as usize * channels;
        self.pending_samples.truncate(self.pending_samples.len().saturating_sub(padding));
        let Some(stream) = &self.raw_stream else { return };
        let range_bytes = stream.audio_range.end - stream.audio_range.start;
        self.faults.garbage_bytes = range_bytes.saturating_sub(self.packet_bytes + stream.index_frame.frame_bytes);
        self.faults.is_truncated |= stream.ends_mid_frame;
        self.faults.is_index_missing = stream.has_variable_bit_rate && !stream.index_frame.has_frame_count;
        if self.faults.fatal_error.is_none() && tags::is_too_much_garbage(self.faults.garbage_bytes, range_bytes) {
            let garbage_bytes = self.faults.garbage_bytes;
            self.faults.fatal_error = Some(format!("{garbage_bytes} of its {range_bytes} bytes are not sound"));
        }
    }

    /// Stops decoding before the end of the file, and records the reason.
    fn fail(&mut self, detail: String) {
        self.has_ended = true;
        self.faults.is_altered |= self.altered_flag.load(Ordering::Relaxed);
        self.faults.fatal_error.get_or_insert(detail);
    }
}
