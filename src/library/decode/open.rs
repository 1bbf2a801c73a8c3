//! Opens a file: finds its format, the faults of its header, and its decoder.
use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::default::get_probe;

use super::codec::{opus_output_gain, track_and_decoder};
use super::header_corrections::HeaderCorrections;
use super::raw_stream::RawStream;
use super::source::DemuxSource;
use super::trim::GaplessTrim;
use super::{DecodeError, DecodeFaults, Decoder, foreign, mp4, mpeg, ogg, tags};
use crate::library::file::FileDigest;

impl Decoder {
    /// Opens a file and decodes its first packet.
    ///
    /// # Errors
    /// A [`DecodeError`] if no sound can be decoded.
    pub fn open(file: File) -> Result<Self, DecodeError> {
        Self::open_verified(file, None)
    }

    /// Opens a file. If `digest` is given, the bytes of the file are compared with it; bytes that differ are never
    /// decoded.
    ///
    /// # Errors
    /// A [`DecodeError`] if no sound can be decoded.
    pub fn open_verified(mut file: File, digest: Option<Arc<FileDigest>>) -> Result<Self, DecodeError> {
        if let Some(format) = foreign::identify_by_signature(&mut file)? {
            return Err(DecodeError::Foreign(format));
        }
        let mut file_clone = file.try_clone()?;
        Self::open_stream(file, digest).map_err(|error| match error {
            DecodeError::UnknownFormat
            | DecodeError::Broken(_)
            | DecodeError::NoSound(_)
            | DecodeError::Channels(_) => {
                foreign::guess_after_failure(&mut file_clone).ok().flatten().map_or(error, DecodeError::Foreign)
            }
            other => other,
        })
    }

    fn open_stream(mut file: File, digest: Option<Arc<FileDigest>>) -> Result<Self, DecodeError> {
        let inspection = RawInspection::read(&mut file)?;
        let (source, corrections) = DemuxSource::new(file, digest, &inspection.audio_range)?;
        let altered_flag = source.altered_flag();
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let reader = get_probe()
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(to_decode_error)?;
        let mut decoder = Self::from_reader(reader, inspection, &corrections, altered_flag)?;
        while decoder.format.is_none() {
            if decoder.has_ended {
                return Err(DecodeError::NoSound(decoder.faults.detail()));
            }
            decoder.decode_packet()?;
        }
        Ok(decoder)
    }

    /// Builds the decoder of a file from its demuxer. Decodes no packet.
    fn from_reader(
        reader: Box<dyn FormatReader>,
        inspection: RawInspection,
        corrections: &HeaderCorrections,
        altered_flag: Arc<AtomicBool>,
    ) -> Result<Self, DecodeError> {
        let (track, decoder) = track_and_decoder(reader.as_ref()).map_err(to_decode_error)?;
        let container = reader.format_info().short_name;
        let ogg_end = inspection.ogg_end;
        let faults = DecodeFaults {
            is_truncated: corrections.is_truncated || (container == "ogg" && ogg_end.is_truncated),
            garbage_bytes: tags::leading_garbage_bytes(&inspection.first_bytes, container),
            is_unfinished: container == "ogg" && ogg_end.is_unfinished,
            has_bad_length: corrections.has_bad_length,
            ..DecodeFaults::default()
        };
        Ok(Self {
            header_gain: opus_output_gain(&track),
            mp4_info: inspection.mp4_info,
            ogg_end_ticks: ogg_end.position.filter(|_| container == "ogg"),
            raw_stream: matches!(container, "mp3" | "aac").then(|| inspection.into_raw_stream()),
            reader,
            decoder,
            track,
            format: None,
            trim: GaplessTrim::default(),
            faults,
            consecutive_demux_errors: 0,
            next_pts: None,
            first_pts: None,
            packet_bytes: 0,
            positions: Vec::new(),
            altered_flag,
            packet_samples: Vec::new(),
            pending_samples: Vec::new(),
            returned_samples: Vec::new(),
            has_ended: false,
        })
    }
}

/// Facts about a file that are read before a demuxer opens it.
struct RawInspection {
    mp4_info: mp4::Mp4Info,
    /// Bytes of the file between its tags.
    audio_range: Range<u64>,
    /// The frame that holds the index of an MP3 file.
    index_frame: mpeg::IndexFrame,
    /// True when the last MP3 frame is incomplete.
    ends_mid_frame: bool,
    ogg_end: ogg::OggEnd,
    /// The first bytes after the tags.
    first_bytes: Vec<u8>,
}

impl RawInspection {
    /// Reads these facts from a file.
    ///
    /// # Errors
    /// [`DecodeError::Broken`] if the tables or tags are too large for memory, [`DecodeError::Read`] if reading fails.
    fn read(file: &mut File) -> Result<Self, DecodeError> {
        let mp4_info = mp4::read_info(file)?;
        if mp4_info.is_too_complex {
            return Err(DecodeError::Broken("its tables are too large".to_owned()));
        }
        let audio_range = tags::audio_range(file)?;
        let index_frame = mpeg::read_index_frame(file, audio_range.start)?;
        let ends_mid_frame = mpeg::ends_mid_frame(file, audio_range.start, audio_range.end)?;
        let ogg_end = ogg::read_end(file)?;
        let first_bytes = tags::read_bytes_after_tags(file)?;
        if tags::has_oversized_tags(file, audio_range.start)? {
            return Err(DecodeError::Broken("its tags are too large".to_owned()));
        }
        Ok(Self { mp4_info, audio_range, index_frame, ends_mid_frame, ogg_end, first_bytes })
    }

    /// Returns the facts about the stream of a file that has no container.
    fn into_raw_stream(self) -> RawStream {
        RawStream {
            // The header has seven bytes; a protected frame has a checksum of two bytes after it (ISO/IEC 13818-7).
            adts_header_bytes: if self.first_bytes.get(1).is_some_and(|b| b & 1 == 0) { 9 } else { 7 },
            audio_range: self.audio_range,
            index_frame: self.index_frame,
            ends_mid_frame: self.ends_mid_frame,
            bit_rate_field: None,
            has_variable_bit_rate: false,
        }
    }
}

/// Converts an error from the demuxer that occurred before the first packet.
fn to_decode_error(error: Error) -> DecodeError {
    match error {
        Error::Unsupported(_) => DecodeError::UnknownFormat,
        Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
        other => DecodeError::Broken(other.to_string()),
    }
}
