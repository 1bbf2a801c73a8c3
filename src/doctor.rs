//! The doctor: looks at the machine of a station, and says what has to be done before the station is handed over.
//!
//! [`probe_machine`] reads what the system tells, below a root folder that a test replaces. `cli` adds what only the
//! station, the sound system and a person know. [`examine`] turns these facts into findings (pure), and [`sheet`] makes
//! one page of them.
mod examine;
mod facts;
mod finding;
mod probe;
mod sheet;

pub use examine::examine;
pub use facts::{
    AmplifierCheck, Autostart, DoctorFacts, FolderAccess, KernelClock, KeysCheck, MachineFacts, SoundLevel, SoundTest,
    StorageFacts, UnderVoltage,
};
pub use finding::{CheckVerdict, DoctorFinding};
pub use probe::{MachineQuery, probe_machine};
pub use sheet::{SheetHead, sheet};
