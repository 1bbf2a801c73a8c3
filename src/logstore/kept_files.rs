//! Reads and checks the kept files of a log. Each file has its SHA-256 in its name, and is used only if its bytes have
//! that hash.
use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use crate::airlog::limits::{MAX_KEPT_BYTES, MAX_PARSED_BYTES};
use crate::airlog::storage::Storage;
use crate::base::hash::{hex, is_sha256_hex, sha256_hex};
use crate::proof::entry::kept_file_name;
use crate::proof::verify::VerifyError;

/// Checks that a kept file exists and that its bytes have the hash in its name. Returns the problem, if any.
pub(super) fn check_kept_file<S: Storage>(storage: &S, name: String) -> io::Result<Option<VerifyError>> {
    Ok(match file_sha256(storage, &name)? {
        None => Some(VerifyError::KeptMissing { name }),
        Some(sha256) if name.contains(&sha256) => None,
        Some(_) => Some(VerifyError::KeptDiffers { name }),
    })
}

/// Reads a kept file that the caller will parse; `None` if it is missing or too large, or does not have this hash.
///
/// # Errors
/// If the storage fails.
pub fn read_kept_file<S: Storage>(storage: &S, sha256: &str, extension: &str) -> io::Result<Option<Vec<u8>>> {
    if !is_sha256_hex(sha256) {
        return Ok(None);
    }
    let bytes = storage.read_bounded(&kept_file_name(sha256, extension), MAX_PARSED_BYTES)?;
    Ok(bytes.filter(|bytes| sha256_hex(bytes) == sha256))
}

/// Reads a kept plan; like [`read_kept_file`].
pub(super) fn read_kept_plan<S: Storage>(storage: &S, sha256: &str) -> io::Result<Option<Vec<u8>>> {
    read_kept_file(storage, sha256, "json")
}

/// Returns the SHA-256 of a file in hex; `None` if the file is missing. For a file of more than twice
/// [`MAX_KEPT_BYTES`] bytes, the result is a string that is not a hash.
fn file_sha256<S: Storage>(storage: &S, name: &str) -> io::Result<Option<String>> {
    let Some(mut input) = storage.read(name)? else {
        return Ok(None);
    };
    let mut hasher = Sha256::new();
    let (mut buffer, mut length) = (vec![0; 1 << 16], 0);
    loop {
        match input.read(&mut buffer)? {
            0 => return Ok(Some(hex(&hasher.finalize()))),
            n => hasher.update(&buffer[..n]),
        }
        length += buffer.len() as u64;
        if length > 2 * MAX_KEPT_BYTES {
            // A sparse file of terabytes would take hours to hash. loa does not write such files.
            return Ok(Some(String::from("too large")));
        }
    }
}
