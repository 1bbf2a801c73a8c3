//! The airing log, the append-only record of every airing.
//!
//! The source of truth is `airlog/log.jsonl`. It has one JSON entry per line, all its numbers are integers, and it is
//! never rewritten. After every batch the new head is signed. An entry is acknowledged, and [`AirLog::append`] returns,
//! once the entry and the head over it are on the disk. [`entry`] writes entries, [`record`] reads them, [`replay`]
//! folds them into the state that a starting daemon needs, and [`recover`] repairs the damage of a power cut.
//! [`signer`] signs with [`keys`] that are stored outside the station's folder. The newest head ([`highwater`]) and a
//! second copy of the files in force ([`kept`]) are stored beside the keys. The format is in `docs/airlog-format.md`.
pub mod absences;
pub mod airing_id;
mod bodies;
pub mod damage;
pub mod entry;
pub mod entry_time;
pub mod files;
pub mod gap;
pub mod highwater;
mod hmac;
pub mod in_force;
pub mod kept;
pub mod kept_writer;
pub mod keys;
pub mod limits;
pub mod lost_log;
pub mod moved_airings;
pub mod outcome;
pub mod outcome_text;
pub mod parts;
pub mod plausibility;
pub mod progress;
pub mod record;
pub mod recover;
pub mod replay;
pub mod signer;
pub mod storage;
mod walk;
mod words;
mod writer;

pub use writer::{AirLog, LogConfig, LogIdentity};
