//! Files that survive a power cut, opened so that no link or pipe can stand in for them.
//!
//! A file is replaced so that a power cut leaves the old one or the new one, never a mixture. The folders of a station
//! come on USB sticks and belong to people: a link, a pipe or another user's file in the place of one of ours is not
//! followed, not waited for, and its owner is not changed. Each file is checked by the descriptor that is used, in a
//! folder that is held open, because a name that was checked may stand for another file a moment later.
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
pub use plain_file::{FileId, OpenMode};
pub use sync::{sync_file_system_of, sync_files};
pub use system::{DirHandle, open_regular};
pub use temp_files::remove_temp_files;

/// Returns the identity of an open file.
///
/// # Errors
/// Errors of the system.
pub fn file_id(file: &File) -> io::Result<FileId> {
    system::file_id(file)
}

/// Replaces the file at `path`, which people may edit: temporary file, fsync, rename, fsync of the folder. Makes the
/// folder if it is missing.
///
/// # Errors
/// Errors of the system; the old file stays then, and the temporary one is removed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    AnchoredPath::resolve_or_create(path, GROUP_WRITABLE)?.replace(bytes, GROUP_WRITABLE)
}

/// Replaces a file with secrets: 0600 in folders of 0700, whatever the umask.
///
/// # Errors
/// Errors of [`replace`].
pub fn replace_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    AnchoredPath::resolve_or_create(path, OWNER_ONLY)?.replace(bytes, OWNER_ONLY)
}

/// Replaces a file without waiting until it would survive a power cut: see [`sync_files`] and [`sync_file_system_of`].
/// Returns the descriptor that wrote it, because the system is certain to report on that one, and on no other, that the
/// bytes did not reach the disk.
///
/// # Errors
/// Errors of the system; the temporary file is removed then.
pub fn write_unsynced(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let spot = match AnchoredPath::resolve(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => AnchoredPath::resolve_or_create(path, GROUP_WRITABLE)?,
        spot => spot?,
    };
    spot.write_temp_and_rename(GROUP_WRITABLE, &mut |file| file.write_all(bytes))
}

/// Copies a file to a name that must be free: temporary file, fsync, rename, fsync of the folder. Calls `each` with the
/// bytes that are written.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when the name is taken; other errors of the system. The temporary file is removed
/// then.
pub fn copy_noreplace(from: &mut File, to: &Path, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let spot = AnchoredPath::resolve_or_create(to, GROUP_WRITABLE)?;
    let rename = |temp: &OsStr| spot.dir.rename_noreplace(temp, &spot.name);
    spot.write_temp_then(GROUP_WRITABLE, &mut |file| copy(from, file, each), &rename)?;
    spot.dir.sync()
}

fn copy(from: &mut File, to: &mut File, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let mut block = vec![0; 256 * 1024];
    loop {
        let n = match from.read(&mut block) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if n == 0 {
            return to.sync_all();
        }
        each(&block[..n]);
        to.write_all(&block[..n])?;
    }
}

/// Opens a regular file for reading. A link is not followed, and a pipe cannot block the caller.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is not a regular file; [`io::ErrorKind::NotFound`] when it is missing; other
/// errors of the system.
pub fn open_nofollow(path: &Path) -> io::Result<File> {
    AnchoredPath::resolve(path)?.open_read()
}

/// Opens the file that carries a lock, or makes it. A user who can open the file can hold the lock, so only users who
/// may write in its folder can open it.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when the name is not that of a regular file; other errors of the system.
pub fn open_lock(path: &Path, dir_modes: CreateModes) -> io::Result<File> {
    AnchoredPath::resolve_or_create(path, dir_modes)?.open_lock(dir_modes)
}

/// Renames a file. Makes the folder of the new name if it is missing.
///
/// # Errors
/// Errors of the system.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    AnchoredPath::resolve(from)?.rename(&AnchoredPath::resolve_or_create(to, GROUP_WRITABLE)?)
}

/// Removes a file durably. Does nothing when it is missing.
///
/// # Errors
/// Errors of the system.
pub fn remove(path: &Path) -> io::Result<()> {
    match AnchoredPath::resolve(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        spot => spot?.remove(),
    }
}
