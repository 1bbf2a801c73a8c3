//! Renders a report as PDF.
use super::Report;
use super::document::build_document;
use super::selected_tables::SelectedTables;
use crate::paper::pdf::{PdfError, PdfFile, document_pdf};
use crate::text::Lang;

/// Renders a report as a PDF file. The same report always gives the same bytes.
///
/// # Errors
/// [`PdfError::Fonts`] and [`PdfError::Library`].
pub fn render_pdf(report: &Report, selected: SelectedTables, lang: Lang) -> Result<PdfFile, PdfError> {
    document_pdf(&build_document(report, selected, lang), lang)
}
