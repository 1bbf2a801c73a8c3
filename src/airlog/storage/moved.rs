//! The error from a storage whose folder was moved, deleted or replaced.
use std::io;
use std::path::{Path, PathBuf};

/// The pinned folder, or a file in it, was moved, deleted or replaced. Nothing is written until it is back, because a
/// write to the same path would split the log or overwrite another log.
#[derive(Debug, thiserror::Error)]
#[error("{0} is no longer the one that loa opened: it was moved away, deleted or replaced")]
pub struct StorageMoved(PathBuf);

impl From<&Path> for StorageMoved {
    fn from(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl StorageMoved {
    /// True when `error` contains a [`StorageMoved`].
    #[must_use]
    pub fn is_cause_of(error: &io::Error) -> bool {
        Self::moved_path(error).is_some()
    }

    /// Returns the path that was moved; `None` if `error` does not contain a [`StorageMoved`].
    #[must_use]
    pub fn moved_path(error: &io::Error) -> Option<&Path> {
        error.get_ref()?.downcast_ref::<Self>().map(|moved| &*moved.0)
    }
}
