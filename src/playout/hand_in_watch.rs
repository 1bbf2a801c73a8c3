//! Reads the state of the hand-ins to the department from the log's folder.
use std::path::Path;
use std::sync::Arc;

use crate::airlog::storage::FolderStorage;
use crate::base::durable::DirHandle;
use crate::logstore::hand_in::{DepartmentSetting, HandInReader, HandInState};

/// Returns a closure that reads the state of the hand-ins. `folder` is the folder that was at the station's path when
/// the daemon started: the daemon writes its log there, even after the folder was moved.
pub(super) fn hand_in_watch(
    station: &Path,
    folder: Arc<DirHandle>,
) -> impl FnMut(DepartmentSetting) -> Option<HandInState> + use<> {
    let airlog = folder.stable_path(station).join("airlog");
    // The closure owns the handle, so that the path stays valid.
    let (airlog, mut reader) = (FolderStorage::for_airlog(airlog), HandInReader::default());
    move |department| {
        let _folder = &folder;
        reader.read(&airlog, department).ok().flatten()
    }
}
