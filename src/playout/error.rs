//! Errors of a station's daemon.
use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::station::FolderError;

/// An error that prevents a station from running.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Another process has locked the station.
    #[error("the station is already being run")]
    AlreadyRunning,
    /// The station's folder cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The station's `airlog` is a symbolic link.
    #[error("the folder airlog is a link")]
    AirlogIsLink,
    /// A daemon is running in this folder, and the station's folder is a copy of it.
    #[error("the station is being run in {0}")]
    CopyIsRunning(PathBuf),
    /// The run ended while log entries still could not be written.
    #[error("{entries} entries could not be written")]
    EntriesLost {
        /// The number of these entries.
        entries: usize,
        /// True if the log was moved, deleted or replaced; false if the disk refused the entries.
        is_log_moved: bool,
    },
    /// The log in the station's folder was written by a rehearsal.
    #[error("the log is a rehearsal's")]
    RehearsalLog,
    /// The `station.toml` of a new station has errors, which the notifier has already received.
    #[error("station.toml has errors")]
    InvalidSettings,
    /// A new station has the sample's id and a real sound device.
    #[error("a new station has the id of the sample")]
    SampleStation,
    /// The operating system refused something that the daemon needs.
    #[error("{part}: {error}")]
    System {
        /// The part of the daemon that made the request.
        part: SystemPart,
        /// The error from the operating system.
        error: io::Error,
    },
}

impl DaemonError {
    /// Returns a function that turns an I/O error into [`DaemonError::System`], for `map_err`.
    pub(super) fn system(part: SystemPart) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::System { part, error }
    }
}

/// A part of the daemon that makes requests to the operating system. Error messages name it.
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
