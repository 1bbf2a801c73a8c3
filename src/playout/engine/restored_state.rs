//! The state that a starting daemon has recovered from its disk.
use super::station_context::StationContext;
use crate::airlog::entry::PredecessorLog;
use crate::airlog::progress::ProgressMarks;
use crate::airlog::replay::Replay;
use crate::playout::adoption::RecoveredSchedule;
use crate::playout::clock::ClockSnapshot;
use crate::schedule::settings::Station;

/// The state that a starting daemon has recovered.
pub struct RestoredState {
    /// The clocks.
    pub now: ClockSnapshot,
    /// This start of the machine.
    pub boot_id: String,
    /// The state by the log.
    pub replay: Replay,
    /// The progress marks.
    pub marks: ProgressMarks,
    /// The last adopted schedule and the open plans, from their kept files, and which of these files are lost.
    pub found: RecoveredSchedule,
    /// The fixed facts.
    pub context: StationContext,
    /// The station's settings in its folder now, for a new log.
    pub station: Station,
    /// The damaged log that a new one replaces.
    pub follows: Option<PredecessorLog>,
}
