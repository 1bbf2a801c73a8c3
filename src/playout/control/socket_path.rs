//! The paths of a station's control socket.
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::base::hash::sha256_hex;

/// Returns the folders that can contain a station's socket, in order of preference: the runtime folder of the systemd
/// service, the user's runtime folder, the system's runtime folder, and a folder in the temporary folder.
pub(super) fn socket_folders() -> Vec<PathBuf> {
    let uid = rustix::process::getuid().as_raw();
    let path_variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let mut folders = Vec::new();
    folders.extend(path_variable("RUNTIME_DIRECTORY"));
    folders.extend(path_variable("XDG_RUNTIME_DIR").map(|dir| dir.join("loa")));
    let [runtime, temporary] = user_socket_folders(uid);
    folders.extend([runtime, PathBuf::from("/run/loa"), temporary]);
    folders
}

/// Returns the two folders whose names contain this user's ID: one for runtime files, one for temporary files.
pub(super) fn user_socket_folders(uid: u32) -> [PathBuf; 2] {
    [PathBuf::from(format!("/run/user/{uid}/loa")), std::env::temp_dir().join(format!("loa-{uid}"))]
}

/// Returns the socket's file names. The first is a hash of the station's path, because the path can be too long for a
/// socket. The second is the identity of the lock file in `airlog/`, which stays the same when the folder is moved.
pub(super) fn socket_names(station: &Path) -> Vec<String> {
    let absolute_path = fs::canonicalize(station).unwrap_or_else(|_| station.to_owned());
    let mut names = vec![format!("{}.sock", &sha256_hex(absolute_path.as_os_str().as_bytes())[..16])];
    if let Some(lock) = lock_metadata(station) {
        names.push(format!("{:x}-{:x}.sock", lock.dev(), lock.ino()));
    }
    names
}

/// Returns the metadata of the station's lock file. The daemon creates that file, so its owner is the daemon's user.
pub(super) fn lock_metadata(station: &Path) -> Option<fs::Metadata> {
    fs::symlink_metadata(station.join("airlog/lock")).ok()
}

/// Creates the folder if it is missing, and denies other users access to it.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] if the path is not a folder of this user; other I/O errors from the system.
pub(super) fn make_private_folder(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    let meta = fs::symlink_metadata(folder)?;
    if !meta.is_dir() || meta.uid() != rustix::process::getuid().as_raw() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}
