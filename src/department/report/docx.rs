//! Renders a report as DOCX.
use super::Report;
use super::document::build_document;
use super::selected_tables::SelectedTables;
use crate::paper::docx::{DocxError, document_docx};
use crate::text::Lang;

/// Renders a report as a DOCX file. The same report always gives the same bytes.
///
/// # Errors
/// All errors of [`DocxError`].
pub fn render_docx(report: &Report, selected: SelectedTables, lang: Lang) -> Result<Vec<u8>, DocxError> {
    document_docx(&build_document(report, selected, lang), lang)
}
