//! Locks that let only one process run a station or write a log.
//!
//! A station has two locks: one in `airlog/`, which moves with the folder, and one for its path in the state folder,
//! which remains when `airlog/` is deleted or replaced. A third lock, beside the keys, excludes a process that runs a
//! copy of the folder, because the copy uses the same keys. The system releases locks when the process ends.
use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::{DaemonError, SystemPart};
use crate::base::durable;
use crate::base::durable::{AnchoredPath, CreateModes, OWNER_ONLY, OWNER_WRITABLE};
use crate::base::file_lock::is_held;
use crate::base::hash::sha256_hex;
use crate::base::state_dirs;

/// Folder of the locks for paths, in the state folder.
const PATH_LOCKS_FOLDER: &str = "locks";

/// Maximum number of attempts to take a lock while other processes test it.
const MAX_LOCK_ATTEMPTS: u32 = 20_000;

/// The locks on a station. Dropping this value releases them.
#[derive(Debug)]
pub struct StationLock {
    _files: Vec<File>,
}

/// Locks a station for this process. Creates its `airlog/` if it is missing.
///
/// # Errors
/// [`DaemonError::AlreadyRunning`] if another process has locked the station; [`DaemonError::AirlogIsLink`] if `airlog`
/// is a symbolic link; [`DaemonError::System`] if the system refuses a lock.
pub fn lock_station(station: &Path) -> Result<StationLock, DaemonError> {
    let mut files = acquire_path_locks(&path_lock_files(station))?;
    let airlog = station.join("airlog");
    if airlog.is_symlink() {
        return Err(DaemonError::AirlogIsLink);
    }
    durable::create_dirs(&airlog, OWNER_WRITABLE).map_err(DaemonError::system(SystemPart::Airlog))?;
    // A link that appears after the check could lead into another station's folder.
    let folder = durable::DirHandle::open_nofollow(&airlog).map_err(DaemonError::system(SystemPart::Airlog))?;
    let lock = AnchoredPath::beneath(&folder.into(), "lock", None).and_then(|path| path.open_lock(OWNER_WRITABLE));
    let lock = lock.map_err(DaemonError::system(SystemPart::AirlogLock))?;
    files.push(acquire(lock, SystemPart::AirlogLock)?);
    Ok(StationLock { _files: files })
}

/// Takes the lock on the file at `path`. The lock lasts until the file is closed. A missing file is created with
/// `modes`.
///
/// # Errors
/// [`DaemonError::AlreadyRunning`] if another process has the lock; [`DaemonError::System`] with `part` if the system
/// refuses.
pub(super) fn lock_file(path: &Path, part: SystemPart, modes: CreateModes) -> Result<File, DaemonError> {
    acquire(durable::open_lock(path, modes).map_err(DaemonError::system(part))?, part)
}

fn acquire(file: File, part: SystemPart) -> Result<File, DaemonError> {
    for _ in 0..MAX_LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(DaemonError::System { part, error }),
        }
        // A process that only tests the lock holds a shared lock for an instant. The owner holds an exclusive lock.
        if file.try_lock_shared().is_err() {
            return Err(DaemonError::AlreadyRunning);
        }
        file.unlock().map_err(DaemonError::system(part))?;
        std::thread::yield_now();
    }
    Err(DaemonError::AlreadyRunning)
}

/// Returns the possible lock files for the path of a station. A daemon that runs as root and one that runs as a user
/// have different state folders, so all of these files are checked.
fn path_lock_files(station: &Path) -> Vec<PathBuf> {
    let absolute_path = station.canonicalize().unwrap_or_else(|_| station.to_owned());
    let name = sha256_hex(absolute_path.as_os_str().as_bytes());
    state_dirs::candidates().into_iter().map(|folder| folder.join(PATH_LOCKS_FOLDER).join(&name[..32])).collect()
}

fn acquire_path_locks(paths: &[PathBuf]) -> Result<Vec<File>, DaemonError> {
    let mut files: Vec<File> = Vec::new();
    for path in paths {
        let file = AnchoredPath::resolve(path)
            .and_then(|lock_path| lock_path.exists().then(|| lock_path.open_lock(OWNER_ONLY)).transpose());
        match file {
            // Two paths can lead to the same file, because a folder is named twice or linked. Such a file is locked
            // only once.
            Ok(Some(file)) if contains_same_file(&files, &file) => {}
            Ok(Some(file)) => files.push(acquire(file, SystemPart::PathLock)?),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && is_held(path) => {
                return Err(DaemonError::AlreadyRunning);
            }
            _ => {}
        }
    }
    if files.is_empty() {
        // No lock file exists yet, so the first one that can be created is locked. If no state folder is writable, the
        // lock in `airlog/` must suffice. The keys cannot be stored then either, which is reported later.
        for path in paths {
            if let Ok(file) = durable::open_lock(path, OWNER_ONLY) {
                files.push(acquire(file, SystemPart::PathLock)?);
                break;
            }
        }
    }
    Ok(files)
}

/// Returns whether one of `files` is the same file as `file`.
fn contains_same_file(files: &[File], file: &File) -> bool {
    durable::file_id(file)
        .is_ok_and(|id| files.iter().any(|other| durable::file_id(other).is_ok_and(|other_id| other_id == id)))
}

/// Returns whether another process has locked the station: its daemon, or a command that works on its log.
#[must_use]
pub fn is_station_locked(station: &Path) -> bool {
    is_held(&station.join("airlog/lock")) || path_lock_files(station).iter().any(|path| is_held(path))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// A folder is named twice if systemd passes `/var/lib/loa`, which loa tries anyway, or if `XDG_STATE_HOME` is set
    /// to its default value.
    #[test]
    fn a_state_folder_that_is_named_twice_is_locked_once() {
        let dir = tempfile::tempdir().expect("create a temporary folder");
        let (state, link) = (dir.path().join("state"), dir.path().join("link"));
        std::fs::create_dir(&state).expect("create the folder");
        std::os::unix::fs::symlink(&state, &link).expect("create the link");
        let paths = [state.join("lock"), state.join("lock"), link.join("lock")];
        for _ in 0..3 {
            let locks = acquire_path_locks(&paths).expect("the lock is free");
            assert_eq!(locks.len(), 1);
            assert!(matches!(acquire_path_locks(&paths), Err(DaemonError::AlreadyRunning)));
        }
    }

    #[test]
    fn a_process_that_tests_a_lock_does_not_prevent_others_from_taking_it() {
        let dir = tempfile::tempdir().expect("create a temporary folder");
        let path = dir.path().join("lock");
        File::create(&path).expect("create the file");
        let is_finished = AtomicBool::new(false);
        std::thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    while !is_finished.load(Ordering::Relaxed) {
                        let _ = is_held(&path);
                    }
                });
            }
            let lock_count = (0..2000)
                .filter(|_| acquire(File::open(&path).expect("open the file"), SystemPart::AirlogLock).is_ok())
                .count();
            is_finished.store(true, Ordering::Relaxed);
            assert_eq!(lock_count, 2000);
        });
        let _lock =
            acquire(File::open(&path).expect("open the file"), SystemPart::AirlogLock).expect("the lock is free");
        assert!(matches!(
            acquire(File::open(&path).expect("open the file"), SystemPart::AirlogLock),
            Err(DaemonError::AlreadyRunning)
        ));
    }
}
