//! Points to characters that look like a space, or that are invisible. They come with text copied from a word
//! processor, a messenger or a web page, and nobody can see them in the line.
use std::ops::Range;

use crate::schedule::SourceFile;
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::text::is_invisible_or_bidi;
use crate::text::problem::Hint;

/// Finds the first odd character of a line outside strings and comments, where TOML does not permit any.
pub fn odd_character_in_line(line: &str) -> Option<(Range<usize>, Finding, Hint)> {
    let mut open_quote = None;
    let mut chars = line.char_indices();
    while let Some((index, c)) = chars.next() {
        match (open_quote, c) {
            (Some('"'), '\\') => drop(chars.next()),
            (Some(quote), _) if quote == c => open_quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => open_quote = Some(c),
            (None, '#') => return None,
            (None, _) => {
                if let Some((finding, hint)) = odd_character_fault(c) {
                    return Some((index..index + c.len_utf8(), finding, hint));
                }
            }
        }
    }
    None
}

/// For each value that was not understood: if the value contains an odd character, that character is the cause, so the
/// finding about the value is replaced by one about the character.
pub fn point_to_odd_characters(problems: &mut [Problem], files: &[SourceFile]) {
    for problem in problems.iter_mut().filter(|problem| is_about_value(&problem.finding)) {
        let text = files.get(problem.span.file_index).and_then(|file| file.text.get(problem.span.range.clone()));
        let odd_character = text.and_then(|text| {
            text.char_indices().find_map(|(index, c)| odd_character_fault(c).map(|fault| (index, c, fault)))
        });
        if let Some((index, c, (finding, hint))) = odd_character {
            let start = problem.span.range.start + index;
            problem.span.range = start..start + c.len_utf8();
            (problem.finding, problem.hint) = (finding, hint);
        }
    }
}

/// Returns the finding about an odd character; `None` for any other character.
fn odd_character_fault(c: char) -> Option<(Finding, Hint)> {
    match c {
        '\u{feff}' => Some((Finding::BomInside, Hint::RetypeLine)),
        c if c.is_whitespace() && !c.is_ascii() => {
            Some((Finding::OddSpace { code: format!("U+{:04X}", u32::from(c)) }, Hint::RetypeSpace))
        }
        // The soft hyphen and the Mongolian vowel separator are invisible too.
        c if is_invisible_or_bidi(c) || matches!(c, '\u{ad}' | '\u{180e}') => Some((Finding::Control, Hint::Retype)),
        _ => None,
    }
}

/// Returns true for a finding about a value, or the name of a key, that was not understood.
fn is_about_value(finding: &Finding) -> bool {
    use Finding as F;
    matches!(
        finding,
        F::BadId { .. }
            | F::BadTime { .. }
            | F::BadDateText { .. }
            | F::BadDay { .. }
            | F::BadMonthly { .. }
            | F::BadLunar { .. }
            | F::BadYearly { .. }
            | F::BadDuration { .. }
            | F::BadRange { .. }
            | F::BadLate { .. }
            | F::BadZone { .. }
            | F::BadChoice { .. }
            | F::BadLanguage { .. }
            | F::BadMessageLanguage { .. }
            | F::BadSource { .. }
            | F::BadAddress { .. }
            | F::BadDepartmentKey { .. }
            | F::BadHash
            | F::NoSuchSegment { .. }
            | F::NoSuchHoliday { .. }
            | F::UnknownKey { .. }
            | F::UnknownTable { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_characters_are_found_only_outside_strings_and_comments() {
        let range = |line: &str| odd_character_in_line(line).map(|(range, ..)| range);
        assert_eq!(range("at\u{a0}= \"05:15\""), Some(2..4));
        assert_eq!(range("at = \"05:15\"\u{202f}"), Some(12..15));
        assert_eq!(range("\u{feff}[station]"), Some(0..3));
        for line in ["t = \"a\u{a0}b\" # c\u{a0}", "t = 'a\u{a0}'", "t = \"\\\"\u{a0}\"", "t = \"\u{a0}", ""] {
            assert_eq!(range(line), None, "{line:?}");
        }
    }

    #[test]
    fn each_kind_of_odd_character_has_its_finding() {
        for c in ['\u{a0}', '\u{2007}', '\u{202f}', '\u{3000}', '\u{85}'] {
            assert!(matches!(odd_character_fault(c), Some((Finding::OddSpace { .. }, _))), "{c:?}");
        }
        for c in ['\u{200b}', '\u{200e}', '\u{2060}', '\u{ad}'] {
            assert!(matches!(odd_character_fault(c), Some((Finding::Control, _))), "{c:?}");
        }
        assert!(matches!(odd_character_fault('\u{feff}'), Some((Finding::BomInside, _))));
        for c in [' ', '\t', 'ắ', '-', '\u{301}'] {
            assert_eq!(odd_character_fault(c), None, "{c:?}");
        }
    }
}
