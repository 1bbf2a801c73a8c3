//! Maximum sizes of files that belong to a log. A station does not write larger ones, so readers refuse them.
use std::io;

/// Maximum size of a kept file, in bytes.
pub const MAX_KEPT_BYTES: u64 = 64 * 1024 * 1024;
/// Maximum size of a kept file that is parsed, in bytes. A plan of this size has about five thousand airings.
pub const MAX_PARSED_BYTES: u64 = 4 * 1024 * 1024;

/// Turns [`io::ErrorKind::FileTooLarge`] into `None`, so that the file counts as missing. Use it with
/// [`Result::or_else`] after [`read_all`](super::storage::Storage::read_all).
///
/// # Errors
/// Every other error, unchanged.
pub fn none_if_too_large(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(None) } else { Err(error) }
}
