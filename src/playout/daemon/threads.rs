//! Starts the daemon's threads `control` and `watch`.
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::platform;
use crate::playout::control::ControlServer;
use crate::playout::error::{DaemonError, SystemPart};
use crate::playout::loader::ScheduleLoader;
use crate::playout::loop_handle::LoopHandle;
use crate::playout::notice::{PlayoutNotice, SharedNotifier, notify};
use crate::playout::watch::{self, RescanHandle};

/// The nice value of the thread `watch`. Reading files must not take processor time from the sound.
const BACKGROUND_NICE: i32 = 10;

/// Starts the thread `control`, which receives commands and reports whether its socket could be opened.
///
/// # Errors
/// [`DaemonError::System`] if the system cannot start a thread.
pub(super) fn start_control(
    station: &Path,
    loop_handle: &LoopHandle,
    notifier: &SharedNotifier,
    is_reachable: Arc<AtomicBool>,
) -> Result<ControlServer, DaemonError> {
    let notifier = notifier.clone();
    let on_availability = move |result: io::Result<()>| {
        is_reachable.store(result.is_ok(), Ordering::Relaxed);
        let notice =
            result.as_ref().map_or_else(PlayoutNotice::ControlUnavailable, |()| PlayoutNotice::ControlAvailable);
        notify(&notifier, notice);
    };
    ControlServer::start(station, loop_handle.clone(), on_availability)
        .map_err(DaemonError::system(SystemPart::ControlSocket))
}

/// Starts the thread `watch`, which owns the loader and reads the folder after every edit.
///
/// # Errors
/// [`DaemonError::System`] if the system cannot start a thread.
pub(super) fn start_watch(
    station: &Path,
    mut loader: ScheduleLoader,
    loop_handle: LoopHandle,
) -> Result<RescanHandle, DaemonError> {
    let on_change = move || {
        // On Linux, nice(2) changes only the calling thread.
        let _ = rustix::process::nice(0).and_then(|current| rustix::process::nice((BACKGROUND_NICE - current).max(0)));
        for command in loader.load() {
            loop_handle.send(command);
        }
        platform::release_unused_memory();
        loader.rescan_delay()
    };
    watch::start(station, on_change).map_err(DaemonError::system(SystemPart::Watch))
}
