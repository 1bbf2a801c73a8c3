//! `airlog/progress`: marks of the running airing, and signs of life between airings.
//!
//! A mark a second while something plays, synced every 5 s, so that after a power cut the log can say how
//! long the cut airing is known to have played: never more than it did. The file is scratch: it is cut back
//! once it has grown, and a torn line in it is passed over. What a mark says goes into a signed outcome, and anybody
//! can write to the file: each mark is authenticated with the key of the open epoch, and is held against the boot
//! clock and the planned length when it is read.
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
