//! Closes a period: counts it, asks, keeps the inputs and the results, and records their hashes in the journal.
use std::io::{self, Write};

use chrono::NaiveDate;
use clap::ValueEnum;

use super::inputs::{frozen_inputs, kept_tables, stated_copies, table_file, table_name, tables_query};
use super::open_points::open_points;
use super::period::{dates_to_close, splitting_period, today};
use super::write_files::{set_aside, write_files};
use super::{CloseArgs, Posts};
use crate::airlog::storage::NewFile;
use crate::cli::department::enrol::confirm::confirm_at_terminal;
use crate::cli::department::enrol::locked_registry::LockedRegistry;
use crate::cli::department::indexed_store::{IndexedStore, open_indexed_store};
use crate::cli::department::opened_journal::{add_to_journal, open_journal_of};
use crate::cli::department::report::args::{ReportFormat, RowsBy};
use crate::cli::department::report::build::{ReportError, build_report};
use crate::cli::department::report::render::{render_csv, render_report};
use crate::cli::department::store::report_store_failure;
use crate::cli::department::target::documents::{StoredTargets, accepted_targets};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::synchronised_clock::synchronised_now;
use crate::department::closing::manifest::{
    ClosingManifest, CountedLog, MANIFEST_FILE, REGISTRY_COPY, STATED_COPY, TARGETS_COPY, stated_to_bytes,
};
use crate::department::closing::{PROGRAM, folder_of, recorded_closings};
use crate::department::journal::entry::JournalBody;
use crate::department::journal::period_closing::PeriodClosing;
use crate::department::journal::sentence::format_minute;
use crate::department::report::Report;
use crate::department::report::closing_note::ClosingNote;
use crate::department::report::figures::{format_date, format_date_range};
use crate::department::report::period::DateRange;
use crate::department::report::tally::ReportQuery;
use crate::department::report::xlsx::{ListedAirings, ReportWorkbook};
use crate::text::cli::CliText;
use crate::text::closing::ClosingText;
use crate::text::count::Grouped;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, print_stderr};

/// The documents that are kept: a format, and the name of its file. CSV files are kept for every table.
pub(super) const DOCUMENTS: [(ReportFormat, &str); 5] = [
    (ReportFormat::Text, "report.txt"),
    (ReportFormat::Pdf, "report.pdf"),
    (ReportFormat::Docx, "report.docx"),
    (ReportFormat::Html, "report.html"),
    (ReportFormat::Xlsx, "report.xlsx"),
];

/// A period that was counted, but is not closed yet.
struct CountedPeriod {
    files: Vec<NewFile>,
    report: Report,
}

/// Runs `loa close` to close a period.
pub(super) fn run(args: &CloseArgs, lang: Lang) -> io::Result<u8> {
    let posts = match args.posts() {
        Ok(posts) => posts,
        Err(text) => return Ok(fail(text.to_plain(lang), EXIT_USAGE)),
    };
    let today = today();
    let Some(range) = dates_to_close(args, today) else {
        let text = if args.period.is_none() && (args.from.is_none() || args.until.is_none()) {
            ClosingText::Usage {}.to_plain(lang)
        } else {
            CliText::BadPeriod {}.to_plain(lang)
        };
        return Ok(fail(text, EXIT_USAGE));
    };
    // A log of the last day may still come, and the day itself is not over.
    if range.until >= today {
        let until = format_date(range.until);
        return Ok(fail(ClosingText::NotEnded { until }.to_plain(lang), EXIT_PROBLEMS));
    }
    let mut store = match open_indexed_store(&args.store, false, lang)? {
        Ok(store) => store,
        Err(code) => return Ok(code),
    };
    let refusals = refusals(&store, range, today)?;
    if !refusals.is_empty() {
        refusals.iter().for_each(|text| print_stderr!("{}", text.to_plain(lang)));
        return Ok(fail(ClosingText::Refused {}.to_plain(lang), EXIT_PROBLEMS));
    }
    let counted = match count_period(args, &mut store, range, today, &posts, lang) {
        Ok(counted) => counted,
        Err(e) => {
            return Ok(report_store_failure(&store.store.to_string(), &io::Error::other(e.to_string()), lang));
        }
    };
    let dates = format_date_range(range);
    let (made_by, checked_by) = (posts.made_by.clone(), posts.checked_by.clone());
    print_stderr!("{}", ClosingText::Preview { dates, made_by, checked_by }.to_plain(lang));
    for point in open_points(&counted.report, lang) {
        print_stderr!("{}", point.to_plain(lang));
    }
    if !args.yes && !confirm_at_terminal(&ClosingText::Question {}, lang)? {
        return Ok(fail(ClosingText::NotConfirmed {}.to_plain(lang), EXIT_PROBLEMS));
    }
    keep(args, &store, range, &posts, counted.files, lang)
}

/// Returns the reasons why a period cannot be closed.
fn refusals(store: &IndexedStore, range: DateRange, today: NaiveDate) -> io::Result<Vec<ClosingText>> {
    let name = store.store.to_string();
    let faulty_log =
        |(origin, fault): &(String, _)| ClosingText::LogFaulty { origin: origin.clone(), fault: Clone::clone(fault) };
    let mut refusals: Vec<ClosingText> = store.altered_logs.iter().map(faulty_log).collect();
    if !store.differences.is_empty() {
        refusals.push(ClosingText::RegistryNotAccepted { store: name.clone() });
    }
    if !store.journal.faults.is_empty() {
        refusals.push(ClosingText::JournalFaulty { store: name.clone() });
    }
    if matches!(store.targets()?, StoredTargets::NotAccepted | StoredTargets::Removed) {
        refusals.push(ClosingText::TargetsNotAccepted { store: name.clone() });
    }
    let (_, disputed) = store.stated_rows(today)?;
    if !disputed.is_empty() {
        refusals.push(ClosingText::StatedDisputed { names: disputed.join(", ") });
    }
    if let Some(closing) = recorded_closings(&store.journal.journal).iter().find(|closing| closing.range == range) {
        refusals.push(ClosingText::ClosedBefore {
            dates: format_date_range(range),
            at: format_minute(&closing.at),
            period: range.to_string(),
            store: name,
        });
    }
    Ok(refusals)
}

/// Counts the period and renders every file. What is counted is what is kept, not what the store holds a moment later.
fn count_period(
    args: &CloseArgs,
    store: &mut IndexedStore,
    range: DateRange,
    today: NaiveDate,
    posts: &Posts,
    lang: Lang,
) -> Result<CountedPeriod, ReportError> {
    let targets = accepted_targets(&store.store)?;
    let stated = stated_copies(&store.store, range, today)?;
    let now = synchronised_now();
    store.frozen = Some(frozen_inputs(targets.as_deref(), &stated, now, today));
    let mut workbook = Some(ReportWorkbook::new(ListedAirings::Incomplete, lang)?);
    let query = ReportQuery {
        range,
        earlier_range: None,
        groupings: Vec::new(),
        period: None,
        campaign: None,
        question: None,
        lists_days: true,
        made_on: today,
    };
    let mut report = build_report(store, &query, &mut workbook)?;
    let (made_by, checked_by) = (posts.made_by.clone(), posts.checked_by.clone());
    report.closing = Some(ClosingNote::Kept { made_by, checked_by });
    report.store = ReportText::StorePlaceholder {}.to_plain(lang);
    let period = splitting_period(args);
    let tables = &kept_tables()[..];
    let table_report = build_report(store, &tables_query(range, period, today, tables), &mut None)?;
    let missing_plans = store.index.missing_plans()?;
    let manifest = ClosingManifest {
        format: ClosingManifest::current_format(),
        from: range.from,
        until: range.until,
        period: period.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default(),
        closed_on: today,
        clock_us: now.map(|now| now.0),
        language: if lang == Lang::Vi { "vi" } else { "en" }.to_owned(),
        program: PROGRAM.to_owned(),
        made_by: posts.made_by.clone(),
        checked_by: posts.checked_by.clone(),
        journal_entries: store.journal.journal.len(),
        tables: tables.iter().map(|by| table_name(*by)).collect(),
        logs: report.evidence.iter().filter_map(|log| CountedLog::new(log, &missing_plans)).collect(),
        campaigns: Some(store.index.logged_campaigns()?),
    };
    let mut files: Vec<NewFile> = vec![
        (MANIFEST_FILE.to_owned(), manifest.to_bytes()),
        (REGISTRY_COPY.to_owned(), store.registry.text().as_bytes().to_vec()),
    ];
    files.extend(targets.map(|bytes| (TARGETS_COPY.to_owned(), bytes)));
    files.extend((!stated.is_empty()).then(|| (STATED_COPY.to_owned(), stated_to_bytes(&stated))));
    let table_csv = |by: &RowsBy| (table_file(&table_name(*by)), render_csv(&table_report, Some(*by)).into_bytes());
    files.extend(tables.iter().map(table_csv));
    files.extend(documents(&report, workbook, lang)?);
    Ok(CountedPeriod { files, report })
}

/// Renders the documents that are kept. `workbook` has the airings of the spreadsheet.
fn documents(report: &Report, mut workbook: Option<ReportWorkbook>, lang: Lang) -> Result<Vec<NewFile>, ReportError> {
    let render = |(format, name): (ReportFormat, &str)| {
        let workbook = if format == ReportFormat::Xlsx { workbook.take() } else { None };
        Ok((name.to_owned(), render_report(report, format, None, workbook, None, lang)?.bytes))
    };
    DOCUMENTS.into_iter().map(render).collect()
}

/// Writes the files durably, and then the entry of the journal. Files without an entry are no closing, so an interrupted
/// closing can be done again.
fn keep(
    args: &CloseArgs,
    store: &IndexedStore,
    range: DateRange,
    posts: &Posts,
    files: Vec<NewFile>,
    lang: Lang,
) -> io::Result<u8> {
    let mut locked = match LockedRegistry::of_existing_store(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    let journal = open_journal_of(&locked.location, &locked.witness)?.0.comparison.journal;
    let is_unchanged = locked.differences.is_empty()
        && locked.registry == store.registry
        && journal.len() == store.journal.journal.len();
    if !is_unchanged {
        return Ok(fail(ClosingText::ChangedMeanwhile {}.to_plain(lang), EXIT_PROBLEMS));
    }
    let folder = folder_of(range);
    let mut storage = locked.location.storage();
    let written = set_aside(&mut storage, &folder, &range.to_string(), lang)
        .and_then(|()| write_files(&mut storage, &folder, &files));
    let closed_files = match written {
        Ok(closed_files) => closed_files,
        Err(e) => return Ok(report_store_failure(&locked.location.to_string(), &e, lang)),
    };
    let file_count = closed_files.len();
    let entry = JournalBody::PeriodClosing(Box::new(PeriodClosing {
        from: range.from.to_string(),
        until: range.until.to_string(),
        made_by: posts.made_by.clone(),
        checked_by: posts.checked_by.clone(),
        program: PROGRAM.to_owned(),
        files: closed_files,
    }));
    if let Err(code) = add_to_journal(&locked.location, &mut locked.witness, &entry, lang)? {
        return Ok(code);
    }
    let folder = format!("{}/{folder}", locked.location);
    let text = ClosingText::Closed { dates: format_date_range(range), folder, files: Grouped(file_count.into()) };
    writeln!(io::stdout(), "{}", text.to_plain(lang))?;
    Ok(EXIT_OK)
}
