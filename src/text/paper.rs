//! Sentences on every page of paper.
use super::texts;

texts! {
    /// What each page of a document has.
    pub enum PaperText {
        Page { page: String, pages: String } => "Trang {page}/{pages}", "Page {page} of {pages}";
    }
}
