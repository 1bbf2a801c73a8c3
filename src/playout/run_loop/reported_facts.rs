//! The facts that the loop has passed to the engine.
use crate::base::instant::BootTime;
use crate::concern::{HostFacts, LogFacts};
use crate::logstore::hand_in::HandInState;

/// The facts that the engine was told last.
#[derive(Debug, Default)]
pub(super) struct ReportedFacts {
    pub log: Option<LogFacts>,
    pub host: Option<HostFacts>,
    pub hand_in: Option<HandInState>,
    /// The time of the last look at the computer.
    pub host_looked_at: Option<BootTime>,
}
