//! Limits that several modules share.

/// The maximum length of a title, in characters. The schedule rejects longer titles. Titles from the tags of files,
/// and all text in the department's index, are cut to this length.
pub const MAX_TITLE_CHARS: usize = 200;
/// The maximum length of a note about an airing, in characters. The station refuses longer notes, and the department's
/// index cuts them. The message that names this limit is in `text/run.rs`.
pub const MAX_NOTE_CHARS: usize = 1_000;
