//! Reads the id of the station to which a log belongs.
use std::path::Path;

use crate::airlog::lost_log::signed_origin;
use crate::airlog::storage::FolderStorage;
use crate::base::id::Id;
use crate::proof::origin::{REHEARSAL_PREFIX, station_in_origin};

/// Returns the station id in the head of the log in this station's folder. `None` if there is no log with a readable
/// head, or if a rehearsal wrote the log.
#[must_use]
pub fn station_id_of_log(station: &Path) -> Option<Id> {
    let airlog = station.join("airlog");
    // `loa run` does not follow a link, but reports it.
    if !airlog.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return None;
    }
    let origin = signed_origin(&FolderStorage::for_airlog(airlog))?;
    if origin.starts_with(REHEARSAL_PREFIX) {
        return None;
    }
    Id::new(station_in_origin(&origin)?)
}
