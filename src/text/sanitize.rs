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

/// Returns true if a character is invisible or changes the writing direction.
#[must_use]
pub fn is_invisible_or_bidi(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
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
        for text in ["Đài Thuận An", "1 = 1", "", "xa-1"] {
            assert_eq!(spreadsheet_cell(text), text);
        }
    }
}
