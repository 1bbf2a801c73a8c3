//! Text from files, made safe to print.

/// Longest sentence, in characters. A sentence may contain a name from a file, which may be very long.
const MAX_SENTENCE: usize = 400;

/// Removes everything that could steer a terminal from a text, and cuts it to a readable length.
pub(super) fn printable(text: &str) -> String {
    let mut chars = text.chars();
    let mut plain: String = chars.by_ref().take(MAX_SENTENCE).map(visible_or_placeholder).collect();
    if chars.next().is_some() {
        plain.push('…');
    }
    plain
}

/// Returns a character, or a placeholder for one that is invisible or changes the writing direction: a file name that
/// reads backwards on the screen is not the one on the disk.
pub(super) fn visible_or_placeholder(c: char) -> char {
    match c {
        c if c.is_control() => ' ',
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}
