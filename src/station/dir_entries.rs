//! Classifies the entries of `playlists/`: playlists and other files.
use std::fs;
use std::io;
use std::path::Path;

use super::misnamed::{corrected_name, looks_like_playlist};
use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

/// The maximum number of entries, other than playlists, that are reported.
const MAX_REPORTED_ENTRIES: usize = 50;

/// An entry of `playlists/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaylistDirEntry {
    /// A playlist.
    Playlist(String),
    /// A file whose name is almost the name of a playlist. It is not read.
    Misnamed(String),
    /// A folder.
    Folder(String),
    /// A pipe or a device with a name that ends in `.toml`.
    Special(String),
    /// A link with a missing target: the name of the link, and the target.
    Dangling(String, String),
    /// A name that is not UTF-8, made printable.
    NotUtf8(String),
}

impl PlaylistDirEntry {
    /// Returns the name if the entry is a playlist.
    #[must_use]
    pub fn playlist_name(&self) -> Option<&str> {
        if let Self::Playlist(name) = self { Some(name) } else { None }
    }

    /// Returns the path of the entry, the finding, the hint, and whether the finding is an error; `None` for a
    /// playlist.
    #[must_use]
    pub fn into_finding(self) -> Option<(String, Finding, Hint, bool)> {
        let path_of = |name: &str| format!("playlists/{name}");
        Some(match self {
            Self::Playlist(_) => return None,
            Self::Misnamed(name) => {
                let (file, name) = (path_of(&name), corrected_name(&name));
                (file.clone(), Finding::IgnoredName { file }, Hint::RenameTo { name }, false)
            }
            Self::Folder(name) => {
                let file = path_of(&name);
                (file.clone(), Finding::IgnoredFolder { file }, Hint::MoveUp, false)
            }
            Self::Special(name) => {
                let file = path_of(&name);
                (file.clone(), Finding::IgnoredSpecial { file }, Hint::RemoveIt, false)
            }
            Self::Dangling(name, target) => {
                let file = path_of(&name);
                (file.clone(), Finding::DanglingLink { file, target }, Hint::PlugIn, true)
            }
            Self::NotUtf8(name) => {
                let file = path_of(&name);
                (file.clone(), Finding::NameNotUtf8 { file }, Hint::RenameFile, false)
            }
        })
    }
}

/// Lists the entries of `playlists/`, ordered by name. The list is empty when the folder does not exist.
pub fn list_entries(folder: &Path) -> io::Result<Vec<PlaylistDirEntry>> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut named_entries = Vec::new();
    let mut non_playlist_count = 0;
    for entry in entries {
        let entry = entry?;
        let Some(dir_entry) = classify(&entry) else { continue };
        if dir_entry.playlist_name().is_none() {
            non_playlist_count += 1;
        }
        if dir_entry.playlist_name().is_some() || non_playlist_count <= MAX_REPORTED_ENTRIES {
            named_entries.push((entry.file_name(), dir_entry));
        }
    }
    named_entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(named_entries.into_iter().map(|(_, dir_entry)| dir_entry).collect())
}

/// Classifies an entry; `None` for hidden files, editor backups, and files whose names do not look like a playlist's.
fn classify(entry: &fs::DirEntry) -> Option<PlaylistDirEntry> {
    let name = entry.file_name();
    let Some(name) = name.to_str() else {
        return Some(PlaylistDirEntry::NotUtf8(name.to_string_lossy().into_owned()));
    };
    if name.starts_with(['.', '#', '~']) {
        return None;
    }
    let (name, path) = (name.to_owned(), entry.path());
    let file_type = entry.file_type().ok()?;
    let meta = match fs::metadata(&path) {
        Ok(meta) => meta,
        Err(_) if file_type.is_symlink() => {
            let target = fs::read_link(&path).map_or_else(|_| "?".to_owned(), |target| target.display().to_string());
            return Some(PlaylistDirEntry::Dangling(name, target));
        }
        // The entry disappeared after the folder was listed.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        // Reading the playlist reports why it cannot be read.
        Err(_) => return name.ends_with(".toml").then_some(PlaylistDirEntry::Playlist(name)),
    };
    if meta.is_dir() {
        Some(PlaylistDirEntry::Folder(name))
    } else if name.ends_with(".toml") {
        Some(if meta.is_file() { PlaylistDirEntry::Playlist(name) } else { PlaylistDirEntry::Special(name) })
    } else {
        looks_like_playlist(&name).then_some(PlaylistDirEntry::Misnamed(name))
    }
}

/// Returns the target of a link if the target does not exist.
#[must_use]
pub fn dangling_target(path: &Path) -> Option<String> {
    let target = fs::read_link(path).ok()?;
    path.metadata().is_err().then(|| target.display().to_string())
}
