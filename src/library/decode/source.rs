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

/// The bytes of a file between its tags, with some fields of the header corrected.
pub(super) struct DemuxSource {
    checked_file: CheckedFile,
    /// Offset of the demuxer's byte 0 in the file. It is after the ID3v2 tags, because a demuxer that searches for the
    /// first MP3 frame can mistake a picture in a tag for frames.
    base: u64,
    /// Number of bytes from `base` to the tags at the end.
    len: u64,
    /// Position of the next byte, relative to `base`.
    position: u64,
    /// See [`HeaderCorrections::patches`].
    patches: Vec<(u64, [u8; 4])>,
}

impl DemuxSource {
    /// Reads the header of the file and determines the corrections that it needs.
    ///
    /// # Errors
    /// If reading or seeking fails. A fault in the content of the file is not an error.
    pub(super) fn new(
        mut file: File,
        digest: Option<Arc<FileDigest>>,
        audio_range: &Range<u64>,
    ) -> io::Result<(Self, HeaderCorrections)> {
        let len = file.metadata()?.len();
        let mut header_corrections = HeaderCorrections::default();
        for find_corrections in [wav::corrections, mp4::corrections] {
            match find_corrections(&mut file, len) {
                Ok(corrections) => {
                    header_corrections.is_truncated |= corrections.is_truncated;
                    header_corrections.has_bad_length |= corrections.has_bad_length;
                    header_corrections.patches.extend(corrections.patches);
                }
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => (),
                Err(error) => return Err(error),
            }
        }
        let (base, end) = (audio_range.start, audio_range.end);
        let mut checked_file = CheckedFile::new(file, digest);
        checked_file.seek(SeekFrom::Start(base))?;
        let patches = header_corrections.patches.clone();
        let len = end.saturating_sub(base);
        Ok((Self { checked_file, base, len, position: 0, patches }, header_corrections))
    }

    /// Returns the flag that is set when bytes of the file differ from its digest.
    pub(super) fn altered_flag(&self) -> Arc<AtomicBool> {
        self.checked_file.altered_flag()
    }
}

impl Read for DemuxSource {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // Stop before the tags at the end: a demuxer can mistake their bytes for sound.
        let remaining = usize::try_from(self.len.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let max_bytes = out.len().min(remaining);
        let n = self.checked_file.read(&mut out[..max_bytes])?;
        for (patch_start, bytes) in &self.patches {
            for (offset, byte) in (*patch_start..).zip(bytes) {
                if let Some(index) = offset.checked_sub(self.position)
                    && index < n as u64
                {
                    out[index as usize] = *byte;
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
        self.position = self.checked_file.seek(to)?.saturating_sub(self.base);
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
