//! A station's folder on the disk.
//!
//! `playlists` and `audio` can be links to a different disk. The files inside them must not be links, because through a
//! link any file of the user could become part of the station, and the next export would publish it.
mod dir_entries;
#[cfg(feature = "playout")]
mod disk_checks;
#[cfg(feature = "playout")]
mod library_cache;
mod misnamed;
#[cfg(feature = "playout")]
mod scan_cache;
#[cfg(feature = "playout")]
mod scan_time;
pub mod suspect;
#[cfg(feature = "playout")]
pub mod undo;
#[cfg(feature = "playout")]
mod unused_audio;
pub mod wav;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::base::durable::nofollow::open_nofollow;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::read::{MAX_BYTES, MAX_PLAYLISTS};
use crate::schedule::settings::Station;
use crate::schedule::{Seniority, SourceFile, read_station};
use crate::text::problem::Hint;
use dir_entries::PlaylistDirEntry;

#[cfg(feature = "playout")]
pub use disk_checks::{add_disk_findings, copy_over_log_command};
#[cfg(feature = "playout")]
pub use library_cache::{LibraryCache, load_library};
#[cfg(feature = "playout")]
pub use scan_time::ScanTime;
#[cfg(feature = "playout")]
pub use unused_audio::unused_audio;

/// The reason why a folder is not a station, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder has neither `station.toml` nor `playlists/`.
    #[error("{path} has neither station.toml nor playlists/")]
    NotAStation {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder cannot be read.
    #[error("{path}: {error}")]
    Io {
        /// The path of the file or folder.
        path: PathBuf,
        /// The error from the system.
        error: io::Error,
    },
}

/// The files found in a station's folder.
#[derive(Debug, Clone, Default)]
pub struct StationFiles {
    /// `station.toml` (empty when missing) and `playlists/*.toml`, ordered by name. Playlists that cannot be read are
    /// included; the reader of the schedule reports them.
    pub files: Vec<SourceFile>,
    /// The files and folders that are not read; their text is empty.
    pub ignored: Vec<SourceFile>,
    /// The problems with names and folders; their spans refer to [`StationFiles::all_files`].
    pub problems: Vec<Problem>,
    /// True when the folder has a `station.toml`.
    pub has_settings: bool,
}

impl StationFiles {
    /// Returns all files to which the problems can refer: first [`StationFiles::files`], then
    /// [`StationFiles::ignored`].
    #[must_use]
    pub fn all_files(&self) -> Vec<SourceFile> {
        self.files.iter().chain(&self.ignored).cloned().collect()
    }
}

/// Reads the files of a station's schedule; see [`read_folder`].
///
/// # Errors
/// `FolderError::NotAStation` when the folder has neither `station.toml` nor `playlists/`; `FolderError::Io` when
/// `station.toml` or the list of playlists cannot be read.
pub fn read_sources(station: &Path) -> Result<Vec<SourceFile>, FolderError> {
    Ok(read_folder(station)?.files)
}

/// Returns the settings of a station without reading its playlists; `None` when the folder is not a station, or
/// `station.toml` cannot be read.
#[must_use]
pub fn read_settings_only(station: &Path) -> Option<Station> {
    let settings_path = station.join("station.toml");
    if settings_path.symlink_metadata().is_err() {
        return station.join("playlists").symlink_metadata().is_ok().then(Station::default);
    }
    Some(read_station(&[read_settings(&settings_path).ok()?]))
}

/// Reads `station.toml` and `playlists/*.toml`. Reports ignored names that were probably meant as playlists. Hidden
/// files and the leftovers of editors are ignored silently. If a file is too large, only enough of it is read to report
/// that.
///
/// # Errors
/// `FolderError::NotAStation` when the folder has neither `station.toml` nor `playlists/`; `FolderError::Io` when
/// `station.toml` or the list of playlists cannot be read.
pub fn read_folder(station: &Path) -> Result<StationFiles, FolderError> {
    let settings_path = station.join("station.toml");
    let playlists = station.join("playlists");
    // A name whose metadata cannot be read counts as present. Reading it then reports the error.
    let is_present =
        |path: &Path| !matches!(path.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound);
    let has_settings = is_present(&settings_path);
    if !has_settings && !is_present(&playlists) {
        return Err(FolderError::NotAStation { path: station.to_owned() });
    }
    let mut station_files = StationFiles { has_settings, ..StationFiles::default() };
    station_files.files.push(if has_settings {
        read_settings(&settings_path)?
    } else {
        SourceFile::new("station.toml", b"")
    });
    let entries =
        dir_entries::list_entries(&playlists).map_err(|error| FolderError::Io { path: playlists.clone(), error })?;
    station_files.read_playlists(&playlists, &entries);
    for entry in entries {
        if let Some((name, finding, hint, is_error)) = entry.into_finding() {
            station_files.report_ignored(&name, finding, hint, is_error);
        }
    }
    if let Some(target) = dir_entries::dangling_target(&playlists) {
        let finding = Finding::FolderUnavailable { folder: "playlists".to_owned(), target };
        station_files.report_ignored("playlists", finding, Hint::PlugIn, true);
    }
    for name in misnamed::misnamed_settings(station) {
        let (finding, hint) =
            (Finding::SettingsName { file: name.clone() }, Hint::RenameTo { name: "station.toml".to_owned() });
        station_files.report_ignored(&name, finding, hint, !has_settings);
    }
    station_files.report_empty_playlists();
    Ok(station_files)
}

impl StationFiles {
    /// Marks the files from which the schedule in force was made. Of identical playlists, they are the originals.
    pub fn mark_in_force(&mut self, in_force: &[SourceFile]) {
        for file in &mut self.files {
            file.seniority.is_in_force = in_force.iter().any(|old| old.name == file.name);
        }
    }

    fn read_playlists(&mut self, folder: &Path, entries: &[PlaylistDirEntry]) {
        // One file more than the limit is read, so that the reader of the schedule reports that there are too many.
        for name in entries.iter().filter_map(PlaylistDirEntry::playlist_name).take(MAX_PLAYLISTS + 1) {
            let path = format!("playlists/{name}");
            match read_source(&folder.join(name), &path) {
                Ok(file) => self.files.push(file),
                // The file disappeared after the folder was listed, probably because an editor is replacing it. The
                // next read finds the new file.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // The other playlists are still read. The reader reports the unreadable one.
                Err(error) => {
                    let read_error = Some(format!("{}: {error}", folder.join(name).display()));
                    self.files.push(SourceFile { name: path, read_error, ..SourceFile::default() });
                }
            }
        }
    }

    /// Reports a file or folder that is not read, and adds it to the ignored files.
    fn report_ignored(&mut self, name: &str, finding: Finding, hint: Hint, is_error: bool) {
        let span = SourceSpan::start_of(self.files.len() + self.ignored.len());
        self.ignored.push(SourceFile::new(name, b""));
        let new_problem = if is_error { Problem::error } else { Problem::warning };
        self.problems.push(new_problem(span, finding, hint));
    }

    fn report_empty_playlists(&mut self) {
        for (file_index, source) in self.files.iter().enumerate().skip(1) {
            if source.read_error.is_none()
                && source.link_target.is_none()
                && source.is_blank()
                && !source.text.contains('\0')
            {
                let finding = Finding::EmptyPlaylist { file: source.name.clone() };
                self.problems.push(Problem::warning(SourceSpan::start_of(file_index), finding, Hint::RemoveIt));
            }
        }
    }
}

/// Reads `station.toml`. A link is not followed; the reader of the schedule reports it.
fn read_settings(path: &Path) -> Result<SourceFile, FolderError> {
    read_source(path, "station.toml").map_err(|error| FolderError::Io { path: path.to_owned(), error })
}

/// Reads a file. A link is not followed; its target is recorded instead. `name` is the path in the station's folder.
fn read_source(path: &Path, name: &str) -> io::Result<SourceFile> {
    if let Ok(target) = fs::read_link(path) {
        let target = path.canonicalize().unwrap_or(target).to_string_lossy().into_owned();
        return Ok(SourceFile { name: name.to_owned(), link_target: Some(target), ..SourceFile::default() });
    }
    let mut bytes = Vec::new();
    let file = open_nofollow(path)?;
    let modified_at = file.metadata().and_then(|metadata| metadata.modified()).ok();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    let seniority = Seniority { is_in_force: false, modified_at };
    Ok(SourceFile { seniority, ..SourceFile::new(name, &bytes) })
}

#[cfg(test)]
mod tests;
