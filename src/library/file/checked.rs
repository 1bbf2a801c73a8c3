//! Reads a file and compares its bytes with a digest.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::digest::{FileDigest, PART_BYTES, hash_part, read_full};

/// A reader of a file. If it has a digest, it compares each part with the digest before it returns a byte of the part,
/// so only bytes that were hashed are played.
pub struct CheckedFile {
    file: File,
    digest: Option<Arc<FileDigest>>,
    /// Index of the loaded part; `None` when no part is loaded.
    part_index: Option<u64>,
    /// Bytes of the loaded part.
    part_bytes: Vec<u8>,
    /// Position of the next byte.
    position: u64,
    altered_flag: Arc<AtomicBool>,
}

impl CheckedFile {
    /// Returns a reader of this file. If `digest` is `None`, nothing is compared.
    #[must_use]
    pub fn new(file: File, digest: Option<Arc<FileDigest>>) -> Self {
        Self { file, digest, part_index: None, part_bytes: Vec::new(), position: 0, altered_flag: Arc::default() }
    }

    /// Returns the flag that is set when a part differs from its digest.
    #[must_use]
    pub fn altered_flag(&self) -> Arc<AtomicBool> {
        self.altered_flag.clone()
    }

    /// Loads the part that contains the next byte, and compares it with its digest.
    fn load_part(&mut self, digest: &FileDigest) -> io::Result<()> {
        let index = self.position / PART_BYTES as u64;
        if self.part_index == Some(index) {
            return Ok(());
        }
        self.part_index = None;
        self.part_bytes.resize(PART_BYTES, 0);
        self.file.seek(SeekFrom::Start(index * PART_BYTES as u64))?;
        let length = read_full(&mut self.file, &mut self.part_bytes)?;
        self.part_bytes.truncate(length);
        let expected_hash = usize::try_from(index).ok().and_then(|i| digest.parts.get(i));
        if expected_hash.is_none_or(|expected_hash| *expected_hash != hash_part(&self.part_bytes)) {
            self.altered_flag.store(true, Ordering::Relaxed);
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file was changed while it was in use"));
        }
        self.part_index = Some(index);
        Ok(())
    }
}

impl Read for CheckedFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(digest) = self.digest.clone() else {
            let n = self.file.read(out)?;
            self.position += n as u64;
            return Ok(n);
        };
        if self.position >= digest.bytes || out.is_empty() {
            return Ok(0);
        }
        self.load_part(&digest)?;
        let offset = (self.position % PART_BYTES as u64) as usize;
        let available = self.part_bytes.get(offset..).unwrap_or_default();
        let n = available.len().min(out.len());
        out[..n].copy_from_slice(&available[..n]);
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for CheckedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = match (to, &self.digest) {
            (SeekFrom::Start(offset), Some(_)) => offset,
            (SeekFrom::Current(offset), Some(_)) => self.position.saturating_add_signed(offset),
            (SeekFrom::End(offset), Some(digest)) => digest.bytes.saturating_add_signed(offset),
            (to, None) => self.file.seek(to)?,
        };
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{FileHasher, open};
    use super::*;

    /// Opens a file and hashes its parts.
    fn open_with_digest(path: &Path) -> (File, FileDigest) {
        let mut file = open(path).unwrap();
        let mut hasher = FileHasher::with_parts();
        let digest = std::iter::repeat_with(|| hasher.step(&mut file).unwrap()).flatten().next().unwrap();
        (file, digest)
    }

    #[test]
    fn only_hashed_bytes_are_returned() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let step = FileHasher::STEP_BYTES;
        for len in [0, 1, PART_BYTES - 1, PART_BYTES, 3 * PART_BYTES + 5, step, step + 1] {
            let content: Vec<u8> = (0..len).map(|i| (i * 7 + i / 251) as u8).collect();
            std::fs::write(&path, &content).unwrap();
            let (file, digest) = open_with_digest(&path);
            assert_eq!((digest.bytes, digest.parts.len()), (len as u64, len.div_ceil(PART_BYTES)));
            let mut bytes = Vec::new();
            CheckedFile::new(file, Some(Arc::new(digest))).read_to_end(&mut bytes).unwrap();
            assert!(bytes == content, "{len}");
        }
        let (file, digest) = open_with_digest(&path);
        let mut reader = CheckedFile::new(file, Some(Arc::new(digest)));
        reader.read_exact(&mut [0; 100]).unwrap();
        // Change a byte in a part that is not loaded yet.
        let mut content = std::fs::read(&path).unwrap();
        content[2 * PART_BYTES + 3] ^= 1;
        std::fs::write(&path, content).unwrap();
        let mut bytes = Vec::new();
        assert!(reader.read_to_end(&mut bytes).is_err());
        assert_eq!(bytes.len(), 2 * PART_BYTES - 100);
        assert!(reader.altered_flag().load(Ordering::Relaxed));
    }
}
