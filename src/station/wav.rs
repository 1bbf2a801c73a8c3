//! Recognises the wave files that the output `wav:` writes at the top of a station's folder.
//!
//! Each file contains the name of the program before its audio data, in the RIFF chunk for software (`LIST INFO ISFT`).
//! A file without that mark was not written by loa and is never overwritten.
use std::io::Read;
use std::path::Path;

use crate::base::durable::nofollow::open_nofollow;

/// The number of bytes before the mark: RIFF, its size, WAVE, and the chunk `fmt ` of PCM.
pub const MARK_OFFSET_BYTES: usize = 36;
/// The RIFF chunk that names loa as the software.
pub const MARK: [u8; 24] = *b"LIST\x10\0\0\0INFOISFT\x04\0\0\0loa\0";
/// The number of bytes before the audio data: everything up to and including the header of the chunk `data`.
pub const HEADER_BYTES: usize = MARK_OFFSET_BYTES + MARK.len() + 8;

/// Returns true when loa wrote the file that begins with these bytes.
#[must_use]
pub fn is_written_by_loa(header: &[u8]) -> bool {
    header.len() >= HEADER_BYTES && header.starts_with(b"RIFF") && header[MARK_OFFSET_BYTES..].starts_with(&MARK)
}

/// Returns true when the file does not exist, or loa wrote it.
#[must_use]
pub fn is_absent_or_written_by_loa(path: &Path) -> bool {
    if path.symlink_metadata().is_err() {
        return true;
    }
    let mut header = [0; HEADER_BYTES];
    open_nofollow(path).and_then(|mut file| file.read_exact(&mut header)).is_ok() && is_written_by_loa(&header)
}
