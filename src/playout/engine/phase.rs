//! The life of an engine.
use crate::base::instant::BootTime;

/// Where the engine is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// The station plays.
    Running,
    /// The daemon is shutting down.
    Ending {
        /// How long the output may still report.
        deadline: BootTime,
        /// Why, for the `shutdown` entry.
        cause: String,
    },
    /// The last entry is written; nothing more happens.
    Ended,
}
