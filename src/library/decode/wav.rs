//! Corrects wave files with a wrong length in the header. A recorder that is switched off while recording leaves such a
//! file, and so does a program that writes into a pipe. The audio data in the file is still intact.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::header_corrections::HeaderCorrections;

/// Minimum declared length that counts as a placeholder. A program that writes into a pipe declares such a length.
const MIN_PLACEHOLDER_BYTES: u64 = 0x7fff_0000;
/// Maximum number of chunks that are read to find the audio data.
const MAX_CHUNKS: usize = 1000;

/// Returns the corrections of a wave file's header. Returns no corrections for files of other formats.
///
/// # Errors
/// If reading or seeking fails, or the file ends too early.
pub(super) fn corrections(file: &mut File, len: u64) -> io::Result<HeaderCorrections> {
    file.rewind()?;
    let mut riff_header = [0; 12];
    file.read_exact(&mut riff_header)?;
    let has_wide_sizes = matches!(&riff_header[..4], b"RF64" | b"BW64");
    if !(has_wide_sizes || riff_header.starts_with(b"RIFF")) || &riff_header[8..] != b"WAVE" {
        return Ok(HeaderCorrections::default());
    }
    let riff_len = u64::from(little_endian(&riff_header[4..8]));
    let mut offset = 12;
    let mut wide_data_bytes = None;
    for _ in 0..MAX_CHUNKS {
        file.seek(SeekFrom::Start(offset))?;
        let mut chunk = [0; 8];
        file.read_exact(&mut chunk)?;
        let size = little_endian(&chunk[4..]);
        if &chunk[..4] == b"data" {
            let declared_bytes = wide_data_bytes.filter(|_| size == u32::MAX).unwrap_or(u64::from(size));
            let DataChunk { audio_bytes, mut corrections } = measure_data(file, offset + 8, declared_bytes, len)?;
            if has_wide_sizes || audio_bytes != u64::from(size) || riff_len < offset + audio_bytes {
                let data_size = u32::try_from(audio_bytes).unwrap_or(u32::MAX - 1);
                corrections.patches.push((0, *b"RIFF"));
                corrections.patches.push((4, [0xff; 4]));
                corrections.patches.push((offset + 4, data_size.to_le_bytes()));
            }
            return Ok(corrections);
        }
        if has_wide_sizes && &chunk[..4] == b"ds64" && size >= 16 {
            let mut sizes = [0; 16];
            file.read_exact(&mut sizes)?;
            wide_data_bytes =
                Some(u64::from(little_endian(&sizes[8..12])) | u64::from(little_endian(&sizes[12..])) << 32);
        }
        offset += 8 + u64::from(size) + u64::from(size & 1);
    }
    Ok(HeaderCorrections::default())
}

/// The chunk that contains the audio data.
struct DataChunk {
    /// Size of the audio data in the file, in bytes.
    audio_bytes: u64,
    corrections: HeaderCorrections,
}

/// Finds the size of the audio data, which begins at `start`. `declared_bytes` is the size in the header, and `len` is
/// the size of the file.
fn measure_data(file: &mut File, start: u64, declared_bytes: u64, len: u64) -> io::Result<DataChunk> {
    let available_bytes = len.saturating_sub(start);
    let chunk = |audio_bytes, is_truncated, has_bad_length| DataChunk {
        audio_bytes,
        corrections: HeaderCorrections { patches: Vec::new(), is_truncated, has_bad_length },
    };
    if declared_bytes >= MIN_PLACEHOLDER_BYTES {
        return Ok(chunk(declared_bytes.min(available_bytes), false, declared_bytes > available_bytes));
    }
    if declared_bytes > available_bytes {
        return Ok(chunk(available_bytes, true, false));
    }
    let end = start + declared_bytes;
    // A chunk or the end of the file must follow. Some programs omit the padding byte after an odd length.
    let is_valid_end = is_chunk_or_end(file, end + (declared_bytes & 1), len)? || is_chunk_or_end(file, end, len)?;
    let trailing_bytes = len.saturating_sub(end);
    // A declared length of 0 was never filled in. Any other length is trusted, because the bytes after it may be noise.
    let audio_bytes = if declared_bytes == 0 && !is_valid_end { available_bytes } else { declared_bytes };
    Ok(chunk(audio_bytes, false, !is_valid_end && trailing_bytes > 1))
}

/// Returns true when a chunk begins at `offset`, or the file ends there.
fn is_chunk_or_end(file: &mut File, offset: u64, len: u64) -> io::Result<bool> {
    let remaining = len.saturating_sub(offset);
    if remaining == 0 {
        return Ok(true);
    }
    let mut chunk = [0; 8];
    file.seek(SeekFrom::Start(offset))?;
    if remaining < 8 || file.read_exact(&mut chunk).is_err() {
        return Ok(false);
    }
    // `RIFF` is not a chunk: it is the beginning of a second file that was appended to this one.
    let is_chunk_name = chunk[..4].iter().all(|c| (b' '..=b'~').contains(c)) && &chunk[..4] != b"RIFF";
    Ok(is_chunk_name && u64::from(little_endian(&chunk[4..])) + 8 <= remaining)
}

/// Converts the first four bytes, in little-endian order, to a number.
fn little_endian(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |n, b| n << 8 | u32::from(*b))
}
