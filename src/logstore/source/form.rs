//! The forms in which logs lie in folders.
use std::path::{Path, PathBuf};

use crate::airlog::parts::LOG;
use crate::airlog::signer::CHECKPOINT;

/// Folders that belong to a log: nothing else is looked for in them.
pub const LOG_SUBFOLDERS: [&str; 5] = ["tile", "kept", "heads", "evidence", "torn"];

/// How the entries are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// As lines.
    Airlog,
    /// As tiles.
    Export,
}

/// The folder with the log, if there is one: `PATH/airlog`, `PATH` itself, or an export at `PATH`.
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

/// Whether a folder itself holds a log, and how.
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
