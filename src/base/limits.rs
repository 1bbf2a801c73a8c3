//! Limits that several modules share.

/// The maximum length of a title, in characters. The schedule rejects longer titles. Titles from the tags of files,
/// and all text in the department's index, are cut to this length.
pub const MAX_TITLE_CHARS: usize = 200;
