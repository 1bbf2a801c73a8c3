//! Wave files with a wrong length in the header, as a recorder leaves when it is switched off, or a program that writes
//! into a pipe. The bytes in the file are sound all the same.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::header_corrections::HeaderCorrections;

/// Lengths from here on are placeholders of programs that write into a pipe.
const STREAMED: u64 = 0x7fff_0000;
/// Most chunks read in search of the sound.
const MAX_CHUNKS: usize = 1000;

/// Returns the fields of a wave file's header to correct; there are none in other files.
///
/// # Errors
/// Errors of reading and seeking, the end of the file included.
pub(super) fn corrections(file: &mut File, len: u64) -> io::Result<HeaderCorrections> {
    file.rewind()?;
    let mut head = [0; 12];
    file.read_exact(&mut head)?;
    let wide = matches!(&head[..4], b"RF64" | b"BW64");
    if !(wide || head.starts_with(b"RIFF")) || &head[8..] != b"WAVE" {
        return Ok(HeaderCorrections::default());
    }
    let riff_len = u64::from(little(&head[4..8]));
    let mut at = 12;
    let mut wide_data = None;
    for _ in 0..MAX_CHUNKS {
        file.seek(SeekFrom::Start(at))?;
        let mut chunk = [0; 8];
        file.read_exact(&mut chunk)?;
        let size = little(&chunk[4..]);
        if &chunk[..4] == b"data" {
            let claimed = wide_data.filter(|_| size == u32::MAX).unwrap_or(u64::from(size));
            let mut found = measure_data(file, at + 8, claimed, len)?;
            let real = found.real;
            if wide || real != u64::from(size) || riff_len < at + real {
                found.corrections.patches.push((0, *b"RIFF"));
                found.corrections.patches.push((4, [0xff; 4]));
                found.corrections.patches.push((at + 4, u32::try_from(real).unwrap_or(u32::MAX - 1).to_le_bytes()));
            }
            return Ok(found.corrections);
        }
        if wide && &chunk[..4] == b"ds64" && size >= 16 {
            let mut sizes = [0; 16];
            file.read_exact(&mut sizes)?;
            wide_data = Some(u64::from(little(&sizes[8..12])) | u64::from(little(&sizes[12..])) << 32);
        }
        at += 8 + u64::from(size) + u64::from(size & 1);
    }
    Ok(HeaderCorrections::default())
}

/// The chunk with the sound.
struct DataChunk {
    /// Bytes of sound in the file.
    real: u64,
    corrections: HeaderCorrections,
}

/// Finds how many bytes of sound begin at `start`, whatever the header claims.
fn measure_data(file: &mut File, start: u64, claimed: u64, len: u64) -> io::Result<DataChunk> {
    let there = len.saturating_sub(start);
    let found = |real, cut, lies| DataChunk {
        real,
        corrections: HeaderCorrections { patches: Vec::new(), truncated: cut, bad_length: lies },
    };
    if claimed >= STREAMED {
        return Ok(found(claimed.min(there), false, claimed > there));
    }
    if claimed > there {
        return Ok(found(there, true, false));
    }
    let end = start + claimed;
    // A chunk or the end of the file must follow; some programs forget the byte that makes an odd length even.
    let proper = is_chunk(file, end + (claimed & 1), len)? || is_chunk(file, end, len)?;
    let rest = len.saturating_sub(end);
    // A length of 0 was never filled in. Any other length is trusted, because the bytes after it may be noise.
    let real = if claimed == 0 && !proper { there } else { claimed };
    Ok(found(real, false, !proper && rest > 1))
}

/// Whether a chunk begins here, or the file ends.
fn is_chunk(file: &mut File, at: u64, len: u64) -> io::Result<bool> {
    let rest = len.saturating_sub(at);
    if rest == 0 {
        return Ok(true);
    }
    let mut chunk = [0; 8];
    file.seek(SeekFrom::Start(at))?;
    if rest < 8 || file.read_exact(&mut chunk).is_err() {
        return Ok(false);
    }
    // Another file appended to this one is not a chunk of it.
    let named = chunk[..4].iter().all(|c| (b' '..=b'~').contains(c)) && &chunk[..4] != b"RIFF";
    Ok(named && u64::from(little(&chunk[4..])) + 8 <= rest)
}

/// Reads the first four bytes as a little-endian number.
fn little(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |n, b| n << 8 | u32::from(*b))
}
