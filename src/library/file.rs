//! Opens audio files. A name may lead to anything, but a FIFO must not block the station, and a device must not be
//! read.
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
    /// The system refuses to open the file.
    #[error("it cannot be opened: {0}")]
    Denied(#[source] io::Error),
    /// The file, or a folder in its path, is a link.
    #[error("it is a link to somewhere else")]
    Link,
    /// The path leads to a folder, a FIFO, a device or a socket.
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    /// The file is larger than [`MAX_BYTES`]; the value is its size in bytes.
    #[error("it is larger than 2 GiB ({0} bytes)")]
    TooLarge(u64),
}

impl OpenError {
    fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Denied(error),
        }
    }
}

/// Opens an audio file that a user has named. Links are followed, but only to a regular file. Never waits for another
/// process, as opening a FIFO would.
///
/// # Errors
/// Every [`OpenError`] except [`OpenError::Link`].
pub fn open(path: &Path) -> Result<File, OpenError> {
    // Opening some devices has side effects, so check the type before opening the file.
    check_type_and_size(&std::fs::metadata(path).map_err(OpenError::from_io)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path).map_err(OpenError::from_io)?;
    // Check the type again, because the name may now lead to a different file.
    check_type_and_size(&file.metadata().map_err(OpenError::from_io)?)?;
    Ok(file)
}

/// Opens a station's audio file. Neither the file nor a folder on its path below the audio folder may be a link. If no
/// file has exactly this name, a file whose name is the same in Unicode's composed form (NFC) is opened. Never waits
/// for another process, as opening a FIFO would.
///
/// # Errors
/// Any [`OpenError`].
pub fn open_in(audio: &Path, name: &Path) -> Result<File, OpenError> {
    let name = resolve_name(audio, name);
    if first_symlink_beneath(audio, &name).is_some() {
        return Err(OpenError::Link);
    }
    let path = audio.join(&name);
    check_type_and_size(&std::fs::symlink_metadata(&path).map_err(OpenError::from_io)?)?;
    let file = open_beneath(audio, &name).map_err(OpenError::from_io)?;
    check_type_and_size(&file.metadata().map_err(OpenError::from_io)?)?;
    Ok(file)
}

/// Returns the metadata of a station's audio file, or of the first link in its path; `None` if it cannot be read.
#[must_use]
pub fn metadata_in(audio: &Path, name: &Path) -> Option<Metadata> {
    let name = resolve_name(audio, name);
    let path = first_symlink_beneath(audio, &name).unwrap_or_else(|| audio.join(&name));
    std::fs::symlink_metadata(path).ok()
}

/// Returns the name that a file has on the disk: each component equals that of `name`, or has the same NFC. Returns
/// `name` if no file matches.
fn resolve_name(audio: &Path, name: &Path) -> PathBuf {
    if audio.join(name).symlink_metadata().is_ok() {
        return name.to_owned();
    }
    let to_nfc = |component: &OsStr| component.to_str().map(|text| text.nfc().collect::<String>());
    let mut resolved = PathBuf::new();
    for component in name.components() {
        let component = component.as_os_str();
        if audio.join(&resolved).join(component).symlink_metadata().is_ok() {
            resolved.push(component);
            continue;
        }
        let nfc_name = to_nfc(component);
        let entries = std::fs::read_dir(audio.join(&resolved)).into_iter().flatten().flatten();
        let entry_names = entries.map(|entry| entry.file_name());
        match entry_names.filter(|entry_name| nfc_name.is_some() && to_nfc(entry_name) == nfc_name).min() {
            Some(entry_name) => resolved.push(entry_name),
            None => return name.to_owned(),
        }
    }
    resolved
}

/// Returns an error for a file that is not regular, and for a file that is too large.
fn check_type_and_size(metadata: &Metadata) -> Result<(), OpenError> {
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
