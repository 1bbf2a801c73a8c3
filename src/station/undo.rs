//! The last changes that `loa add` and `loa remove` made to a station's folder, so that `loa undo` can undo them.
//!
//! Each change is recorded in `undo/` of the station before it is made. The records travel with the folder, and contain
//! no secrets. Callers of this module hold the lock of `playlists/`.
mod change;
mod history;
mod replace;
mod revert;
mod step;
#[cfg(test)]
mod tests;

pub use change::{ChangeFault, FolderChange};
pub use history::{LeftOver, UndoHistory};
pub use replace::{DiskFault, PlaylistEdit};
pub use revert::{CopiedFilesPolicy, RevertFault, Reverted, revert};
pub use step::{ChangedPart, ChangedSegment, ChangedSession, CopiedAudio, PlaylistHistory, RecordedCommand, UndoStep};
