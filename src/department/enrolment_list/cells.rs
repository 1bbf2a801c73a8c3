//! Splits the text of a CSV file into cells, and keeps where each one stands.
use std::ops::Range;

use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::Hint;

/// A cell of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// The text without quotes and outer blanks.
    pub(super) text: String,
    /// The byte range in the file.
    pub(super) span: Range<usize>,
}

impl Cell {
    /// Returns a fault that points to the cell.
    pub(super) fn fault(&self, finding: Finding, hint: Hint) -> Problem {
        Problem::structural_error(SourceSpan { file_index: 0, range: self.span.clone() }, finding, hint)
    }
}

/// A row of the list, which has at least one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row(pub(super) Vec<Cell>);

impl Row {
    /// Returns the byte range from the first to the last cell.
    pub(super) fn span(&self) -> Range<usize> {
        self.0.first().map_or(0, |cell| cell.span.start)..self.0.last().map_or(0, |cell| cell.span.end)
    }

    /// Returns a fault that points to the whole row.
    pub(super) fn fault(&self, finding: Finding, hint: Hint) -> Problem {
        Cell { text: String::new(), span: self.span() }.fault(finding, hint)
    }
}

/// Splits the text into rows (RFC 4180), without rows that are empty. The separator is the sign `;`, `,` or tab that the
/// first line has most often, or the one that Excel's line `sep=` names.
pub(super) fn split_rows(text: &str) -> (Vec<Row>, Vec<Problem>) {
    let first_line = text.lines().next().unwrap_or_default();
    let named = first_line.trim_end().strip_prefix("sep=").and_then(|rest| rest.chars().next());
    let start = if named.is_some() { text.find('\n').map_or(text.len(), |end| end + 1) } else { 0 };
    let count = |sign: &char| first_line.matches(*sign).count();
    // Of equal counts, the last wins; a list of one column has none of them.
    let separator = named.or([',', '\t', ';'].into_iter().max_by_key(count)).unwrap_or(';');
    let mut splitter = Splitter { text, at: start, separator };
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    while splitter.at < text.len() {
        let (row, fault) = splitter.next_row();
        problems.extend(fault);
        if row.0.iter().any(|cell| !cell.text.is_empty()) {
            rows.push(row);
        }
    }
    (rows, problems)
}

struct Splitter<'a> {
    text: &'a str,
    at: usize,
    separator: char,
}

impl Splitter<'_> {
    /// Reads a row, and the fault of a cell whose quotes do not close.
    fn next_row(&mut self) -> (Row, Option<Problem>) {
        let mut cells = Vec::new();
        loop {
            let (cell, is_closed) = self.next_cell();
            let fault = (!is_closed).then(|| {
                let opening = Cell { text: String::new(), span: cell.span.start..cell.span.start + 1 };
                opening.fault(Finding::UnclosedCell, Hint::CheckCells)
            });
            cells.push(cell);
            let rest = &self.text[self.at..];
            if fault.is_none() && rest.starts_with(self.separator) {
                self.at += self.separator.len_utf8();
                continue;
            }
            self.at += if rest.starts_with("\r\n") { 2 } else { rest.chars().next().map_or(0, char::len_utf8) };
            return (Row(cells), fault);
        }
    }

    /// Reads a cell up to its separator or the end of the line; false if its quotes do not close.
    fn next_cell(&mut self) -> (Cell, bool) {
        let start = self.at;
        let is_end = |c: char| c == self.separator || c == '\n' || c == '\r';
        let (mut text, mut is_closed) = (String::new(), true);
        if self.text[start..].starts_with('"') {
            self.at += 1;
            is_closed = false;
            while let Some(c) = self.text[self.at..].chars().next() {
                self.at += c.len_utf8();
                let is_quote_next = self.text[self.at..].starts_with('"');
                if c == '"' && !is_quote_next {
                    is_closed = true;
                    break;
                }
                self.at += usize::from(c == '"');
                text.push(c);
            }
        }
        let rest = &self.text[self.at..];
        let length = rest.find(is_end).unwrap_or(rest.len());
        text.push_str(&rest[..length]);
        self.at += length;
        (Cell { text: text.trim().to_owned(), span: start..self.at }, is_closed)
    }
}
