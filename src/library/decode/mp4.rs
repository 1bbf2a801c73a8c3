//! Finds out which part of an MP4 file is to be played, from its edit list (ISO/IEC 14496-12, 8.6.6) or from the
//! `iTunSMPB` tag of Apple's encoders. The demuxer ignores both, so the frames that it returns include the encoder's
//! priming and padding.
mod box_reader;
mod sample_entry;

use std::fs::File;
use std::io;
use std::ops::Range;

pub(super) use sample_entry::identify_unplayable;

use super::header_corrections::HeaderCorrections;
use crate::base::length::rescale;
use box_reader::{BoxReader, big_endian};

/// Maximum number of steps through the table of times, for all packets together. This many take a few seconds.
const MAX_TABLE_STEPS: u64 = 2_000_000_000;

/// The part of the sound track to play, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// Ticks to skip at the beginning.
    pub start: u64,
    /// Ticks to play; `None` means to the end of the track.
    pub length: Option<u64>,
    /// Ticks per second; `None` means that a tick is a frame.
    pub timescale: Option<u32>,
}

/// Reads the facts about the first sound track. Unknown boxes are skipped.
///
/// # Errors
/// If reading or seeking fails. A box that is too short is not an error.
pub(super) fn read_info(file: &mut File) -> io::Result<Mp4Info> {
    let len = file.metadata()?.len();
    let mut movie = Movie::default();
    let mut reader = BoxReader::new(file);
    match movie.read(&mut reader, 0..len) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(Mp4Info {
            edit: movie.edit(),
            declared_length: movie.declared_length(),
            is_too_complex: movie.is_too_complex(),
        }),
    }
}

/// Returns the correction of the last box's size if the box was cut off, because a demuxer would otherwise not read the
/// box. Returns no corrections for files of other formats.
///
/// # Errors
/// If reading or seeking fails, or the file ends too early.
pub(super) fn corrections(file: &mut File, len: u64) -> io::Result<HeaderCorrections> {
    let mut reader = BoxReader::new(file);
    if &reader.bytes::<8>(&(0..len))?[4..] != b"ftyp" {
        return Ok(HeaderCorrections::default());
    }
    let Some((kind, content)) = reader.boxes(0..len)?.pop() else {
        return Ok(HeaderCorrections { is_truncated: true, ..HeaderCorrections::default() });
    };
    if len > content.end {
        // The bytes after the last box are not a box: some programs append data to a file.
        return Ok(HeaderCorrections { has_bad_length: true, ..HeaderCorrections::default() });
    }
    let content_bytes = content.end - content.start;
    // A short header (8 bytes) has the size in its first four bytes, a long header (16 bytes) in its last eight.
    let header_end = reader.bytes::<8>(&(content.start - 8..len))?;
    let has_long_header = content.start >= 16 && {
        let long_header: [u8; 8] = reader.bytes(&(content.start - 16..len))?;
        long_header.starts_with(&[0, 0, 0, 1]) && long_header[4..] == kind
    };
    let declared_bytes = match (has_long_header, big_endian(&header_end[..4])) {
        (true, _) => big_endian(&header_end).saturating_sub(16),
        (false, 0) => content_bytes,
        (false, size) => size.saturating_sub(8),
    };
    let is_cut_off = declared_bytes > content_bytes;
    if &kind != b"mdat" {
        let is_needed_for_sound = matches!(&kind, b"moof" | b"moov");
        return Ok(HeaderCorrections {
            is_truncated: is_cut_off && is_needed_for_sound,
            has_bad_length: is_cut_off && !is_needed_for_sound,
            ..HeaderCorrections::default()
        });
    }
    let patches = if has_long_header {
        let size = (content_bytes + 16).to_be_bytes();
        let (high, low) = ([size[0], size[1], size[2], size[3]], [size[4], size[5], size[6], size[7]]);
        vec![(content.start - 8, high), (content.start - 4, low)]
    } else {
        let size = u32::try_from(content_bytes + 8).unwrap_or(0);
        vec![(content.start - 8, size.to_be_bytes())]
    };
    Ok(HeaderCorrections { patches, is_truncated: is_cut_off, has_bad_length: false })
}

/// Returns the size of the `moov` box in bytes. A demuxer reads the whole box into memory.
///
/// # Errors
/// If reading or seeking fails. A box that is too short is not an error.
pub(super) fn moov_bytes(file: &mut File) -> io::Result<u64> {
    let len = file.metadata()?.len();
    let mut reader = BoxReader::new(file);
    match reader.children(0..len, b"moov") {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        boxes => Ok(boxes.unwrap_or_default().iter().map(|range| range.end - range.start).sum()),
    }
}

/// Content of the `moov` box of a file.
#[derive(Default)]
struct Movie {
    /// Ticks per second of the movie, which edits use.
    timescale: u32,
    /// True for a file whose packets are in fragments after the `moov` box.
    is_fragmented: bool,
    /// The first sound track.
    sound_track: Option<MovieTrack>,
    /// The edit in the `iTunSMPB` tag.
    tag_edit: Option<Edit>,
}

/// Facts about the first sound track of a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mp4Info {
    /// The part to play; `None` means the whole track.
    pub edit: Option<Edit>,
    /// Length of the track in ticks, and ticks per second, as the header declares; `None` for a fragmented file.
    pub declared_length: Option<(u64, u32)>,
    /// True when finding the packets would take too long.
    pub is_too_complex: bool,
}

/// Content of a `trak` box.
#[derive(Default)]
struct MovieTrack {
    /// True for a sound track, false for other tracks.
    is_sound: bool,
    /// Ticks per second of the track.
    timescale: u32,
    /// Length in ticks.
    duration: u64,
    /// Number of entries in the table of times.
    time_entry_count: u32,
    /// Number of packets.
    packet_count: u32,
    /// The edit list: duration in the movie's ticks, and start in the track's ticks; a negative start means silence.
    edits: Vec<(u64, i64)>,
}

impl Movie {
    fn read(&mut self, reader: &mut BoxReader, file: Range<u64>) -> io::Result<()> {
        for moov in reader.children(file, b"moov")?.into_iter().take(1) {
            for (kind, range) in reader.boxes(moov)? {
                match &kind {
                    b"mvhd" => self.timescale = reader.timescale_and_duration(&range)?.0,
                    b"mvex" => self.is_fragmented = true,
                    b"trak" if self.sound_track.is_none() => {
                        self.sound_track = Some(MovieTrack::read(reader, range)?).filter(|track| track.is_sound);
                    }
                    b"udta" => self.tag_edit = read_tag_edit(reader, range)?,
                    _ => (),
                }
            }
        }
        Ok(())
    }

    /// Returns true when finding all packets takes too long, because the demuxer searches the table of times from its
    /// beginning for each packet.
    fn is_too_complex(&self) -> bool {
        let (time_entry_count, packet_count) =
            self.sound_track.as_ref().map_or((0, 0), |track| (track.time_entry_count, track.packet_count));
        u64::from(time_entry_count).saturating_mul(packet_count.into()) > MAX_TABLE_STEPS
    }

    /// Returns the declared length of the track: ticks, and ticks per second.
    fn declared_length(&self) -> Option<(u64, u32)> {
        let track = self.sound_track.as_ref().filter(|_| !self.is_fragmented)?;
        if track.duration == 0 || track.timescale == 0 {
            return None;
        }
        Some((track.duration, track.timescale))
    }

    /// Returns the part to play; `None` means the whole track.
    fn edit(&self) -> Option<Edit> {
        let track = self.sound_track.as_ref()?;
        let mut sound_edits = track.edits.iter().filter(|(_, media_time)| *media_time >= 0);
        let (Some(&(duration, media_time)), None) = (sound_edits.next(), sound_edits.next()) else {
            // Several edits reorder the sound, which is not supported. If there is no edit list, the tag applies.
            return self.tag_edit.filter(|_| track.edits.is_empty());
        };
        let (start, timescale, movie_timescale) = (media_time.unsigned_abs(), track.timescale, self.timescale);
        if timescale == 0 {
            return None;
        }
        // The header of a fragmented file does not contain the length.
        let length = (duration > 0 && movie_timescale > 0 && !self.is_fragmented).then(|| {
            let rounded_length = convert_ticks(duration, timescale, movie_timescale);
            // The movie's ticks are often only milliseconds. The duration of the track is exact, so the length
            // that follows from it is used if it differs by at most one tick of the movie.
            let exact_length = track.duration.saturating_sub(start);
            let tolerance = convert_ticks(1, timescale, movie_timescale) + 1;
            if exact_length.abs_diff(rounded_length) <= tolerance { exact_length } else { rounded_length }
        });
        Some(Edit { start, length, timescale: Some(timescale) })
    }
}

impl MovieTrack {
    fn read(reader: &mut BoxReader, trak: Range<u64>) -> io::Result<Self> {
        let mut track = Self::default();
        for mdia in reader.children(trak.clone(), b"mdia")? {
            for (kind, range) in reader.boxes(mdia)? {
                match &kind {
                    b"mdhd" => (track.timescale, track.duration) = reader.timescale_and_duration(&range)?,
                    b"hdlr" => track.is_sound = reader.bytes::<12>(&range)?.ends_with(b"soun"),
                    b"minf" => (track.time_entry_count, track.packet_count) = reader.table_sizes(range)?,
                    _ => (),
                }
            }
        }
        for edts in reader.children(trak, b"edts")? {
            for elst in reader.children(edts, b"elst")? {
                track.edits = reader.edits(&elst)?;
            }
        }
        Ok(track)
    }
}

/// Converts ticks at `from_rate` per second to ticks at `to_rate` per second, rounded to the nearest tick.
fn convert_ticks(ticks: u64, to_rate: u32, from_rate: u32) -> u64 {
    rescale(ticks, to_rate.into(), from_rate.max(1).into())
}

/// Reads the `iTunSMPB` tag in `moov/udta`. It has hexadecimal fields: the second is the priming and the fourth is the
/// length, both in frames.
fn read_tag_edit(reader: &mut BoxReader, udta: Range<u64>) -> io::Result<Option<Edit>> {
    for meta in reader.children(udta, b"meta")? {
        let children = meta.start.saturating_add(4).min(meta.end)..meta.end;
        for ilst in reader.children(children, b"ilst")? {
            for tag in reader.children(ilst, b"----")? {
                let boxes = reader.boxes(tag)?;
                let find = |name: &[u8; 4]| boxes.iter().find(|(kind, _)| kind == name).map(|(_, range)| range.clone());
                let (Some(name), Some(data)) = (find(b"name"), find(b"data")) else {
                    continue;
                };
                if reader.read_up_to_256_bytes(&name, 4)?.starts_with(b"iTunSMPB") {
                    return Ok(parse_tag_edit(&reader.read_up_to_256_bytes(&data, 8)?));
                }
            }
        }
    }
    Ok(None)
}

/// Parses the text of the tag; `None` if it is not valid or has no length.
fn parse_tag_edit(text: &[u8]) -> Option<Edit> {
    let text = std::str::from_utf8(text).ok()?;
    let mut fields = text.split_ascii_whitespace();
    let start = u64::from_str_radix(fields.nth(1)?, 16).ok()?;
    let length = u64::from_str_radix(fields.nth(1)?, 16).ok()?;
    (length > 0).then_some(Edit { start, length: Some(length), timescale: None })
}
