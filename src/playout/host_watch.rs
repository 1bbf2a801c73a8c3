//! Looks at the computer: the disk of the log, the station's folder, the control socket, and who started the station.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::StatVfsMountFlags;

use crate::base::durable::DirHandle;
use crate::concern::HostFacts;

/// Returns a closure that looks at the computer of a station. `folder` is the folder that was at the station's path at
/// the start; the control server sets `is_reachable`.
pub(super) fn host_watch(
    station: &Path,
    folder: Arc<DirHandle>,
    is_reachable: Arc<AtomicBool>,
) -> impl FnMut() -> Option<HostFacts> + use<> {
    let (station, log_folder): (PathBuf, PathBuf) = (station.to_owned(), folder.stable_path(station).join("airlog"));
    // systemd sets this for what it starts (systemd.exec(5)).
    let is_supervised = std::env::var_os("INVOCATION_ID").is_some();
    move || {
        let disk = rustix::fs::statvfs(&log_folder).ok();
        let present_folder = DirHandle::open(&station).and_then(|present| present.file_id()).ok();
        Some(HostFacts {
            free_bytes: disk.as_ref().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)),
            is_read_only: disk.is_some_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY)),
            is_folder_moved: present_folder.is_none() || present_folder != folder.file_id().ok(),
            is_reachable: is_reachable.load(Ordering::Relaxed),
            is_supervised,
        })
    }
}
