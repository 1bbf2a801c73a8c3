//! Renders a report as the bytes of a file, in every format. `loa report` writes them, and `loa close` keeps them.
use super::args::{ReportFormat, RowsBy};
use super::build::ReportError;
use crate::cli::table::{align_columns, strip_unprintable, wrap_headings};
use crate::department::report::question::Question;
use crate::department::report::row_lists::TextTable;
use crate::department::report::text::SelectedTables;
use crate::department::report::xlsx::{ListedAirings, ReportWorkbook};
use crate::department::report::{GroupBy, Report, csv, html, pdf, question_tables, section_csv, text};
use crate::text::Lang;

/// The width at which the headings of the tables on a terminal are wrapped.
const MAX_HEADING_WIDTH: usize = 12;

/// A rendered report.
pub(in crate::cli::department) struct RenderedReport {
    /// The bytes of the file.
    pub(in crate::cli::department) bytes: Vec<u8>,
    /// The number of pages; `None` for a format without pages.
    pub(in crate::cli::department) pages: Option<usize>,
}

/// Renders a report. `by` selects the rows of text and CSV. `workbook` already has the airings of a spreadsheet; without
/// it, the spreadsheet has no airings.
pub(in crate::cli::department) fn render_report(
    report: &Report,
    format: ReportFormat,
    by: Option<RowsBy>,
    workbook: Option<ReportWorkbook>,
    lang: Lang,
) -> Result<RenderedReport, ReportError> {
    let bytes = match format {
        ReportFormat::Text => terminal_text(report, by, lang).into_bytes(),
        ReportFormat::Csv => render_csv(report, by).into_bytes(),
        ReportFormat::Html => html::render_html(report, lang).into_bytes(),
        ReportFormat::Pdf => {
            let file = pdf::render_pdf(report, lang)?;
            return Ok(RenderedReport { bytes: file.bytes, pages: Some(file.pages) });
        }
        ReportFormat::Xlsx => {
            let workbook = workbook.map_or_else(|| ReportWorkbook::new(ListedAirings::None, lang), Ok)?;
            workbook.finish(report, selected_tables(by))?
        }
    };
    Ok(RenderedReport { bytes, pages: None })
}

/// Returns the tables that `--by` selects for text; all tables without `--by`.
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

/// Lays out a table for a terminal.
pub(in crate::cli::department) fn aligned_table(table: &TextTable) -> String {
    let rows: Vec<Vec<String>> = wrap_headings(&table.headings, MAX_HEADING_WIDTH)
        .iter()
        .chain(&table.rows)
        .map(|row| row.iter().map(|cell| strip_unprintable(cell)).collect())
        .collect();
    align_columns(&rows, &table.right_aligned).trim_end().to_owned()
}

/// Lays out a report for a terminal.
fn terminal_text(report: &Report, by: Option<RowsBy>, lang: Lang) -> String {
    let text_report = text::render_text(report, selected_tables(by), lang);
    let mut document = text_report.head.join("\n");
    let incidents = text_report.incidents;
    let lines = incidents.lines.into_iter().chain(incidents.table.as_ref().map(aligned_table));
    let lines: Vec<String> = std::iter::once(incidents.heading).chain(lines).collect();
    document.push_str(&format!("\n\n{}", lines.join("\n")));
    for (heading, table) in text_report.tables {
        document.push_str(&format!("\n\n{heading}\n{}", aligned_table(&table)));
    }
    document.push_str(&format!("\n\n{}\n", text_report.foot.join("\n")));
    document
}
