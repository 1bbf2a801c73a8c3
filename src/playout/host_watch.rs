//! Checks the computer: the disk of the log, the station's folder, the control socket, and whether a service manager
//! started the station.
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::StatVfsMountFlags;

use super::amplifier::is_permitted;
use crate::base::durable::DirHandle;
use crate::concern::HostFacts;
use crate::schedule::settings::AmplifierSettings;

/// ALSA's list of sound cards.
const SOUND_CARDS_PATH: &str = "/proc/asound/cards";
/// The maximum number of bytes of that list that are read.
const MAX_SOUND_CARDS_BYTES: u64 = 64 * 1024;

/// Returns a closure that checks the computer of a station. `folder` is the folder that was at the station's path when
/// the daemon started; the control server sets `is_reachable`.
pub(super) fn host_watch(
    station: &Path,
    folder: Arc<DirHandle>,
    is_reachable: Arc<AtomicBool>,
) -> impl FnMut(Option<&AmplifierSettings>) -> Option<HostFacts> + use<> {
    let (station, log_folder): (PathBuf, PathBuf) = (station.to_owned(), folder.stable_path(station).join("airlog"));
    // systemd sets this for the programs that it starts (systemd.exec(5)).
    let is_supervised = std::env::var_os("INVOCATION_ID").is_some();
    move |amplifier| {
        let disk = rustix::fs::statvfs(&log_folder).ok();
        let current_folder_id = DirHandle::open(&station).and_then(|current| current.file_id()).ok();
        Some(HostFacts {
            free_bytes: disk.as_ref().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)),
            is_read_only: disk.is_some_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY)),
            is_folder_moved: current_folder_id.is_none() || current_folder_id != folder.file_id().ok(),
            is_reachable: is_reachable.load(Ordering::Relaxed),
            is_supervised,
            sound_cards_hash: sound_cards_hash(),
            is_amplifier_untried: amplifier.is_some_and(|amplifier| !is_permitted(amplifier)),
        })
    }
}

/// Returns whether the disk of this folder is read-only.
#[must_use]
pub fn is_read_only(folder: &Path) -> bool {
    rustix::fs::statvfs(folder).is_ok_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// Returns a hash of ALSA's list of sound cards. It changes when a card is pulled out or plugged in.
fn sound_cards_hash() -> Option<u64> {
    let mut list = Vec::new();
    File::open(SOUND_CARDS_PATH).ok()?.take(MAX_SOUND_CARDS_BYTES).read_to_end(&mut list).ok()?;
    let mut hasher = DefaultHasher::new();
    list.hash(&mut hasher);
    Some(hasher.finish())
}
