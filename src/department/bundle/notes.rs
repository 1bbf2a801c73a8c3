//! The stations' notes about airings, and what the department answered.
use super::csv_table::render_csv;
use super::redaction::without_contacts;
use crate::text::spreadsheet_cell;

/// The columns of the notes.
const COLUMNS: [&str; 5] = ["number", "airing", "note", "verdict", "reasons"];

/// A station's note about an airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AiringNote {
    /// The station's words.
    pub text: String,
    /// The department's verdict and its reasons, if it has answered: `accepted` or `refused`.
    pub answer: Option<(String, String)>,
}

/// Renders notes as CSV; each with the number and the id of its airing.
#[must_use]
pub fn notes_csv(notes: &[(usize, &str, &AiringNote)]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = notes
        .iter()
        .map(|(number, airing, note)| {
            let (verdict, reasons) = note.answer.clone().unwrap_or_default();
            let (text, reasons) = (without_contacts(&note.text), without_contacts(&reasons));
            [number.to_string(), (*airing).to_owned(), text, verdict, reasons]
                .map(|cell| spreadsheet_cell(&cell))
                .to_vec()
        })
        .collect();
    render_csv(&COLUMNS, &rows)
}
