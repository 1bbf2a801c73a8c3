//! A station's folder on the disk.
#[cfg(feature = "playout")]
mod index;
#[cfg(feature = "playout")]
mod shelf;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::durable;
use crate::schedule::SourceFile;
use crate::schedule::read::{MAX_BYTES, MAX_FILES};

#[cfg(feature = "playout")]
pub use shelf::{Shelf, library};

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
/// A playlist that cannot be read is among them, and is reported by the reader.
///
/// # Errors
/// See [`FolderError`].
pub fn read_sources(station: &Path) -> Result<Vec<SourceFile>, FolderError> {
    let settings = station.join("station.toml");
    let playlists = station.join("playlists");
    if !settings.exists() && !playlists.is_dir() {
        return Err(FolderError::NotAStation { path: station.to_owned() });
    }
    let text = if settings.exists() { bytes(&settings)? } else { Vec::new() };
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
        let path = format!("playlists/{name}");
        match bytes(&playlists.join(&name)) {
            Ok(bytes) => files.push(SourceFile::new(&path, &bytes)),
            // Gone since the folder was listed: an editor has put another in its place, which is seen the next time.
            Err(FolderError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => {}
            // One bad playlist stops no other; the reader tells of it.
            Err(e) => {
                let unreadable = Some(e.to_string());
                files.push(SourceFile { name: path, unreadable, ..SourceFile::default() });
            }
        }
    }
    Ok(files)
}

fn is_playlist(name: &str) -> bool {
    name.ends_with(".toml") && !name.starts_with(['.', '#', '~'])
}

fn bytes(path: &Path) -> Result<Vec<u8>, FolderError> {
    let mut bytes = Vec::new();
    // Opening a FIFO would wait for ever.
    let read = durable::open_regular(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| FolderError::Io { path: path.to_owned(), error })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::read;

    #[test]
    fn a_playlist_that_cannot_be_read_stops_no_other() {
        let station = tempfile::tempdir().expect("a folder");
        let playlists = station.path().join("playlists");
        fs::create_dir(&playlists).expect("playlists");
        let segment = "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 'a.mp3'\n";
        fs::write(playlists.join("b.toml"), segment).expect("a playlist");
        let mut files = read_sources(station.path()).expect("a station");
        files.push(SourceFile {
            name: "playlists/c.toml".to_owned(),
            unreadable: Some("no".to_owned()),
            ..SourceFile::default()
        });
        let reading = read(&files);
        assert_eq!(reading.problems.len(), 1);
        assert_eq!((reading.problems[0].code().as_str(), reading.problems[0].place.file), ("unreadable", 2));
        assert_eq!(reading.schedule.segments.len(), 1);
    }

    #[test]
    fn only_playlists_are_read() {
        let station = tempfile::tempdir().expect("a folder");
        let playlists = station.path().join("playlists");
        fs::create_dir_all(playlists.join("folder.toml")).expect("playlists");
        for name in ["b.toml", "a.toml", ".a.toml", "a.toml~", "#a.toml#", ".a.toml.swp", "a.txt"] {
            fs::write(playlists.join(name), "").expect("a file");
        }
        let files = read_sources(station.path()).expect("a station");
        let names: Vec<_> = files.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["station.toml", "playlists/a.toml", "playlists/b.toml"]);
    }
}
