//! Folders: made, with those above them, and synced.
use std::io;
use std::path::Path;

use super::create_modes::{CreateModes, GROUP_WRITABLE, OWNER_ONLY};
use super::system::{self, DirHandle};

/// Makes a folder that only its owner may enter, if it is missing.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] when the folder cannot be written to; other errors of the system.
pub fn create_private_dir(folder: &Path) -> io::Result<()> {
    create_dirs(folder, OWNER_ONLY)?;
    if system::is_writable_dir(folder) { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Makes the folder of `path`, and those above it.
///
/// # Errors
/// Errors of the system.
pub fn create_parent_dirs(path: &Path) -> io::Result<()> {
    create_dirs(path.parent().unwrap_or(Path::new(".")), GROUP_WRITABLE).map(|_| ())
}

/// Opens a folder. A missing one is made, with those above it, each synced in the one above.
///
/// # Errors
/// Errors of the system.
pub fn create_dirs(folder: &Path, modes: CreateModes) -> io::Result<DirHandle> {
    match DirHandle::open(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        held => return held,
    }
    let above = create_dirs(folder.parent().ok_or(io::ErrorKind::NotFound)?, modes)?;
    match folder.file_name() {
        Some(name) => above.create_subdir(name, modes.dir_mode),
        // `a/..` exists once `a` does.
        None => DirHandle::open(folder),
    }
}

/// Makes the names in the folder of `path` survive a power cut.
///
/// # Errors
/// Errors of the system.
pub fn sync_parent_dir(path: &Path) -> io::Result<()> {
    DirHandle::open(path.parent().unwrap_or(Path::new(".")))?.sync()
}
