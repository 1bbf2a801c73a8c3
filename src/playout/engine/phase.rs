//! The phases in the life of an engine.
use crate::base::instant::BootTime;

/// The phase of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// The station plays by its plan.
    Running,
    /// The daemon is shutting down.
    Ending {
        /// The output may report the end of its cues until this instant.
        deadline: BootTime,
        /// The cause, for the `shutdown` entry.
        cause: String,
    },
    /// The last entry is written. The engine ignores all further events.
    Ended,
}
