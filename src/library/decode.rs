//! Audio files -> blocks of frames. Only what was decoded counts: no header's length is believed, what
//! encoders put around the sound is taken off exactly, and nothing that went wrong is forgotten.
mod edges;
mod faults;
mod mp4;
mod source;
mod tags;
mod wav;

use std::fs::File;
use std::io;

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::default::{get_codecs, get_probe};

pub use faults::{DecodeError, Faults};

use edges::Edges;
use mp4::Edit;
use source::Source;

/// The longest file that is played, in seconds: 6 hours.
pub const MAX_SECONDS: u64 = 6 * 3600;
/// The most channels that are understood.
pub const MAX_CHANNELS: u16 = 8;
/// Rates that are understood, in frames a second.
pub const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// Errors of the demuxer in a row after which it is given up.
const MAX_STUMBLES: u32 = 64;
/// Bytes in front of each packet of an ADTS stream.
const ADTS_HEADER: u64 = 7;

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
    edit: Option<Edit>,
    edges: Edges,
    faults: Faults,
    stumbles: u32,
    /// Where the next packet should begin, in the track's ticks.
    expected: Option<i64>,
    /// Bytes that should hold sound, where that can be known; and bytes of the packets so far.
    untagged: Option<u64>,
    used: u64,
    scratch: Vec<f32>,
    held: Vec<f32>,
    out: Vec<f32>,
    ended: bool,
}

impl Decoder {
    /// Reads the beginning of a file, from byte 0, until the first packet is decoded.
    ///
    /// # Errors
    /// [`DecodeError`] when no sound can come out.
    pub fn open(mut file: File) -> Result<Self, DecodeError> {
        let edit = mp4::edit(&mut file)?;
        let untagged = tags::untagged(&mut file)?;
        let source = Box::new(Source::new(file)?);
        let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
        let unknown = |error: Error| match error {
            Error::Unsupported(_) => DecodeError::Unknown,
            Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
            other => DecodeError::Broken(other.to_string()),
        };
        let reader = get_probe()
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(unknown)?;
        let (track, decoder) = track_and_decoder(reader.as_ref()).map_err(unknown)?;
        let bare = matches!(reader.format_info().short_name, "mp3" | "aac");
        let mut decoder = Self {
            reader,
            decoder,
            track,
            format: None,
            edit,
            edges: Edges::default(),
            faults: Faults::default(),
            stumbles: 0,
            expected: None,
            untagged: bare.then_some(untagged),
            used: 0,
            scratch: Vec::new(),
            held: Vec::new(),
            out: Vec::new(),
            ended: false,
        };
        while decoder.format.is_none() {
            if decoder.ended {
                return Err(DecodeError::Silent(decoder.faults.detail()));
            }
            decoder.step()?;
        }
        Ok(decoder)
    }

    /// What comes out.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format.unwrap_or(Format { rate: 0, channels: 0, codec: "" })
    }

    /// What went wrong so far.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The next interleaved frames, every sample finite and within -1 to 1; `None` at the end.
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
        self.used += packet.data.len() as u64 + if codec == "aac" { ADTS_HEADER } else { 0 };
        self.notice_gap(&packet);
        let decoded = self.decoder.decode(&packet).map(|buffer| {
            buffer.copy_to_vec_interleaved(&mut self.scratch);
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
        self.edges = match (self.reader.format_info().short_name, self.edit) {
            ("isomp4", Some(edit)) => Edges::of_edit(edit, format.rate),
            // The other demuxers mark what is to be trimmed on the packets, rightly; this one
            // reckons with a length that is guessed when the file does not tell it.
            ("mp3", _) => Edges::of_encoder(&self.track),
            _ => Edges::default(),
        };
    }

    /// Moves the frames in `scratch` to `held`, without what is to be left out.
    fn admit(&mut self, format: Format) {
        let channels = usize::from(format.channels);
        let frames = (self.scratch.len() / channels) as u64;
        let range = self.edges.admit(frames);
        let samples = range.start as usize * channels..range.end as usize * channels;
        self.held.extend(self.scratch[samples].iter().map(|s| sane(*s)));
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
        let gap = self.expected.map_or(0, |expected| pts.saturating_sub(expected));
        if let Ok(gap @ 1..) = u64::try_from(gap) {
            self.faults.lose(gap.div_ceil(ticks.max(1)), "they are missing or broken".to_owned());
        }
        self.expected = Some(pts.saturating_add_unsigned(ticks));
    }

    /// The end of the file: the padding goes, and holes are counted.
    fn finish(&mut self) {
        self.ended = true;
        let channels = usize::from(self.format().channels);
        let padding = self.edges.padding() as usize * channels;
        self.held.truncate(self.held.len().saturating_sub(padding));
        if let (None, Some(untagged)) = (&self.faults.fatal, self.untagged)
            && let Some(bytes) = tags::hole(untagged, self.used)
        {
            self.faults.fatal = Some(format!("{bytes} of its {untagged} bytes are no sound"));
        }
    }

    /// The stream ends here, not at its end.
    fn fail(&mut self, detail: String) {
        self.ended = true;
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

/// The first sound track whose codec is known, and its decoder.
fn track_and_decoder(reader: &dyn FormatReader) -> Result<(Track, Box<dyn AudioDecoder>), Error> {
    let none = Error::Unsupported("no sound track of a known codec");
    let track = reader.first_track_known_codec(TrackType::Audio).ok_or(none)?;
    let params = track.codec_params.as_ref().and_then(|p| p.audio());
    let params = params.ok_or(Error::Unsupported("no parameters of the sound track"))?;
    let gapless = reader.format_info().short_name != "mp3";
    let options = AudioDecoderOptions::default().gapless(gapless);
    Ok((track.clone(), get_codecs().make_audio_decoder(params, &options)?))
}

/// Broken files decode to infinities and to a hundred times full scale; a loudspeaker must not get that.
fn sane(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 }
}
