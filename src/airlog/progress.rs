//! `airlog/progress`: marks of the running airing, and signs of life between airings.
//!
//! While something plays, a mark is written every second and synced every 5 s. After a power cut the log can then tell
//! how long the cut airing is known to have played: never more than it did. The file is scratch: it is truncated when
//! it has grown, and torn lines are skipped. But what a mark says goes into a signed outcome, and anybody can write to
//! the file. So each mark is authenticated with the key of the open epoch, and is checked against the boot clock and
//! the planned length when it is read.
mod known_progress;
mod mark;
mod mark_key;
mod mark_writer;
mod marks;

pub use known_progress::KnownProgress;
pub use mark::{LifeSign, ProgressMark};
pub use mark_key::MarkKey;
pub use mark_writer::MarkWriter;
pub use marks::{ProgressMarks, read};
