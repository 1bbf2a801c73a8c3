//! Renders a report as HTML.
use super::Report;
use super::document::build_document;
use super::selected_tables::SelectedTables;
use crate::paper::html::document_html;
use crate::text::Lang;

/// Renders a report as an HTML page.
#[must_use]
pub fn render_html(report: &Report, selected: SelectedTables, lang: Lang) -> String {
    document_html(&build_document(report, selected, lang), lang)
}
