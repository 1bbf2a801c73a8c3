//! Text from files as a person may see it.

/// Longest sentence, in characters; a name in it may be as long as its file.
const MAX_SENTENCE: usize = 400;

/// Text from files without anything that could steer a terminal, cut to what a person reads.
pub(super) fn printable(text: &str) -> String {
    let mut chars = text.chars();
    let mut plain: String = chars.by_ref().take(MAX_SENTENCE).map(visible_or_placeholder).collect();
    if chars.next().is_some() {
        plain.push('…');
    }
    plain
}

/// A character, or a stand-in for one that is not seen or turns the direction of writing: a file name that reads
/// backwards on the screen is not the one on the disk.
pub(super) fn visible_or_placeholder(c: char) -> char {
    match c {
        c if c.is_control() => ' ',
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}
