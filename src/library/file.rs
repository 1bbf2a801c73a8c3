//! Opening of audio files. Their names are not trusted: a FIFO must not block the station, and no device is read.
mod checked;
mod digest;

use std::ffi::OsStr;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::base::durable::nofollow::{first_symlink_beneath, open_beneath};

pub use checked::CheckedFile;
pub use digest::{FileDigest, FileHasher, MAX_BYTES, PART_BYTES, sha256};

/// Reason why an audio file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No file has this name.
    #[error("there is no such file")]
    Missing,
    /// The system does not let it be read.
    #[error("it cannot be opened: {0}")]
    Denied(#[source] io::Error),
    /// The file, or a folder on the way to it, is a link.
    #[error("it is a link to somewhere else")]
    Link,
    /// A folder, a FIFO, a device, a socket.
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    /// Larger than [`MAX_BYTES`].
    #[error("it is larger than 2 GiB ({0} bytes)")]
    TooLarge(u64),
}

impl OpenError {
    fn of_system(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Denied(error),
        }
    }
}

/// Opens a sound file that a person has named. Links are followed, but only to a regular file. Never waits for another
/// process, as opening a FIFO would.
///
/// # Errors
/// Any [`OpenError`] but [`OpenError::Link`].
pub fn open(path: &Path) -> Result<File, OpenError> {
    // Opening some devices has effects, so the type is checked before, ...
    check_file_type(&std::fs::metadata(path).map_err(OpenError::of_system)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path).map_err(OpenError::of_system)?;
    // ... and again after, because the name may stand for another file by now.
    check_file_type(&file.metadata().map_err(OpenError::of_system)?)?;
    Ok(file)
}

/// Opens a station's audio file. Nothing below the audio folder may be a link. If no file has this name, a name that
/// equals it in Unicode's composed form (NFC) is taken. Never waits for another process, as opening a FIFO would.
///
/// # Errors
/// Any [`OpenError`].
pub fn open_in(audio: &Path, name: &Path) -> Result<File, OpenError> {
    let name = resolve_name(audio, name);
    if first_symlink_beneath(audio, &name).is_some() {
        return Err(OpenError::Link);
    }
    let path = audio.join(&name);
    check_file_type(&std::fs::symlink_metadata(&path).map_err(OpenError::of_system)?)?;
    let file = open_beneath(audio, &name).map_err(OpenError::of_system)?;
    check_file_type(&file.metadata().map_err(OpenError::of_system)?)?;
    Ok(file)
}

/// Returns the metadata of a station's audio file; of a link on the way, those of the link itself.
#[must_use]
pub fn metadata_in(audio: &Path, name: &Path) -> Option<Metadata> {
    let name = resolve_name(audio, name);
    let path = first_symlink_beneath(audio, &name).unwrap_or_else(|| audio.join(&name));
    std::fs::symlink_metadata(path).ok()
}

/// Returns the name that a file has on the disk: each part is the same, or the same in NFC.
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

/// Refuses everything that is not a regular file, and files that are too large.
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
