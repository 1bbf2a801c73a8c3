//! Files that survive a power cut and are never opened through a link or a pipe.
//!
//! After a power cut a replaced file has its old content or its new content, never a mixture. A station's folder may be
//! on a USB stick or belong to another user, so a link under one of our names is not followed, a pipe cannot block us,
//! and another user's file keeps its owner. Checks are made on open descriptors, in a folder that stays open, because a
//! checked name can lead to a different file a moment later.
mod anchored_path;
mod create_modes;
mod folders;
pub mod nofollow;
mod plain_file;
mod sync;
#[cfg_attr(unix, path = "durable/unix.rs")]
#[cfg_attr(not(unix), path = "durable/other.rs")]
mod system;
mod temp_files;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

pub use anchored_path::AnchoredPath;
pub use create_modes::{CreateModes, GROUP_WRITABLE, OWNER_ONLY, OWNER_WRITABLE};
pub use folders::{create_dirs, create_parent_dirs, create_private_dir, sync_parent_dir};
pub use plain_file::{FileId, LinkPolicy, OpenMode};
pub use sync::{sync_file_system_of, sync_files};
pub use system::{DirHandle, open_folder, open_regular};
pub use temp_files::remove_temp_files;

/// Returns the identity of an open file.
///
/// # Errors
/// If the metadata of the file cannot be read.
pub fn file_id(file: &File) -> io::Result<FileId> {
    system::file_id(file)
}

/// Replaces the file at `path`: temporary file, fsync, rename, fsync of the folder. The group can write to the new
/// file. Creates the folder if it is missing.
///
/// # Errors
/// If a system call fails. If it fails before the rename, the old file stays and the temporary file is removed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    AnchoredPath::resolve_or_create(path, GROUP_WRITABLE)?.replace(bytes, GROUP_WRITABLE)
}

/// Replaces a file with secrets: mode 0600, in folders with mode 0700.
///
/// # Errors
/// Same as [`replace`].
pub fn replace_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    AnchoredPath::resolve_or_create(path, OWNER_ONLY)?.replace(bytes, OWNER_ONLY)
}

/// Replaces a file without syncing it. Until [`sync_files`] or [`sync_file_system_of`] returns, a power cut can destroy
/// the file. Returns the descriptor that wrote the file, because only this descriptor is certain to report a later
/// write error.
///
/// # Errors
/// If a system call fails. The temporary file is then removed.
pub fn write_unsynced(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let target = match AnchoredPath::resolve(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => AnchoredPath::resolve_or_create(path, GROUP_WRITABLE)?,
        target => target?,
    };
    target.write_temp_and_rename(GROUP_WRITABLE, &mut |file| file.write_all(bytes))
}

/// Copies a file to a name that must not exist yet: temporary file, fsync, rename, fsync of the folder. Calls
/// `on_block` with each block of bytes before writing it.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if the name exists, or the error from a failed system call. The temporary file is
/// then removed.
pub fn copy_noreplace(from: &mut File, to: &Path, on_block: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let target = AnchoredPath::resolve_or_create(to, GROUP_WRITABLE)?;
    let rename = |temp: &OsStr| target.dir.rename_noreplace(temp, &target.name);
    target.write_temp_then(GROUP_WRITABLE, &mut |file| copy_and_sync(from, file, on_block), &rename)?;
    target.dir.sync()
}

fn copy_and_sync(from: &mut File, to: &mut File, on_block: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let mut block = vec![0; 256 * 1024];
    loop {
        let length = match from.read(&mut block) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            result => result?,
        };
        if length == 0 {
            return to.sync_all();
        }
        on_block(&block[..length]);
        to.write_all(&block[..length])?;
    }
}

/// Opens a regular file for reading. A link is not followed, and a pipe cannot block the caller.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] if it is not a regular file, [`io::ErrorKind::NotFound`] if it is missing, or the
/// error from a failed system call.
pub fn open_nofollow(path: &Path) -> io::Result<File> {
    AnchoredPath::resolve(path)?.open_read()
}

/// Opens a lock file, or creates it. Every user who can open the file can take the lock, so a new lock file gives
/// permissions only to users who may write in its folder.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] if it is not a regular file, or the error from a failed system call.
pub fn open_lock(path: &Path, dir_modes: CreateModes) -> io::Result<File> {
    AnchoredPath::resolve_or_create(path, dir_modes)?.open_lock(dir_modes)
}

/// Renames a file. Creates the folder of the new name if it is missing.
///
/// # Errors
/// If a system call fails.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    AnchoredPath::resolve(from)?.rename(&AnchoredPath::resolve_or_create(to, GROUP_WRITABLE)?)
}

/// Removes a file durably. Does nothing if it is missing.
///
/// # Errors
/// If a system call fails.
pub fn remove(path: &Path) -> io::Result<()> {
    match AnchoredPath::resolve(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        target => target?.remove(),
    }
}
