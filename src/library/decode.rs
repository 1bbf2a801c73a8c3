//! Audio files -> blocks of frames. Only what was decoded counts: no header's length is believed, what
//! encoders put around the sound is taken off exactly, and nothing that went wrong is forgotten.
mod edges;
mod faults;
mod foreign;
mod mp4;
mod mpeg;
mod ogg;
mod open;
mod source;
mod tags;
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

pub use faults::{DecodeError, Faults};

use super::meter::Place;
use edges::Edges;
use open::{Bare, places, track_and_decoder, volume};

/// The longest file that is played, in seconds: 6 hours.
pub const MAX_SECONDS: u64 = 6 * 3600;
/// The most channels that are understood.
pub const MAX_CHANNELS: u16 = 8;
/// Rates that are understood, in frames a second.
pub const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// No sample is larger than this: four times full scale and more comes out of loud files of floating point, much more
/// only out of broken ones.
pub const MAX_SAMPLE: f32 = 8.0;
/// Errors of the demuxer in a row after which it is given up.
const MAX_STUMBLES: u32 = 64;

/// What comes out of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
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
    format: Option<Format>,
    told: mp4::Told,
    /// Where an Ogg stream says that it ends.
    ends_at: Option<u64>,
    edges: Edges,
    faults: Faults,
    stumbles: u32,
    /// Where the next packet should begin, in the track's ticks.
    expected: Option<i64>,
    /// Where the first began.
    began_at: Option<i64>,
    /// Bytes of the packets so far; and of a stream without any frame around it, where its sound should stand.
    used: u64,
    bare: Option<Bare>,
    /// The volume that the file asks for, as a factor.
    volume: f32,
    places: Vec<Place>,
    /// Set when the bytes are not what was hashed.
    alarm: Arc<AtomicBool>,
    scratch: Vec<f32>,
    held: Vec<f32>,
    out: Vec<f32>,
    ended: bool,
}

impl Decoder {
    /// What comes out.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format.unwrap_or(Format { rate: 0, channels: 0, codec: "" })
    }

    /// Bytes of the packets so far.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.used
    }

    /// Where its channels sound.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The kind of file around the sound, such as `wave` or `isomp4`.
    #[must_use]
    pub fn form(&self) -> &'static str {
        self.reader.format_info().short_name
    }

    /// What went wrong so far.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The next interleaved frames, every sample finite and within [`MAX_SAMPLE`]; `None` at the end.
    pub fn next_block(&mut self) -> Option<&[f32]> {
        let channels = usize::from(self.format().channels).max(1);
        let hold = usize::try_from(self.edges.hold).unwrap_or(0) * channels;
        while !self.ended && self.held.len() <= hold {
            if let Err(error) = self.step() {
                self.fail(error.to_string());
            }
        }
        let keep = if self.ended { 0 } else { hold };
        if self.held.len() <= keep {
            return None;
        }
        let give = self.held.len() - keep;
        self.out.clear();
        self.out.extend(self.held.drain(..give));
        Some(&self.out)
    }

    /// Takes one packet; what it holds goes to `held`.
    fn step(&mut self) -> Result<(), DecodeError> {
        let Some(packet) = self.next_packet() else {
            self.finish();
            return Ok(());
        };
        let codec = self.decoder.codec_info().short_name;
        self.faults.packets += 1;
        let header = self.bare.as_ref().filter(|_| codec == "aac").map_or(0, |bare| bare.adts_header);
        self.used += packet.data.len() as u64 + header;
        if let (Some(bare), Some(bits)) = (&mut self.bare, packet.data.get(2)) {
            // Of an MP3 frame this is the place of its bits a second.
            let rate = *bare.rate.get_or_insert(bits >> 4);
            bare.varies |= codec == "mp3" && rate != bits >> 4;
        }
        self.notice_gap(&packet);
        let first = self.format.is_none();
        let decoded = self.decoder.decode(&packet).map(|buffer| {
            buffer.copy_to_vec_interleaved(&mut self.scratch);
            if first {
                self.places = places(buffer.spec().channels());
            }
            Format::of(&buffer, codec)
        });
        match (decoded, self.format) {
            (Err(error), _) => self.faults.lose(1, error.to_string()),
            (Ok(format), None) => {
                let format = format?;
                self.begin(format);
                self.admit(format);
            }
            (Ok(Ok(format)), Some(first)) if format == first => self.admit(format),
            _ => self.faults.lose(1, "its rate or number of channels changes".to_owned()),
        }
        Ok(())
    }

    /// The first packet is decoded: what is taken off at the ends is known now.
    fn begin(&mut self, format: Format) {
        self.format = Some(format);
        let form = self.form();
        let counted = self.bare.as_ref().is_some_and(|bare| bare.front.counted);
        self.edges = match (form, self.told.edit) {
            ("isomp4", Some(edit)) => Edges::of_edit(edit, format.rate),
            // The other demuxers mark what is to be trimmed on the packets, rightly; this one
            // reckons with a length that is guessed when the file does not tell it.
            ("mp3", _) => Edges::of_encoder(&self.track),
            ("ogg", _) if format.codec == "opus" => Edges::of_delay(self.track.delay.unwrap_or(0)),
            _ => Edges::default(),
        };
        self.faults.promised = match (form, self.told.whole) {
            ("ogg", _) => self.ends_at.and_then(|end| {
                let begins = u64::try_from(self.began_at.unwrap_or(0).max(0)).unwrap_or(0);
                let delay = if format.codec == "opus" { u64::from(self.track.delay.unwrap_or(0)) } else { 0 };
                end.checked_sub(begins + delay)
            }),
            ("flac", _) => self.track.num_frames.filter(|frames| *frames > 0),
            ("mp3", _) if counted => self.track.num_frames,
            ("isomp4", _) if self.edges.at_most().is_some() => self.edges.at_most(),
            ("isomp4", Some((ticks, rate))) if self.told.edit.is_none() => {
                Some(super::Length { frames: ticks, rate }.frames_at(format.rate))
            }
            _ => None,
        };
        // A recorder's clock and its packets drift apart; what was meant to be heard is exact only in an edit.
        self.faults.about = form == "isomp4" && self.told.edit.is_none();
        // More than can be played was never meant.
        if self.faults.promised.is_some_and(|frames| frames > MAX_SECONDS * u64::from(format.rate)) {
            (self.faults.promised, self.faults.lies) = (None, true);
        }
    }

    /// Moves the frames in `scratch` to `held`, without what is to be left out.
    fn admit(&mut self, format: Format) {
        let channels = usize::from(format.channels);
        let frames = (self.scratch.len() / channels) as u64;
        let range = self.edges.admit(frames);
        let samples = range.start as usize * channels..range.end as usize * channels;
        let mut odd = (0, 0);
        let volume = self.volume;
        self.held.extend(self.scratch[samples].iter().map(|s| sane(*s * volume, &mut odd)));
        self.faults.not_numbers += odd.0;
        self.faults.beyond += odd.1;
        if self.edges.passed > MAX_SECONDS * u64::from(format.rate) {
            self.fail("it is longer than 6 hours".to_owned());
        }
    }

    /// The next packet of our track; `None` at the end, whether good or bad.
    fn next_packet(&mut self) -> Option<Packet> {
        loop {
            match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track.id => {
                    self.stumbles = 0;
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
                        (self.track, self.decoder, self.expected) = (track, decoder, None);
                        self.volume = volume(&self.track);
                        if self.format().codec == "opus" {
                            self.edges.skip_more(self.track.delay.unwrap_or(0));
                        }
                    }
                    Err(error) => self.fail(error.to_string()),
                },
                Err(Error::DecodeError(what)) if self.stumbles < MAX_STUMBLES => {
                    self.stumbles += 1;
                    self.faults.lose(1, what.to_owned());
                }
                Err(error) => self.fail(error.to_string()),
            }
            if self.ended {
                return None;
            }
        }
    }

    /// Some demuxers pass over broken packets in silence; their timestamps tell.
    fn notice_gap(&mut self, packet: &Packet) {
        if !matches!(self.reader.format_info().short_name, "flac" | "ogg") {
            return;
        }
        let (pts, ticks) = (packet.pts.get(), packet.block_dur().get());
        self.began_at.get_or_insert(pts);
        let gap = self.expected.map_or(0, |expected| pts.saturating_sub(expected));
        if let Ok(gap @ 1..) = u64::try_from(gap) {
            self.faults.lose(gap.div_ceil(ticks.max(1)), "they are missing or broken".to_owned());
        }
        self.expected = Some(pts.saturating_add_unsigned(ticks));
    }

    /// The end of the file: the padding goes, and holes are counted.
    fn finish(&mut self) {
        self.ended = true;
        self.faults.altered |= self.alarm.load(Ordering::Relaxed);
        let channels = usize::from(self.format().channels);
        let padding = self.edges.padding() as usize * channels;
        self.held.truncate(self.held.len().saturating_sub(padding));
        let Some(bare) = &self.bare else { return };
        let all = bare.sound.end - bare.sound.start;
        self.faults.passed = all.saturating_sub(self.used + bare.front.index_bytes);
        self.faults.cut |= bare.ends_short;
        self.faults.no_index = bare.varies && !bare.front.counted;
        if self.faults.fatal.is_none() && tags::is_hole(self.faults.passed, all) {
            self.faults.fatal = Some(format!("{} of its {all} bytes are no sound", self.faults.passed));
        }
    }

    /// The stream ends here, not at its end.
    fn fail(&mut self, detail: String) {
        self.ended = true;
        self.faults.altered |= self.alarm.load(Ordering::Relaxed);
        self.faults.fatal.get_or_insert(detail);
    }
}

impl Format {
    /// The format of a decoded packet, if it is one that can be played.
    fn of(buffer: &GenericAudioBufferRef<'_>, codec: &'static str) -> Result<Self, DecodeError> {
        let (rate, count) = (buffer.spec().rate(), buffer.spec().channels().count());
        let channels =
            u16::try_from(count).ok().filter(|n| (1..=MAX_CHANNELS).contains(n)).ok_or(DecodeError::Channels(count))?;
        if !RATES.contains(&rate) {
            return Err(DecodeError::Rate(rate));
        }
        Ok(Self { rate, channels, codec })
    }
}

/// Broken files decode to infinities and to a hundred times full scale; both are counted, and nobody gets them.
fn sane(sample: f32, odd: &mut (u64, u64)) -> f32 {
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
