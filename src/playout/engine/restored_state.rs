//! The state that a starting daemon has recovered from its disk.
use super::station_context::StationContext;
use crate::airlog::entry::PredecessorLog;
use crate::airlog::progress::ProgressMarks;
use crate::airlog::replay::Replay;
use crate::playout::adoption::RecoveredSchedule;
use crate::playout::clock::ClockSnapshot;
use crate::schedule::settings::Station;

/// The state from which an engine starts.
pub struct RestoredState {
    /// The readings of the clocks at the start.
    pub now: ClockSnapshot,
    /// The id of the current machine boot.
    pub boot_id: String,
    /// The state according to the log.
    pub replay: Replay,
    /// The progress marks.
    pub marks: ProgressMarks,
    /// The last adopted schedule and the open plans, both from their kept files, and the kept files that are lost.
    pub recovered_schedule: RecoveredSchedule,
    /// The fixed facts about the station.
    pub context: StationContext,
    /// The current settings in the station's folder, for the genesis of a new log.
    pub settings: Station,
    /// The damaged log that this new log replaces, if any.
    pub predecessor: Option<PredecessorLog>,
}
