//! A table of text, for the terminal and for documents.

/// A table whose cells are localised text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTable {
    /// The heading of each column.
    pub headings: Vec<String>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<String>>,
    /// The indexes of right-aligned columns.
    pub right_aligned: Vec<usize>,
    /// The indexes of the columns that a narrow screen leaves out, in the order in which it does so.
    pub optional: Vec<usize>,
}

impl TextTable {
    /// Creates a table without rows.
    pub(super) fn new(headings: Vec<String>, right_aligned: Vec<usize>) -> Self {
        Self { headings, rows: Vec::new(), right_aligned, optional: Vec::new() }
    }
}
