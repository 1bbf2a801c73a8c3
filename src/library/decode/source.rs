//! A file as the demuxer sees it: without the tags in front, and with lengths in its header that are right.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

use super::{mp4, tags, wav};

/// The bytes of a file from `base` on, a few of them corrected.
pub(super) struct Source {
    file: File,
    /// Where the demuxer's byte 0 stands. Pictures in ID3v2 tags look like MP3 frames to a demuxer
    /// that searches for the first one.
    base: u64,
    len: u64,
    position: u64,
    patches: Vec<(u64, [u8; 4])>,
}

impl Source {
    /// Looks at the beginning of the file.
    ///
    /// # Errors
    /// Those of reading and seeking, not those of the content.
    pub(super) fn new(mut file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        let mut patches = Vec::new();
        for corrections in [wav::corrections, mp4::corrections] {
            match corrections(&mut file, len) {
                Ok(found) => patches.extend(found),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => (),
                Err(error) => return Err(error),
            }
        }
        let base = tags::front(&mut file)?;
        file.seek(SeekFrom::Start(base))?;
        Ok(Self { file, base, len: len - base, position: 0, patches })
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(out)?;
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

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(n) => SeekFrom::Start(self.base.saturating_add(n)),
            other => other,
        };
        self.position = self.file.seek(to)?.saturating_sub(self.base);
        Ok(self.position)
    }
}

impl MediaSource for Source {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len)
    }
}
