//! Reads a small file that is named on the command line.
use std::io::{self, Read};
use std::path::Path;

use crate::base::durable;

/// Reads at most `limit` + 1 bytes of a regular file. If the result has more than `limit` bytes, the file is too long.
pub(super) fn read_limited(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    durable::open_regular(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
