//! Tags around the sound, and the bytes of an MP3 or ADTS file that should hold sound. Such a stream has no container,
//! and its reader skips garbage without an error, so only counting bytes shows a gap.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::mp4;

/// Most tags after the sound.
const MAX_TRAILING_TAGS: u32 = 16;
/// Most tags in front of the sound.
const MAX_LEADING_TAGS: u32 = 64;
/// Most bytes of tags in a FLAC or M4A file, which a reader keeps in memory.
const MAX_TAG_BYTES: u64 = 48 << 20;
/// Bytes from the beginning in which the sound is searched.
const SEARCHED: u64 = 1 << 20;
/// Bytes other than sound above which the file counts as damaged.
const MAX_GARBAGE: u64 = 16 * 1024;

/// Returns the range of the sound, between the tags (ID3v2 in front; APEv2, Lyrics3 and ID3v1 after).
///
/// # Errors
/// Errors of reading and seeking.
pub(super) fn sound_range(file: &mut File) -> io::Result<Range<u64>> {
    let len = file.metadata()?.len();
    let start = id3v2_bytes(file)?;
    let mut end = len;
    // Programs append one tag after another.
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
            // A tag may have a header in front, which its size does not include.
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

/// Returns the bytes of the ID3v2 tags at the beginning of the file.
///
/// # Errors
/// Errors of reading and seeking.
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

/// Whether the tags would take more memory than a station can spare, because a demuxer reads them whole.
///
/// # Errors
/// Errors of reading and seeking.
pub(super) fn has_oversized_tags(file: &mut File, start: u64) -> io::Result<bool> {
    let len = file.metadata()?.len();
    let mut head = [0; 8];
    file.seek(SeekFrom::Start(start))?;
    if len < start + 8 || file.read_exact(&mut head).is_err() {
        return Ok(false);
    }
    // There is a tag more than the limit.
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

/// Reads the beginning of a file after its tags.
///
/// # Errors
/// Errors of reading and seeking.
pub(super) fn head_after_tags(file: &mut File) -> io::Result<Vec<u8>> {
    let start = id3v2_bytes(file)?;
    file.seek(SeekFrom::Start(start))?;
    let mut head = Vec::new();
    file.take(SEARCHED).read_to_end(&mut head)?;
    Ok(head)
}

/// Returns the bytes in front of a file of this form that are neither tags nor sound. A reader skips them without an
/// error.
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

/// Whether the bytes other than sound are more than unknown tags can explain.
pub(super) fn is_too_much_garbage(passed: u64, all: u64) -> bool {
    passed > MAX_GARBAGE && passed > all / 50
}
