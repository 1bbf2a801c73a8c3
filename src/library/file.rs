//! Opens audio files without trusting their names: a FIFO must not hang the station, nor a device be read.
use std::ffi::OsStr;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::base::durable::nofollow::{first_symlink_beneath, open_beneath};

/// The largest audio file that is read, in bytes: 2 GiB.
pub const MAX_BYTES: u64 = 2 << 30;

/// Why an audio file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing has this name.
    #[error("there is no such file")]
    Missing,
    /// It is there, but the system does not let it be read.
    #[error("it cannot be opened: {0}")]
    Denied(#[source] io::Error),
    /// It, or a folder on the way to it, is a link.
    #[error("it is a link to somewhere else")]
    Link,
    /// A folder, a FIFO, a device, a socket.
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    /// Larger than [`MAX_BYTES`].
    #[error("it is larger than 2 GiB ({0} bytes)")]
    TooLarge(u64),
}

/// Opens a sound file that a person has named for reading; links are followed, but only to a regular file.
///
/// # Errors
/// [`OpenError`]; never waits for another process, as opening a FIFO would.
pub fn open(path: &Path) -> Result<File, OpenError> {
    let denied = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => OpenError::Missing,
        _ => OpenError::Denied(error),
    };
    // Opening some devices has effects, so it is asked first what the name stands for, ...
    check_file_type(&std::fs::metadata(path).map_err(denied)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path).map_err(denied)?;
    // ... and once more of what was opened, which may be something else by now.
    check_file_type(&file.metadata().map_err(denied)?)?;
    Ok(file)
}

/// Opens a station's audio file for reading; nothing below the audio folder may be a link. Where nothing has this name,
/// one that is written with the same letters composed otherwise (NFC) is taken.
///
/// # Errors
/// [`OpenError`]; never waits for another process, as opening a FIFO would.
pub fn open_in(audio: &Path, name: &Path) -> Result<File, OpenError> {
    let name = resolve_name(audio, name);
    if first_symlink_beneath(audio, &name).is_some() {
        return Err(OpenError::Link);
    }
    let path = audio.join(&name);
    let denied = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => OpenError::Missing,
        _ => OpenError::Denied(error),
    };
    check_file_type(&std::fs::symlink_metadata(&path).map_err(denied)?)?;
    let file = open_beneath(audio, &name).map_err(denied)?;
    check_file_type(&file.metadata().map_err(denied)?)?;
    Ok(file)
}

/// What the name of a station's audio file looks like from outside: of a link, the link itself.
#[must_use]
pub fn metadata_in(audio: &Path, name: &Path) -> Option<Metadata> {
    let name = resolve_name(audio, name);
    let path = first_symlink_beneath(audio, &name).unwrap_or_else(|| audio.join(&name));
    std::fs::symlink_metadata(path).ok()
}

/// The name that a file has on the disk: part for part the same, or the same in NFC.
fn resolve_name(audio: &Path, name: &Path) -> PathBuf {
    if audio.join(name).symlink_metadata().is_ok() {
        return name.to_owned();
    }
    let composed = |part: &OsStr| part.to_str().map(|part| part.nfc().collect::<String>());
    let mut found = PathBuf::new();
    for part in name.components() {
        let part = part.as_os_str();
        if audio.join(&found).join(part).symlink_metadata().is_ok() {
            found.push(part);
            continue;
        }
        let wanted = composed(part);
        let entries = std::fs::read_dir(audio.join(&found)).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name());
        match names.filter(|other| wanted.is_some() && composed(other) == wanted).min() {
            Some(other) => found.push(other),
            None => return name.to_owned(),
        }
    }
    found
}

/// Whether this is something to decode.
fn check_file_type(metadata: &Metadata) -> Result<(), OpenError> {
    if metadata.is_dir() {
        return Err(OpenError::NotAFile("a folder"));
    }
    if !metadata.is_file() {
        return Err(OpenError::NotAFile("a device, a socket or a pipe"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(OpenError::TooLarge(metadata.len()));
    }
    Ok(())
}

/// SHA-256 of a file's bytes in lower-case hex, and how many there are; the file is rewound before and after.
///
/// # Errors
/// Those of reading; [`io::ErrorKind::FileTooLarge`] when it grew past [`MAX_BYTES`] on the way.
pub fn sha256(file: &mut File) -> io::Result<(String, u64)> {
    let mut hashing = FileHasher::whole();
    loop {
        if let Some(seal) = hashing.step(file)? {
            return Ok((seal.sha256, seal.bytes));
        }
    }
}

/// What a file was when it was hashed, down to its parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileDigest {
    /// SHA-256 of all its bytes, lower-case hex.
    pub sha256: String,
    /// How many there are.
    pub bytes: u64,
    /// SHA-256 of each [`PART`] bytes; empty when not asked for.
    parts: Vec<[u8; 32]>,
}

/// Bytes that are hashed apart, and read at a time by who compares them.
pub const PART_BYTES: usize = 64 * 1024;

/// SHA-256 of a file, a piece at a time: for who has other things to do meanwhile.
pub struct FileHasher {
    hasher: Sha256,
    parts: Option<Vec<[u8; 32]>>,
    bytes: u64,
    block: Vec<u8>,
}

impl FileHasher {
    /// Bytes that are read at a time, a hundredth of a second's work or less.
    const STEP_BYTES: usize = 8 * PART_BYTES;

    /// Hashes the whole alone.
    #[must_use]
    pub fn whole() -> Self {
        Self { hasher: Sha256::new(), parts: None, bytes: 0, block: Vec::new() }
    }

    /// Hashes the whole and its parts.
    #[must_use]
    pub fn with_parts() -> Self {
        Self { parts: Some(Vec::new()), ..Self::whole() }
    }

    /// Takes the next piece; at the end gives what the file is, and leaves it rewound.
    ///
    /// # Errors
    /// Those of reading; [`io::ErrorKind::FileTooLarge`] when it grew past [`MAX_BYTES`] on the way.
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
        let whole = std::mem::take(&mut self.hasher).finalize();
        let sha256 = crate::base::hash::hex(&whole);
        Ok(Some(FileDigest { sha256, bytes: self.bytes, parts: self.parts.take().unwrap_or_default() }))
    }
}

fn hash_part(part: &[u8]) -> [u8; 32] {
    Sha256::digest(part).into()
}

/// Reads until the block is full or the file ends.
fn read_full(file: &mut File, block: &mut [u8]) -> io::Result<usize> {
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

/// A file's bytes; with a seal, only those that are still what was hashed: every part is compared before a byte of it
/// is given, so that the bytes that were hashed and the bytes that are played are the same.
pub struct CheckedFile {
    file: File,
    digest: Option<Arc<FileDigest>>,
    /// The part that is in `part`, and where the next byte is read from.
    index: Option<u64>,
    part: Vec<u8>,
    at: u64,
    altered: Arc<AtomicBool>,
}

impl CheckedFile {
    /// The bytes of this file.
    #[must_use]
    pub fn new(file: File, digest: Option<Arc<FileDigest>>) -> Self {
        Self { file, digest, index: None, part: Vec::new(), at: 0, altered: Arc::default() }
    }

    /// Set once bytes were found that are not what was hashed.
    #[must_use]
    pub fn altered_flag(&self) -> Arc<AtomicBool> {
        self.altered.clone()
    }

    /// Makes sure that the part with the next byte is in memory, and is what was hashed.
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
        // Changed in place, far behind what was read.
        let mut changed = std::fs::read(&path).unwrap();
        changed[2 * PART_BYTES + 3] ^= 1;
        std::fs::write(&path, changed).unwrap();
        let mut read = Vec::new();
        assert!(bytes.read_to_end(&mut read).is_err());
        assert_eq!(read.len(), 2 * PART_BYTES - 100);
        assert!(bytes.altered_flag().load(Ordering::Relaxed));
    }
}
