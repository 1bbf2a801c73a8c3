//! The beginning of a file: its kind, the faults of its header, and its decoder.
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
    /// Reads the beginning of a file, from byte 0, until the first packet is decoded.
    ///
    /// # Errors
    /// Any [`DecodeError`], when no sound can come out.
    pub fn open(file: File) -> Result<Self, DecodeError> {
        Self::open_verified(file, None)
    }

    /// Opens a file that was hashed before. Bytes that have changed since are never decoded.
    ///
    /// # Errors
    /// Any [`DecodeError`], when no sound can come out.
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
        let inspection = RawInspection::read(&mut file)?;
        let (source, header) = DemuxSource::new(file, digest, &inspection.sound)?;
        let altered_flag = source.altered_flag();
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let reader = get_probe()
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(decode_error)?;
        let mut decoder = Self::from_reader(reader, inspection, &header, altered_flag)?;
        while decoder.format.is_none() {
            if decoder.ended {
                return Err(DecodeError::Silent(decoder.faults.detail()));
            }
            decoder.decode_packet()?;
        }
        Ok(decoder)
    }

    /// Builds the decoder of a file whose demuxer is found; no packet is decoded yet.
    fn from_reader(
        reader: Box<dyn FormatReader>,
        inspection: RawInspection,
        header: &HeaderCorrections,
        altered_flag: Arc<AtomicBool>,
    ) -> Result<Self, DecodeError> {
        let (track, decoder) = track_and_decoder(reader.as_ref()).map_err(decode_error)?;
        let form = reader.format_info().short_name;
        let ogg_end = inspection.ogg_end;
        let faults = DecodeFaults {
            truncated: header.truncated || (form == "ogg" && ogg_end.truncated),
            garbage_bytes: tags::leading_garbage(&inspection.head, form),
            unfinished: form == "ogg" && ogg_end.unfinished,
            bad_length: header.bad_length,
            ..DecodeFaults::default()
        };
        Ok(Self {
            volume: opus_output_gain(&track),
            mp4_info: inspection.mp4_info,
            ends_at: ogg_end.position.filter(|_| form == "ogg"),
            raw_stream: matches!(form, "mp3" | "aac").then(|| inspection.into_raw_stream()),
            reader,
            decoder,
            track,
            format: None,
            trim: GaplessTrim::default(),
            faults,
            demux_errors: 0,
            next_pts: None,
            first_pts: None,
            bytes_used: 0,
            positions: Vec::new(),
            altered_flag,
            scratch: Vec::new(),
            pending: Vec::new(),
            out: Vec::new(),
            ended: false,
        })
    }
}

/// Facts about a file that are read before any demuxer sees it.
struct RawInspection {
    mp4_info: mp4::Mp4Info,
    /// Bytes of the file between its tags.
    sound: Range<u64>,
    front: mpeg::IndexFrame,
    ends_short: bool,
    ogg_end: ogg::OggEnd,
    /// The first bytes after the tags.
    head: Vec<u8>,
}

impl RawInspection {
    /// Reads the facts.
    ///
    /// # Errors
    /// [`DecodeError::Broken`] when tables or tags are too large to be taken into memory; errors of reading.
    fn read(file: &mut File) -> Result<Self, DecodeError> {
        let mp4_info = mp4::read_info(file)?;
        if mp4_info.too_complex {
            return Err(DecodeError::Broken("its tables are too large".to_owned()));
        }
        let sound = tags::sound_range(file)?;
        let front = mpeg::read_index_frame(file, sound.start)?;
        let ends_short = mpeg::ends_mid_frame(file, sound.start, sound.end)?;
        let ogg_end = ogg::read_end(file)?;
        let head = tags::head_after_tags(file)?;
        if tags::has_oversized_tags(file, sound.start)? {
            return Err(DecodeError::Broken("its tags are too large".to_owned()));
        }
        Ok(Self { mp4_info, sound, front, ends_short, ogg_end, head })
    }

    /// Returns the stream of frames in the file, if no container is around them.
    fn into_raw_stream(self) -> RawStream {
        RawStream {
            // A protected frame has a checksum of two bytes after its header of seven (ISO/IEC 13818-7).
            adts_header: if self.head.get(1).is_some_and(|b| b & 1 == 0) { 9 } else { 7 },
            sound: self.sound,
            front: self.front,
            ends_short: self.ends_short,
            rate: None,
            varies: false,
        }
    }
}

/// Converts an error of the demuxer from before the first packet.
fn decode_error(error: Error) -> DecodeError {
    match error {
        Error::Unsupported(_) => DecodeError::Unknown,
        Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
        other => DecodeError::Broken(other.to_string()),
    }
}
