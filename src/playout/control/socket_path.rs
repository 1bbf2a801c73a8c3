//! Paths of a station's control socket.
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::base::hash::sha256_hex;

/// Returns the folders in which a station's socket may lie, in the order of preference: the one that systemd made, the
/// user's own runtime folder, the system's, and otherwise one in the temporary folder.
pub(super) fn socket_folders() -> Vec<PathBuf> {
    let uid = rustix::process::getuid().as_raw();
    let from = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let mut folders = Vec::new();
    folders.extend(from("RUNTIME_DIRECTORY"));
    folders.extend(from("XDG_RUNTIME_DIR").map(|dir| dir.join("loa")));
    let [own, temporary] = user_socket_folders(uid);
    folders.extend([own, PathBuf::from("/run/loa"), temporary]);
    folders
}

/// Returns the folders that belong to this user by their names.
pub(super) fn user_socket_folders(uid: u32) -> [PathBuf; 2] {
    [PathBuf::from(format!("/run/user/{uid}/loa")), std::env::temp_dir().join(format!("loa-{uid}"))]
}

/// Returns the socket's names: one from a hash of the station's path, which itself may be too long for a socket, and
/// one from the lock in `airlog/`, by which a station is found whose folder was moved.
pub(super) fn socket_names(station: &Path) -> Vec<String> {
    let whole = fs::canonicalize(station).unwrap_or_else(|_| station.to_owned());
    let mut names = vec![format!("{}.sock", &sha256_hex(whole.as_os_str().as_bytes())[..16])];
    if let Some(lock) = lock_metadata(station) {
        names.push(format!("{:x}-{:x}.sock", lock.dev(), lock.ino()));
    }
    names
}

/// Returns the metadata of the station's lock. The daemon makes the lock, so its owner is the daemon's user.
pub(super) fn lock_metadata(station: &Path) -> Option<fs::Metadata> {
    fs::symlink_metadata(station.join("airlog/lock")).ok()
}

/// Makes the folder if need be, and closes it to other users.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] when the path is not a folder of this user; other I/O errors of the system.
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
