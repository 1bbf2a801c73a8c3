//! Limits that several rooms share.

/// The maximum length of a title, in characters. The schedule accepts no longer one, a title from a file's tags is cut
/// to it, and the department's index keeps as much of any text.
pub const MAX_TITLE_CHARS: usize = 200;
