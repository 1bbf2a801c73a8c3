//! The body of each type of entry: one definition both writes and reads it.
//!
//! Logs last for years: a key is never removed, a key that is added has a default, and keys that this program does not
//! know are skipped.
mod airing;
mod log;
mod station;

pub use airing::{AiringLabels, InterruptEntry, OutcomeEntry, RelayEntry, RemarkEntry, ResumeEntry, StartEntry};
pub use log::{EpochEntry, GapEntry, GenesisEntry, LostFileEntry, PredecessorLog, SignedNoteEntry};
pub use station::{
    AmplifierEntry, BootEntry, ClockStepEntry, ClockTrustEntry, DeviceEntry, EditEntry, KeptFileRef, OperatorEntry,
    PeerUser, PlanEntry, ScheduleEntry, ShutdownEntry, UNTRIED,
};
