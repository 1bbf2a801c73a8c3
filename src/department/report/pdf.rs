//! Renders a report as PDF.
use super::Report;
use super::document::build_document;
use crate::paper::pdf::{PdfError, PdfFile, document_pdf};
use crate::text::Lang;

/// Renders a report as a PDF file. The same report always gives the same bytes.
///
/// # Errors
/// [`PdfError::Fonts`] and [`PdfError::Library`].
pub fn render_pdf(report: &Report, lang: Lang) -> Result<PdfFile, PdfError> {
    document_pdf(&build_document(report, lang), lang)
}
