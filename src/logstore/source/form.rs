//! The two forms of a log in a folder, and their detection.
use std::path::{Path, PathBuf};

use crate::airlog::files::CHECKPOINT;
use crate::airlog::files::LOG;

/// Names of subfolders that belong to a log. Searches for other logs skip them.
pub const LOG_SUBFOLDERS: [&str; 5] = ["tile", "kept", "heads", "evidence", "torn"];

/// The form in which a folder stores the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// Lines, as a station writes them.
    Airlog,
    /// Tiles, as an export writes them.
    Export,
}

/// Finds the folder and the form of the log at a path that the user typed. It tries, in this order: an export at
/// `path`, a log at `path/airlog`, a log at `path`.
#[must_use]
pub fn find_log(path: &Path) -> Option<(PathBuf, LogForm)> {
    let airlog = path.join("airlog");
    let has_log = |dir: &Path| dir.join(LOG).is_file() || dir.join(CHECKPOINT).is_file();
    if path.join("tile").is_dir() {
        Some((path.to_owned(), LogForm::Export))
    } else if has_log(&airlog) {
        Some((airlog, LogForm::Airlog))
    } else if has_log(path) {
        Some((path.to_owned(), LogForm::Airlog))
    } else {
        None
    }
}

/// Returns the form of the log in a folder; `None` if the folder itself holds no log. Links are not followed.
#[must_use]
pub fn log_form(folder: &Path) -> Option<LogForm> {
    let is_file = |name: &str| folder.join(name).symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    let is_dir = |name: &str| folder.join(name).symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    match (is_file(CHECKPOINT), is_dir("tile"), is_file(LOG)) {
        (true, true, _) => Some(LogForm::Export),
        (_, _, true) | (true, false, _) => Some(LogForm::Airlog),
        _ => None,
    }
}
