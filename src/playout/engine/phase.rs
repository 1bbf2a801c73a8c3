//! The phases of an engine.
use crate::airlog::entry::Reason;
use crate::base::instant::BootTime;

/// The phase of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// The station plays according to its plan.
    Running,
    /// The daemon is shutting down.
    Ending {
        /// The engine waits until this instant for the output to report the end of its cues.
        deadline: BootTime,
        /// The cause, for the `shutdown` entry.
        cause: String,
        /// The reason for the airings that the shutdown cuts.
        reason: Reason,
    },
    /// The last entry is written. The engine ignores all further events.
    Ended,
}
