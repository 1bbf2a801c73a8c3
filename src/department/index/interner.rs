//! Stores each string of a log's new entries once, under a number, because airings share most of their strings.
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::char::is_combining_mark;

use crate::base::limits::MAX_TITLE_CHARS;

/// The maximum number of characters in an indexed string, combining marks included. A title that a station accepts is
/// never cut.
const MAX_TEXT_CHARS: usize = MAX_TITLE_CHARS;
/// The first combining mark in Unicode. Comparing with it saves the table lookup for most characters.
const FIRST_COMBINING_MARK: char = '\u{300}';
/// The maximum number of consecutive combining marks. A Vietnamese letter has at most two. A string with many can
/// overload the program that displays it.
const MAX_COMBINING_MARKS: usize = 3;

/// Bounds a name or title to [`MAX_TEXT_CHARS`] characters and [`MAX_COMBINING_MARKS`] consecutive combining marks.
/// Stations write these names and titles, so they may have any length. Indexed strings need not be bounded again.
pub(super) fn bounded_text(text: &str) -> Cow<'_, str> {
    // Most strings are short and plain.
    if text.len() <= MAX_TEXT_CHARS && text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let (mut mark_count, mut char_count) = (0, 0);
    let mut output = String::with_capacity(text.len().min(4 * MAX_TEXT_CHARS));
    for c in text.chars() {
        mark_count = if c >= FIRST_COMBINING_MARK && is_combining_mark(c) { mark_count + 1 } else { 0 };
        if mark_count <= MAX_COMBINING_MARKS {
            output.push(c);
            char_count += 1;
        }
        if char_count == MAX_TEXT_CHARS {
            break;
        }
    }
    Cow::Owned(output)
}

/// Strings and their numbers, in both directions. Number 0 is the empty string, which stands for a missing one.
#[derive(Debug)]
pub struct Interner {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Default for Interner {
    fn default() -> Self {
        let empty: Arc<str> = Arc::default();
        Self { numbers: HashMap::from([(empty.clone(), 0)]), texts: vec![empty] }
    }
}

impl Interner {
    /// Bounds a string as [`bounded_text`] does, and returns its number. A new string gets the next number.
    pub fn intern(&mut self, text: &str) -> u32 {
        // A short string is first looked up unchanged, so that it is bounded only the first time.
        if text.len() <= MAX_TEXT_CHARS {
            if let Some(number) = self.numbers.get(text) {
                return *number;
            }
            let bounded = bounded_text(text);
            let number = self.intern_bounded(&bounded);
            if bounded != text {
                self.numbers.insert(text.into(), number);
            }
            return number;
        }
        self.intern_bounded(&bounded_text(text))
    }

    /// Returns the number of an already bounded string.
    fn intern_bounded(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    /// Returns all strings, in the order of their numbers.
    pub fn strings(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_are_equal_after_bounding_share_a_number() {
        let mut interner = Interner::default();
        let long_text = "dài ".repeat(100);
        let truncated_text: String = long_text.chars().take(MAX_TEXT_CHARS).collect();
        let numbers: Vec<u32> = [
            "",
            "a",
            "ạ",
            "a",
            &long_text,
            &truncated_text,
            "e\u{301}\u{301}\u{301}\u{301}",
            "e\u{301}\u{301}\u{301}",
            "",
        ]
        .map(|text| interner.intern(text))
        .to_vec();
        assert_eq!(numbers, [0, 1, 2, 1, 3, 3, 4, 4, 0]);
        assert_eq!(interner.strings().collect::<Vec<_>>(), ["", "a", "ạ", &truncated_text, "e\u{301}\u{301}\u{301}"]);
    }
}
