//! Locks: one loa for each station, and one for each log.
//!
//! A station has two locks: one in `airlog/`, which moves with the folder, and one for its path in the state folder,
//! which stays when `airlog/` is deleted or replaced. A third, beside the keys, keeps copies of a folder apart, since
//! they share one set of keys. The system releases locks when the process ends.
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

/// Tries to take a lock while others only ask whether it is held.
const MAX_LOCK_ATTEMPTS: u32 = 20_000;

/// Locks on a station, held until this is dropped.
#[derive(Debug)]
pub struct StationLock {
    _files: Vec<File>,
}

/// Locks a station for this process. Makes its `airlog/` if need be.
///
/// # Errors
/// [`DaemonError::AlreadyRunning`] when another process has the station; [`DaemonError::AirlogIsLink`];
/// [`DaemonError::System`] when the system refuses a lock.
pub fn lock_station(station: &Path) -> Result<StationLock, DaemonError> {
    let mut files = acquire_path_locks(&path_lock_files(station))?;
    let airlog = station.join("airlog");
    if airlog.is_symlink() {
        return Err(DaemonError::AirlogIsLink);
    }
    durable::create_dirs(&airlog, OWNER_WRITABLE).map_err(DaemonError::system(SystemPart::Airlog))?;
    // A link may lead into another station, or out of any.
    let folder = durable::DirHandle::open_nofollow(&airlog).map_err(DaemonError::system(SystemPart::Airlog))?;
    let spot = AnchoredPath::beneath(&folder.into(), "lock", None);
    files.push(acquire(
        spot.and_then(|spot| spot.open_lock(OWNER_WRITABLE)).map_err(DaemonError::system(SystemPart::AirlogLock))?,
        SystemPart::AirlogLock,
    )?);
    Ok(StationLock { _files: files })
}

/// Takes a lock that lasts until the file is closed.
///
/// # Errors
/// [`DaemonError::AlreadyRunning`] when another process has it; [`DaemonError::System`] with `part` when the system
/// refuses.
pub(super) fn lock_file(path: &Path, part: SystemPart, beside: CreateModes) -> Result<File, DaemonError> {
    acquire(durable::open_lock(path, beside).map_err(DaemonError::system(part))?, part)
}

fn acquire(file: File, part: SystemPart) -> Result<File, DaemonError> {
    for _ in 0..MAX_LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(DaemonError::System { part, error }),
        }
        // A process that only asks shares the lock for an instant; the one that holds it shares it with nobody.
        if file.try_lock_shared().is_err() {
            return Err(DaemonError::AlreadyRunning);
        }
        file.unlock().map_err(DaemonError::system(part))?;
        std::thread::yield_now();
    }
    Err(DaemonError::AlreadyRunning)
}

/// Returns the possible paths of this path's lock. Root's daemon and a user's keep their state in different folders, so
/// all of them count.
fn path_lock_files(station: &Path) -> Vec<PathBuf> {
    let whole = station.canonicalize().unwrap_or_else(|_| station.to_owned());
    let name = sha256_hex(whole.as_os_str().as_bytes());
    state_dirs::candidates().into_iter().map(|folder| folder.join(PATH_LOCKS_FOLDER).join(&name[..32])).collect()
}

fn acquire_path_locks(paths: &[PathBuf]) -> Result<Vec<File>, DaemonError> {
    let mut files: Vec<File> = Vec::new();
    for path in paths {
        match AnchoredPath::resolve(path).and_then(|spot| spot.exists().then(|| spot.open_lock(OWNER_ONLY)).transpose())
        {
            // Two of the folders may be one, named twice or reached by a link. Its lock is taken once.
            Ok(Some(file)) if contains_same_file(&files, &file) => {}
            Ok(Some(file)) => files.push(acquire(file, SystemPart::PathLock)?),
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied && is_held(path) => {
                return Err(DaemonError::AlreadyRunning);
            }
            _ => {}
        }
    }
    if files.is_empty() {
        // Where no state can be kept, the other lock must do. The keys cannot be kept there either, which is reported
        // later.
        for path in paths {
            if let Ok(file) = durable::open_lock(path, OWNER_ONLY) {
                files.push(acquire(file, SystemPart::PathLock)?);
                break;
            }
        }
    }
    Ok(files)
}

/// Returns whether one of these files is the same as that one.
fn contains_same_file(files: &[File], file: &File) -> bool {
    durable::file_id(file).is_ok_and(|this| files.iter().any(|one| durable::file_id(one).is_ok_and(|one| one == this)))
}

/// Returns whether another process has the station: its daemon, or a command that works on its log.
#[must_use]
pub fn is_station_locked(station: &Path) -> bool {
    is_held(&station.join("airlog/lock")) || path_lock_files(station).iter().any(|path| is_held(path))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// systemd names `/var/lib/loa`, which loa looks into anyway; `XDG_STATE_HOME` may be set to its own default.
    #[test]
    fn a_folder_of_state_that_is_named_twice_keeps_nobody_out() {
        let dir = tempfile::tempdir().expect("a folder");
        let (state, link) = (dir.path().join("state"), dir.path().join("link"));
        std::fs::create_dir(&state).expect("a folder");
        std::os::unix::fs::symlink(&state, &link).expect("a link");
        let paths = [state.join("lock"), state.join("lock"), link.join("lock")];
        for _ in 0..3 {
            let held = acquire_path_locks(&paths).expect("nobody has it");
            assert_eq!(held.len(), 1);
            assert!(matches!(acquire_path_locks(&paths), Err(DaemonError::AlreadyRunning)));
        }
    }

    #[test]
    fn who_asks_whether_a_lock_is_held_keeps_nobody_from_taking_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("lock");
        File::create(&path).expect("a file");
        let over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        let _ = is_held(&path);
                    }
                });
            }
            let taken = (0..2000)
                .filter(|_| acquire(File::open(&path).expect("a file"), SystemPart::AirlogLock).is_ok())
                .count();
            over.store(true, Ordering::Relaxed);
            assert_eq!(taken, 2000);
        });
        let _held = acquire(File::open(&path).expect("a file"), SystemPart::AirlogLock).expect("free");
        assert!(matches!(
            acquire(File::open(&path).expect("a file"), SystemPart::AirlogLock),
            Err(DaemonError::AlreadyRunning)
        ));
    }
}
