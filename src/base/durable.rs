//! Files that outlive a power cut, and that are what they seem.
//!
//! A file is replaced so that a power cut leaves the old one or the new one, never something between. And the folders
//! of a station come on sticks and belong to people: a link, a pipe or another's file in the place of one of ours is
//! neither followed nor waited for nor given away. Each file is judged by the descriptor that is used, in a folder
//! that is held open, because a name that was looked at may stand for something else a moment later.
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

/// Which file this is.
///
/// # Errors
/// What the system says.
pub fn file_id(file: &File) -> io::Result<FileId> {
    system::file_id(file)
}

/// Puts `bytes` at `path`, which people may edit: temporary file, fsync, rename, fsync of the folder. Makes the folder
/// if need be.
///
/// # Errors
/// What the system says; the former file stands then, and the temporary one is removed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    AnchoredPath::resolve_or_create(path, GROUP_WRITABLE)?.replace(bytes, GROUP_WRITABLE)
}

/// The same for secrets: 0600 in folders of 0700, whatever the umask says.
///
/// # Errors
/// As [`replace`].
pub fn replace_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    AnchoredPath::resolve_or_create(path, OWNER_ONLY)?.replace(bytes, OWNER_ONLY)
}

/// Puts a file there without waiting until it would survive a power cut: see [`sync_files`] and [`sync_all_of`]. Gives
/// the descriptor that wrote it: the system tells it, and no other one for certain, when the bytes do not reach the
/// disk.
///
/// # Errors
/// What the system says; the temporary file is removed then.
pub fn write_unsynced(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let spot = match AnchoredPath::resolve(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => AnchoredPath::resolve_or_create(path, GROUP_WRITABLE)?,
        spot => spot?,
    };
    spot.write_temp_and_rename(GROUP_WRITABLE, &mut |file| file.write_all(bytes))
}

/// Copies a file to a new place where nothing may stand: temporary file, fsync, rename, fsync of the folder. `each`
/// sees the bytes that are written.
///
/// # Errors
/// What the system says, [`io::ErrorKind::AlreadyExists`] among it; nothing is left behind then.
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

/// Opens a file of our own for reading: no link, and nothing that could block whoever opens it.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is none; what the system says when it is not there.
pub fn open_nofollow(path: &Path) -> io::Result<File> {
    AnchoredPath::resolve(path)?.open_read()
}

/// Opens a file that holds a lock as long as it is open, or makes it. Whoever can open it can hold it: so nobody can
/// who may not write beside it.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when something else has its name; what the system says.
pub fn open_lock(path: &Path, dir_modes: CreateModes) -> io::Result<File> {
    AnchoredPath::resolve_or_create(path, dir_modes)?.open_lock(dir_modes)
}

/// Gives a file another name, in a folder that is made if need be.
///
/// # Errors
/// What the system says.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    AnchoredPath::resolve(from)?.rename(&AnchoredPath::resolve_or_create(to, GROUP_WRITABLE)?)
}

/// Takes a file away, durably. Nothing happens when it is not there.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match AnchoredPath::resolve(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        spot => spot?.remove(),
    }
}
