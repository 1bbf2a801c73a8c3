//! Paper: A4 pages in the form of Vietnamese administrative documents, as HTML and as PDF.
//!
//! A [`document::Document`] contains the content of the pages. [`html`] and [`pdf`] render it. Reports and the log book
//! use both.
pub mod document;
pub mod drawing;
pub mod html;
pub mod pdf;
