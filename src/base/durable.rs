//! Files that outlive a power cut, and that are what they seem.
//!
//! A file is replaced so that a power cut leaves the old one or the new one, never something between. And the folders
//! of a station come on sticks and belong to people: a link, a pipe or another's file in the place of one of ours is
//! neither followed nor waited for nor given away. Each file is judged by the descriptor that is used, in a folder
//! that is held open, because a name that was looked at may stand for something else a moment later.
mod anchored_path;
pub mod nofollow;
#[cfg_attr(unix, path = "durable/unix.rs")]
#[cfg_attr(not(unix), path = "durable/other.rs")]
mod system;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

pub use anchored_path::AnchoredPath;
pub use system::{DirHandle, open_regular};

/// How the names of temporary files begin.
const TEMP_PREFIX: &str = ".loa-";

/// The rights that folders and files are made with; the umask may take more away, and gives none back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateModes {
    dir_mode: u32,
    file_mode: u32,
}

/// What only the station writes, and everybody may read.
pub const OWNER_WRITABLE: CreateModes = CreateModes { dir_mode: 0o755, file_mode: 0o644 };
/// What the people of one group may write, if the umask lets them: playlists, exports, a department's store.
pub const GROUP_WRITABLE: CreateModes = CreateModes { dir_mode: 0o775, file_mode: 0o664 };
/// Secrets: 0600 in folders of 0700.
pub const OWNER_ONLY: CreateModes = CreateModes { dir_mode: 0o700, file_mode: 0o600 };

/// Which file or folder it is, however it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FileId {
    /// The file system.
    pub device: u64,
    /// The file's number in it.
    pub inode: u64,
}

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// To be read.
    Read,
    /// To be added to.
    Append,
    /// To be read and written over.
    Write,
}

fn not_plain_file_error() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file of its own (a link, a pipe, a device or a folder)")
}

fn not_regular_file_error() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

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

/// Makes files that were [`put`] survive a power cut, and their names; each by the descriptor that wrote it, if it is
/// still open.
///
/// # Errors
/// What the system says.
pub fn sync_files<'a>(files: impl Iterator<Item = (&'a Path, Option<&'a File>)>) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for (path, file) in files {
        match file {
            Some(file) => file.sync_all()?,
            None => open_nofollow(path)?.sync_all()?,
        }
        folders.insert(path.parent());
    }
    // A folder's own name is kept by the folder above it.
    let above: Vec<_> = folders.iter().flatten().flat_map(|folder| folder.ancestors().skip(1).take(4)).collect();
    folders.extend(above.into_iter().filter(|folder| !folder.as_os_str().is_empty()).map(Some));
    folders.into_iter().flatten().try_for_each(|folder| DirHandle::open(folder)?.sync())
}

/// Makes everything on the file system of this open folder survive a power cut, where the system can do that; false
/// where it cannot. The system tells of failures since the folder was opened: that has to be before the first file is
/// written.
///
/// # Errors
/// What the system says.
pub fn sync_file_system_of(folder: &File) -> io::Result<bool> {
    system::sync_file_system(folder)
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

/// Makes a folder that only its owner may enter, and sees that it is one.
///
/// # Errors
/// What the system says; [`io::ErrorKind::PermissionDenied`] when it cannot be written to.
pub fn create_private_dir(folder: &Path) -> io::Result<()> {
    create_dirs(folder, OWNER_ONLY)?;
    if system::is_writable_dir(folder) { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Makes the folder of `path`, and those above it.
///
/// # Errors
/// What the system says.
pub fn create_parent_dirs(path: &Path) -> io::Result<()> {
    create_dirs(path.parent().unwrap_or(Path::new(".")), GROUP_WRITABLE).map(|_| ())
}

/// Holds a folder that is made if need be, and those above it, each durable in the one above.
///
/// # Errors
/// What the system says.
pub fn create_dirs(folder: &Path, modes: CreateModes) -> io::Result<DirHandle> {
    match DirHandle::open(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        held => return held,
    }
    let above = create_dirs(folder.parent().ok_or(io::ErrorKind::NotFound)?, modes)?;
    match folder.file_name() {
        Some(name) => above.create_subdir(name, modes.dir_mode),
        // `a/..` is there once `a` is.
        None => DirHandle::open(folder),
    }
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

/// Takes away what a cut between writing and renaming has left in a folder: it may be a head that was signed and never
/// acknowledged.
///
/// # Errors
/// What the system says.
pub fn remove_temp_files(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(TEMP_PREFIX) && name.ends_with(".tmp"));
        if ours && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes the names in the folder of `path` survive a power cut.
///
/// # Errors
/// What the system says.
pub fn sync_parent_dir(path: &Path) -> io::Result<()> {
    DirHandle::open(path.parent().unwrap_or(Path::new(".")))?.sync()
}
