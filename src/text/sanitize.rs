//! Makes texts from files safe for terminals and spreadsheets.

/// Text from files, without anything that could steer a terminal.
#[must_use]
pub fn strip_unprintable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !is_invisible_or_bidi(*c)).collect()
}

/// Several lines of such text: nothing in them steers the terminal that shows them.
#[must_use]
pub fn strip_control(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// A text as a cell of a table that a spreadsheet may open: nothing in it steers a terminal, and no spreadsheet takes it for
/// a formula, also behind blanks and in full width.
#[must_use]
pub fn spreadsheet_cell(text: &str) -> String {
    const SIGNS: &str = "=+-@＝＋－＠﹦﹢﹣﹫−";
    let plain = strip_unprintable(text);
    let first = plain.chars().next();
    let formula = plain.trim_start().starts_with(|c| SIGNS.contains(c));
    if formula || first.is_some_and(char::is_whitespace) { format!("'{plain}") } else { plain }
}

/// Whether a character turns the direction of writing, or is not seen at all.
#[must_use]
pub fn is_invisible_or_bidi(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::spreadsheet_cell;

    #[test]
    fn no_cell_starts_a_formula() {
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
