//! Which part of an MP4 file's sound is meant to be heard: its edit list (ISO/IEC 14496-12, 8.6.6), or
//! the `iTunSMPB` tag that Apple's encoders write. The demuxer gives every decoded frame, the
//! encoder's priming and padding too.
mod sample_entry;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

pub(super) use sample_entry::foreign;

use super::source::HeaderCorrections;

/// Steps in the table of times, for all packets together: some seconds' work.
const MAX_LOOKUPS: u64 = 2_000_000_000;
/// Boxes looked at in one file before giving up.
const MAX_BOXES: u32 = 10_000;

/// The part to be heard, in ticks of the sound track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// Ticks left out at the beginning.
    pub start: u64,
    /// Ticks to be heard; `None`: to the end.
    pub length: Option<u64>,
    /// Ticks a second; `None`: a tick is a frame.
    pub timescale: Option<u32>,
}

/// Looks for the edit of the first sound track. Whatever is not understood counts as not there.
///
/// # Errors
/// Those of reading and seeking; a box that ends too early is not one of them.
pub(super) fn read_info(file: &mut File) -> io::Result<Mp4Info> {
    let len = file.metadata()?.len();
    let mut movie = Movie::default();
    let mut walk = BoxReader { file, boxes_left: MAX_BOXES };
    match movie.read(&mut walk, 0..len) {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(Mp4Info { edit: movie.edit(), whole: movie.whole(), too_complex: movie.too_complex() }),
    }
}

/// The four-byte fields that have to read differently: the size of a last box that was cut off, which
/// demuxers would not enter. None in other files.
///
/// # Errors
/// Those of reading and seeking, the end of the file among them.
pub(super) fn corrections(file: &mut File, len: u64) -> io::Result<HeaderCorrections> {
    let mut walk = BoxReader { file, boxes_left: MAX_BOXES };
    if &walk.bytes::<8>(&(0..len))?[4..] != b"ftyp" {
        return Ok(HeaderCorrections::default());
    }
    let Some((kind, content)) = walk.boxes(0..len)?.pop() else {
        return Ok(HeaderCorrections { truncated: true, ..HeaderCorrections::default() });
    };
    let behind = len - content.end;
    if behind > 0 {
        // Something that is no box: what other programs hang behind a file.
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

/// Bytes of the `moov` box, which a demuxer takes into memory.
///
/// # Errors
/// Those of reading and seeking; a box that ends too early is not one of them.
pub(super) fn moov_bytes(file: &mut File) -> io::Result<u64> {
    let len = file.metadata()?.len();
    let mut walk = BoxReader { file, boxes_left: MAX_BOXES };
    match walk.children(0..len, b"moov") {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        found => Ok(found.unwrap_or_default().iter().map(|range| range.end - range.start).sum()),
    }
}

/// What was found in the `moov` box.
#[derive(Default)]
struct Movie {
    timescale: u32,
    fragmented: bool,
    sound: Option<SoundTrack>,
    gapless: Option<Edit>,
}

/// What the boxes tell of the part to be heard.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mp4Info {
    /// The part, if any is chosen.
    pub edit: Option<Edit>,
    /// Ticks of the whole track, and ticks a second: a promise, where the file is not written in parts.
    pub whole: Option<(u64, u32)>,
    /// Whether finding its packets would take for ever.
    pub too_complex: bool,
}

/// What was found in a `trak` box.
#[derive(Default)]
struct SoundTrack {
    sound: bool,
    timescale: u32,
    duration: u64,
    /// Entries of the table of times, and packets.
    times: u32,
    packets: u32,
    /// (segment duration in the movie's ticks, media time in the track's; negative: silence)
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

    /// The demuxer looks for each packet's time from the beginning of the table of times.
    fn too_complex(&self) -> bool {
        let (times, packets) = self.sound.as_ref().map_or((0, 0), |track| (track.times, track.packets));
        u64::from(times).saturating_mul(packets.into()) > MAX_LOOKUPS
    }

    /// The whole track's own length.
    fn whole(&self) -> Option<(u64, u32)> {
        let track = self.sound.as_ref().filter(|t| !self.fragmented && t.duration > 0 && t.timescale > 0)?;
        Some((track.duration, track.timescale))
    }

    fn edit(&self) -> Option<Edit> {
        let track = self.sound.as_ref()?;
        let mut real = track.edits.iter().filter(|(_, media_time)| *media_time >= 0);
        let (Some(&(duration, media_time)), None) = (real.next(), real.next()) else {
            // Several edits reorder the sound: not ours to follow. None: the tag, if there is one.
            return self.gapless.filter(|_| track.edits.is_empty());
        };
        let (start, own, movie) = (media_time.unsigned_abs(), track.timescale, self.timescale);
        if own == 0 {
            return None;
        }
        // While a file is still being written in fragments nobody knows its length.
        let length = (duration > 0 && movie > 0 && !self.fragmented).then(|| {
            let rounded = scale(duration, own, movie);
            // The movie's ticks are often milliseconds; the track's own duration is exact, if it is meant.
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

/// `n` ticks of `from` a second in ticks of `to` a second, rounded to the nearest.
fn scale(n: u64, to: u32, from: u32) -> u64 {
    let from = u128::from(from.max(1));
    u64::try_from((u128::from(n) * u128::from(to) + from / 2) / from).unwrap_or(u64::MAX)
}

/// The `iTunSMPB` tag in `moov/udta`: hexadecimal fields, the second the priming, the fourth the length.
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

/// Reads boxes; bounded, so that a file that nests or repeats them for ever ends all the same.
struct BoxReader<'a> {
    file: &'a mut File,
    boxes_left: u32,
}

impl BoxReader<'_> {
    /// The boxes in this range of bytes: type and content.
    fn boxes(&mut self, range: Range<u64>) -> io::Result<Vec<([u8; 4], Range<u64>)>> {
        let mut found = Vec::new();
        let mut at = range.start;
        while at.saturating_add(8) <= range.end && self.boxes_left > 0 {
            self.boxes_left -= 1;
            let head: [u8; 8] = self.bytes(&(at..range.end))?;
            let (short, kind) = (big(&head[..4]), [head[4], head[5], head[6], head[7]]);
            let (header, size) = match short {
                0 => (8, range.end - at),
                1 => (16, big(&self.bytes::<8>(&(at + 8..range.end))?)),
                size => (8, size),
            };
            let end = at.saturating_add(size).min(range.end);
            if size < header || at + header > end {
                break;
            }
            found.push((kind, at + header..end));
            at = end;
        }
        Ok(found)
    }

    /// The content of the boxes of one type.
    fn children(&mut self, range: Range<u64>, kind: &[u8; 4]) -> io::Result<Vec<Range<u64>>> {
        let all = self.boxes(range)?;
        Ok(all.into_iter().filter(|(k, _)| k == kind).map(|(_, r)| r).collect())
    }

    /// The first `N` bytes of a range.
    fn bytes<const N: usize>(&mut self, range: &Range<u64>) -> io::Result<[u8; N]> {
        if range.end.saturating_sub(range.start) < N as u64 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = [0; N];
        self.file.seek(SeekFrom::Start(range.start))?;
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The content of a small box after its first `skip` bytes, at most 256 bytes of it.
    fn small_box(&mut self, range: &Range<u64>, skip: u64) -> io::Result<Vec<u8>> {
        let start = range.start.saturating_add(skip);
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(start))?;
        let n = range.end.saturating_sub(start).min(256);
        (&mut *self.file).take(n).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Timescale and duration of an `mvhd` or `mdhd` box.
    fn timescale_and_duration(&mut self, range: &Range<u64>) -> io::Result<(u32, u64)> {
        let version = self.bytes::<1>(range)?[0];
        let (timescale, duration) = if version == 1 {
            let b: [u8; 32] = self.bytes(range)?;
            (big(&b[20..24]), big(&b[24..32]))
        } else {
            let b: [u8; 20] = self.bytes(range)?;
            (big(&b[12..16]), big(&b[16..20]))
        };
        Ok((u32::try_from(timescale).unwrap_or(0), duration))
    }

    /// Entries of the tables of times and of packets in a `minf` box.
    fn table_sizes(&mut self, minf: Range<u64>) -> io::Result<(u32, u32)> {
        let mut counts = (0, 0);
        for stbl in self.children(minf, b"stbl")? {
            for (kind, range) in self.boxes(stbl)? {
                match &kind {
                    b"stts" => counts.0 = big(&self.bytes::<8>(&range)?[4..]) as u32,
                    b"stsz" => counts.1 = big(&self.bytes::<12>(&range)?[8..]) as u32,
                    _ => (),
                }
            }
        }
        Ok(counts)
    }

    /// The entries of an `elst` box, the first few of them.
    fn edits(&mut self, range: &Range<u64>) -> io::Result<Vec<(u64, i64)>> {
        let head: [u8; 8] = self.bytes(range)?;
        let wide = head[0] == 1;
        let step = if wide { 20 } else { 12 };
        let mut edits = Vec::new();
        for i in 0..big(&head[4..]).min(16) {
            let at = range.start + 8 + i * step..range.end;
            edits.push(if wide {
                let b: [u8; 16] = self.bytes(&at)?;
                (big(&b[..8]), big(&b[8..]).cast_signed())
            } else {
                let b: [u8; 8] = self.bytes(&at)?;
                (big(&b[..4]), i64::from((big(&b[4..]) as u32).cast_signed()))
            });
        }
        Ok(edits)
    }
}

/// The bytes as a big-endian number; at most eight of them.
fn big(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b))
}
