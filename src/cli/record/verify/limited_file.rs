//! Reads a small file that is named on the command line.
use std::io::{self, Read};
use std::path::Path;

use crate::base::durable;

/// Reads at most `max_bytes` + 1 bytes of a regular file. A result of more than `max_bytes` bytes means that the file
/// is too long.
pub(super) fn read_limited(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    durable::open_regular(path)?.take(max_bytes + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
