//! Bundles in folders.
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::verify::BundleFault;
use super::{BundleFiles, DEPARTMENT_KEY, LIST, MAX_BYTES, MAX_FILES, STATEMENT, SUMS, is_bundle_path};
use crate::base::durable::nofollow::open_beneath;

/// The folder that Python makes when check.py is imported rather than run.
const PYTHON_CACHE: &str = "__pycache__";

/// Returns true if a folder looks like a bundle, also one from which the statement was taken. Many folders have digests.
#[must_use]
pub fn is_bundle_folder(folder: &Path) -> bool {
    let has = |path: &str| folder.join(path).is_file();
    has(STATEMENT) || (has(SUMS) && (has(LIST) || has(DEPARTMENT_KEY)))
}

/// Reads the files of a bundle from a folder.
///
/// # Errors
/// If the folder cannot be read. The inner error is the first thing that no bundle has.
pub fn read_folder(folder: &Path) -> io::Result<Result<BundleFiles, BundleFault>> {
    let (mut files, mut total) = (BundleFiles::new(), 0_u64);
    for below in ["", "receipts", "keys", "heads"] {
        let entries = match fs::read_dir(folder.join(below)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound && !below.is_empty() => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            let kind = entry.file_type()?;
            if kind.is_symlink() {
                return Ok(Err(BundleFault::Link { path }));
            }
            if below.is_empty()
                && kind.is_dir()
                && matches!(name.as_str(), "receipts" | "keys" | "heads" | PYTHON_CACHE)
            {
                continue;
            }
            if !is_bundle_path(&path) || kind.is_dir() {
                return Ok(Err(BundleFault::BadPath { path }));
            }
            if files.len() == MAX_FILES {
                return Ok(Err(BundleFault::TooMany));
            }
            // The link, pipe or device that takes the file's place in this moment is refused here.
            let Ok(file) = open_beneath(folder, Path::new(&path)) else { return Ok(Err(BundleFault::Link { path })) };
            let mut bytes = Vec::new();
            let room = MAX_BYTES - total;
            file.take(room + 1).read_to_end(&mut bytes)?;
            total += bytes.len() as u64;
            if total > MAX_BYTES {
                return Ok(Err(BundleFault::TooLarge));
            }
            files.insert(path, bytes);
        }
    }
    Ok(Ok(files))
}
