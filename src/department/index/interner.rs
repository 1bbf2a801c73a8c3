//! Words of one reading, each once: most of an airing is what other airings have, too.
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::char::is_combining_mark;

/// So many letters and marks are shown.
const MAX_TEXT_CHARS: usize = 200;
/// No combining mark comes before this one.
const FIRST_MARK: char = '\u{300}';

/// A name or title as far as it is shown: what stations write is bounded here, once for everything behind.
pub(super) fn bounded_text(text: &str) -> Cow<'_, str> {
    // Most of it is short and plain.
    if text.len() <= MAX_TEXT_CHARS && text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let (mut marks, mut letters) = (0, 0);
    let mut shown = String::with_capacity(text.len().min(4 * MAX_TEXT_CHARS));
    for c in text.chars() {
        // A few marks on a letter are Vietnamese, many are an attack on whoever draws them.
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

/// Words by their numbers; 0 is the empty one, which stands for none.
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
    /// The number of a text, as far as it is shown.
    pub fn intern(&mut self, text: &str) -> u32 {
        // A short one is looked up as it was written: what is to be shown of it is found out once.
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

    /// All texts, in the order of their numbers.
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
