//! Notices to people from a running station. The caller of the daemon puts them into words.
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::engine;
use crate::airlog::recover::DamagedLog;
use crate::schedule::problem::Problem;
use crate::schedule::{Schedule, SourceFile};
use crate::station::FolderError;

/// A notice to people.
pub enum PlayoutNotice<'a> {
    /// A notice from the engine.
    Engine(&'a engine::Notice),
    /// The log cannot be written; entries wait in memory.
    LogWriteFailed(&'a io::Error),
    /// The log can be written again.
    LogWriteRecovered,
    /// An epoch of the log is due to end and cannot. The log goes on, but its newest entries are not locked.
    EpochRotationFailed(&'a io::Error),
    /// A kept file could be written in only one of its two places.
    KeptCopyFailed(&'a io::Error),
    /// Findings in the station's files, reported once for each set of them.
    Problems {
        /// Findings.
        problems: &'a [Problem],
        /// Files that the findings refer to.
        files: &'a [SourceFile],
        /// Schedule that plays instead, when the files cannot be taken as they are written.
        fallback: Option<FallbackSchedule>,
    },
    /// The folder cannot be read. Reported once.
    FolderUnreadable(&'a FolderError),
    /// The log's last bytes were torn, and were set aside.
    LogTailTorn(u64),
    /// The log was damaged inside. It was set aside, and a new one begins.
    LogDamaged(&'a DamagedLog),
    /// There is no place for the control socket so far: nobody can give orders to the station.
    ControlUnavailable(&'a io::Error),
    /// The control socket is there now.
    ControlAvailable,
    /// The station runs.
    Started(&'a Schedule),
}

/// Schedule that plays when the files cannot be taken as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FallbackSchedule {
    /// The last good schedule.
    LastGood,
    /// The valid parts of the files, because there is no last good schedule.
    ValidParts,
    /// The last good schedule, whole: some of its files have gone from the folder.
    LastGoodFilesMissing,
}

/// Callback for notices. Several threads call it.
pub type SharedNotifier = Arc<Mutex<dyn FnMut(PlayoutNotice<'_>) + Send>>;

/// Passes a notice to the notifier.
pub(super) fn notify(notifier: &SharedNotifier, notice: PlayoutNotice<'_>) {
    // A poisoned lock means that another thread panicked while it reported something; the station plays on.
    let mut notifier = notifier.lock().unwrap_or_else(PoisonError::into_inner);
    (*notifier)(notice);
}
