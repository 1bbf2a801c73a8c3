//! Threads that the daemon starts around its loop, besides `signals`.
use std::io;
use std::path::Path;

use crate::base::platform;
use crate::playout::control::ControlServer;
use crate::playout::error::{DaemonError, SystemPart};
use crate::playout::loader::ScheduleLoader;
use crate::playout::loop_handle::LoopHandle;
use crate::playout::notice::{PlayoutNotice, SharedNotifier, notify};
use crate::playout::watch::{self, RescanHandle};

/// Nice value of the thread that reads files: sound comes first.
const BACKGROUND_NICE: i32 = 10;

/// Starts the thread `control`, which takes orders and reports whether its socket can be reached.
///
/// # Errors
/// [`DaemonError::System`] when the system has no threads left.
pub(super) fn start_control(
    station: &Path,
    to_loop: &LoopHandle,
    notifier: &SharedNotifier,
) -> Result<ControlServer, DaemonError> {
    let notifier = notifier.clone();
    let on_availability = move |available: io::Result<()>| {
        let notice =
            available.as_ref().map_or_else(PlayoutNotice::ControlUnavailable, |()| PlayoutNotice::ControlAvailable);
        notify(&notifier, notice);
    };
    ControlServer::start(station, to_loop.clone(), on_availability)
        .map_err(DaemonError::system(SystemPart::ControlSocket))
}

/// Starts the thread `watch`, which owns the loader and reads the folder after every edit.
///
/// # Errors
/// [`DaemonError::System`] when the system has no threads left.
pub(super) fn start_watch(
    station: &Path,
    mut loader: ScheduleLoader,
    to_loop: LoopHandle,
) -> Result<RescanHandle, DaemonError> {
    let on_change = move || {
        // Decoding a changed file must not take the processor from the sound. nice(2) is for this thread alone.
        let _ = rustix::process::nice(0).and_then(|now| rustix::process::nice((BACKGROUND_NICE - now).max(0)));
        for command in loader.load() {
            to_loop.send(command);
        }
        platform::release_unused_memory();
        loader.rescan_after()
    };
    watch::start(station, on_change).map_err(DaemonError::system(SystemPart::Watch))
}
