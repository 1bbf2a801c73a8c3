//! Tags around the sound, and how many bytes of an MP3 or ADTS file should hold sound. Such a stream has
//! no frame around it: its reader passes over garbage in silence, so that a hole can only be told by
//! counting bytes.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::mp4;

/// Tags behind the sound that are looked for.
const MAX_TRAILING_TAGS: u32 = 16;
/// Tags in front of it; and bytes of tags in a FLAC or M4A file that a reader is let into memory.
const MAX_LEADING_TAGS: u32 = 64;
const MAX_TAG_BYTES: u64 = 48 << 20;
/// Bytes from the beginning in which the sound is searched for.
const SEARCHED: u64 = 1 << 20;
/// Bytes that may be something else than sound before the file counts as damaged.
const MAX_GARBAGE: u64 = 16 * 1024;

/// Where the sound stands in a file: between its tags (ID3v2 in front; APEv2 and ID3v1 behind).
///
/// # Errors
/// Those of reading and seeking.
pub(super) fn sound_range(file: &mut File) -> io::Result<Range<u64>> {
    let len = file.metadata()?.len();
    let start = id3v2_bytes(file)?;
    let mut end = len;
    // Programs hang one behind the other.
    for _ in 0..MAX_TRAILING_TAGS {
        let before = end;
        if ends_with(file, end, 128, b"TAG")? {
            end -= 128;
        }
        if ends_with(file, end, 9, b"LYRICS200")? && end >= 15 {
            let mut digits = [0; 6];
            file.seek(SeekFrom::Start(end - 15))?;
            file.read_exact(&mut digits)?;
            let size = std::str::from_utf8(&digits).ok().and_then(|d| d.parse::<u64>().ok());
            end = end.saturating_sub(size.map_or(0, |size| size + 15));
        }
        if ends_with(file, end, 32, b"APETAGEX")? {
            let mut size = [0; 4];
            file.seek(SeekFrom::Start(end - 20))?;
            file.read_exact(&mut size)?;
            end = end.saturating_sub(u64::from(u32::from_le_bytes(size)));
            // A tag may have a header of its own in front, which its size leaves out.
            if ends_with(file, end, 32, b"APETAGEX")? {
                end -= 32;
            }
        }
        if end == before {
            break;
        }
    }
    Ok(start.min(end)..end)
}

/// Bytes taken by ID3v2 tags at the beginning of the file.
///
/// # Errors
/// Those of reading and seeking.
pub(super) fn id3v2_bytes(file: &mut File) -> io::Result<u64> {
    let len = file.metadata()?.len();
    let mut start = 0;
    let mut head = [0; 10];
    // Some programs put a second tag in front of the first.
    for _ in 0..MAX_LEADING_TAGS {
        if len < start + 10 {
            break;
        }
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut head)?;
        if !head.starts_with(b"ID3") {
            break;
        }
        let size = head[6..].iter().fold(0, |n, b| n << 7 | u64::from(b & 0x7f));
        let footer = if head[5] & 0x10 != 0 { 10 } else { 0 };
        start += 10 + size + footer;
    }
    Ok(start.min(len))
}

/// Whether a file's tags would take more memory than a station can spare: a demuxer reads them whole.
///
/// # Errors
/// Those of reading and seeking.
pub(super) fn has_oversized_tags(file: &mut File, start: u64) -> io::Result<bool> {
    let len = file.metadata()?.len();
    let mut head = [0; 8];
    file.seek(SeekFrom::Start(start))?;
    if len < start + 8 || file.read_exact(&mut head).is_err() {
        return Ok(false);
    }
    // One tag more than were passed over.
    if head.starts_with(b"ID3") {
        return Ok(true);
    }
    if &head[4..] == b"ftyp" {
        return mp4::moov_bytes(file).map(|bytes| bytes > MAX_TAG_BYTES);
    }
    let (mut at, mut all) = (start + 4, 0);
    while head.starts_with(b"fLaC") && at + 4 <= len && all <= MAX_TAG_BYTES {
        let mut block = [0; 4];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut block)?;
        let size = u64::from(u32::from_be_bytes(block) & 0x00ff_ffff);
        (at, all) = (at + 4 + size, all + size);
        if block[0] & 0x80 != 0 {
            break;
        }
    }
    Ok(all > MAX_TAG_BYTES)
}

/// The beginning of a file behind its tags.
///
/// # Errors
/// Those of reading and seeking.
pub(super) fn head_after_tags(file: &mut File) -> io::Result<Vec<u8>> {
    let start = id3v2_bytes(file)?;
    file.seek(SeekFrom::Start(start))?;
    let mut head = Vec::new();
    file.take(SEARCHED).read_to_end(&mut head)?;
    Ok(head)
}

/// Bytes in front of a file of this form that are neither tags nor sound: a reader that searches passes over them in
/// silence.
pub(super) fn leading_garbage(head: &[u8], form: &str) -> u64 {
    let marks: &[&[u8]] = match form {
        "flac" => &[b"fLaC"],
        "ogg" => &[b"OggS"],
        "wave" => &[b"RIFF", b"RF64", b"BW64"],
        _ => return 0,
    };
    let first = marks.iter().filter_map(|mark| memchr::memmem::find(head, mark)).min();
    first.unwrap_or(head.len()) as u64
}

/// Whether the last `n` bytes before `end` begin with `mark`.
fn ends_with(file: &mut File, end: u64, n: u64, mark: &[u8]) -> io::Result<bool> {
    let Some(at) = end.checked_sub(n) else {
        return Ok(false);
    };
    let mut bytes = [0; 9];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes[..mark.len()])?;
    Ok(bytes.starts_with(mark))
}

/// Whether so many bytes that are no sound are more than tags we do not know could explain.
pub(super) fn is_too_much_garbage(passed: u64, all: u64) -> bool {
    passed > MAX_GARBAGE && passed > all / 50
}
