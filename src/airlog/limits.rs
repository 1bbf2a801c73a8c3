//! Largest sizes at which files of a log are read. Whatever is larger was not written by a station.
use std::io;

/// A kept file, bytes.
pub const MAX_KEPT: u64 = 64 * 1024 * 1024;
/// A kept plan that is judged, and any kept file that is indexed, bytes: five thousand airings.
pub const MAX_PLAN: u64 = 4 * 1024 * 1024;

/// Turns "too large" ([`io::ErrorKind::FileTooLarge`]) into "missing", for [`Result::or_else`] after
/// [`read_all`](super::storage::Storage::read_all).
///
/// # Errors
/// Every other error, unchanged.
pub fn none_if_too_large(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(None) } else { Err(error) }
}
