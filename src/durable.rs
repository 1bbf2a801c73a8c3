//! Writing a file so that a power cut leaves the old one or the new one, never something between.
pub mod nofollow;
#[cfg_attr(unix, path = "durable/unix.rs")]
#[cfg_attr(not(unix), path = "durable/other.rs")]
mod system;

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT_TEMP: AtomicU64 = AtomicU64::new(0);
/// How the names of temporary files begin.
const TEMP: &str = ".loa-";

/// Puts `bytes` at `path`: temporary file, fsync, rename, fsync of the folder. Makes the folder if need be.
///
/// # Errors
/// What the system says; the former file stands then, and the temporary one is removed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with(path, bytes, 0o777, 0o666)
}

/// The same for secrets: 0600 in folders of 0700, whatever the umask says.
///
/// # Errors
/// As [`replace`].
pub fn replace_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with(path, bytes, 0o700, 0o600)
}

fn replace_with(path: &Path, bytes: &[u8], folder_mode: u32, mode: u32) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder, folder_mode)?;
    let number = NEXT_TEMP.fetch_add(1, Ordering::Relaxed);
    let temp = folder.join(format!("{TEMP}{}-{number}.tmp", std::process::id()));
    let written = write_synced(&temp, bytes, mode).and_then(|()| fs::rename(&temp, path));
    if let Err(e) = written {
        let _ = fs::remove_file(&temp);
        return Err(e);
    }
    sync_folder_of(path)
}

/// Puts a file there without waiting until it would survive a power cut: see [`sync_files`] and [`sync_all_of`].
///
/// # Errors
/// What the system says; the temporary file is removed then.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let number = NEXT_TEMP.fetch_add(1, Ordering::Relaxed);
    let temp = folder.join(format!("{TEMP}{}-{number}.tmp", std::process::id()));
    let mut written = write_new(&temp, bytes, 0o666).map(|_| ());
    if written.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::NotFound) {
        make_folder(folder, 0o777)?;
        written = write_new(&temp, bytes, 0o666).map(|_| ());
    }
    if let Err(e) = written.and_then(|()| fs::rename(&temp, path)) {
        let _ = fs::remove_file(&temp);
        return Err(e);
    }
    Ok(())
}

/// Makes files that were [`put`] survive a power cut, and their names.
///
/// # Errors
/// What the system says.
pub fn sync_files<'a>(files: impl Iterator<Item = &'a Path>) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for file in files {
        File::open(file)?.sync_all()?;
        folders.insert(file.parent());
    }
    // A folder's own name is kept by the folder above it.
    let above: Vec<_> = folders.iter().flatten().flat_map(|folder| folder.ancestors().skip(1).take(4)).collect();
    folders.extend(above.into_iter().filter(|folder| !folder.as_os_str().is_empty()).map(Some));
    folders.into_iter().flatten().try_for_each(system::sync_folder)
}

/// Makes everything on the file system of this folder survive a power cut, where the system can do that; false where it
/// cannot.
///
/// # Errors
/// What the system says.
pub fn sync_all_of(folder: &Path) -> io::Result<bool> {
    system::sync_file_system(folder)
}

/// Copies a file to a new place where nothing may stand: temporary file, fsync, rename, fsync of the folder. `each` sees
/// the bytes that are written.
///
/// # Errors
/// What the system says, [`io::ErrorKind::AlreadyExists`] among it; nothing is left behind then.
pub fn copy_new(from: &mut File, to: &Path, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    make_folder(folder, 0o777)?;
    let number = NEXT_TEMP.fetch_add(1, Ordering::Relaxed);
    let temp = folder.join(format!("{TEMP}{}-{number}.tmp", std::process::id()));
    let copied = copy_synced(from, &temp, each).and_then(|()| system::rename_new(&temp, to));
    if let Err(e) = copied {
        let _ = fs::remove_file(&temp);
        return Err(e);
    }
    sync_folder_of(to)
}

fn copy_synced(from: &mut File, temp: &Path, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let _ = fs::remove_file(temp);
    let mut file = OpenOptions::new().write(true).create_new(true).open(temp)?;
    give_to_owner_of_folder(&file, temp);
    let mut block = vec![0; 256 * 1024];
    loop {
        let n = match from.read(&mut block) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if n == 0 {
            return file.sync_all();
        }
        each(&block[..n]);
        file.write_all(&block[..n])?;
    }
}

/// Whether what is there is a file, and nothing that could block whoever opens it.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is a folder, a pipe or a device; what the system says when it is not there.
pub fn regular(path: &Path) -> io::Result<()> {
    let is_file = fs::metadata(path)?.is_file();
    if is_file { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")) }
}

/// The same for a file of our own, which is no link to somewhere else either.
///
/// # Errors
/// As [`regular`].
pub fn own(path: &Path) -> io::Result<()> {
    let is_file = fs::symlink_metadata(path)?.is_file();
    if is_file { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file of its own")) }
}

/// Gives a file another name, in a folder that is made if need be.
///
/// # Errors
/// What the system says.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::rename(from, to)?;
    sync_folder_of(to)?;
    sync_folder_of(from)
}

/// Makes a folder that only its owner may enter, and sees that it is one.
///
/// # Errors
/// What the system says; [`io::ErrorKind::PermissionDenied`] when it cannot be written to.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    make_folder(folder, 0o700)?;
    if system::usable(folder) { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Makes a folder and those above it, each durable in the one above.
fn make_folder(folder: &Path, mode: u32) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above, mode)?;
    }
    match system::make_one_folder(folder, mode) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    sync_folder_of(folder)
}

/// What root makes in another's folder becomes that one's: a daemon must be able to go on with what was done in its
/// place, its secret keys above all. Where it cannot be given away it stays root's.
pub fn give_to_owner_of_folder(file: &File, path: &Path) {
    system::give_to_owner_of_folder(file, path);
}

/// Takes a file away, durably. Nothing happens when it is not there.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder_of(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e),
    }
}

/// Overwrites a secret, then takes it away. Flash memory may keep an old copy all the same.
///
/// # Errors
/// What the system says.
pub fn erase(path: &Path) -> io::Result<()> {
    match own(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    }
    let mut file = OpenOptions::new().write(true).open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0).min(1 << 20);
    file.write_all(&vec![0; length])?;
    file.sync_all()?;
    drop(file);
    remove(path)
}

/// Takes away what a cut between writing and renaming has left in a folder: it may be a head that was signed and never
/// acknowledged.
///
/// # Errors
/// What the system says.
pub fn sweep(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(TEMP) && name.ends_with(".tmp"));
        if ours && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn write_synced(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    // What a process of the same number has left, long ago.
    let _ = fs::remove_file(path);
    write_new(path, bytes, mode)?.sync_all()
}

fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<File> {
    let mut file = system::new_file(path, mode)?;
    give_to_owner_of_folder(&file, path);
    file.write_all(bytes)?;
    Ok(file)
}

/// Makes the names in the folder of `path` survive a power cut.
///
/// # Errors
/// What the system says.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => system::sync_folder(folder),
        _ => system::sync_folder(Path::new(".")),
    }
}
