//! A table with its heading and sentences, and lists of names in sentences.
use super::row_lists::TextTable;

/// The maximum number of stations that a sentence names.
const MAX_NAMED_STATIONS: usize = 12;

/// A table with its heading, and the sentences below it.
pub(super) struct TitledTable {
    pub(super) heading: String,
    /// The name of the table's sheet in a spreadsheet: at most 31 characters.
    pub(super) sheet_name: String,
    pub(super) table: TextTable,
    /// The relative widths of the columns on paper.
    pub(super) widths: Vec<u16>,
    pub(super) remarks: Vec<String>,
    /// Whether the last row has the totals.
    pub(super) has_total_row: bool,
}

/// Joins names with commas. A long list ends with an ellipsis.
pub(super) fn shortened_list(names: &[String]) -> String {
    let mut shown: Vec<&str> = names.iter().take(MAX_NAMED_STATIONS).map(String::as_str).collect();
    if names.len() > MAX_NAMED_STATIONS {
        shown.push("…");
    }
    shown.join(", ")
}
