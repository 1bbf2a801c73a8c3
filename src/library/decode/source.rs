//! The bytes that a demuxer reads: a file without its tags, and with corrected lengths in its header.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use symphonia::core::io::MediaSource;

use super::header_corrections::HeaderCorrections;
use super::{mp4, wav};
use crate::library::file::{CheckedFile, FileDigest};

/// Bytes of a file from `base` on, with a few fields of the header corrected.
pub(super) struct DemuxSource {
    bytes: CheckedFile,
    /// Offset of the demuxer's byte 0. It comes after ID3v2 tags, because a picture in them looks like MP3 frames to a
    /// demuxer that searches for the first one.
    base: u64,
    len: u64,
    position: u64,
    patches: Vec<(u64, [u8; 4])>,
}

impl DemuxSource {
    /// Reads the header of the file, and returns the corrections that it needs.
    ///
    /// # Errors
    /// Errors of reading and seeking. Faults of the content are not errors.
    pub(super) fn new(
        mut file: File,
        digest: Option<Arc<FileDigest>>,
        sound: &Range<u64>,
    ) -> io::Result<(Self, HeaderCorrections)> {
        let len = file.metadata()?.len();
        let mut all = HeaderCorrections::default();
        for corrections in [wav::corrections, mp4::corrections] {
            match corrections(&mut file, len) {
                Ok(found) => {
                    all.truncated |= found.truncated;
                    all.bad_length |= found.bad_length;
                    all.patches.extend(found.patches);
                }
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => (),
                Err(error) => return Err(error),
            }
        }
        let (base, end) = (sound.start, sound.end);
        let mut bytes = CheckedFile::new(file, digest);
        bytes.seek(SeekFrom::Start(base))?;
        let patches = all.patches.clone();
        Ok((Self { bytes, base, len: end.saturating_sub(base), position: 0, patches }, all))
    }

    /// Returns the flag that is set when bytes differ from the digest.
    pub(super) fn altered_flag(&self) -> Arc<AtomicBool> {
        self.bytes.altered_flag()
    }
}

impl Read for DemuxSource {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // Tags after the sound may hold bytes that look like sound.
        let left = usize::try_from(self.len.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let room = out.len().min(left);
        let n = self.bytes.read(&mut out[..room])?;
        for (at, bytes) in &self.patches {
            for (i, byte) in (*at..).zip(bytes) {
                if let Some(here) = i.checked_sub(self.position)
                    && here < n as u64
                {
                    out[here as usize] = *byte;
                }
            }
        }
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for DemuxSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(n) => SeekFrom::Start(self.base.saturating_add(n)),
            SeekFrom::End(n) => SeekFrom::Start((self.base + self.len).saturating_add_signed(n)),
            other => other,
        };
        self.position = self.bytes.seek(to)?.saturating_sub(self.base);
        Ok(self.position)
    }
}

impl MediaSource for DemuxSource {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len)
    }
}
