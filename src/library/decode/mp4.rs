//! The part of an MP4 file's sound to be heard: its edit list (ISO/IEC 14496-12, 8.6.6), or the `iTunSMPB` tag of
//! Apple's encoders. The demuxer gives every decoded frame, the encoder's priming and padding included.
mod box_reader;
mod sample_entry;

use std::fs::File;
use std::io;
use std::ops::Range;

pub(super) use sample_entry::foreign;

use super::header_corrections::HeaderCorrections;
use crate::base::length::rescale;
use box_reader::{BoxReader, big};

/// Most steps in the table of times, for all packets together: some seconds of work.
const MAX_LOOKUPS: u64 = 2_000_000_000;

/// The part to be heard, in ticks of the sound track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// Ticks left out at the beginning.
    pub start: u64,
    /// Ticks to be heard; `None` means to the end.
    pub length: Option<u64>,
    /// Ticks a second; `None` means that a tick is a frame.
    pub timescale: Option<u32>,
}

/// Reads the edit of the first sound track. Boxes that are not understood count as missing.
///
/// # Errors
/// Errors of reading and seeking; a box that ends too early is not one.
pub(super) fn read_info(file: &mut File) -> io::Result<Mp4Info> {
    let len = file.metadata()?.len();
    let mut movie = Movie::default();
    let mut walk = BoxReader::new(file);
    match movie.read(&mut walk, 0..len) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(Mp4Info { edit: movie.edit(), whole: movie.whole(), too_complex: movie.too_complex() }),
    }
}

/// Returns the fields to correct: the size of a last box that was cut off, which demuxers would not enter. There are
/// none in other files.
///
/// # Errors
/// Errors of reading and seeking, the end of the file included.
pub(super) fn corrections(file: &mut File, len: u64) -> io::Result<HeaderCorrections> {
    let mut walk = BoxReader::new(file);
    if &walk.bytes::<8>(&(0..len))?[4..] != b"ftyp" {
        return Ok(HeaderCorrections::default());
    }
    let Some((kind, content)) = walk.boxes(0..len)?.pop() else {
        return Ok(HeaderCorrections { truncated: true, ..HeaderCorrections::default() });
    };
    let behind = len - content.end;
    if behind > 0 {
        // Bytes that are not a box: some programs append data to a file.
        return Ok(HeaderCorrections { bad_length: true, ..HeaderCorrections::default() });
    }
    let there = content.end - content.start;
    // A short header gives its size in its first four bytes, a long one in its last eight.
    let head = walk.bytes::<8>(&(content.start - 8..len))?;
    let long = content.start >= 16 && {
        let first: [u8; 8] = walk.bytes(&(content.start - 16..len))?;
        first.starts_with(&[0, 0, 0, 1]) && first[4..] == kind
    };
    let told = match (long, big(&head[..4])) {
        (true, _) => big(&head).saturating_sub(16),
        (false, 0) => there,
        (false, size) => size.saturating_sub(8),
    };
    let cut = told > there;
    if &kind != b"mdat" {
        let holds_sound = matches!(&kind, b"moof" | b"moov");
        return Ok(HeaderCorrections {
            truncated: cut && holds_sound,
            bad_length: cut && !holds_sound,
            ..HeaderCorrections::default()
        });
    }
    let patches = if long {
        let size = (there + 16).to_be_bytes();
        let (high, low) = ([size[0], size[1], size[2], size[3]], [size[4], size[5], size[6], size[7]]);
        vec![(content.start - 8, high), (content.start - 4, low)]
    } else {
        let size = u32::try_from(there + 8).unwrap_or(0);
        vec![(content.start - 8, size.to_be_bytes())]
    };
    Ok(HeaderCorrections { patches, truncated: cut, bad_length: false })
}

/// Returns the size of the `moov` box, which a demuxer reads into memory.
///
/// # Errors
/// Errors of reading and seeking; a box that ends too early is not one.
pub(super) fn moov_bytes(file: &mut File) -> io::Result<u64> {
    let len = file.metadata()?.len();
    let mut walk = BoxReader::new(file);
    match walk.children(0..len, b"moov") {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        found => Ok(found.unwrap_or_default().iter().map(|range| range.end - range.start).sum()),
    }
}

/// Content of the `moov` box.
#[derive(Default)]
struct Movie {
    timescale: u32,
    fragmented: bool,
    sound: Option<SoundTrack>,
    gapless: Option<Edit>,
}

/// Facts about the part to be heard.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mp4Info {
    /// The part, if the file selects one.
    pub edit: Option<Edit>,
    /// Ticks of the whole track, and ticks a second, as the header declares; none for a fragmented file.
    pub whole: Option<(u64, u32)>,
    /// Whether finding its packets would take too long.
    pub too_complex: bool,
}

/// Content of a `trak` box.
#[derive(Default)]
struct SoundTrack {
    sound: bool,
    timescale: u32,
    duration: u64,
    /// Number of entries of the table of times, and number of packets.
    times: u32,
    packets: u32,
    /// Segment duration in the movie's ticks, and media time in the track's ticks; a negative time means silence.
    edits: Vec<(u64, i64)>,
}

impl Movie {
    fn read(&mut self, walk: &mut BoxReader, file: Range<u64>) -> io::Result<()> {
        for moov in walk.children(file, b"moov")?.into_iter().take(1) {
            for (kind, range) in walk.boxes(moov)? {
                match &kind {
                    b"mvhd" => self.timescale = walk.timescale_and_duration(&range)?.0,
                    b"mvex" => self.fragmented = true,
                    b"trak" if self.sound.is_none() => {
                        self.sound = Some(SoundTrack::read(walk, range)?).filter(|t| t.sound);
                    }
                    b"udta" => self.gapless = gapless_tag(walk, range)?,
                    _ => (),
                }
            }
        }
        Ok(())
    }

    /// Whether finding all packets takes too long: the demuxer searches the table of times from its beginning for each.
    fn too_complex(&self) -> bool {
        let (times, packets) = self.sound.as_ref().map_or((0, 0), |track| (track.times, track.packets));
        u64::from(times).saturating_mul(packets.into()) > MAX_LOOKUPS
    }

    /// Returns the length that the track declares.
    fn whole(&self) -> Option<(u64, u32)> {
        let track = self.sound.as_ref().filter(|t| !self.fragmented && t.duration > 0 && t.timescale > 0)?;
        Some((track.duration, track.timescale))
    }

    fn edit(&self) -> Option<Edit> {
        let track = self.sound.as_ref()?;
        let mut real = track.edits.iter().filter(|(_, media_time)| *media_time >= 0);
        let (Some(&(duration, media_time)), None) = (real.next(), real.next()) else {
            // Several edits reorder the sound, which is not supported. Without an edit the tag counts.
            return self.gapless.filter(|_| track.edits.is_empty());
        };
        let (start, own, movie) = (media_time.unsigned_abs(), track.timescale, self.timescale);
        if own == 0 {
            return None;
        }
        // The header of a fragmented file does not know the length.
        let length = (duration > 0 && movie > 0 && !self.fragmented).then(|| {
            let rounded = scale(duration, own, movie);
            // The movie's ticks are often milliseconds. The track's own duration is exact, if it is close enough.
            let exact = track.duration.saturating_sub(start);
            let tick = scale(1, own, movie) + 1;
            if exact.abs_diff(rounded) <= tick { exact } else { rounded }
        });
        Some(Edit { start, length, timescale: Some(own) })
    }
}

impl SoundTrack {
    fn read(walk: &mut BoxReader, trak: Range<u64>) -> io::Result<Self> {
        let mut track = Self::default();
        for mdia in walk.children(trak.clone(), b"mdia")? {
            for (kind, range) in walk.boxes(mdia)? {
                match &kind {
                    b"mdhd" => (track.timescale, track.duration) = walk.timescale_and_duration(&range)?,
                    b"hdlr" => track.sound = walk.bytes::<12>(&range)?.ends_with(b"soun"),
                    b"minf" => (track.times, track.packets) = walk.table_sizes(range)?,
                    _ => (),
                }
            }
        }
        for edts in walk.children(trak, b"edts")? {
            for elst in walk.children(edts, b"elst")? {
                track.edits = walk.edits(&elst)?;
            }
        }
        Ok(track)
    }
}

/// Returns `n` ticks of `from` a second in ticks of `to` a second, rounded to the nearest.
fn scale(n: u64, to: u32, from: u32) -> u64 {
    rescale(n, to.into(), from.max(1).into())
}

/// Reads the `iTunSMPB` tag in `moov/udta`: hexadecimal fields, of which the second is the priming and the fourth the
/// length.
fn gapless_tag(walk: &mut BoxReader, udta: Range<u64>) -> io::Result<Option<Edit>> {
    for meta in walk.children(udta, b"meta")? {
        let inner = meta.start.saturating_add(4).min(meta.end)..meta.end;
        for ilst in walk.children(inner, b"ilst")? {
            for tag in walk.children(ilst, b"----")? {
                let parts = walk.boxes(tag)?;
                let part = |name: &[u8; 4]| parts.iter().find(|(kind, _)| kind == name).map(|(_, r)| r.clone());
                let (Some(name), Some(data)) = (part(b"name"), part(b"data")) else {
                    continue;
                };
                if walk.small_box(&name, 4)?.starts_with(b"iTunSMPB") {
                    return Ok(parse_gapless(&walk.small_box(&data, 8)?));
                }
            }
        }
    }
    Ok(None)
}

fn parse_gapless(text: &[u8]) -> Option<Edit> {
    let text = std::str::from_utf8(text).ok()?;
    let mut fields = text.split_ascii_whitespace();
    let start = u64::from_str_radix(fields.nth(1)?, 16).ok()?;
    let length = u64::from_str_radix(fields.nth(1)?, 16).ok()?;
    (length > 0).then_some(Edit { start, length: Some(length), timescale: None })
}
