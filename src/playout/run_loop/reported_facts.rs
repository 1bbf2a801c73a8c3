//! The facts that the loop has passed to the engine.
use crate::base::instant::BootTime;
use crate::concern::{AlarmFacts, HostFacts, LogFacts};
use crate::logstore::hand_in::HandInState;

/// The facts that the loop last passed to the engine.
#[derive(Debug, Default)]
pub(super) struct ReportedFacts {
    pub log: Option<LogFacts>,
    pub host: Option<HostFacts>,
    pub hand_in: Option<HandInState>,
    pub alarm: Option<AlarmFacts>,
    /// The time when the facts about the computer were last collected.
    pub host_facts_collected_at: Option<BootTime>,
    /// The time when the facts from the station's folder were last collected.
    pub folder_facts_collected_at: Option<BootTime>,
}
