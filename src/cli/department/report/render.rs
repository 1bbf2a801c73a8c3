//! Renders a report as the bytes of a file, in every format. `loa report` writes them, and `loa close` keeps them.
use super::args::{ReportFormat, RowsBy};
use super::build::ReportError;
use super::screen_table::lay_out;
use crate::department::report::question::Question;
use crate::department::report::row_lists::TextTable;
use crate::department::report::selected_tables::SelectedTables;
use crate::department::report::xlsx::{ListedAirings, ReportWorkbook};
use crate::department::report::{GroupBy, Report, csv, docx, html, pdf, question_tables, section_csv, text};
use crate::text::Lang;

/// A rendered report.
pub(in crate::cli::department) struct RenderedReport {
    /// The bytes of the file.
    pub(in crate::cli::department) bytes: Vec<u8>,
    /// The number of pages; `None` for a format without pages.
    pub(in crate::cli::department) pages: Option<usize>,
}

/// Renders a report. `by` selects its tables. `workbook` already has the airings of a spreadsheet; without
/// it, the spreadsheet has no airings. `width` is that of the screen on which a text is shown; `None` for a file.
pub(in crate::cli::department) fn render_report(
    report: &Report,
    format: ReportFormat,
    by: Option<RowsBy>,
    workbook: Option<ReportWorkbook>,
    width: Option<usize>,
    lang: Lang,
) -> Result<RenderedReport, ReportError> {
    let bytes = match format {
        ReportFormat::Text => terminal_text(report, by, width, lang).into_bytes(),
        ReportFormat::Csv => render_csv(report, by).into_bytes(),
        ReportFormat::Html => html::render_html(report, selected_tables(by), lang).into_bytes(),
        ReportFormat::Docx => docx::render_docx(report, selected_tables(by), lang)?,
        ReportFormat::Pdf => {
            let file = pdf::render_pdf(report, selected_tables(by), lang)?;
            return Ok(RenderedReport { bytes: file.bytes, pages: Some(file.pages) });
        }
        ReportFormat::Xlsx => {
            let workbook = workbook.map_or_else(|| ReportWorkbook::new(ListedAirings::None, lang), Ok)?;
            workbook.finish(report, selected_tables(by))?
        }
    };
    Ok(RenderedReport { bytes, pages: None })
}

/// Returns the tables that `--by` selects; all tables without `--by`.
fn selected_tables(by: Option<RowsBy>) -> SelectedTables {
    match by {
        None => SelectedTables::All,
        Some(RowsBy::Group(group)) if group.is_cross() => SelectedTables::Question(Question::Cross(group)),
        Some(RowsBy::Group(group)) => SelectedTables::By(group),
        Some(RowsBy::Question(question)) => SelectedTables::Question(question),
        Some(RowsBy::Target | RowsBy::TakenOut | RowsBy::Stated) => SelectedTables::Sections,
    }
}

/// Renders the rows that `--by` selects as CSV; those by station without `--by`.
pub(in crate::cli::department) fn render_csv(report: &Report, by: Option<RowsBy>) -> String {
    match by.unwrap_or(RowsBy::Group(GroupBy::Station)) {
        RowsBy::Group(group) => report.table(group).map(csv::render_csv).unwrap_or_default(),
        RowsBy::Target => section_csv::render_targets_csv(report),
        RowsBy::TakenOut => section_csv::render_taken_out_csv(report),
        RowsBy::Stated => section_csv::render_stated_csv(report),
        RowsBy::Question(question) => question_tables::question_csv(report, question),
    }
}

/// Lays out a table with all its columns.
pub(in crate::cli::department) fn full_table(table: &TextTable, lang: Lang) -> String {
    lay_out(table, None, lang)
}

/// Lays out a report for a terminal.
fn terminal_text(report: &Report, by: Option<RowsBy>, width: Option<usize>, lang: Lang) -> String {
    let text_report = text::render_text(report, selected_tables(by), lang);
    let mut document = text_report.head.join("\n");
    let incidents = text_report.incidents;
    let lines = incidents.lines.into_iter().chain(incidents.table.as_ref().map(|table| lay_out(table, width, lang)));
    let lines: Vec<String> = std::iter::once(incidents.heading).chain(lines).collect();
    document.push_str(&format!("\n\n{}", lines.join("\n")));
    for (heading, table) in text_report.tables {
        document.push_str(&format!("\n\n{heading}\n{}", lay_out(&table, width, lang)));
    }
    document.push_str(&format!("\n\n{}\n", text_report.foot.join("\n")));
    document
}
