//! Reasons why a station cannot run.
use std::fmt;
use std::io;

use crate::station::FolderError;

/// Why a station cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Another loa runs it.
    #[error("the station is already being run")]
    AlreadyRunning,
    /// Its folder cannot be read at all.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its `airlog` is a link.
    #[error("the folder airlog is a link")]
    AirlogIsLink,
    /// It ended while the disk refused this many entries.
    #[error("{0} entries could not be written")]
    EntriesLost(usize),
    /// The log in its folder is a rehearsal's.
    #[error("the log is a rehearsal's")]
    RehearsalLog,
    /// A new station's `station.toml` has errors. The notifier has reported them.
    #[error("station.toml has errors")]
    InvalidSettings,
    /// The operating system refused something that the daemon needs.
    #[error("{part}: {error}")]
    System {
        /// Part of the daemon that needs it.
        part: SystemPart,
        /// Error of the operating system.
        error: io::Error,
    },
}

impl DaemonError {
    /// Returns a function that turns an I/O error into [`DaemonError::System`], for `map_err`.
    pub(super) fn system(part: SystemPart) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::System { part, error }
    }
}

/// Part of the daemon that needs something from the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemPart {
    /// The station's folder.
    Station,
    /// The folder `airlog` and the files in it.
    Airlog,
    /// The lock in `airlog`.
    AirlogLock,
    /// The locks for the station's path, in the state folder.
    PathLock,
    /// The secret keys.
    Keys,
    /// The clock.
    Clock,
    /// The signal handlers.
    Signals,
    /// The control socket.
    ControlSocket,
    /// The thread that watches the station's folder.
    Watch,
}

impl fmt::Display for SystemPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Station => "station",
            Self::Airlog => "airlog",
            Self::AirlogLock => "airlog/lock",
            Self::PathLock => "locks",
            Self::Keys => "keys",
            Self::Clock => "clock",
            Self::Signals => "signals",
            Self::ControlSocket => "control socket",
            Self::Watch => "watch",
        })
    }
}
