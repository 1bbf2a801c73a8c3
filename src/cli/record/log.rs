//! `loa log`: prints the airing log as a page of the log book, as JSON or as CSV.
mod airings_table;
mod book;
mod book_table;
mod csv;
#[cfg(feature = "page")]
mod day_sessions;
#[cfg(feature = "print")]
mod document;
mod next_session;
mod page;
mod page_text;
mod remarks;

use std::io;
use std::path::{Path, PathBuf};

use chrono::{Months, NaiveDate};
use clap::{Args, ValueEnum};

use crate::airlog::files::LOG;
use crate::airlog::storage::FolderStorage;
use crate::base::instant::WallTime;
use crate::base::platform::{available_threads, unix_time_s};
use crate::cli::args::{DayArg, MonthArg, MonthChoice, StationArg, YearChoice};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::lost_log::log_signed_before;
use crate::cli::no_station::{is_station, report_no_station};
use crate::cli::today::station_today;
use crate::cli::waiting_entries::waiting_entries;
use crate::cli::words::fault_text;
use crate::cli::written_file::{refuse_binary_terminal, write_output};
use crate::logstore::source::is_running;
use crate::logstore::verify::verify_path;
#[cfg(feature = "print")]
use crate::paper::{html::document_html, pdf::document_pdf};
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::station::read_settings_only;
use crate::text::cli::CliText;
use crate::text::log::TableText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};
use book::day_count;
use next_session::next_session;
use page::{JsonSelection, read_page};

pub use airings_table::airings_table;
pub(super) use book_table::result_in_words;
#[cfg(feature = "page")]
pub use day_sessions::{DaySession, DayState, DaySummary, SessionState, day_sessions, day_summaries};
#[cfg(feature = "print")]
pub use document::page_document;
pub use page::{LogExtent, LogPage, LoggedAiring, NextSession, PagePresent, read, read_from};
#[cfg(feature = "page")]
pub use page_text::day_sentences;
pub use page_text::page_text;

/// Output for people, programs or spreadsheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum LogFormat {
    Text,
    Json,
    Csv,
    Html,
    Pdf,
}

/// Arguments of `loa log`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct LogArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, conflicts_with = "month")]
    pub date: Option<DayArg>,
    #[arg(long)]
    pub month: Option<MonthArg>,
    #[arg(long, value_enum)]
    pub format: Option<LogFormat>,
    #[arg(long)]
    pub all: bool,
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl LogArgs {
    /// Returns the format that `--format` names, else that of the output file's extension, else text.
    fn log_format(&self) -> LogFormat {
        let extension = self.output.as_deref().and_then(Path::extension).and_then(|extension| extension.to_str());
        let from_extension = || LogFormat::from_str(extension?, true).ok();
        self.format.or_else(from_extension).unwrap_or(LogFormat::Text)
    }
}

/// Runs `loa log`.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &LogArgs, lang: Lang) -> io::Result<u8> {
    let (station, format) = (args.station.dir.as_path(), args.log_format());
    let (from, until) = requested_dates(args);
    if !is_station(station) && !station.join(LOG).is_file() {
        return Ok(report_no_station(station, lang));
    }
    if format == LogFormat::Pdf
        && let Some(code) = refuse_binary_terminal(args.output.as_deref(), "pdf", lang)
    {
        return Ok(code);
    }
    let json_selection = match format {
        LogFormat::Text | LogFormat::Html | LogFormat::Pdf => JsonSelection::None,
        LogFormat::Json | LogFormat::Csv if args.all => JsonSelection::All,
        LogFormat::Json | LogFormat::Csv => JsonSelection::Outcomes,
    };
    let mut page = verified_page(station, (from, until), json_selection)?;
    page.day_part = args.date.and_then(|date| date.part);
    match json_selection {
        JsonSelection::None => add_schedule(&mut page, station),
        JsonSelection::Outcomes | JsonSelection::All => print_missing_parts(&page, lang),
    }
    let rendered_page = match render_page(&page, format, lang)? {
        Ok(rendered_page) => rendered_page,
        Err(sentence) => return Ok(fail(sentence.localized(lang), EXIT_USAGE)),
    };
    let success_text = |path| match rendered_page.extent {
        RenderedExtent::Days(days) => CliText::WrittenDays { path, days: days.into() },
        RenderedExtent::Entries(entries) => CliText::WrittenEntries { path, entries: entries.into() },
        #[cfg(feature = "print")]
        RenderedExtent::Pages(pages) => CliText::WrittenPages { path, pages: pages.into() },
    };
    if let Some(code) = write_output(args.output.as_deref(), &rendered_page.bytes, success_text, lang)? {
        return Ok(code);
    }
    let is_fault_on_page = format == LogFormat::Text && args.output.is_none();
    if let (Some(fault), false) = (&page.fault, is_fault_on_page) {
        print_stderr!("{}", ProofText::Changed { fault: fault_text(fault) }.to_plain(lang));
    }
    if let Some(damage) = &page.damage {
        return Ok(fail(TableText::LogUnreadable { detail: damage.to_string() }.localized(lang), EXIT_PROBLEMS));
    }
    Ok(if page.fault.is_some() { EXIT_PROBLEMS } else { EXIT_OK })
}

/// Reads the page of these dates, both inclusive, with all that the log alone does not say: for a browser.
///
/// # Errors
/// If the log cannot be read.
#[cfg(feature = "page")]
pub fn day_page(station: &Path, date: NaiveDate) -> io::Result<LogPage> {
    let mut page = verified_page(station, (date, date), JsonSelection::None)?;
    add_schedule(&mut page, station);
    Ok(page)
}

/// Reads the page of some days, both inclusive, without what the log alone does not say: for a browser.
///
/// # Errors
/// If the log cannot be read.
#[cfg(feature = "page")]
pub fn days_page(station: &Path, first: NaiveDate, last: NaiveDate) -> io::Result<LogPage> {
    verified_page(station, (first, last), JsonSelection::None)
}

/// Verifies the log, and reads the page of these dates, both inclusive.
fn verified_page(
    station: &Path,
    (from, until): (NaiveDate, NaiveDate),
    selection: JsonSelection,
) -> io::Result<LogPage> {
    let airlog = if station.join(LOG).is_file() { station.to_owned() } else { station.join("airlog") };
    // The log is verified before the page is read. Entries that the daemon appends in between come after the verified
    // head, so they cause no fault.
    let fault =
        verify_path(&airlog, &VerifyPolicy::default(), available_threads())?.errors.into_iter().find(invalidates_page);
    // Checked before the log is read, so that the page also has an outcome written between the two steps.
    let is_running = is_running(&airlog);
    let mut page = read_page(&FolderStorage::new(airlog), from, until, selection)?;
    page.fault = fault;
    page.waiting_entries = if is_running { waiting_entries(station) } else { 0 };
    page.present = Some(PagePresent { unix_s: i64::try_from(unix_time_s()).unwrap_or(i64::MAX), is_running });
    // Without a trusted first time, any other log of this station may be the earlier one.
    let extent = page.extent.as_ref().filter(|_| !page.clock.was_distrusted_at_start());
    let first_us = extent.map_or(i64::MAX, |extent| extent.first_at.timestamp_micros());
    let follows_known_log = page.extent.as_ref().is_some_and(|extent| extent.previous_log_folder.is_some());
    page.missing_log = log_signed_before(station, first_us).filter(|_| !follows_known_log);
    Ok(page)
}

/// Returns the requested dates, both inclusive.
fn requested_dates(args: &LogArgs) -> (NaiveDate, NaiveDate) {
    let today = || station_today(&args.station.dir);
    match (args.date, args.month) {
        (Some(date), _) => {
            let date = date.date.resolve(today(), YearChoice::Past);
            (date, date)
        }
        (None, Some(month)) => {
            let first = month.first_day(today(), MonthChoice::Past);
            (first, first + Months::new(1) - chrono::TimeDelta::days(1))
        }
        (None, None) => (NaiveDate::MIN, NaiveDate::MAX),
    }
}

/// Prints what the JSON or CSV rows cannot say: that the log is missing, or that its newest entries still wait in the
/// station's memory.
fn print_missing_parts(page: &LogPage, lang: Lang) {
    if let Some(log) = page.missing_log.as_ref().filter(|_| page.extent.is_none()) {
        print_stderr!("{}", log.to_text(lang).localized(lang));
    }
    if page.waiting_entries > 0 {
        print_stderr!("{}", TableText::Waiting { count: page.waiting_entries.into() }.localized(lang));
    }
}

/// Adds what the log does not hold: the station's name if the log is empty, and the next session.
fn add_schedule(page: &mut LogPage, station: &Path) {
    if page.extent.is_none()
        && let Some(settings) = read_settings_only(station)
    {
        (page.name, page.agency) = (settings.name, settings.agency);
    }
    let now = WallTime(page.present.map_or(0, |present| present.unix_s).saturating_mul(1_000_000));
    page.next_session = next_session(station, page.station_id.as_deref(), now);
}

/// A page in its output format.
struct RenderedPage {
    bytes: Vec<u8>,
    extent: RenderedExtent,
}

/// The size of a rendered page, in the unit of its format.
enum RenderedExtent {
    Days(usize),
    Entries(usize),
    #[cfg(feature = "print")]
    Pages(usize),
}

/// Renders a page. The inner error is the message for a format that this build cannot render.
fn render_page(page: &LogPage, format: LogFormat, lang: Lang) -> io::Result<Result<RenderedPage, TableText>> {
    let (mut bytes, entries) = (Vec::new(), RenderedExtent::Entries(page.json_rows.len()));
    let extent = match format {
        LogFormat::Text => {
            bytes = page_text(page, lang).into_bytes();
            RenderedExtent::Days(day_count(page))
        }
        LogFormat::Json => {
            serde_json::to_writer_pretty(&mut bytes, &page.json_rows)?;
            bytes.push(b'\n');
            entries
        }
        LogFormat::Csv => {
            csv::write_csv(&page.json_rows, &mut bytes)?;
            entries
        }
        #[cfg(feature = "print")]
        LogFormat::Html => {
            bytes = document_html(&page_document(page, lang), lang).into_bytes();
            RenderedExtent::Days(day_count(page))
        }
        #[cfg(feature = "print")]
        LogFormat::Pdf => {
            let pdf = document_pdf(&page_document(page, lang), lang).map_err(|e| io::Error::other(e.to_string()))?;
            bytes = pdf.bytes;
            RenderedExtent::Pages(pdf.pages)
        }
        #[cfg(not(feature = "print"))]
        LogFormat::Html | LogFormat::Pdf => return Ok(Err(TableText::CannotPrint {})),
    };
    Ok(Ok(RenderedPage { bytes, extent }))
}

/// Returns `true` if the fault means that the page is not what the station signed. The faults listed here do not mean
/// that: a station that never ran has no log, the page itself says that it shows a rehearsal, and the page contains no
/// countersignatures. Of the kept files, the page uses only those whose hash matches the log.
fn invalidates_page(fault: &VerifyError) -> bool {
    !matches!(
        fault,
        VerifyError::NoLog
            | VerifyError::Rehearsal { .. }
            | VerifyError::KeptMissing { .. }
            | VerifyError::KeptDiffers { .. }
            | VerifyError::CosignedForged
    )
}
