//! Searches a folder for logs, and for secret keys that were left exposed.
use std::path::{Path, PathBuf};

use crate::airlog::storage::{AnyStorage, FolderStorage, Storage};
use crate::base::state_dirs;
use crate::logstore::source::{LOG_SUBFOLDERS, LogSource, log_form};
use crate::proof::note::{NoteSigner, VerifierKey};

/// Maximum depth of the search below the named folder.
pub(super) const MAX_DEPTH: usize = 6;
/// Maximum number of folders that a search visits.
pub(super) const MAX_FOLDERS: usize = 20_000;

/// An export, or a station's log, that a search found.
pub struct FoundLog {
    /// The location, for people.
    pub location: String,
    /// The log.
    pub source: LogSource<AnyStorage>,
    /// The storage that the department's answer is written to.
    pub reply_to: AnyStorage,
}

/// The logs and keys that a search found.
#[derive(Default)]
pub struct LocationScan {
    /// The logs that were found.
    pub logs: Vec<FoundLog>,
    /// Public halves of secret keys found exposed.
    pub exposed_keys: Vec<VerifierKey>,
    /// Whether there were too many folders to visit all of them.
    pub truncated: bool,
}

/// Searches a folder that others may have written. Links are not followed: a stick must not lead elsewhere.
pub(super) fn scan_folder(folder: &Path, depth: usize, finds: &mut LocationScan, seen: &mut usize) {
    *seen += 1;
    if *seen > MAX_FOLDERS {
        finds.truncated = true;
        return;
    }
    if let Some(form) = log_form(folder) {
        let storage = || Box::new(FolderStorage::new(folder.to_owned())) as AnyStorage;
        let source = LogSource { storage: storage(), form };
        finds.logs.push(FoundLog { location: folder.display().to_string(), source, reply_to: storage() });
    }
    // This machine's own key folders are where keys belong.
    if state_dirs::candidates().iter().any(|home| folder.starts_with(home) || folder == home) {
        return;
    }
    finds.exposed_keys.extend(exposed_key(folder));
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let folders = entries.take(MAX_FOLDERS).filter_map(|entry| {
        let entry = entry.ok()?;
        let own = entry.file_name().to_str().is_some_and(|name| LOG_SUBFOLDERS.contains(&name));
        (entry.file_type().ok()?.is_dir() && !own).then(|| entry.path())
    });
    let mut below: Vec<PathBuf> = folders.collect();
    below.sort();
    if depth > 0 {
        below.iter().for_each(|folder| scan_folder(folder, depth - 1, finds, seen));
    }
}

/// Returns the public half of the log key in this folder, if this is a folder of keys.
fn exposed_key(folder: &Path) -> Option<VerifierKey> {
    let (_, hash) = folder.file_name()?.to_str()?.rsplit_once('-')?;
    if hash.len() != 32 {
        return None;
    }
    let storage = FolderStorage::new(folder.to_owned());
    let bytes = storage.read_all("log", 1024).ok()??;
    let key = NoteSigner::from_secret_text(std::str::from_utf8(&zeroize::Zeroizing::new(bytes)).ok()?)?;
    Some(key.public().clone())
}
