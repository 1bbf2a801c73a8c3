//! Looks at the log's folder for what it knows about hand-ins to the department.
use std::path::Path;
use std::sync::Arc;

use crate::airlog::storage::FolderStorage;
use crate::base::durable::DirHandle;
use crate::logstore::hand_in::{DepartmentSetting, HandInReader, HandInState};

/// Returns a closure that reads the state of the hand-ins. `folder` is the folder that was at the station's path at the
/// start: the daemon writes its log there, wherever it is moved.
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
