//! A station's folder on the disk.
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::library::{Library, scan};
use crate::schedule::read::{MAX_BYTES, MAX_FILES};
use crate::schedule::{Schedule, SourceFile};

/// Why a folder is no station, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It has neither `station.toml` nor `playlists/`.
    #[error("{path} has neither station.toml nor playlists/")]
    NotAStation {
        /// The folder.
        path: PathBuf,
    },
    /// The system says no.
    #[error("{path}: {error}")]
    Io {
        /// What was being read.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Reads `station.toml` (empty when there is none) and `playlists/*.toml` in the order of their names. Hidden files
/// and what editors leave behind are passed over; of a file that is too large only its beginning is read, enough to
/// say so.
///
/// # Errors
/// See [`FolderError`].
pub fn read_sources(station: &Path) -> Result<Vec<SourceFile>, FolderError> {
    let settings = station.join("station.toml");
    let playlists = station.join("playlists");
    if !settings.is_file() && !playlists.is_dir() {
        return Err(FolderError::NotAStation { path: station.to_owned() });
    }
    let text = if settings.is_file() { bytes(&settings)? } else { Vec::new() };
    let mut files = vec![SourceFile::new("station.toml", &text)];
    let mut names: Vec<String> = Vec::new();
    let failed = |error| FolderError::Io { path: playlists.clone(), error };
    match fs::read_dir(&playlists) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(failed(e)),
        Ok(entries) => {
            for entry in entries {
                let entry = entry.map_err(failed)?;
                if let Some(name) = entry.file_name().to_str()
                    && is_playlist(name)
                    && fs::metadata(entry.path()).is_ok_and(|meta| meta.is_file())
                {
                    names.push(name.to_owned());
                }
            }
        }
    }
    names.sort();
    // One more than may be: the reader says that they are too many.
    for name in names.into_iter().take(MAX_FILES + 1) {
        let bytes = bytes(&playlists.join(&name))?;
        files.push(SourceFile::new(&format!("playlists/{name}"), &bytes));
    }
    Ok(files)
}

fn is_playlist(name: &str) -> bool {
    name.ends_with(".toml") && !name.starts_with(['.', '#', '~'])
}

fn bytes(path: &Path) -> Result<Vec<u8>, FolderError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| FolderError::Io { path: path.to_owned(), error })?;
    Ok(bytes)
}

/// Looks at the audio files that a schedule names. What `previous` knows of files that are gone is kept.
#[must_use]
pub fn library(station: &Path, schedule: &Schedule, previous: &Library) -> Library {
    let files = schedule.segments.iter().map(|segment| segment.file.as_str());
    scan::scan_library(&station.join("audio"), files, previous)
}
