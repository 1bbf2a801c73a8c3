//! A document for HTML and PDF, in the layout of Vietnamese administrative documents (decree 30/2020). The number and
//! the signature are left blank.
use chrono::NaiveDate;

use super::drawing::Drawing;

/// A table of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTable {
    /// The headings of the columns.
    pub headings: Vec<String>,
    /// The relative widths of the columns.
    pub widths: Vec<u16>,
    /// True for each column that is right-aligned.
    pub right_aligned: Vec<bool>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// True when the last row is a total.
    pub has_total_row: bool,
    /// Ascending indices of the rows whose first cell is a heading over all columns.
    pub heading_rows: Vec<usize>,
}

/// A block of the document.
#[derive(Debug, Clone, PartialEq)]
pub enum DocumentBlock {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A table.
    Table(DocumentTable),
    /// A chart.
    Chart(Drawing),
}

/// The content of a document, from top to bottom.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The superior body, which can be empty, and the reporting agency.
    pub agency: (String, String),
    /// The two lines of the national motto.
    pub motto: (String, String),
    /// The line for the document's number, "Số: …"; empty if the document has no number.
    pub number: String,
    /// The place and the date.
    pub place_date: String,
    /// The title.
    pub title: String,
    /// The lines below the title, with the date ranges.
    pub subtitles: Vec<String>,
    /// The line that marks the document as a draft; empty if it is not a draft.
    pub draft: String,
    /// The content.
    pub blocks: Vec<DocumentBlock>,
    /// The heading "Nơi nhận:" and the recipients; both empty if the document goes to nobody.
    pub recipients: (String, Vec<String>),
    /// The signature blocks, from left to right: the office of the signer, and the instructions below it.
    pub signatures: Vec<(String, String)>,
    /// The line at the foot of every PDF page and at the end of the HTML page; empty if there is none.
    pub running_foot: String,
    /// The date on which the document was made.
    pub made_on: NaiveDate,
}
