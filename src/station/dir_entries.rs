//! The entries of `playlists/`, sorted into playlists and others.
use std::fs;
use std::io;
use std::path::Path;

use super::misnamed::{corrected_name, looks_like_playlist};
use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

/// Most names reported in one folder.
const MAX_REPORTED: usize = 50;

/// An entry of `playlists/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaylistDirEntry {
    /// A playlist.
    Playlist(String),
    /// A file that is not read although its name is almost that of a playlist.
    Misnamed(String),
    /// A folder.
    Folder(String),
    /// A pipe or a device with the name of a playlist.
    Special(String),
    /// A link whose target, the second text, is missing.
    Dangling(String, String),
    /// A name that is not UTF-8, made printable.
    NotUtf8(String),
}

impl PlaylistDirEntry {
    /// Returns the name, when it is that of a playlist.
    #[must_use]
    pub fn playlist_name(&self) -> Option<&str> {
        if let Self::Playlist(name) = self { Some(name) } else { None }
    }

    /// Returns its path, the finding, the hint, and whether it is an error; `None` for a playlist.
    #[must_use]
    pub fn into_finding(self) -> Option<(String, Finding, Hint, bool)> {
        let path = |name: &str| format!("playlists/{name}");
        Some(match self {
            Self::Playlist(_) => return None,
            Self::Misnamed(name) => {
                let (file, name) = (path(&name), corrected_name(&name));
                (file.clone(), Finding::IgnoredName { file }, Hint::RenameTo { name }, false)
            }
            Self::Folder(name) => {
                let file = path(&name);
                (file.clone(), Finding::IgnoredFolder { file }, Hint::MoveUp, false)
            }
            Self::Special(name) => {
                let file = path(&name);
                (file.clone(), Finding::IgnoredSpecial { file }, Hint::RemoveIt, false)
            }
            Self::Dangling(name, target) => {
                let file = path(&name);
                (file.clone(), Finding::DanglingLink { file, target }, Hint::PlugIn, true)
            }
            Self::NotUtf8(name) => {
                let file = path(&name);
                (file.clone(), Finding::OddName { file }, Hint::RenameFile, false)
            }
        })
    }
}

/// Lists `playlists/`, ordered by name; empty when there is no such folder.
pub fn playlists(folder: &Path) -> io::Result<Vec<PlaylistDirEntry>> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    let mut reported = 0;
    for entry in entries {
        let entry = entry?;
        let Some(kind) = classify(&entry) else { continue };
        if kind.playlist_name().is_none() {
            reported += 1;
        }
        if kind.playlist_name().is_some() || reported <= MAX_REPORTED {
            found.push((entry.file_name(), kind));
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(found.into_iter().map(|(_, kind)| kind).collect())
}

fn classify(entry: &fs::DirEntry) -> Option<PlaylistDirEntry> {
    let name = entry.file_name();
    let Some(name) = name.to_str() else {
        return Some(PlaylistDirEntry::NotUtf8(name.to_string_lossy().into_owned()));
    };
    if name.starts_with(['.', '#', '~']) {
        return None;
    }
    let (name, path) = (name.to_owned(), entry.path());
    let own = entry.file_type().ok()?;
    let meta = match fs::metadata(&path) {
        Ok(meta) => meta,
        Err(_) if own.is_symlink() => {
            let target = fs::read_link(&path).map_or_else(|_| "?".to_owned(), |to| to.display().to_string());
            return Some(PlaylistDirEntry::Dangling(name, target));
        }
        // Gone since the folder was listed.
        Err(_) => return None,
    };
    if meta.is_dir() {
        Some(PlaylistDirEntry::Folder(name))
    } else if name.ends_with(".toml") {
        Some(if meta.is_file() { PlaylistDirEntry::Playlist(name) } else { PlaylistDirEntry::Special(name) })
    } else {
        looks_like_playlist(&name).then_some(PlaylistDirEntry::Misnamed(name))
    }
}

/// Returns the target of a link when nothing is there.
#[must_use]
pub fn dangling_target(path: &Path) -> Option<String> {
    let target = fs::read_link(path).ok()?;
    path.metadata().is_err().then(|| target.display().to_string())
}
