//! The error of a storage whose folder is no longer in its place.
use std::io;
use std::path::{Path, PathBuf};

/// The folder, or a file in it, is not any more the one that is written. It is not written to until it is back: whoever
/// went on at the same path would split the log, or write over another's.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not any more what it was when loa began: it was moved away, deleted or replaced")]
pub struct StorageMoved(PathBuf);

impl From<&Path> for StorageMoved {
    fn from(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl StorageMoved {
    /// Whether this is why something could not be written.
    #[must_use]
    pub fn is_cause_of(error: &io::Error) -> bool {
        Self::moved_path(error).is_some()
    }

    /// The path that moved, if `error` says so.
    #[must_use]
    pub fn moved_path(error: &io::Error) -> Option<&Path> {
        error.get_ref()?.downcast_ref::<Self>().map(|moved| &*moved.0)
    }
}
