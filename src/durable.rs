//! Writing a file so that a power cut leaves the old one or the new one, never something between.
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT_TEMP: AtomicU64 = AtomicU64::new(0);

/// Puts `bytes` at `path`: temporary file, fsync, rename, fsync of the folder. Makes the folder if need be.
///
/// # Errors
/// What the system says; the former file stands then, and the temporary one is removed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let number = NEXT_TEMP.fetch_add(1, Ordering::Relaxed);
    let temp = folder.join(format!(".loa-{}-{number}.tmp", std::process::id()));
    let written = write_synced(&temp, bytes).and_then(|()| fs::rename(&temp, path));
    if let Err(e) = written {
        let _ = fs::remove_file(&temp);
        return Err(e);
    }
    sync_folder_of(path)
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

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the names in the folder of `path` survive a power cut.
///
/// # Errors
/// What the system says.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}
