//! `loa close --addendum`: what differs from a closed period now, and why; with `--record` it is kept for good.
use std::io::{self, Write};

use chrono::NaiveDate;

use super::inputs::{ClosedInputs, stated_copies, table_file, table_name, tables_query};
use super::kept::read_and_print;
use super::period::{closing_named, today};
use super::write_files::{set_aside, write_files};
use super::{CloseArgs, Posts};
use crate::airlog::storage::NewFile;
use crate::cli::department::enrol::confirm::confirm_at_terminal;
use crate::cli::department::enrol::locked_registry::LockedRegistry;
use crate::cli::department::indexed_store::{IndexedStore, open_indexed_store};
use crate::cli::department::opened_journal::{add_to_journal, open_journal_of};
use crate::cli::department::report::args::{ReportFormat, format_of};
use crate::cli::department::report::build::{ReportError, build_report};
use crate::cli::department::report::render::{full_table, render_csv};
use crate::cli::department::store::report_store_failure;
use crate::cli::department::target::documents::accepted_targets;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::written_file::{needs_file, write_output};
use crate::department::closing::addendum::{AddendumPage, PeriodAddendum, closed_line, explain, render_addendum_csv};
use crate::department::closing::cause::{CountedFrom, causes};
use crate::department::closing::compare::{TableComparison, compare_tables};
use crate::department::closing::document::addendum_document;
use crate::department::closing::kept::ClosingFiles;
use crate::department::closing::manifest::{CountedLog, REGISTRY_COPY};
use crate::department::closing::since::since_lines;
use crate::department::closing::{PROGRAM, RecordedClosing, addendum_folder, recorded_closings};
use crate::department::journal::entry::JournalBody;
use crate::department::journal::period_closing::Addendum;
use crate::department::report::Report;
use crate::paper::docx::document_docx;
use crate::paper::html::document_html;
use crate::paper::pdf::document_pdf;
use crate::text::cli::CliText;
use crate::text::closing::ClosingText;
use crate::text::{Lang, Localize};

/// The name of the file with the heads of the logs as an addendum counted them.
const HEADS_FILE: &str = "heads.json";
/// The formats of an addendum, each with the name of its file.
const FORMATS: [(ReportFormat, &str); 5] = [
    (ReportFormat::Text, "addendum.txt"),
    (ReportFormat::Csv, "addendum.csv"),
    (ReportFormat::Html, "addendum.html"),
    (ReportFormat::Pdf, "addendum.pdf"),
    (ReportFormat::Docx, "addendum.docx"),
];

/// An addendum, with what its files need.
struct CountedAddendum {
    addendum: PeriodAddendum,
    report: Report,
    /// The logs as they were counted.
    heads: Vec<u8>,
}

/// Runs `loa close --addendum`.
pub(super) fn run(args: &CloseArgs, period: &str, lang: Lang) -> io::Result<u8> {
    let format = format_of(args.format, args.output.as_deref());
    match (&args.output, format) {
        (_, ReportFormat::Xlsx) => return Ok(fail(ClosingText::NoSpreadsheet {}.to_plain(lang), EXIT_USAGE)),
        (None, ReportFormat::Pdf) => return Ok(needs_file("pdf", lang)),
        (None, ReportFormat::Docx) => return Ok(needs_file("docx", lang)),
        _ => {}
    }
    let posts = match args.posts() {
        Ok(posts) => Some(posts),
        Err(text) if args.record_addendum => return Ok(fail(text.to_plain(lang), EXIT_USAGE)),
        Err(_) => None,
    };
    let store = match open_indexed_store(&args.store, false, lang)? {
        Ok(store) => store,
        Err(code) => return Ok(code),
    };
    let closings = recorded_closings(&store.journal.journal);
    let closing = match closing_named(&closings, period, today()) {
        Ok(closing) => closing,
        Err(text) => return Ok(fail(text.to_plain(lang), EXIT_PROBLEMS)),
    };
    let kept = match read_and_print(&store.store, closing, lang) {
        Ok(kept) => kept,
        Err(e) => return Ok(report_store_failure(&store.store.to_string(), &e, lang)),
    };
    let number = args.record_addendum.then(|| next_number(closing));
    let counted = match count(&store, closing, &kept, number, lang) {
        Ok(Some(counted)) => counted,
        Ok(None) => return Ok(fail(ClosingText::RecountImpossible {}.to_plain(lang), EXIT_PROBLEMS)),
        Err(e) => return Ok(report_store_failure(&store.store.to_string(), &io::Error::other(e.to_string()), lang)),
    };
    let bytes = match render(&counted, format, lang) {
        Ok(bytes) => bytes,
        Err(e) => return Ok(report_store_failure(&store.store.to_string(), &io::Error::other(e.to_string()), lang)),
    };
    if let Some(code) = write_output(args.output.as_deref(), &bytes, |path| CliText::Written { path }, lang)? {
        return Ok(code);
    }
    if let (Some(posts), Some(number)) = (posts, number) {
        match record(args, &store, closing, &counted, (number, &posts), lang)? {
            EXIT_OK => {}
            code => return Ok(code),
        }
    }
    Ok(if kept.faults.is_empty() && store.has_no_findings() { EXIT_OK } else { EXIT_PROBLEMS })
}

fn next_number(closing: &RecordedClosing) -> u64 {
    closing.addenda.iter().map(|(_, addendum)| addendum.number).max().unwrap_or(0) + 1
}

/// Counts the range with what is in the store now, and compares it with the closed tables; `None` if the closing cannot
/// be read.
fn count(
    store: &IndexedStore,
    closing: &RecordedClosing,
    kept: &ClosingFiles,
    number: Option<u64>,
    lang: Lang,
) -> Result<Option<CountedAddendum>, ReportError> {
    let today: NaiveDate = today();
    let Some(inputs) = ClosedInputs::parse(closing, &kept.files) else { return Ok(None) };
    let Some((closed_query, tables)) = inputs.query() else { return Ok(None) };
    let period = closed_query.period.unwrap_or(crate::department::report::period::Period::Month);
    let query = tables_query(closing.range, period, today, &tables);
    let report = build_report(store, &query, &mut None)?;
    let mut rows = Vec::new();
    for by in &tables {
        let name = table_name(*by);
        let Some(closed) = kept.files.get(&table_file(&name)) else { return Ok(None) };
        match compare_tables(&name, closed, render_csv(&report, Some(*by)).as_bytes()) {
            TableComparison::Same | TableComparison::AddedColumns | TableComparison::Arranged => {}
            TableComparison::Differs(differing) => rows.extend(differing),
            TableComparison::Unreadable => return Ok(None),
        }
    }
    let (targets, stated) = (accepted_targets(&store.store)?, stated_copies(&store.store, closing.range, today)?);
    let missing_plans = store.index.missing_plans()?;
    let closed = CountedFrom { registry: &inputs.registry, targets: inputs.targets.as_deref(), stated: &inputs.stated };
    let now = CountedFrom { registry: &store.registry, targets: targets.as_deref(), stated: &stated };
    let causes = causes(&inputs.manifest, &closed, &now, &report.evidence, &missing_plans);
    let differences = explain(rows, &causes, [&inputs.registry, &store.registry], closing.range);
    let addendum = PeriodAddendum {
        range: closing.range,
        closed_line: closed_line(closing, lang),
        number,
        causes,
        differences,
        since: since_lines(closing, &store.journal.journal, &store.registry, lang),
    };
    let logs: Vec<CountedLog> = report.evidence.iter().filter_map(|log| CountedLog::new(log, &missing_plans)).collect();
    let heads = serde_json::to_vec_pretty(&logs).map_err(io::Error::from)?;
    Ok(Some(CountedAddendum { addendum, report, heads }))
}

fn render(counted: &CountedAddendum, format: ReportFormat, lang: Lang) -> Result<Vec<u8>, ReportError> {
    let page = AddendumPage::new(&counted.addendum, lang);
    let document = || addendum_document(&page, &counted.report, lang);
    Ok(match format {
        ReportFormat::Csv => render_addendum_csv(&counted.addendum).into_bytes(),
        ReportFormat::Html => document_html(&document(), lang).into_bytes(),
        ReportFormat::Pdf => document_pdf(&document(), lang)?.bytes,
        ReportFormat::Docx => document_docx(&document(), lang)?,
        // A spreadsheet is refused before anything is counted.
        ReportFormat::Text | ReportFormat::Xlsx => page_text(&page, lang).into_bytes(),
    })
}

/// Lays out an addendum for a terminal.
fn page_text(page: &AddendumPage, lang: Lang) -> String {
    let mut text = format!("{}\n{}\n{}\n", page.title, page.dates, page.lines.join("\n"));
    for (heading, table) in &page.tables {
        text.push_str(&format!("\n{heading}\n{}\n", full_table(table, lang)));
    }
    for (heading, lines) in &page.lists {
        let lines: String = lines.iter().map(|line| format!("- {line}\n")).collect();
        text.push_str(&format!("\n{heading}\n{lines}"));
    }
    text
}

/// Keeps the addendum: its files first, and then the entry of the journal.
fn record(
    args: &CloseArgs,
    store: &IndexedStore,
    closing: &RecordedClosing,
    counted: &CountedAddendum,
    (number, posts): (u64, &Posts),
    lang: Lang,
) -> io::Result<u8> {
    if !args.yes && !confirm_at_terminal(&ClosingText::RecordQuestion { number }, lang)? {
        return Ok(fail(ClosingText::NotRecorded {}.to_plain(lang), EXIT_PROBLEMS));
    }
    let mut locked = match LockedRegistry::of_existing_store(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    let journal = open_journal_of(&locked.location, &locked.witness)?.0.comparison.journal;
    if journal.len() != store.journal.journal.len() || !store.has_no_findings() {
        return Ok(fail(ClosingText::NotRecordedChanged {}.to_plain(lang), EXIT_PROBLEMS));
    }
    let mut files: Vec<NewFile> = vec![
        (HEADS_FILE.to_owned(), counted.heads.clone()),
        (REGISTRY_COPY.to_owned(), store.registry.text().as_bytes().to_vec()),
    ];
    for (format, name) in FORMATS {
        let bytes = render(counted, format, lang).map_err(|e| io::Error::other(e.to_string()))?;
        files.push((name.to_owned(), bytes));
    }
    let folder = format!("{}/{}", closing.folder(), addendum_folder(number));
    let mut storage = locked.location.storage();
    let name = format!("{}-{}", closing.range, addendum_folder(number));
    let written =
        set_aside(&mut storage, &folder, &name, lang).and_then(|()| write_files(&mut storage, &folder, &files));
    let files = match written {
        Ok(files) => files,
        Err(e) => return Ok(report_store_failure(&locked.location.to_string(), &e, lang)),
    };
    let entry = JournalBody::Addendum(Box::new(Addendum {
        closing: closing.seq,
        number,
        made_by: posts.made_by.clone(),
        checked_by: posts.checked_by.clone(),
        program: PROGRAM.to_owned(),
        files,
    }));
    if let Err(code) = add_to_journal(&locked.location, &mut locked.witness, &entry, lang)? {
        return Ok(code);
    }
    let folder = format!("{}/{folder}", locked.location);
    writeln!(io::stderr(), "{}", ClosingText::Recorded { number, folder }.to_plain(lang))?;
    Ok(EXIT_OK)
}
