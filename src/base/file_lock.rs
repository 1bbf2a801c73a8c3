//! Whether somebody holds a lock: asked without taking it, and also by users who may not open it.
use std::fs::TryLockError;
use std::io;
use std::path::Path;

use crate::base::durable;

/// Whether a process holds the lock in this file.
#[must_use]
pub fn is_held(lock: &Path) -> bool {
    match durable::open_nofollow(lock) {
        Ok(file) => matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)),
        // A lock is its owner's alone, and yet the system tells everybody which locks are held.
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => is_in_proc_locks(lock),
        Err(_) => false,
    }
}

/// Whether the system's list has a lock on this file. The number of the file system is left out of the comparison:
/// where file systems lie on each other, the list and the file tell different ones.
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
