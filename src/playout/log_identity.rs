//! The station that a log belongs to.
use std::path::Path;

use super::key_location::signed_origin;
use crate::airlog::storage::FolderStorage;
use crate::base::id::Id;
use crate::proof::origin::{REHEARSAL_PREFIX, station_in_origin};

/// Returns the id of the station whose log lies in this station's folder, as the log's head says; `None` if there is no
/// log with a readable head, or only a rehearsal's.
#[must_use]
pub fn station_id_of_log(station: &Path) -> Option<Id> {
    let airlog = station.join("airlog");
    // A link is reported by itself, and `loa run` does not follow it.
    if !airlog.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return None;
    }
    let origin = signed_origin(&FolderStorage::for_airlog(airlog))?;
    if origin.starts_with(REHEARSAL_PREFIX) {
        return None;
    }
    Id::new(station_in_origin(&origin)?)
}
