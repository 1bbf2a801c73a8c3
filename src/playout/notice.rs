//! The notices of a running station to the operator. The caller of the daemon turns them into messages.
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::engine;
use crate::airlog::lost_log::LostLog;
use crate::airlog::recover::DamagedLog;
use crate::schedule::problem::Problem;
use crate::schedule::settings::Station;
use crate::schedule::{Schedule, SourceFile};
use crate::station::FolderError;

/// A notice to the operator.
pub enum PlayoutNotice<'a> {
    /// A notice from the engine.
    Engine(&'a engine::Notice),
    /// The log cannot be written. Entries wait in memory.
    LogWriteFailed(&'a io::Error),
    /// The log can be written again.
    LogWriteRecovered,
    /// An epoch of the log is due to end and cannot be closed. The log continues, but the key of that epoch is not
    /// erased yet.
    EpochRotationFailed(&'a io::Error),
    /// A kept file could be written in only one of its two places.
    KeptCopyFailed(&'a io::Error),
    /// Problems in the station's files. The same problems are reported only once.
    Problems {
        /// The problems.
        problems: &'a [Problem],
        /// The files to which the problems refer.
        files: &'a [SourceFile],
        /// The schedule that plays instead. `None` when the files are adopted as written.
        fallback: Option<FallbackSchedule>,
    },
    /// Problems were reported, and the station's files have none any more.
    NoMoreProblems,
    /// The files in the folder are usable again, and match the schedule in force.
    InForceAgain,
    /// The folder cannot be read. This is reported only once.
    FolderUnreadable(&'a FolderError),
    /// The log had this many bytes beyond its signed head. They were set aside.
    LogTailTorn(u64),
    /// The log was damaged before its end. It was set aside, and a new one begins.
    LogDamaged(&'a DamagedLog),
    /// The folder no longer has the log that this machine signed for it, and a new one begins.
    LogLost {
        /// The log that the folder had.
        log: &'a LostLog,
        /// The station's settings.
        settings: &'a Station,
    },
    /// The control socket cannot be created, so nobody can send commands to the station.
    ControlUnavailable(&'a io::Error),
    /// The control socket is available now.
    ControlAvailable,
    /// The station has started with this schedule.
    Started(&'a Schedule),
}

/// The schedule that plays when the files cannot be adopted as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FallbackSchedule {
    /// The last good schedule.
    LastGood,
    /// The valid parts of the files, because there is no last good schedule.
    ValidParts,
    /// The complete last good schedule, because some of its files are missing from the folder or damaged.
    LastGoodFilesMissing,
}

/// A callback for notices. Several threads call it.
pub type SharedNotifier = Arc<Mutex<dyn FnMut(PlayoutNotice<'_>) + Send>>;

/// Passes a notice to the notifier.
pub(super) fn notify(notifier: &SharedNotifier, notice: PlayoutNotice<'_>) {
    // If another thread panicked while it held the lock, the station continues to play and to notify.
    let mut notifier = notifier.lock().unwrap_or_else(PoisonError::into_inner);
    (*notifier)(notice);
}
