//! Creates folders durably, together with their parent folders.
use std::io;
use std::path::Path;

use super::create_modes::{CreateModes, GROUP_WRITABLE, OWNER_ONLY};
use super::system::{self, DirHandle};

/// Creates a folder that only its owner may enter, if it is missing.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] if the folder is not writable, or the error from a failed system call.
pub fn create_private_dir(folder: &Path) -> io::Result<()> {
    create_dirs(folder, OWNER_ONLY)?;
    if system::is_writable_dir(folder) { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Creates the folder that contains `path`, and the parents of that folder, if they are missing.
///
/// # Errors
/// If a system call fails.
pub fn create_parent_dirs(path: &Path) -> io::Result<()> {
    create_dirs(path.parent().unwrap_or(Path::new(".")), GROUP_WRITABLE).map(|_| ())
}

/// Opens a folder. Creates it and its parent folders if they are missing, and syncs the parent of each new folder.
///
/// # Errors
/// If a system call fails.
pub fn create_dirs(folder: &Path, modes: CreateModes) -> io::Result<DirHandle> {
    match DirHandle::open(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        result => return result,
    }
    let parent_dir = create_dirs(folder.parent().ok_or(io::ErrorKind::NotFound)?, modes)?;
    match folder.file_name() {
        Some(name) => parent_dir.create_subdir(name, modes.dir_mode),
        // A path that ends in `..` has no name: it exists as soon as its parent does.
        None => DirHandle::open(folder),
    }
}

/// Syncs the folder that contains `path`, so that the names in it survive a power cut.
///
/// # Errors
/// If a system call fails.
pub fn sync_parent_dir(path: &Path) -> io::Result<()> {
    DirHandle::open(path.parent().unwrap_or(Path::new(".")))?.sync()
}
