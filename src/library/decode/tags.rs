//! Finds the tags before and after the audio data. In an MP3 or ADTS file, all bytes between them should belong to
//! frames. The demuxer of such a file skips garbage without an error, so garbage is found only by counting the bytes.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::mp4;

/// Maximum number of passes in the search for tags after the audio data.
const MAX_TRAILING_PASSES: u32 = 16;
/// Maximum number of tags before the audio data.
const MAX_LEADING_TAGS: u32 = 64;
/// Maximum size in bytes of the tags in a FLAC or M4A file, which a demuxer keeps in memory.
const MAX_TAG_BYTES: u64 = 48 << 20;
/// Number of bytes after the tags within which the audio data must begin.
const SEARCH_BYTES: u64 = 1 << 20;
/// Number of garbage bytes that are always tolerated.
const TOLERATED_GARBAGE_BYTES: u64 = 16 * 1024;

/// Returns the range of bytes between the tags at the beginning (ID3v2) and those at the end (APEv2, Lyrics3, ID3v1).
///
/// # Errors
/// If reading or seeking fails.
pub(super) fn audio_range(file: &mut File) -> io::Result<Range<u64>> {
    let len = file.metadata()?.len();
    let start = id3v2_bytes(file)?;
    let mut end = len;
    // Some programs append a tag after an existing tag.
    for _ in 0..MAX_TRAILING_PASSES {
        let previous_end = end;
        if has_signature_before(file, end, 128, b"TAG")? {
            end -= 128;
        }
        if has_signature_before(file, end, 9, b"LYRICS200")? && end >= 15 {
            let mut digits = [0; 6];
            file.seek(SeekFrom::Start(end - 15))?;
            file.read_exact(&mut digits)?;
            let size = std::str::from_utf8(&digits).ok().and_then(|d| d.parse::<u64>().ok());
            end = end.saturating_sub(size.map_or(0, |size| size + 15));
        }
        if has_signature_before(file, end, 32, b"APETAGEX")? {
            let mut size = [0; 4];
            file.seek(SeekFrom::Start(end - 20))?;
            file.read_exact(&mut size)?;
            end = end.saturating_sub(u64::from(u32::from_le_bytes(size)));
            // The size does not include the optional header of the tag.
            if has_signature_before(file, end, 32, b"APETAGEX")? {
                end -= 32;
            }
        }
        if end == previous_end {
            break;
        }
    }
    Ok(start.min(end)..end)
}

/// Returns the total size of the ID3v2 tags at the beginning of the file, in bytes.
///
/// # Errors
/// If reading or seeking fails.
pub(super) fn id3v2_bytes(file: &mut File) -> io::Result<u64> {
    let len = file.metadata()?.len();
    let mut start = 0;
    let mut header = [0; 10];
    // Some programs put a second tag before the first.
    for _ in 0..MAX_LEADING_TAGS {
        if len < start + 10 {
            break;
        }
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut header)?;
        if !header.starts_with(b"ID3") {
            break;
        }
        let size = header[6..].iter().fold(0, |n, b| n << 7 | u64::from(b & 0x7f));
        let footer = if header[5] & 0x10 != 0 { 10 } else { 0 };
        start += 10 + size + footer;
    }
    Ok(start.min(len))
}

/// Returns true when the tags are too large for a demuxer to keep in memory. `start` is the end of the ID3v2 tags.
///
/// # Errors
/// If reading or seeking fails.
pub(super) fn has_oversized_tags(file: &mut File, start: u64) -> io::Result<bool> {
    let len = file.metadata()?.len();
    let mut header = [0; 8];
    file.seek(SeekFrom::Start(start))?;
    if len < start + 8 || file.read_exact(&mut header).is_err() {
        return Ok(false);
    }
    // Another tag follows, so there are more than `MAX_LEADING_TAGS`.
    if header.starts_with(b"ID3") {
        return Ok(true);
    }
    if &header[4..] == b"ftyp" {
        return mp4::moov_bytes(file).map(|bytes| bytes > MAX_TAG_BYTES);
    }
    let (mut offset, mut total) = (start + 4, 0);
    while header.starts_with(b"fLaC") && offset + 4 <= len && total <= MAX_TAG_BYTES {
        let mut block_header = [0; 4];
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut block_header)?;
        let size = u64::from(u32::from_be_bytes(block_header) & 0x00ff_ffff);
        (offset, total) = (offset + 4 + size, total + size);
        if block_header[0] & 0x80 != 0 {
            break;
        }
    }
    Ok(total > MAX_TAG_BYTES)
}

/// Reads the first MiB after the ID3v2 tags.
///
/// # Errors
/// If reading or seeking fails.
pub(super) fn read_bytes_after_tags(file: &mut File) -> io::Result<Vec<u8>> {
    let start = id3v2_bytes(file)?;
    file.seek(SeekFrom::Start(start))?;
    let mut first_bytes = Vec::new();
    file.take(SEARCH_BYTES).read_to_end(&mut first_bytes)?;
    Ok(first_bytes)
}

/// Returns the number of bytes in `first_bytes` before the beginning of the container. A demuxer skips these bytes
/// without an error.
pub(super) fn leading_garbage_bytes(first_bytes: &[u8], container: &str) -> u64 {
    let signatures: &[&[u8]] = match container {
        "flac" => &[b"fLaC"],
        "ogg" => &[b"OggS"],
        "wave" => &[b"RIFF", b"RF64", b"BW64"],
        _ => return 0,
    };
    let start = signatures.iter().filter_map(|signature| memchr::memmem::find(first_bytes, signature)).min();
    start.unwrap_or(first_bytes.len()) as u64
}

/// Returns true when the last `n` bytes before `end` begin with `signature`, which has at most 9 bytes.
fn has_signature_before(file: &mut File, end: u64, n: u64, signature: &[u8]) -> io::Result<bool> {
    let Some(start) = end.checked_sub(n) else {
        return Ok(false);
    };
    let mut bytes = [0; 9];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut bytes[..signature.len()])?;
    Ok(bytes.starts_with(signature))
}

/// Returns true when there is more garbage than unknown tags can explain: more than [`TOLERATED_GARBAGE_BYTES`] and
/// more than 2 per cent of all bytes.
pub(super) fn is_too_much_garbage(garbage_bytes: u64, all_bytes: u64) -> bool {
    garbage_bytes > TOLERATED_GARBAGE_BYTES && garbage_bytes > all_bytes / 50
}
