//! The numbers of headings and annexes: I, 1, a.
use super::SectionLevel;
use crate::text::paper::PaperText;
use crate::text::{Lang, Localize};

/// The letters of points in Vietnamese, in the order of its alphabet, without the letters that no list uses (ă, â, ê …).
const VIETNAMESE_LETTERS: [char; 21] =
    ['a', 'b', 'c', 'd', 'đ', 'e', 'g', 'h', 'i', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v'];

/// Counts the headings of a document. A heading begins the count of the levels below it again.
#[derive(Debug, Clone, Default)]
pub struct SectionNumbers {
    counts: [usize; 3],
}

impl SectionNumbers {
    /// Returns the number of the next heading of this level, such as `II.`, `1.` or `a)`.
    #[must_use]
    pub fn next_label(&mut self, level: SectionLevel, lang: Lang) -> String {
        let index = match level {
            SectionLevel::Section => 0,
            SectionLevel::Part => 1,
            SectionLevel::Point => 2,
        };
        self.counts[index] += 1;
        self.counts[index + 1..].fill(0);
        let count = self.counts[index];
        match level {
            SectionLevel::Section => format!("{}.", roman(count)),
            SectionLevel::Part => format!("{count}."),
            SectionLevel::Point => format!("{})", letter(count, lang)),
        }
    }
}

fn letter(count: usize, lang: Lang) -> char {
    let letters: Vec<char> = if lang == Lang::Vi { VIETNAMESE_LETTERS.to_vec() } else { ('a'..='z').collect() };
    letters[count.saturating_sub(1) % letters.len()]
}

/// Formats a number in Roman numerals.
#[must_use]
pub fn roman(number: usize) -> String {
    const NUMERALS: [(usize, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let (mut rest, mut text) = (number, String::new());
    for (value, numeral) in NUMERALS {
        while rest >= value {
            text.push_str(numeral);
            rest -= value;
        }
    }
    text
}

/// Returns the line above the name of an annex. The only annex of a document has no number.
#[must_use]
pub fn annex_label(index: usize, annex_count: usize, lang: Lang) -> String {
    let number = if annex_count > 1 { roman(index + 1) } else { String::new() };
    PaperText::Annex { number }.localized(lang).to_string().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_numbered_by_level() {
        let mut numbers = SectionNumbers::default();
        let levels = [
            SectionLevel::Section,
            SectionLevel::Part,
            SectionLevel::Point,
            SectionLevel::Point,
            SectionLevel::Part,
            SectionLevel::Section,
            SectionLevel::Part,
        ];
        let labels = levels.map(|level| numbers.next_label(level, Lang::Vi));
        assert_eq!(labels, ["I.", "1.", "a)", "b)", "2.", "II.", "1."]);
        let fifth = (0..5).map(|_| numbers.next_label(SectionLevel::Point, Lang::Vi)).last();
        assert_eq!(fifth.as_deref(), Some("đ)"));
        assert_eq!([4, 9, 14, 40].map(roman), ["IV", "IX", "XIV", "XL"]);
        assert_eq!(annex_label(1, 3, Lang::Vi), "Phụ lục II");
        assert_eq!(annex_label(0, 1, Lang::En), "Annex");
    }
}
