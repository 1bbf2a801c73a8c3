//! Converts between byte positions, lines and columns of a file's text.
use std::ops::Range;

/// Returns the line and the column of a byte, both counted from 1. Columns count characters.
#[must_use]
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    let text_before = &text[..byte];
    let line_start = text_before.rfind('\n').map_or(0, |index| index + 1);
    (text_before.matches('\n').count() + 1, text_before[line_start..].chars().count() + 1)
}

/// The byte positions at which a text's lines start, for many lookups in one text.
#[derive(Debug, Clone)]
pub struct LineIndex(Vec<usize>);

impl LineIndex {
    /// Finds the line starts of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let line_ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Self(std::iter::once(0).chain(line_ends.map(|(index, _)| index + 1)).collect())
    }

    /// Returns the index, from 0, of the line that contains this byte.
    #[must_use]
    pub fn line_of(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte) - 1
    }

    /// Returns the byte range of a line without its line ending; `line` counts from 0.
    #[must_use]
    pub fn line_range(&self, text: &str, line: usize) -> Range<usize> {
        let start = self.0.get(line).copied().unwrap_or(text.len());
        let end = self.0.get(line + 1).map_or(text.len(), |next_start| next_start - 1);
        let end = if text[start..end].ends_with('\r') { end - 1 } else { end };
        start..end
    }
}
