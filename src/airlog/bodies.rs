//! The body of each type of entry. The same type writes and reads it.
//!
//! Logs last for years. So no key is ever removed, each new key has a default, and a reader skips keys that it does not
//! know.
mod airing;
mod log;
mod station;

pub use airing::{AiringLabels, InterruptEntry, OutcomeEntry, RelayEntry, RemarkEntry, ResumeEntry, StartEntry};
pub use log::{EpochEntry, GapEntry, GenesisEntry, LostFileEntry, PredecessorLog, SignedNoteEntry};
pub use station::{
    AmplifierEntry, BootEntry, ClockStepEntry, ClockTrustEntry, ConcernEntry, DeviceEntry, EditEntry, KeptFileRef,
    OperatorEntry, PeerUser, PlanEntry, ScheduleEntry, ShutdownEntry, UNTRIED,
};
