//! `loa report`: writes a report that compares the planned airings with those that were aired.
mod airing_rows;
mod args;
pub(super) mod build;
mod explanations;
mod query;

use std::io::{self, Write};
use std::path::PathBuf;

use super::indexed_store::{IndexedStore, open_indexed_store};
use super::store::report_store_failure;
use crate::base::durable;
use crate::cli::args::YearChoice;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::table::{align_columns, strip_unprintable, wrap_headings};
use crate::cli::written_file::needs_file;
use crate::department::report::row_lists::TextTable;
use crate::department::report::second_log_lists::overlap_remarks;
use crate::department::report::tally::ReportQuery;
use crate::department::report::text::SelectedTables;
use crate::department::report::xlsx::{ListedAirings, ReportWorkbook};
use crate::department::report::{GroupBy, Report, csv, figures, html, pdf, section_csv, text};
use crate::text::cli::CliText;
use crate::text::department::DepartmentText;
use crate::text::journal::JournalText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, print_stderr};
use build::{ReportError, build_report};
use query::{report_query, today};

pub use args::{ReportArgs, ReportFormat, RowsBy};

/// The width at which the headings of the tables on a terminal are wrapped.
const MAX_HEADING_WIDTH: usize = 12;

/// Runs `loa report`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(args: &ReportArgs, lang: Lang) -> io::Result<u8> {
    let store = args.store.as_path();
    let Some(query) = report_query(args, today()) else {
        return Ok(fail(CliText::BadPeriod {}.localized(lang), EXIT_USAGE));
    };
    if let (Some(_), Some(day), None) | (Some(_), None, Some(day)) = (args.period, args.from, args.until) {
        let day = figures::format_date(day.resolve(today(), YearChoice::Past));
        let (from, until) = (figures::format_date(query.range.from), figures::format_date(query.range.until));
        print_stderr!("{}", DepartmentText::WholePeriod { day, from, until }.localized(lang));
    }
    let output = match (&args.output, args.report_format()) {
        (None, ReportFormat::Xlsx) => return Ok(needs_file("xlsx", lang)),
        (None, ReportFormat::Pdf) => return Ok(needs_file("pdf", lang)),
        (output, _) => output.clone(),
    };
    let indexed_store = match open_indexed_store(store, false, lang)? {
        Ok(indexed_store) => indexed_store,
        Err(code) => return Ok(code),
    };
    match write_report(&indexed_store, &query, args, output, lang) {
        Ok(is_alarming) => Ok(if indexed_store.has_no_findings() && !is_alarming { EXIT_OK } else { EXIT_PROBLEMS }),
        Err(ReportError::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => Err(e),
        Err(e) => {
            let name =
                args.output.as_ref().map_or_else(|| store.display().to_string(), |path| path.display().to_string());
            Ok(report_store_failure(&name, &io::Error::other(e.to_string()), lang))
        }
    }
}

/// Prints the logs that ran at the same time, unless the report itself is printed: a table in CSV has no place for them,
/// and a file is not read at once.
fn print_overlaps(report: &Report, format: ReportFormat, output: &Option<PathBuf>, lang: Lang) {
    if format != ReportFormat::Text || output.is_some() {
        for remark in overlap_remarks(report) {
            print_stderr!("{}", remark.to_plain(lang));
        }
    }
}

/// Returns the tables that `--by` selects for text; all tables without `--by`.
fn selected_tables(by: Option<RowsBy>) -> SelectedTables {
    match by {
        None => SelectedTables::All,
        Some(RowsBy::Group(group)) => SelectedTables::By(group),
        Some(RowsBy::Target | RowsBy::TakenOut | RowsBy::Stated) => SelectedTables::Sections,
    }
}

/// Returns the airings that a spreadsheet lists one by one.
fn listed_airings(args: &ReportArgs) -> ListedAirings {
    match args {
        ReportArgs { all_airings: true, .. } => ListedAirings::All,
        ReportArgs { by: None, .. } => ListedAirings::Incomplete,
        ReportArgs { by: Some(_), .. } => ListedAirings::None,
    }
}

/// Renders the rows that `--by` selects as CSV; those by station without `--by`.
fn render_csv(report: &Report, by: Option<RowsBy>) -> String {
    match by.unwrap_or(RowsBy::Group(GroupBy::Station)) {
        RowsBy::Group(group) => report.table(group).map(csv::render_csv).unwrap_or_default(),
        RowsBy::Target => section_csv::render_targets_csv(report),
        RowsBy::TakenOut => section_csv::render_taken_out_csv(report),
        RowsBy::Stated => section_csv::render_stated_csv(report),
    }
}

/// Writes the report. Returns true if somebody must look at it: two logs of a station ran at the same time, or the targets
/// or stated rows in the store are not used, because they are not those that were accepted.
fn write_report(
    indexed_store: &IndexedStore,
    query: &ReportQuery,
    args: &ReportArgs,
    output: Option<PathBuf>,
    lang: Lang,
) -> Result<bool, ReportError> {
    let mut workbook = match args.report_format() {
        ReportFormat::Xlsx => Some(ReportWorkbook::new(listed_airings(args), lang)?),
        _ => None,
    };
    let report = build_report(indexed_store, query, &mut workbook)?;
    if let Some(range) = report.collected_range.filter(|_| args.report_format() != ReportFormat::Text) {
        // The text says it itself. A CSV file has no room for it, and others are opened later.
        let (from, until) = (figures::format_date(range.from), figures::format_date(range.until));
        print_stderr!("{}", ReportText::EmptyPeriodLine { from, until }.localized(lang));
    }
    let mut page_count = None;
    print_overlaps(&report, args.report_format(), &output, lang);
    let bytes = match args.report_format() {
        ReportFormat::Text => terminal_text(&report, args.by, lang).into_bytes(),
        ReportFormat::Csv => {
            let count = report.incidents.incidents.len();
            if count > 0 {
                print_stderr!("{}", JournalText::InReport { count: count.into() }.to_plain(lang));
            }
            render_csv(&report, args.by).into_bytes()
        }
        ReportFormat::Html => html::render_html(&report, lang).into_bytes(),
        ReportFormat::Pdf => {
            let file = pdf::render_pdf(&report, lang)?;
            page_count = Some(file.pages);
            file.bytes
        }
        ReportFormat::Xlsx => {
            if let (Some(workbook), Some(path)) = (workbook, &output) {
                durable::replace(path, &workbook.finish(&report, selected_tables(args.by))?)?;
            }
            Vec::new()
        }
    };
    match (args.report_format(), &output) {
        (ReportFormat::Xlsx, _) => {}
        (_, Some(path)) => durable::replace(path, &bytes)?,
        (_, None) => io::stdout().write_all(&bytes)?,
    }
    if let Some(path) = output.map(|path| path.display().to_string()) {
        let text = match page_count {
            Some(page_count) => CliText::WrittenPages { path, pages: page_count.into() },
            None => CliText::Written { path },
        };
        print_stderr!("{}", text.localized(lang));
    }
    let is_disputed = report.targets.is_disputed() || !report.stated.disputed_files.is_empty();
    Ok(is_disputed || !report.second_logs.overlaps.is_empty())
}

/// Lays out a table for a terminal.
fn aligned_table(table: &TextTable) -> String {
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
