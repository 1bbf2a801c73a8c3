//! Wave files whose header lies about the length: what a recorder leaves that was switched off, or a
//! program that wrote into a pipe. The bytes that are there are sound all the same.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Chunks looked at before giving up on finding the sound.
const MAX_CHUNKS: usize = 1000;

/// The four-byte fields of a wave file's header that have to read differently; none in other files.
///
/// # Errors
/// Those of reading and seeking, the end of the file among them.
pub(super) fn corrections(file: &mut File, len: u64) -> io::Result<Vec<(u64, [u8; 4])>> {
    file.rewind()?;
    let mut head = [0; 12];
    file.read_exact(&mut head)?;
    let wide = matches!(&head[..4], b"RF64" | b"BW64");
    if !(wide || head.starts_with(b"RIFF")) || &head[8..] != b"WAVE" {
        return Ok(Vec::new());
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
            let real = data_len(file, at + 8, claimed, len)?;
            let mut patches = Vec::new();
            if wide || real != u64::from(size) || riff_len < at + real {
                patches.push((0, *b"RIFF"));
                patches.push((4, [0xff; 4]));
                patches.push((at + 4, u32::try_from(real).unwrap_or(u32::MAX - 1).to_le_bytes()));
            }
            return Ok(patches);
        }
        if wide && &chunk[..4] == b"ds64" && size >= 16 {
            let mut sizes = [0; 16];
            file.read_exact(&mut sizes)?;
            wide_data = Some(u64::from(little(&sizes[8..12])) | u64::from(little(&sizes[12..])) << 32);
        }
        at += 8 + u64::from(size) + u64::from(size & 1);
    }
    Ok(Vec::new())
}

/// How many bytes of sound stand at `start`, whatever the header claims.
fn data_len(file: &mut File, start: u64, claimed: u64, len: u64) -> io::Result<u64> {
    let there = len.saturating_sub(start);
    if claimed > 0 {
        return Ok(claimed.min(there));
    }
    // No length: never filled in, unless a proper chunk follows at once.
    let mut chunk = [0; 8];
    if there < 8 || file.read_exact(&mut chunk).is_err() {
        return Ok(there);
    }
    let named = chunk[..4].iter().all(|c| (b' '..=b'~').contains(c));
    let fits = u64::from(little(&chunk[4..])) + 8 <= there;
    Ok(if named && fits { 0 } else { there })
}

/// The first four bytes as a little-endian number.
fn little(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |n, b| n << 8 | u32::from(*b))
}
