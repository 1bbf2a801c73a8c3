//! `airlog/progress`: marks of the running airing, and heartbeats between airings.
//!
//! While an airing sounds, a mark is written every second and synced every 5 s. After a power cut, the marks prove a
//! minimum length that the airing sounded, and its outcome states that length. The file is temporary: it is truncated
//! when it is large, and torn lines are skipped. Anybody can write to it, but the content of a mark becomes part of a
//! signed outcome. Therefore each mark is authenticated with the key of the open epoch, and a reader checks it against
//! the boot clock and the planned length.
mod known_progress;
mod mark;
mod mark_key;
mod mark_writer;
mod marks;

pub use known_progress::KnownProgress;
pub use mark::{Heartbeat, ProgressMark};
pub use mark_key::MarkKey;
pub use mark_writer::MarkWriter;
pub use marks::{ProgressMarks, read};
