//! Checks whether a process holds a lock, without taking it; users who may not open the file can check, too.
use std::fs::TryLockError;
use std::io;
use std::path::Path;

use crate::base::durable;

/// Whether a process holds the lock on this file.
#[must_use]
pub fn is_held(lock: &Path) -> bool {
    match durable::open_nofollow(lock) {
        Ok(file) => matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)),
        // Only the owner may open the file, but the system lists held locks for everybody.
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => is_in_proc_locks(lock),
        Err(_) => false,
    }
}

/// Whether `/proc/locks` lists a lock on this file. Only the inode is compared: on overlay file systems the list and
/// the file give different numbers of the file system.
#[cfg(target_os = "linux")]
fn is_in_proc_locks(lock: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(file) = std::fs::symlink_metadata(lock) else { return false };
    let list = std::fs::read_to_string("/proc/locks").unwrap_or_default();
    let this = format!(":{}", file.ino());
    list.lines().any(|line| {
        let mut words = line.split_whitespace();
        words.any(|word| word == "FLOCK") && words.any(|word| word.ends_with(&this))
    })
}

#[cfg(not(target_os = "linux"))]
fn is_in_proc_locks(_: &Path) -> bool {
    false
}
