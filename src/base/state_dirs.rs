//! Folders for state that must not be copied with a station's folder: keys, and the records of a department.
use std::io;
use std::path::PathBuf;

/// Returns the folders that can hold the state, in order of preference: the folder that systemd created, the user's
/// state folder (XDG base directories), the system's folder.
#[must_use]
pub fn candidates() -> Vec<PathBuf> {
    let folder_from_env = |name: &str| {
        let value = std::env::var_os(name).filter(|v| !v.is_empty())?;
        // systemd can list several folders, separated by `:`. The first is used.
        let first_folder = value.to_str().and_then(|v| v.split(':').next()).map(PathBuf::from);
        first_folder.or(Some(PathBuf::from(value))).filter(|path| path.is_absolute())
    };
    let mut folders = Vec::new();
    folders.extend(folder_from_env("STATE_DIRECTORY"));
    folders.extend(folder_from_env("XDG_STATE_HOME").map(|dir| dir.join("loa")));
    folders.extend(folder_from_env("HOME").map(|dir| dir.join(".local/state/loa")));
    folders.push(PathBuf::from("/var/lib/loa"));
    // `STATE_DIRECTORY` may be `/var/lib/loa`, and `XDG_STATE_HOME` may have its default value: drop duplicates.
    let mut known_folders = std::collections::HashSet::new();
    folders.retain(|folder| known_folders.insert(folder.clone()));
    folders
}

/// Returns the folder of this kind (`keys`, `witness`) that contains `name`, or else the first one that can be created.
///
/// # Errors
/// The error from the last candidate, if none can be created.
pub fn find_or_create(kind: &str, name: Option<&str>) -> io::Result<PathBuf> {
    let folders: Vec<PathBuf> = candidates().into_iter().map(|folder| folder.join(kind)).collect();
    if let Some(name) = name
        && let Some(folder_with_name) = folders.iter().find(|folder| folder.join(name).exists())
    {
        return Ok(folder_with_name.clone());
    }
    let mut last_error = io::Error::from(io::ErrorKind::NotFound);
    for folder in folders {
        match crate::base::durable::create_private_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(e) => last_error = e,
        }
    }
    Err(last_error)
}
