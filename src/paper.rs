//! Paper: A4 pages in the form of Vietnamese administrative documents, as HTML, PDF and DOCX.
//!
//! A [`document::Document`] contains the content of the pages. [`html`], [`pdf`] and [`docx`] render it. Reports and the
//! log book use it. [`table_fit`] chooses the widths of columns for all pages of a fixed width.
pub mod document;
#[cfg(feature = "department")]
pub mod docx;
pub mod drawing;
pub mod html;
pub mod pdf;
pub mod table_fit;
