//! The beginning of a file: what it is, what is wrong with its header, who decodes it.
use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::audio::well_known::{CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::default::{get_probe, register_enabled_codecs};

use super::edges::Edges;
use super::source::Source;
use super::{DecodeError, Decoder, Faults, foreign, mp4, mpeg, ogg, tags, vorbis};
use crate::library::file::Seal;
use crate::library::meter::Place;

/// Every codec that this build decodes.
static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    register_enabled_codecs(&mut codecs);
    #[cfg(feature = "opus")]
    codecs.register_audio_decoder::<symphonia_adapter_libopus::OpusDecoder>();
    codecs
});

/// An MP3 or ADTS stream: what can be told of it by counting bytes alone.
pub(super) struct Bare {
    /// Where the sound stands in the file.
    pub sound: Range<u64>,
    pub front: mpeg::Front,
    /// Bytes in front of each packet of an ADTS stream.
    pub adts_header: u64,
    /// Whether the last frame is not all there.
    pub ends_short: bool,
    /// Bits a second as the packets' headers tell them: the first, and whether others followed.
    pub rate: Option<u8>,
    pub varies: bool,
}

impl Decoder {
    /// Reads the beginning of a file, from byte 0, until the first packet is decoded.
    ///
    /// # Errors
    /// [`DecodeError`] when no sound can come out.
    pub fn open(file: File) -> Result<Self, DecodeError> {
        Self::open_sealed(file, None)
    }

    /// The same of a file that was hashed before: bytes that have changed since are never decoded.
    ///
    /// # Errors
    /// [`DecodeError`] when no sound can come out.
    pub fn open_sealed(mut file: File, seal: Option<Arc<Seal>>) -> Result<Self, DecodeError> {
        if let Some(foreign) = foreign::certainly(&mut file)? {
            return Err(DecodeError::Foreign(foreign));
        }
        let mut again = file.try_clone()?;
        Self::begin_file(file, seal).map_err(|error| match error {
            DecodeError::Unknown | DecodeError::Broken(_) | DecodeError::Silent(_) | DecodeError::Channels(_) => {
                foreign::perhaps(&mut again).ok().flatten().map_or(error, DecodeError::Foreign)
            }
            other => other,
        })
    }

    fn begin_file(mut file: File, seal: Option<Arc<Seal>>) -> Result<Self, DecodeError> {
        let told = mp4::told(&mut file)?;
        if told.too_complex {
            return Err(DecodeError::Broken("its tables are too large".to_owned()));
        }
        let sound = tags::untagged(&mut file)?;
        let front = mpeg::front(&mut file, sound.start)?;
        let ends_short = mpeg::ends_in_a_frame(&mut file, sound.start, sound.end)?;
        let ogg_end = ogg::end(&mut file)?;
        let head = tags::head(&mut file)?;
        if tags::is_overloaded(&mut file, sound.start)? {
            return Err(DecodeError::Broken("its tags are too large".to_owned()));
        }
        let (source, header) = Source::new(file, seal, &sound)?;
        let alarm = source.alarm();
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let unknown = |error: Error| match error {
            Error::Unsupported(_) => DecodeError::Unknown,
            Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
            other => DecodeError::Broken(other.to_string()),
        };
        let reader = get_probe()
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(unknown)?;
        let (track, decoder) = track_and_decoder(reader.as_ref()).map_err(unknown)?;
        let form = reader.format_info().short_name;
        let bare = matches!(form, "mp3" | "aac").then_some(Bare {
            adts_header: if head.get(1).is_some_and(|b| b & 1 == 0) { 9 } else { 7 },
            sound,
            front,
            ends_short,
            rate: None,
            varies: false,
        });
        let cut = header.cut || (form == "ogg" && ogg_end.cut);
        let unfinished = form == "ogg" && ogg_end.unfinished;
        let passed = tags::passed_over(&head, form);
        let mut decoder = Self {
            volume: volume(&track),
            reader,
            decoder,
            track,
            format: None,
            told,
            ends_at: ogg_end.position.filter(|_| form == "ogg"),
            edges: Edges::default(),
            faults: Faults { cut, passed, unfinished, lies: header.lies, ..Faults::default() },
            stumbles: 0,
            expected: None,
            began_at: None,
            used: 0,
            bare,
            places: Vec::new(),
            alarm,
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
}

/// The first sound track whose codec is known, and its decoder.
pub(super) fn track_and_decoder(reader: &dyn FormatReader) -> Result<(Track, Box<dyn AudioDecoder>), Error> {
    let none = Error::Unsupported("no sound track of a known codec");
    let track = reader.first_track_known_codec(TrackType::Audio).ok_or(none)?;
    let params = track.codec_params.as_ref().and_then(|p| p.audio());
    let params = params.ok_or(Error::Unsupported("no parameters of the sound track"))?;
    if params.codec == CODEC_ID_VORBIS && vorbis::is_too_large(params.extra_data.as_deref().unwrap_or_default()) {
        return Err(Error::DecodeError("its codebooks are too large"));
    }
    let form = reader.format_info().short_name;
    let options = AudioDecoderOptions::default().gapless(form != "mp3");
    // What Opus leaves out at its beginning can be more than a packet: we count it off.
    let bare: AudioCodecParameters;
    let params = if params.codec == CODEC_ID_OPUS {
        bare = AudioCodecParameters { extra_data: None, ..params.clone() };
        &bare
    } else {
        params
    };
    Ok((track.clone(), CODECS.make_audio_decoder(params, &options)?))
}

/// The volume that an Opus file asks for (RFC 7845, 5.1: output gain), as a factor; of others 1.
pub(super) fn volume(track: &Track) -> f32 {
    let params = track.codec_params.as_ref().and_then(|p| p.audio());
    let head = params.filter(|p| p.codec == CODEC_ID_OPUS).and_then(|p| p.extra_data.as_deref());
    let gain = head.and_then(|h| h.get(16..18)).map_or(0, |b| i16::from_le_bytes([b[0], b[1]]));
    if gain == 0 { 1.0 } else { 10_f32.powf(f32::from(gain) / 256.0 / 20.0) }
}

/// Where channels sound, in their order in a frame.
pub(super) fn places(channels: &Channels) -> Vec<Place> {
    let Channels::Positioned(positions) = channels else {
        return Vec::new();
    };
    let effects = Position::LFE1 | Position::LFE2;
    let behind =
        Position::REAR_LEFT | Position::REAR_RIGHT | Position::REAR_CENTER | Position::SIDE_LEFT | Position::SIDE_RIGHT;
    let place = |position: Position| match position {
        position if effects.contains(position) => Place::Effects,
        position if behind.contains(position) => Place::Surround,
        _ => Place::Front,
    };
    positions.iter().map(place).collect()
}
