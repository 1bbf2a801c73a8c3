//! The codecs of this build, and the properties of a sound track.
use std::sync::LazyLock;

use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::audio::well_known::{CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatReader, Track, TrackType};
use symphonia::default::register_enabled_codecs;

use super::vorbis;
use crate::library::meter::ChannelPosition;

/// All codecs that this build decodes.
static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    register_enabled_codecs(&mut codecs);
    #[cfg(feature = "opus")]
    codecs.register_audio_decoder::<symphonia_adapter_libopus::OpusDecoder>();
    codecs
});

/// Returns the first sound track with a known codec, and its decoder.
pub(super) fn track_and_decoder(reader: &dyn FormatReader) -> Result<(Track, Box<dyn AudioDecoder>), Error> {
    let no_track = Error::Unsupported("no sound track of a known codec");
    let track = reader.first_track_known_codec(TrackType::Audio).ok_or(no_track)?;
    let params = track.codec_params.as_ref().and_then(|p| p.audio());
    let params = params.ok_or(Error::Unsupported("no parameters of the sound track"))?;
    if params.codec == CODEC_ID_VORBIS
        && vorbis::has_oversized_codebooks(params.extra_data.as_deref().unwrap_or_default())
    {
        return Err(Error::DecodeError("its codebooks are too large"));
    }
    let container = reader.format_info().short_name;
    let options = AudioDecoderOptions::default().gapless(container != "mp3");
    // The frames to skip at the beginning of an Opus stream can exceed one packet, so `GaplessTrim` skips them. The
    // decoder gets no header, so that it does not skip them as well.
    let params_without_header: AudioCodecParameters;
    let params = if params.codec == CODEC_ID_OPUS {
        params_without_header = AudioCodecParameters { extra_data: None, ..params.clone() };
        &params_without_header
    } else {
        params
    };
    Ok((track.clone(), CODECS.make_audio_decoder(params, &options)?))
}

/// Returns the output gain of an Opus file (RFC 7845, 5.1) as a factor; 1 for other codecs.
pub(super) fn opus_output_gain(track: &Track) -> f32 {
    let params = track.codec_params.as_ref().and_then(|p| p.audio());
    let opus_header = params.filter(|p| p.codec == CODEC_ID_OPUS).and_then(|p| p.extra_data.as_deref());
    let gain = opus_header.and_then(|h| h.get(16..18)).map_or(0, |b| i16::from_le_bytes([b[0], b[1]]));
    if gain == 0 { 1.0 } else { 10_f32.powf(f32::from(gain) / 256.0 / 20.0) }
}

/// Returns the positions of the channels, in their order in a frame.
pub(super) fn channel_positions(channels: &Channels) -> Vec<ChannelPosition> {
    let Channels::Positioned(positions) = channels else {
        return Vec::new();
    };
    let effects = Position::LFE1 | Position::LFE2;
    let surround =
        Position::REAR_LEFT | Position::REAR_RIGHT | Position::REAR_CENTER | Position::SIDE_LEFT | Position::SIDE_RIGHT;
    let channel_position = |position: Position| match position {
        position if effects.contains(position) => ChannelPosition::Effects,
        position if surround.contains(position) => ChannelPosition::Surround,
        _ => ChannelPosition::Front,
    };
    positions.iter().map(channel_position).collect()
}
