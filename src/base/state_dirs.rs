//! Folders for state that must not travel with a station's folder: keys, and the records of a department.
use std::io;
use std::path::PathBuf;

/// Returns the folders that may hold the state, in order of preference: the folder that systemd made, the user's state
/// folder (XDG base directories), the system's folder.
#[must_use]
pub fn candidates() -> Vec<PathBuf> {
    let from = |name: &str| {
        let value = std::env::var_os(name).filter(|v| !v.is_empty())?;
        // systemd may name several folders, separated by `:`; the first is ours.
        let first = value.to_str().and_then(|v| v.split(':').next()).map(PathBuf::from);
        first.or(Some(PathBuf::from(value))).filter(|path| path.is_absolute())
    };
    let mut folders = Vec::new();
    folders.extend(from("STATE_DIRECTORY"));
    folders.extend(from("XDG_STATE_HOME").map(|dir| dir.join("loa")));
    folders.extend(from("HOME").map(|dir| dir.join(".local/state/loa")));
    folders.push(PathBuf::from("/var/lib/loa"));
    // systemd may name the last folder, and `XDG_STATE_HOME` may be set to its default: drop duplicates.
    let mut named = std::collections::HashSet::new();
    folders.retain(|folder| named.insert(folder.clone()));
    folders
}

/// Returns the folder of this kind (`keys`, `witness`) that holds `name`; else the first folder that can be made.
///
/// # Errors
/// The error of the last folder when none can be made.
pub fn find_or_create(kind: &str, name: Option<&str>) -> io::Result<PathBuf> {
    let folders: Vec<PathBuf> = candidates().into_iter().map(|folder| folder.join(kind)).collect();
    if let Some(name) = name
        && let Some(found) = folders.iter().find(|folder| folder.join(name).exists())
    {
        return Ok(found.clone());
    }
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for folder in folders {
        match crate::base::durable::create_private_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(e) => last = e,
        }
    }
    Err(last)
}
