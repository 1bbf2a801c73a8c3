//! Step 5 of the flow: the airing log, the append-only record of what went out.
//!
//! Source of truth is `airlog/log.jsonl`: JSON Lines, integers only, one entry a line, never rewritten. After every
//! batch its head is signed. An entry counts once it and the head that covers it are on the disk ([`AirLog::append`]
//! returns then), and whoever reads the log sees the daemon's own words: [`entry`] writes them, [`record`] reads them,
//! [`replay`] folds them into what a starting daemon must know, [`recover`] puts right what a power cut left.
//! [`seal`] signs, with [`keys`] that lie elsewhere; beside them [`highwater`] remembers the newest head, and [`kept`] a
//! second copy of what is in force. `docs/airlog-format.md` is the form.
pub mod absences;
pub mod airing_id;
mod bodies;
pub mod damage;
pub mod entry;
pub mod files;
pub mod gap;
pub mod highwater;
mod hmac;
pub mod in_force;
pub mod kept;
pub mod kept_writer;
pub mod keys;
pub mod limits;
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
