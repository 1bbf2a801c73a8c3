//! A document in the form of Vietnamese administrative documents (decree 30/2020): the one model from which HTML, PDF
//! and DOCX are rendered. The number and the signature are left blank.
pub mod numbering;

use chrono::NaiveDate;

use super::drawing::Drawing;

/// A table of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentTable {
    /// The headings of the columns.
    pub headings: Vec<String>,
    /// The relative widths of the columns, for the room that their cells do not need. On paper a column is never narrower
    /// than its longest word.
    pub widths: Vec<u16>,
    /// True if the columns have these relative widths whatever their cells hold, so that several tables look the same.
    pub keeps_widths: bool,
    /// True for each column that is right-aligned.
    pub right_aligned: Vec<bool>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// True when the last row is a total.
    pub has_total_row: bool,
    /// Ascending indices of the rows whose first cell is a heading over all columns.
    pub heading_rows: Vec<usize>,
    /// For each row, the anchor of the [`RowDetails`] to which it belongs; empty if no row has details.
    pub row_anchors: Vec<Option<String>>,
}

/// The level of a numbered heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionLevel {
    /// I, II, III.
    Section,
    /// 1, 2, 3.
    Part,
    /// a, b, c.
    Point,
}

/// A block of the document.
#[derive(Debug, Clone, PartialEq)]
pub enum DocumentBlock {
    /// A numbered heading.
    Section(SectionLevel, String),
    /// A heading without a number.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Empty dotted lines, which people fill in.
    FillIn {
        /// The number of lines.
        lines: u8,
    },
    /// A table.
    Table(DocumentTable),
    /// A chart.
    Chart(Drawing),
}

/// An annex, which follows the signature and begins on a page of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Annex {
    /// The name of the annex, without its number.
    pub title: String,
    /// The content.
    pub blocks: Vec<DocumentBlock>,
}

impl DocumentTable {
    /// Returns the table as what is behind a row of another one.
    #[must_use]
    pub fn into_details(self, anchor: String, title: String) -> RowDetails {
        RowDetails { anchor, title, table: self }
    }
}

/// What is behind a row of a table: on the screen only, because paper has no room for it.
#[derive(Debug, Clone, PartialEq)]
pub struct RowDetails {
    /// The anchor: letters, digits and hyphens.
    pub anchor: String,
    /// The heading.
    pub title: String,
    /// The content.
    pub table: DocumentTable,
}

/// The form of a document: how its pages are numbered, and how its paragraphs look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum DocumentForm {
    /// A document that an office signs: page numbers in the middle of the upper margin, none on the first page; indented
    /// paragraphs, and a line below the subject.
    #[default]
    Administrative,
    /// A page of a book: its number and the number of pages at the foot of every page, and below them this line, which
    /// can be empty.
    Book {
        /// The line at the foot of every PDF page, and at the end of the HTML page.
        foot: String,
    },
}

/// The content of a document, from top to bottom.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// The form.
    pub form: DocumentForm,
    /// The superior body, which can be empty, and the reporting agency.
    pub agency: (String, String),
    /// The two lines of the national motto.
    pub motto: (String, String),
    /// The line for the document's number, "Số: …"; empty if the document has no number.
    pub number: String,
    /// The place and the date.
    pub place_date: String,
    /// The title: the kind of document, such as "BÁO CÁO".
    pub title: String,
    /// The lines below the title: the subject, with the dates.
    pub subject: Vec<String>,
    /// The line that marks the document as a draft; empty if it is not a draft.
    pub draft: String,
    /// The content before the signature.
    pub blocks: Vec<DocumentBlock>,
    /// The heading "Nơi nhận:" and the recipients; both empty if the document goes to nobody.
    pub recipients: (String, Vec<String>),
    /// The signature blocks, from left to right: the office of the signer, and the instructions below it.
    pub signatures: Vec<(String, String)>,
    /// The annexes, after the signature.
    pub annexes: Vec<Annex>,
    /// The sentence below the name of each annex that says to which document it belongs.
    pub annex_note: String,
    /// What is behind the rows of tables, on the screen only.
    pub details: Vec<RowDetails>,
    /// The date on which the document was made.
    pub made_on: NaiveDate,
}

impl Document {
    /// Returns the name of the document for programs that list files: the title and the subject.
    #[must_use]
    pub fn full_title(&self) -> String {
        std::iter::once(&self.title).chain(&self.subject).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Returns whether the document has the form that an office signs.
    #[must_use]
    pub fn is_administrative(&self) -> bool {
        self.form == DocumentForm::Administrative
    }

    /// Returns the line at the foot of every page; empty if there is none.
    #[must_use]
    pub fn running_foot(&self) -> &str {
        match &self.form {
            DocumentForm::Administrative => "",
            DocumentForm::Book { foot } => foot,
        }
    }
}
