//! Commands about the record: the log, its proof, its keys.
pub mod key;
pub mod log;
pub mod plausibility;
pub mod receipt;
pub mod verify;
