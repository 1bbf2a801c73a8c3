//! Digests of audio files: the SHA-256 of the complete file and of each part.
use std::fs::File;
use std::io::{self, Read, Seek};

use sha2::{Digest, Sha256};

/// Maximum size of an audio file that is read, in bytes: 2 GiB.
pub const MAX_BYTES: u64 = 2 << 30;

/// Returns the SHA-256 of a file's bytes in lower-case hex, and the number of bytes. Rewinds the file before and after.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] if the file is larger than [`MAX_BYTES`], or the error of a failed read.
pub fn sha256(file: &mut File) -> io::Result<(String, u64)> {
    let mut hasher = FileHasher::file_only();
    loop {
        if let Some(digest) = hasher.step(file)? {
            return Ok((digest.sha256, digest.bytes));
        }
    }
}

/// The digests of a file at the time of hashing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileDigest {
    /// SHA-256 of all its bytes, lower-case hex.
    pub sha256: String,
    /// Number of its bytes.
    pub bytes: u64,
    /// SHA-256 of each part of [`PART_BYTES`] bytes; empty if the parts were not hashed.
    pub(super) parts: Vec<[u8; 32]>,
}

/// Size of a part, in bytes. A [`CheckedFile`](super::CheckedFile) reads and compares one part at a time.
pub const PART_BYTES: usize = 64 * 1024;

/// Hashes a file in steps, so that the caller can do other work between two steps.
pub struct FileHasher {
    hasher: Sha256,
    /// SHA-256 of each part so far; `None` if the parts are not hashed.
    parts: Option<Vec<[u8; 32]>>,
    /// Number of bytes so far.
    bytes: u64,
    /// Buffer for the bytes of one step.
    block: Vec<u8>,
}

impl FileHasher {
    /// Number of bytes hashed in one step, which takes at most 10 ms.
    pub(super) const STEP_BYTES: usize = 8 * PART_BYTES;

    /// Returns a hasher for the complete file only.
    #[must_use]
    pub fn file_only() -> Self {
        Self { hasher: Sha256::new(), parts: None, bytes: 0, block: Vec::new() }
    }

    /// Returns a hasher for the complete file and its parts.
    #[must_use]
    pub fn with_parts() -> Self {
        Self { parts: Some(Vec::new()), ..Self::file_only() }
    }

    /// Hashes the next bytes. Returns `None` before the end of the file. At the end, rewinds the file and returns its
    /// digest.
    ///
    /// # Errors
    /// [`io::ErrorKind::FileTooLarge`] if the file is larger than [`MAX_BYTES`], or the error of a failed read.
    pub fn step(&mut self, file: &mut File) -> io::Result<Option<FileDigest>> {
        if self.bytes == 0 {
            file.rewind()?;
            self.block.resize(Self::STEP_BYTES, 0);
        }
        let n = read_full(file, &mut self.block)?;
        self.bytes += n as u64;
        if self.bytes > MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.hasher.update(&self.block[..n]);
        if let Some(parts) = &mut self.parts {
            parts.extend(self.block[..n].chunks(PART_BYTES).map(hash_part));
        }
        if n == self.block.len() {
            return Ok(None);
        }
        file.rewind()?;
        let hash = std::mem::take(&mut self.hasher).finalize();
        let sha256 = crate::base::hash::hex(&hash);
        Ok(Some(FileDigest { sha256, bytes: self.bytes, parts: self.parts.take().unwrap_or_default() }))
    }
}

pub(super) fn hash_part(part: &[u8]) -> [u8; 32] {
    Sha256::digest(part).into()
}

/// Reads until the block is full or the file ends. Returns the number of bytes read.
pub(super) fn read_full(file: &mut File, block: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match file.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
