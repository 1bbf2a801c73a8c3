//! The doctor: examines the machine of a station, and lists what must be done before the station is handed over.
//!
//! [`probe_machine`] reads facts from the system's files, below a root folder that tests replace. `cli` adds the facts
//! that only the station, the sound system and the operator can provide. [`examine`] turns the facts into findings,
//! without I/O, and [`sheet`] formats the findings as one page.
mod examine;
mod facts;
mod finding;
mod probe;
mod sheet;

pub use examine::examine;
pub use facts::{
    AlarmCheck, AlarmDelivery, AmplifierCheck, Autostart, DoctorFacts, FolderAccess, KernelClock, KeysCheck,
    MachineFacts, SoundLevel, SoundTest, StationClock, StorageFacts, UnderVoltage,
};
pub use finding::{CheckVerdict, DoctorFinding};
pub use probe::{MachineQuery, probe_machine};
pub use sheet::{SheetHead, sheet};
