//! The two forms of a log in a folder, and how to tell them apart.
use std::path::{Path, PathBuf};

use crate::airlog::files::CHECKPOINT;
use crate::airlog::files::LOG;

/// Subfolders that belong to a log; searches for other logs skip them.
pub const LOG_SUBFOLDERS: [&str; 5] = ["tile", "kept", "heads", "evidence", "torn"];

/// How a folder stores the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// As lines, as the station writes them.
    Airlog,
    /// As tiles, as an export writes them.
    Export,
}

/// Finds the folder of the log that a person named: an export at `PATH`, `PATH/airlog`, or `PATH` itself.
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

/// Returns the form of the log in a folder; `None` when the folder itself holds none. Links are not followed.
#[must_use]
pub fn log_form(folder: &Path) -> Option<LogForm> {
    let is = |name: &str, dir: bool| {
        let there = folder.join(name).symlink_metadata();
        there.is_ok_and(|there| if dir { there.is_dir() } else { there.is_file() })
    };
    match (is(CHECKPOINT, false), is("tile", true), is(LOG, false)) {
        (true, true, _) => Some(LogForm::Export),
        (_, _, true) | (true, false, _) => Some(LogForm::Airlog),
        _ => None,
    }
}
