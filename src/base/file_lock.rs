//! Checks whether a process holds a lock. On Linux, this works even for users who may not open the lock file.
use std::fs::TryLockError;
use std::io;
use std::path::Path;

use crate::base::durable;

/// Returns true when a process holds the lock on this file.
#[must_use]
pub fn is_held(lock_file: &Path) -> bool {
    match durable::open_nofollow(lock_file) {
        Ok(file) => matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)),
        // This user may not open the file, but the system shows everybody the list of all locks.
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => is_in_proc_locks(lock_file),
        Err(_) => false,
    }
}

/// Returns true when `/proc/locks` lists a lock on this file. Only the inode number is compared: on overlay file
/// systems the device number in the list differs from that in the file's metadata.
#[cfg(target_os = "linux")]
fn is_in_proc_locks(lock_file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(metadata) = std::fs::symlink_metadata(lock_file) else { return false };
    let lock_list = std::fs::read_to_string("/proc/locks").unwrap_or_default();
    let inode_suffix = format!(":{}", metadata.ino());
    lock_list.lines().any(|line| {
        let mut fields = line.split_whitespace();
        fields.any(|field| field == "FLOCK") && fields.any(|field| field.ends_with(&inode_suffix))
    })
}

#[cfg(not(target_os = "linux"))]
fn is_in_proc_locks(_: &Path) -> bool {
    false
}
