//! The wave files that the output `wav:` writes at the top of a station's folder, and how they are recognised.
//!
//! Each holds the name of the program before its sound, in the RIFF chunk for software (`LIST INFO ISFT`). A file
//! without it belongs to somebody else and is never overwritten.
use std::io::Read;
use std::path::Path;

use crate::base::durable::nofollow::open_nofollow;

/// Bytes before the mark: RIFF, its size, WAVE, and the chunk `fmt ` of PCM.
pub const MARK_OFFSET: usize = 36;
/// The mark.
pub const MARK: [u8; 24] = *b"LIST\x10\0\0\0INFOISFT\x04\0\0\0loa\0";
/// Bytes before the sound.
pub const HEADER_BYTES: usize = MARK_OFFSET + MARK.len() + 8;

/// Returns whether a file that begins with these bytes was written by loa.
#[must_use]
pub fn is_written_by_loa(head: &[u8]) -> bool {
    head.len() >= HEADER_BYTES && head.starts_with(b"RIFF") && head[MARK_OFFSET..].starts_with(&MARK)
}

/// Returns whether there is no such file yet, or loa wrote it.
#[must_use]
pub fn is_absent_or_written_by_loa(path: &Path) -> bool {
    if path.symlink_metadata().is_err() {
        return true;
    }
    let mut head = [0; HEADER_BYTES];
    open_nofollow(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && is_written_by_loa(&head)
}
