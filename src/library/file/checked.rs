//! Reading of a file whose bytes are compared with its digest.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::digest::{FileDigest, PART_BYTES, hash_part, read_full};

/// Reader of a file. With a digest, it compares each part before it gives a byte of it, so that only the bytes that were
/// hashed are played.
pub struct CheckedFile {
    file: File,
    digest: Option<Arc<FileDigest>>,
    /// Number of the part in `part`.
    index: Option<u64>,
    part: Vec<u8>,
    /// Position of the next byte.
    at: u64,
    altered: Arc<AtomicBool>,
}

impl CheckedFile {
    /// Reads this file.
    #[must_use]
    pub fn new(file: File, digest: Option<Arc<FileDigest>>) -> Self {
        Self { file, digest, index: None, part: Vec::new(), at: 0, altered: Arc::default() }
    }

    /// Returns the flag that is set when a part differs from its digest.
    #[must_use]
    pub fn altered_flag(&self) -> Arc<AtomicBool> {
        self.altered.clone()
    }

    /// Loads the part with the next byte, and compares it with its digest.
    fn load_part(&mut self, digest: &FileDigest) -> io::Result<()> {
        let index = self.at / PART_BYTES as u64;
        if self.index == Some(index) {
            return Ok(());
        }
        self.index = None;
        self.part.resize(PART_BYTES, 0);
        self.file.seek(SeekFrom::Start(index * PART_BYTES as u64))?;
        let n = read_full(&mut self.file, &mut self.part)?;
        self.part.truncate(n);
        let right = usize::try_from(index).ok().and_then(|i| digest.parts.get(i));
        if right.is_none_or(|right| *right != hash_part(&self.part)) {
            self.altered.store(true, Ordering::Relaxed);
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file was changed while it was in use"));
        }
        self.index = Some(index);
        Ok(())
    }
}

impl Read for CheckedFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(seal) = self.digest.clone() else {
            let n = self.file.read(out)?;
            self.at += n as u64;
            return Ok(n);
        };
        if self.at >= seal.bytes || out.is_empty() {
            return Ok(0);
        }
        self.load_part(&seal)?;
        let inside = (self.at % PART_BYTES as u64) as usize;
        let there = self.part.get(inside..).unwrap_or_default();
        let n = there.len().min(out.len());
        out[..n].copy_from_slice(&there[..n]);
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for CheckedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match (to, &self.digest) {
            (SeekFrom::Start(at), Some(_)) => at,
            (SeekFrom::Current(by), Some(_)) => self.at.saturating_add_signed(by),
            (SeekFrom::End(by), Some(seal)) => seal.bytes.saturating_add_signed(by),
            (to, None) => self.file.seek(to)?,
        };
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{FileHasher, open};
    use super::*;

    fn sealed(path: &Path) -> (File, FileDigest) {
        let mut file = open(path).unwrap();
        let mut hashing = FileHasher::with_parts();
        let seal = std::iter::repeat_with(|| hashing.step(&mut file).unwrap()).flatten().next().unwrap();
        (file, seal)
    }

    #[test]
    fn only_what_was_hashed_is_given() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        // One length ends a part, one ends a step.
        for len in
            [0, 1, PART_BYTES - 1, PART_BYTES, 3 * PART_BYTES + 5, FileHasher::STEP_BYTES, FileHasher::STEP_BYTES + 1]
        {
            let content: Vec<u8> = (0..len).map(|i| (i * 7 + i / 251) as u8).collect();
            std::fs::write(&path, &content).unwrap();
            let (file, seal) = sealed(&path);
            assert_eq!((seal.bytes, seal.parts.len()), (len as u64, len.div_ceil(PART_BYTES)));
            let mut read = Vec::new();
            CheckedFile::new(file, Some(Arc::new(seal))).read_to_end(&mut read).unwrap();
            assert!(read == content, "{len}");
        }
        let (file, seal) = sealed(&path);
        let mut bytes = CheckedFile::new(file, Some(Arc::new(seal)));
        bytes.read_exact(&mut [0; 100]).unwrap();
        // Changed in place, far after the bytes read so far.
        let mut changed = std::fs::read(&path).unwrap();
        changed[2 * PART_BYTES + 3] ^= 1;
        std::fs::write(&path, changed).unwrap();
        let mut read = Vec::new();
        assert!(bytes.read_to_end(&mut read).is_err());
        assert_eq!(read.len(), 2 * PART_BYTES - 100);
        assert!(bytes.altered_flag().load(Ordering::Relaxed));
    }
}
