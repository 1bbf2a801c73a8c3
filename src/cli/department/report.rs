//! `loa report`: writes a report that compares the planned airings with those that were aired.
mod airing_lists;
mod airing_rows;
pub(super) mod args;
pub(super) mod build;
mod campaign;
mod due_logs;
mod explanations;
mod query;
pub(super) mod render;
mod screen_table;

use std::io::{self, Write};
use std::path::PathBuf;

use super::close::note::closing_note;
use super::indexed_store::{IndexedStore, open_indexed_store};
use super::stations::work_list;
use super::store::report_store_failure;
use crate::base::durable;
use crate::cli::args::YearChoice;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::written_file::needs_file;
use crate::department::report::closing_note::ClosingNote;
use crate::department::report::first_sentence::campaign_sentences;
use crate::department::report::question::Question;
use crate::department::report::second_log_lists::overlap_remarks;
use crate::department::report::tally::ReportQuery;
use crate::department::report::xlsx::{ListedAirings, ReportWorkbook};
use crate::department::report::{Report, figures};
use crate::text::cli::CliText;
use crate::text::department::DepartmentText;
use crate::text::journal::JournalText;
use crate::text::question::QuestionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, print_stderr, strip_unprintable};
use build::{ReportError, build_report};
use campaign::find_campaign;
use due_logs::due_logs;
use query::{report_query, today};
use render::{RenderedReport, render_report};
use screen_table::screen_width;

pub use args::{ReportArgs, ReportFormat, RowsBy};

/// Runs `loa report`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(args: &ReportArgs, lang: Lang) -> io::Result<u8> {
    let store = args.store.as_path();
    let Some(mut query) = report_query(args, today()) else {
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
        (None, ReportFormat::Docx) => return Ok(needs_file("docx", lang)),
        (output, _) => output.clone(),
    };
    let indexed_store = match open_indexed_store(store, false, lang)? {
        Ok(indexed_store) => indexed_store,
        Err(code) => return Ok(code),
    };
    let written = match name_campaign(&mut query, &indexed_store, args, lang) {
        Ok(Err(code)) => return Ok(code),
        Ok(Ok(())) => write_report(&indexed_store, &query, args, output, lang),
        Err(e) => Err(e),
    };
    match written {
        Ok(is_alarming) => Ok(if indexed_store.has_no_findings() && !is_alarming { EXIT_OK } else { EXIT_PROBLEMS }),
        Err(ReportError::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => Err(e),
        Err(e) => {
            let name =
                args.output.as_ref().map_or_else(|| store.display().to_string(), |path| path.display().to_string());
            Ok(report_store_failure(&name, &io::Error::other(e.to_string()), lang))
        }
    }
}

/// Puts the campaign that `--campaign` names into the query. If there is none, prints the known ones and returns the exit
/// code.
fn name_campaign(
    query: &mut ReportQuery,
    store: &IndexedStore,
    args: &ReportArgs,
    lang: Lang,
) -> Result<Result<(), u8>, ReportError> {
    let Some(id) = &args.campaign else { return Ok(Ok(())) };
    match find_campaign(store, id)? {
        Ok(campaign) => query.campaign = Some(campaign),
        Err(known) => {
            let id = strip_unprintable(id);
            let known: Vec<String> = known.iter().map(|known| strip_unprintable(known)).collect();
            let text = match known.len() {
                0 => QuestionText::NoCampaignKnown { id },
                _ => QuestionText::UnknownCampaign { id, known: known.join(", ") },
            };
            return Ok(Err(fail(text.localized(lang), EXIT_USAGE)));
        }
    }
    Ok(Ok(()))
}

/// Adds to a report what depends on the day on which it is made: what the department must do, and which logs came in
/// time. A table in CSV shows only what it is about.
fn add_present_state(report: &mut Report, store: &IndexedStore, args: &ReportArgs) -> Result<(), ReportError> {
    let is_csv = args.report_format() == ReportFormat::Csv;
    if !is_csv || args.question() == Some(Question::HandIns) {
        report.due_logs = due_logs(store, report)?;
    }
    if !is_csv && args.by.is_none() {
        report.work_list = Some(work_list(store)?);
    }
    Ok(())
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

/// Returns the airings that a spreadsheet lists one by one.
fn listed_airings(args: &ReportArgs) -> ListedAirings {
    match args {
        ReportArgs { all_airings: true, .. } => ListedAirings::All,
        ReportArgs { by: None, .. } => ListedAirings::Incomplete,
        ReportArgs { by: Some(_), .. } => ListedAirings::None,
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
    let mut report = build_report(indexed_store, query, &mut workbook)?;
    report.closing = closing_note(indexed_store, &report, lang)?;
    if args.report_format() == ReportFormat::Csv {
        // A CSV file has no room for it.
        report.closing_lines(lang).iter().for_each(|line| print_stderr!("{line}"));
    }
    add_present_state(&mut report, indexed_store, args)?;
    if let Some(range) = report.collected_range.filter(|_| args.report_format() != ReportFormat::Text) {
        // The text says it itself. A CSV file has no room for it, and others are opened later.
        let (from, until) = (figures::format_date(range.from), figures::format_date(range.until));
        print_stderr!("{}", ReportText::EmptyPeriodLine { from, until }.localized(lang));
    }
    print_overlaps(&report, args.report_format(), &output, lang);
    let incident_count = report.incidents.incidents.len();
    if args.report_format() == ReportFormat::Csv && incident_count > 0 {
        print_stderr!("{}", JournalText::InReport { count: incident_count.into() }.to_plain(lang));
    }
    if args.report_format() == ReportFormat::Csv {
        campaign_sentences(&report, lang).iter().for_each(|sentence| print_stderr!("{sentence}"));
    }
    if args.report_format() != ReportFormat::Text || output.is_some() {
        // What others read names no folder of this machine.
        report.store = ReportText::StorePlaceholder {}.to_plain(lang);
    }
    let width = if output.is_none() { screen_width() } else { None };
    let RenderedReport { bytes, pages } = render_report(&report, args.report_format(), args.by, workbook, width, lang)?;
    match &output {
        Some(path) => durable::replace(path, &bytes)?,
        None => io::stdout().write_all(&bytes)?,
    }
    if let Some(path) = output.map(|path| path.display().to_string()) {
        let text = match pages {
            Some(pages) => CliText::WrittenPages { path, pages: pages.into() },
            None => CliText::Written { path },
        };
        print_stderr!("{}", text.localized(lang));
    }
    let is_disputed = report.targets.is_disputed() || !report.stated.disputed_files.is_empty();
    let is_closing_faulty = report.closing.as_ref().is_some_and(ClosingNote::is_alarming);
    Ok(is_disputed || is_closing_faulty || !report.second_logs.overlaps.is_empty())
}
