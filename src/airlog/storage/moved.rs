//! The error of a storage whose folder is no longer in its place.
use std::io;
use std::path::{Path, PathBuf};

/// The pinned folder, or a file in it, is no longer in its place. Nothing is written until it is back: writing on at
/// the same path would split the log, or overwrite another one.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not any more what it was when loa began: it was moved away, deleted or replaced")]
pub struct StorageMoved(PathBuf);

impl From<&Path> for StorageMoved {
    fn from(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl StorageMoved {
    /// Whether `error` was caused by a move.
    #[must_use]
    pub fn is_cause_of(error: &io::Error) -> bool {
        Self::moved_path(error).is_some()
    }

    /// Returns the path that moved, if `error` was caused by a move.
    #[must_use]
    pub fn moved_path(error: &io::Error) -> Option<&Path> {
        error.get_ref()?.downcast_ref::<Self>().map(|moved| &*moved.0)
    }
}
