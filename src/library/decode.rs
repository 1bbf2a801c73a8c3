//! Audio files -> blocks of frames. Only what was decoded counts: no header's length is believed, what
//! encoders put around the sound is taken off exactly, and nothing that went wrong is forgotten.
mod codec;
mod faults;
mod foreign;
mod header_corrections;
mod mp4;
mod mpeg;
mod ogg;
mod open;
mod raw_stream;
mod source;
mod tags;
mod trim;
mod vorbis;
mod wav;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatReader, Track};
use symphonia::core::packet::Packet;

pub use faults::{DecodeError, DecodeFaults};

use super::meter::ChannelPosition;
use codec::{channel_positions, opus_output_gain, track_and_decoder};
use raw_stream::RawStream;
use trim::GaplessTrim;

/// The longest file that is played, in seconds: 6 hours.
pub const MAX_SECONDS: u64 = 6 * 3600;
/// The most channels that are understood.
pub const MAX_CHANNELS: u16 = 8;
/// Rates that are understood, in frames a second.
pub const SAMPLE_RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// No sample is larger than this: four times full scale and more comes out of loud files of floating point, much more
/// only out of broken ones.
pub const MAX_SAMPLE: f32 = 8.0;
/// Errors of the demuxer in a row after which it is given up.
const MAX_DEMUX_ERRORS: u32 = 64;

/// What comes out of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodedFormat {
    /// Frames a second.
    pub rate: u32,
    /// Samples a frame.
    pub channels: u16,
    /// The codec's short name, such as `mp3`.
    pub codec: &'static str,
}

/// Decodes one file from its beginning to its end.
pub struct Decoder {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: Track,
    /// Known from the first decoded packet on.
    format: Option<DecodedFormat>,
    mp4_info: mp4::Mp4Info,
    /// Where an Ogg stream says that it ends.
    ends_at: Option<u64>,
    trim: GaplessTrim,
    faults: DecodeFaults,
    demux_errors: u32,
    /// Where the next packet should begin, in the track's ticks.
    next_pts: Option<i64>,
    /// Where the first began.
    first_pts: Option<i64>,
    /// Bytes of the packets so far; and of a stream without any frame around it, where its sound should stand.
    bytes_used: u64,
    raw_stream: Option<RawStream>,
    /// The volume that the file asks for, as a factor.
    volume: f32,
    positions: Vec<ChannelPosition>,
    /// Set when the bytes are not what was hashed.
    altered_flag: Arc<AtomicBool>,
    scratch: Vec<f32>,
    pending: Vec<f32>,
    out: Vec<f32>,
    ended: bool,
}

impl Decoder {
    /// What comes out.
    #[must_use]
    pub fn format(&self) -> DecodedFormat {
        self.format.unwrap_or(DecodedFormat { rate: 0, channels: 0, codec: "" })
    }

    /// Bytes of the packets so far.
    #[must_use]
    pub fn bytes_used(&self) -> u64 {
        self.bytes_used
    }

    /// Where its channels sound.
    #[must_use]
    pub fn channel_positions(&self) -> &[ChannelPosition] {
        &self.positions
    }

    /// The kind of file around the sound, such as `wave` or `isomp4`.
    #[must_use]
    pub fn container(&self) -> &'static str {
        self.reader.format_info().short_name
    }

    /// What went wrong so far.
    #[must_use]
    pub fn faults(&self) -> &DecodeFaults {
        &self.faults
    }

    /// The next interleaved frames, every sample finite and within [`MAX_SAMPLE`]; `None` at the end.
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

    /// Takes one packet; what it holds goes to `held`.
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
            // Of an MP3 frame this is the place of its bits a second.
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

    /// The first packet is decoded: what is taken off at the ends is known now.
    fn set_format(&mut self, format: DecodedFormat) {
        self.format = Some(format);
        let form = self.container();
        let counted = self.raw_stream.as_ref().is_some_and(|bare| bare.front.has_frame_count);
        self.trim = match (form, self.mp4_info.edit) {
            ("isomp4", Some(edit)) => GaplessTrim::from_edit(edit, format.rate),
            // The other demuxers mark what is to be trimmed on the packets, rightly; this one
            // reckons with a length that is guessed when the file does not tell it.
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
                Some(super::Length { frames: ticks, rate }.frames_at(format.rate))
            }
            _ => None,
        };
        // A recorder's clock and its packets drift apart; what was meant to be heard is exact only in an edit.
        self.faults.declared_roughly = form == "isomp4" && self.mp4_info.edit.is_none();
        // More than can be played was never meant.
        if self.faults.declared_frames.is_some_and(|frames| frames > MAX_SECONDS * u64::from(format.rate)) {
            (self.faults.declared_frames, self.faults.bad_length) = (None, true);
        }
    }

    /// Moves the frames in `scratch` to `held`, without what is to be left out.
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

    /// The next packet of our track; `None` at the end, whether good or bad.
    fn next_packet(&mut self) -> Option<Packet> {
        loop {
            match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track.id => {
                    self.demux_errors = 0;
                    return Some(packet);
                }
                Ok(Some(_)) => (),
                Ok(None) => return None,
                // A file that was cut off; what was decoded is what there is.
                Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return None;
                }
                // Several streams one after the other, as recorders of net radio write them.
                Err(Error::ResetRequired) => match track_and_decoder(self.reader.as_ref()) {
                    Ok((track, decoder)) => {
                        (self.track, self.decoder, self.next_pts) = (track, decoder, None);
                        self.volume = opus_output_gain(&self.track);
                        if self.format().codec == "opus" {
                            self.trim.skip_more(self.track.delay.unwrap_or(0));
                        }
                    }
                    Err(error) => self.fail(error.to_string()),
                },
                Err(Error::DecodeError(what)) if self.demux_errors < MAX_DEMUX_ERRORS => {
                    self.demux_errors += 1;
                    self.faults.count_lost(1, what.to_owned());
                }
                Err(error) => self.fail(error.to_string()),
            }
            if self.ended {
                return None;
            }
        }
    }

    /// Some demuxers pass over broken packets in silence; their timestamps tell.
    fn count_lost_packets(&mut self, packet: &Packet) {
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

    /// The end of the file: the padding goes, and holes are counted.
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

    /// The stream ends here, not at its end.
    fn fail(&mut self, detail: String) {
        self.ended = true;
        self.faults.altered |= self.altered_flag.load(Ordering::Relaxed);
        self.faults.fatal.get_or_insert(detail);
    }
}

impl DecodedFormat {
    /// The format of a decoded packet, if it is one that can be played.
    fn of(buffer: &GenericAudioBufferRef<'_>, codec: &'static str) -> Result<Self, DecodeError> {
        let (rate, count) = (buffer.spec().rate(), buffer.spec().channels().count());
        let channels =
            u16::try_from(count).ok().filter(|n| (1..=MAX_CHANNELS).contains(n)).ok_or(DecodeError::Channels(count))?;
        if !SAMPLE_RATES.contains(&rate) {
            return Err(DecodeError::Rate(rate));
        }
        Ok(Self { rate, channels, codec })
    }
}

/// Broken files decode to infinities and to a hundred times full scale; both are counted, and nobody gets them.
fn sanitise_sample(sample: f32, odd: &mut (u64, u64)) -> f32 {
    if sample.abs() <= MAX_SAMPLE {
        return sample;
    }
    if sample.is_finite() {
        odd.1 += 1;
        return sample.clamp(-MAX_SAMPLE, MAX_SAMPLE);
    }
    odd.0 += 1;
    0.0
}
