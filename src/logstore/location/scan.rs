//! Searches a folder for logs, and for secret keys that are outside the state folders of this machine.
use std::path::{Path, PathBuf};

use crate::airlog::storage::{AnyStorage, FolderStorage, Storage};
use crate::base::state_dirs;
use crate::logstore::source::{LOG_SUBFOLDERS, LogSource, log_form};
use crate::proof::note::{NoteSigner, VerifierKey};

/// Maximum depth of the search below the start folder.
pub(super) const MAX_DEPTH: usize = 6;
/// Maximum number of folders that a search visits.
pub(super) const MAX_FOLDERS: usize = 20_000;

/// A log that a search found: an export, or a station's own log.
pub struct FoundLog {
    /// The location, for messages.
    pub location: String,
    /// The log.
    pub source: LogSource<AnyStorage>,
    /// The storage to which the department's signed notes are written.
    pub reply_to: AnyStorage,
}

/// The logs and keys that a search found.
#[derive(Default)]
pub struct LocationScan {
    /// The logs that were found.
    pub logs: Vec<FoundLog>,
    /// Public keys of the secret keys that were found.
    pub exposed_keys: Vec<VerifierKey>,
    /// True when some folders were not searched, because there were too many.
    pub truncated: bool,
}

/// Searches a folder whose content is not trusted. Links are not followed, because a stick must not direct the search
/// to another disk. `visited` is the number of folders visited so far.
pub(super) fn scan_folder(folder: &Path, depth: usize, scan: &mut LocationScan, visited: &mut usize) {
    *visited += 1;
    if *visited > MAX_FOLDERS {
        scan.truncated = true;
        return;
    }
    if let Some(form) = log_form(folder) {
        let open_storage = || Box::new(FolderStorage::new(folder.to_owned())) as AnyStorage;
        let source = LogSource { storage: open_storage(), form };
        scan.logs.push(FoundLog { location: folder.display().to_string(), source, reply_to: open_storage() });
    }
    // Keys belong in the state folders of this machine, so keys there are not reported.
    if state_dirs::candidates().iter().any(|state_dir| folder.starts_with(state_dir) || folder == state_dir) {
        return;
    }
    scan.exposed_keys.extend(exposed_key(folder));
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let subfolders = entries.take(MAX_FOLDERS).filter_map(|entry| {
        let entry = entry.ok()?;
        let belongs_to_log = entry.file_name().to_str().is_some_and(|name| LOG_SUBFOLDERS.contains(&name));
        (entry.file_type().ok()?.is_dir() && !belongs_to_log).then(|| entry.path())
    });
    let mut subfolders: Vec<PathBuf> = subfolders.collect();
    subfolders.sort();
    if depth > 0 {
        subfolders.iter().for_each(|folder| scan_folder(folder, depth - 1, scan, visited));
    }
}

/// Returns the public key of the secret log key in this folder; `None` if the folder does not hold a log's keys.
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
