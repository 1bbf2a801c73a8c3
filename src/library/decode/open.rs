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

use super::source::DemuxSource;
use super::trim::GaplessTrim;
use super::{DecodeError, DecodeFaults, Decoder, foreign, mp4, mpeg, ogg, tags, vorbis};
use crate::library::file::FileDigest;
use crate::library::meter::ChannelPosition;

/// Every codec that this build decodes.
static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    register_enabled_codecs(&mut codecs);
    #[cfg(feature = "opus")]
    codecs.register_audio_decoder::<symphonia_adapter_libopus::OpusDecoder>();
    codecs
});

/// An MP3 or ADTS stream: what can be told of it by counting bytes alone.
pub(super) struct RawStream {
    /// Where the sound stands in the file.
    pub sound: Range<u64>,
    pub front: mpeg::IndexFrame,
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
        Self::open_verified(file, None)
    }

    /// The same of a file that was hashed before: bytes that have changed since are never decoded.
    ///
    /// # Errors
    /// [`DecodeError`] when no sound can come out.
    pub fn open_verified(mut file: File, digest: Option<Arc<FileDigest>>) -> Result<Self, DecodeError> {
        if let Some(foreign) = foreign::identify_by_signature(&mut file)? {
            return Err(DecodeError::Foreign(foreign));
        }
        let mut again = file.try_clone()?;
        Self::open_stream(file, digest).map_err(|error| match error {
            DecodeError::Unknown | DecodeError::Broken(_) | DecodeError::Silent(_) | DecodeError::Channels(_) => {
                foreign::guess_after_failure(&mut again).ok().flatten().map_or(error, DecodeError::Foreign)
            }
            other => other,
        })
    }

    fn open_stream(mut file: File, digest: Option<Arc<FileDigest>>) -> Result<Self, DecodeError> {
        let told = mp4::read_info(&mut file)?;
        if told.too_complex {
            return Err(DecodeError::Broken("its tables are too large".to_owned()));
        }
        let sound = tags::sound_range(&mut file)?;
        let front = mpeg::read_index_frame(&mut file, sound.start)?;
        let ends_short = mpeg::ends_mid_frame(&mut file, sound.start, sound.end)?;
        let ogg_end = ogg::read_end(&mut file)?;
        let head = tags::head_after_tags(&mut file)?;
        if tags::has_oversized_tags(&mut file, sound.start)? {
            return Err(DecodeError::Broken("its tags are too large".to_owned()));
        }
        let (source, header) = DemuxSource::new(file, digest, &sound)?;
        let alarm = source.altered_flag();
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
        let bare = matches!(form, "mp3" | "aac").then_some(RawStream {
            adts_header: if head.get(1).is_some_and(|b| b & 1 == 0) { 9 } else { 7 },
            sound,
            front,
            ends_short,
            rate: None,
            varies: false,
        });
        let cut = header.truncated || (form == "ogg" && ogg_end.truncated);
        let unfinished = form == "ogg" && ogg_end.unfinished;
        let passed = tags::leading_garbage(&head, form);
        let mut decoder = Self {
            volume: opus_output_gain(&track),
            reader,
            decoder,
            track,
            format: None,
            mp4_info: told,
            ends_at: ogg_end.position.filter(|_| form == "ogg"),
            trim: GaplessTrim::default(),
            faults: DecodeFaults {
                truncated: cut,
                garbage_bytes: passed,
                unfinished,
                bad_length: header.bad_length,
                ..DecodeFaults::default()
            },
            demux_errors: 0,
            next_pts: None,
            first_pts: None,
            bytes_used: 0,
            raw_stream: bare,
            positions: Vec::new(),
            altered_flag: alarm,
            scratch: Vec::new(),
            pending: Vec::new(),
            out: Vec::new(),
            ended: false,
        };
        while decoder.format.is_none() {
            if decoder.ended {
                return Err(DecodeError::Silent(decoder.faults.detail()));
            }
            decoder.decode_packet()?;
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
pub(super) fn opus_output_gain(track: &Track) -> f32 {
    let params = track.codec_params.as_ref().and_then(|p| p.audio());
    let head = params.filter(|p| p.codec == CODEC_ID_OPUS).and_then(|p| p.extra_data.as_deref());
    let gain = head.and_then(|h| h.get(16..18)).map_or(0, |b| i16::from_le_bytes([b[0], b[1]]));
    if gain == 0 { 1.0 } else { 10_f32.powf(f32::from(gain) / 256.0 / 20.0) }
}

/// Where channels sound, in their order in a frame.
pub(super) fn channel_positions(channels: &Channels) -> Vec<ChannelPosition> {
    let Channels::Positioned(positions) = channels else {
        return Vec::new();
    };
    let effects = Position::LFE1 | Position::LFE2;
    let behind =
        Position::REAR_LEFT | Position::REAR_RIGHT | Position::REAR_CENTER | Position::SIDE_LEFT | Position::SIDE_RIGHT;
    let place = |position: Position| match position {
        position if effects.contains(position) => ChannelPosition::Effects,
        position if behind.contains(position) => ChannelPosition::Surround,
        _ => ChannelPosition::Front,
    };
    positions.iter().map(place).collect()
}
