//! Makes text from files safe for terminals and spreadsheets.

/// Removes all characters that could control a terminal: control characters, invisible characters, and characters that
/// change the writing direction.
#[must_use]
pub fn strip_unprintable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !is_invisible_or_bidi(*c)).collect()
}

/// Removes control characters from multi-line text, except line breaks and tabs.
#[must_use]
pub fn strip_control(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// Returns the first lines of a program's error output as one line of at most `max_chars` characters, without
/// characters that could control a terminal. Blank lines do not count.
#[must_use]
pub fn first_lines(output: &[u8], max_lines: usize, max_chars: usize) -> String {
    let text = String::from_utf8_lossy(output);
    let to_words = |line: &str| line.split_whitespace().map(strip_unprintable).collect::<Vec<_>>().join(" ");
    let lines = text.lines().map(to_words).filter(|line| !line.is_empty());
    lines.take(max_lines).collect::<Vec<_>>().join("; ").chars().take(max_chars).collect()
}

/// Makes `text` safe as a spreadsheet cell. The result cannot control a terminal, and no spreadsheet program reads it
/// as a formula, even if `text` begins with a full-width sign, or with blanks and a sign.
#[must_use]
pub fn spreadsheet_cell(text: &str) -> String {
    const FORMULA_SIGNS: &str = "=+-@＝＋－＠﹦﹢﹣﹫−";
    let plain = strip_unprintable(text);
    let first_char = plain.chars().next();
    let is_formula = plain.trim_start().starts_with(|c| FORMULA_SIGNS.contains(c));
    if is_formula || first_char.is_some_and(char::is_whitespace) { format!("'{plain}") } else { plain }
}

/// Returns true if a character is invisible or changes the writing direction: line and paragraph separators, and the
/// format characters of Unicode that can stand in Latin text. `check.py` of a proof bundle has the same list.
#[must_use]
pub fn is_invisible_or_bidi(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::spreadsheet_cell;

    #[test]
    fn no_cell_is_a_formula() {
        for text in
            ["=1", " =1", "\t=1", "\n+1", "\r-1", "＝1", "＋1", "－1", "＠x", "\u{3000}=1", "\u{feff}=1", "−1", " x"]
        {
            assert!(spreadsheet_cell(text).starts_with('\''), "{text:?}: {:?}", spreadsheet_cell(text));
        }
        assert_eq!(spreadsheet_cell("a\u{1b}[31mb\u{202e}\n"), "a[31mb");
        assert_eq!(spreadsheet_cell("a\u{61c}\u{ad}b\u{e0041}"), "ab");
        for text in ["Đài Thuận An", "1 = 1", "", "xa-1"] {
            assert_eq!(spreadsheet_cell(text), text);
        }
    }
}
