//! The bodies of all types of entry. One struct both writes and reads a body.
//!
//! Logs last for years, so no key is ever removed, each new key has a default, and a reader skips unknown keys.
mod airing;
mod log;
mod station;

pub use airing::{AiringLabels, InterruptEntry, OutcomeEntry, RelayEntry, RemarkEntry, ResumeEntry, StartEntry};
pub use log::{EpochEntry, GapEntry, GenesisEntry, LostFileEntry, PredecessorLog, SignedNoteEntry};
pub use station::{
    AmplifierEntry, BootEntry, ClockStepEntry, ClockTrustEntry, ConcernEntry, DeviceEntry, EditEntry, KeptFileRef,
    OperatorEntry, PeerUser, PlanEntry, ScheduleEntry, ShutdownEntry, UNTRIED,
};
