//! The location of a station's secret keys.
use std::io;
use std::path::{Path, PathBuf};

use crate::airlog::keys::key_folder;
use crate::airlog::lost_log::{KEY_LOCK, recorded_station_path, signed_origin};
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::durable;
use crate::base::file_lock::is_held;
use crate::base::state_dirs;

/// The location of the secret keys.
#[derive(Debug, Clone, Copy)]
pub enum KeyLocation<'a> {
    /// The state folder of this machine.
    StateFolder,
    /// This folder, with the keys of a demonstration. A log signed with such keys proves nothing.
    Folder(&'a Path),
}

impl KeyLocation<'_> {
    /// Opens the storage for the keys of the log in `airlog`, or of a new log if there is none.
    ///
    /// # Errors
    /// If the folder of the keys can be neither found nor created, or if its temporary files cannot be removed.
    pub fn open_storage<S: Storage>(self, airlog: &S) -> io::Result<FolderStorage> {
        let folder = match self {
            Self::Folder(folder) => folder.to_owned(),
            Self::StateFolder => {
                let name = signed_origin(airlog).as_deref().map(key_folder);
                let folder = state_dirs::find_or_create("keys", name.as_deref())?;
                // A power cut may have left a temporary file with a key that is in no log yet.
                durable::remove_temp_files(&folder.join(name.unwrap_or_default()))?;
                folder
            }
        };
        Ok(FolderStorage::for_secrets(folder))
    }
}

/// Returns the folder of the running station of which `station` is a copy; `None` if no such station is running, or if
/// it is `station` itself.
#[must_use]
pub fn folder_of_running_original(station: &Path) -> Option<PathBuf> {
    let name = key_folder(&signed_origin(&FolderStorage::new(station.join("airlog")))?);
    let folders = state_dirs::candidates().into_iter().map(|folder| folder.join("keys").join(&name));
    let running_folders = folders.filter(|folder| is_held(&folder.join(KEY_LOCK)));
    let own_path = station.canonicalize().ok();
    running_folders.filter_map(|folder| recorded_station_path(&folder)).find(|path| Some(path) != own_path.as_ref())
}
