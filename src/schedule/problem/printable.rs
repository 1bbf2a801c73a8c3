//! Text from files, made safe to print.
use crate::text::is_invisible_or_bidi;

/// The maximum length of a message, in characters. A message can contain a very long name from a file.
const MAX_MESSAGE_CHARS: usize = 400;

/// Replaces the characters of `text` that could control a terminal, and cuts it to a readable length.
pub(super) fn printable(text: &str) -> String {
    let mut chars = text.chars();
    let mut safe_text: String = chars.by_ref().take(MAX_MESSAGE_CHARS).map(visible_or_placeholder).collect();
    if chars.next().is_some() {
        safe_text.push('…');
    }
    safe_text
}

/// Returns the character, or a placeholder if it is invisible or changes the writing direction. Such a character can
/// make one file name look like another on the screen.
pub(super) fn visible_or_placeholder(c: char) -> char {
    match c {
        c if c.is_control() => ' ',
        c if is_invisible_or_bidi(c) => '\u{fffd}',
        c => c,
    }
}
