//! The entries of a log that wait in the memory of the running station, because the disk refuses them.
use std::path::Path;

#[cfg(feature = "playout")]
use crate::playout::control::request;
#[cfg(feature = "playout")]
use crate::playout::engine::{CommandReply, OperatorCommand};

/// Returns the number of entries that the running station has not written yet; 0 if it cannot be asked.
#[cfg(feature = "playout")]
pub(super) fn waiting_entries(station: &Path) -> u64 {
    match request(station, OperatorCommand::Status) {
        Ok(CommandReply::Status(status)) => status.unwritten as u64,
        _ => 0,
    }
}

/// Returns 0: this build cannot ask a running station.
#[cfg(not(feature = "playout"))]
pub(super) fn waiting_entries(_station: &Path) -> u64 {
    0
}
