//! Text on every page of a printed document.
use super::texts;

texts! {
    /// Text on each page of a document.
    pub enum PaperText {
        Page { page: String, pages: String } => "Trang {page}/{pages}", "Page {page} of {pages}";
        Annex { number: String } => "Phụ lục {number}", "Annex {number}";
    }
}
