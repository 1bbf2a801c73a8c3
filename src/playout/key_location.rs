//! Locations of a station's secret keys.
use std::io;
use std::path::Path;

use crate::airlog::files::CHECKPOINT;
use crate::airlog::keys::key_folder;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::durable;
use crate::base::state_dirs;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE, Note};

/// Where the secret keys are.
#[derive(Debug, Clone, Copy)]
pub enum KeyLocation<'a> {
    /// In this machine's state folder.
    StateFolder,
    /// In this folder: keys of a demonstration, which nobody has reason to believe.
    Folder(&'a Path),
}

impl KeyLocation<'_> {
    /// Opens the storage that has the keys of this log, or will have those of a new one.
    ///
    /// # Errors
    /// An I/O error when the folder can be neither found nor made, or when its temporary files cannot be removed.
    pub fn open_storage<S: Storage>(self, airlog: &S) -> io::Result<FolderStorage> {
        let folder = match self {
            Self::Folder(folder) => folder.to_owned(),
            Self::StateFolder => {
                let name = signed_origin(airlog).as_deref().map(key_folder);
                let folder = state_dirs::find_or_create("keys", name.as_deref())?;
                // A power cut may have left a key there that was never announced.
                durable::remove_temp_files(&folder.join(name.unwrap_or_default()))?;
                folder
            }
        };
        Ok(FolderStorage::for_secrets(folder))
    }
}

/// Returns the origin that the signed head in `airlog` names; `None` without a readable head.
pub(super) fn signed_origin<S: Storage>(airlog: &S) -> Option<String> {
    let head = airlog.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten()?;
    Some(Checkpoint::parse(&Note::parse(&head)?.text)?.origin)
}
