//! The words of one reading, each stored once: airings share most of their texts.
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::char::is_combining_mark;

/// Letters and marks of a text that are kept.
const MAX_TEXT_CHARS: usize = 200;
/// The first combining mark in Unicode.
const FIRST_MARK: char = '\u{300}';

/// Returns a name or title with at most [`MAX_TEXT_CHARS`] characters. Stations write these texts; nothing after this
/// needs to bound them again.
pub(super) fn bounded_text(text: &str) -> Cow<'_, str> {
    // Most texts are short and plain.
    if text.len() <= MAX_TEXT_CHARS && text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let (mut marks, mut letters) = (0, 0);
    let mut shown = String::with_capacity(text.len().min(4 * MAX_TEXT_CHARS));
    for c in text.chars() {
        // Vietnamese puts a few marks on a letter; many marks are an attack on the program that draws them.
        marks = if c >= FIRST_MARK && is_combining_mark(c) { marks + 1 } else { 0 };
        if marks <= 3 {
            shown.push(c);
            letters += 1;
        }
        if letters == MAX_TEXT_CHARS {
            break;
        }
    }
    Cow::Owned(shown)
}

/// Words and their numbers. Number 0 is the empty word, which stands for none.
#[derive(Debug)]
pub struct Interner {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Default for Interner {
    fn default() -> Self {
        let none: Arc<str> = Arc::default();
        Self { numbers: HashMap::from([(none.clone(), 0)]), texts: vec![none] }
    }
}

impl Interner {
    /// Returns the number of a text, bounded as by [`bounded_text`].
    pub fn intern(&mut self, text: &str) -> u32 {
        // A short text is looked up as it was written, so that it is bounded only once.
        if text.len() <= MAX_TEXT_CHARS {
            if let Some(number) = self.numbers.get(text) {
                return *number;
            }
            let shown = bounded_text(text);
            let number = self.intern_bounded(&shown);
            if shown != text {
                self.numbers.insert(text.into(), number);
            }
            return number;
        }
        self.intern_bounded(&bounded_text(text))
    }

    fn intern_bounded(&mut self, shown: &str) -> u32 {
        if let Some(number) = self.numbers.get(shown) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let shown: Arc<str> = shown.into();
        self.texts.push(shown.clone());
        self.numbers.insert(shown, number);
        number
    }

    /// Returns all words, in the order of their numbers.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_number_however_it_was_written() {
        let mut words = Interner::default();
        let long = "dài ".repeat(100);
        let cut: String = long.chars().take(MAX_TEXT_CHARS).collect();
        let numbers: Vec<u32> =
            ["", "a", "ạ", "a", &long, &cut, "e\u{301}\u{301}\u{301}\u{301}", "e\u{301}\u{301}\u{301}", ""]
                .map(|text| words.intern(text))
                .to_vec();
        assert_eq!(numbers, [0, 1, 2, 1, 3, 3, 4, 4, 0]);
        assert_eq!(words.texts().collect::<Vec<_>>(), ["", "a", "ạ", &cut, "e\u{301}\u{301}\u{301}"]);
    }
}
