//! Maximum sizes of files that belong to a log. A station does not write larger ones, so readers refuse them.
use std::io;

/// Maximum size of a kept file, in bytes.
pub const MAX_KEPT: u64 = 64 * 1024 * 1024;
/// Maximum size of a kept plan that is checked, and of a kept file that is indexed, in bytes. A plan of this size has
/// about five thousand airings.
pub const MAX_PLAN: u64 = 4 * 1024 * 1024;

/// Turns [`io::ErrorKind::FileTooLarge`] into `None`, which means a missing file. For [`Result::or_else`] after
/// [`read_all`](super::storage::Storage::read_all).
///
/// # Errors
/// Every other error, unchanged.
pub fn none_if_too_large(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(None) } else { Err(error) }
}
