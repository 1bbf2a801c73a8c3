//! Names of temporary files, and removal of the files that a power cut left behind.
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Prefix of the names of temporary files.
const TEMP_PREFIX: &str = ".loa-";

static NEXT_TEMP_NUMBER: AtomicU64 = AtomicU64::new(0);

/// Returns a name that no other temporary file of this process has.
pub(super) fn temp_name() -> OsString {
    let number = NEXT_TEMP_NUMBER.fetch_add(1, Ordering::Relaxed);
    OsString::from(format!("{TEMP_PREFIX}{}-{number}.tmp", std::process::id()))
}

/// Removes the temporary files that a power cut left in a folder. One of them may be a signed head that was never
/// acknowledged.
///
/// # Errors
/// If a system call fails. A missing folder is not an error.
pub fn remove_temp_files(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(TEMP_PREFIX) && name.ends_with(".tmp"));
        if is_ours && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
