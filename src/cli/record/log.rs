//! `loa log`: prints the airing log as a page of the log book, as JSON or as CSV.
mod airings_table;
mod book;
mod book_table;
mod csv;
#[cfg(feature = "print")]
mod document;
mod page;
mod page_text;
mod remarks;

use std::io::{self, Write};
use std::path::PathBuf;

use chrono::{Months, NaiveDate};
use clap::{Args, ValueEnum};

use crate::airlog::files::LOG;
use crate::airlog::storage::FolderStorage;
use crate::base::durable;
use crate::base::platform::{available_threads, unix_time_s};
use crate::cli::args::{DateArg, MonthArg, StationArg, YearChoice};
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::today::station_today;
use crate::cli::words::fault_text;
use crate::logstore::source::is_running;
use crate::logstore::verify::verify_path;
#[cfg(feature = "print")]
use crate::paper::{html::document_html, pdf::document_pdf};
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::text::cli::{CliText, with_hint};
use crate::text::log::TableText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};
use page::{JsonSelection, read_page};

pub use airings_table::airings_table;
#[cfg(feature = "print")]
pub use document::page_document;
pub use page::{LogExtent, LogPage, LoggedAiring, PagePresent, read, read_from};
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
    pub date: Option<DateArg>,
    #[arg(long)]
    pub month: Option<MonthArg>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: LogFormat,
    #[arg(long)]
    pub all: bool,
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Runs `loa log`.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &LogArgs, lang: Lang) -> io::Result<u8> {
    let (station, format) = (args.station.dir.as_path(), args.format);
    let (from, until) = match (args.date, args.month) {
        (Some(date), _) => {
            let date = date.resolve(station_today(station), YearChoice::Past);
            (date, date)
        }
        (None, Some(month)) => {
            let first = month.first_day(station_today(station));
            (first, first + Months::new(1) - chrono::TimeDelta::days(1))
        }
        (None, None) => (NaiveDate::MIN, NaiveDate::MAX),
    };
    let airlog = if station.join(LOG).is_file() { station.to_owned() } else { station.join("airlog") };
    if !station.is_dir() {
        let text = CliText::NotAStation { path: station.display().to_string() };
        print_stderr!("{}", with_hint(&text, &CliText::MakeOne {}, lang));
        return Ok(EXIT_CONFIG);
    }
    if format == LogFormat::Pdf && args.output.is_none() {
        return Ok(fail(CliText::ArgumentMissing { name: "--output".to_owned() }.localized(lang), EXIT_USAGE));
    }
    let json_selection = match format {
        LogFormat::Text | LogFormat::Html | LogFormat::Pdf => JsonSelection::None,
        LogFormat::Json | LogFormat::Csv if args.all => JsonSelection::All,
        LogFormat::Json | LogFormat::Csv => JsonSelection::Outcomes,
    };
    // The log is verified before the page is read. Entries that the daemon appends in between come after the verified
    // head, so they cause no fault.
    let fault =
        verify_path(&airlog, &VerifyPolicy::default(), available_threads())?.errors.into_iter().find(invalidates_page);
    // Asked before the log is read: an outcome that is written meanwhile is on the page.
    let is_running = is_running(&airlog);
    let mut page = read_page(&FolderStorage::new(airlog), from, until, json_selection)?;
    page.fault = fault;
    page.present = Some(PagePresent { unix_s: i64::try_from(unix_time_s()).unwrap_or(i64::MAX), is_running });
    let bytes = match page_bytes(&page, format, lang)? {
        Ok(bytes) => bytes,
        Err(sentence) => return Ok(fail(sentence.localized(lang), EXIT_USAGE)),
    };
    match &args.output {
        Some(path) => durable::replace(path, &bytes)?,
        None => io::stdout().lock().write_all(&bytes)?,
    }
    let says_faults = format == LogFormat::Text && args.output.is_none();
    if let (Some(fault), false) = (&page.fault, says_faults) {
        print_stderr!("{}", ProofText::Changed { fault: fault_text(fault) }.to_plain(lang));
    }
    if let Some(damage) = &page.damage {
        return Ok(fail(TableText::LogUnreadable { detail: damage.to_string() }.localized(lang), EXIT_PROBLEMS));
    }
    Ok(if page.fault.is_some() { EXIT_PROBLEMS } else { EXIT_OK })
}

/// Renders a page. The inner error says why this program cannot.
fn page_bytes(page: &LogPage, format: LogFormat, lang: Lang) -> io::Result<Result<Vec<u8>, TableText>> {
    let mut bytes = Vec::new();
    match format {
        LogFormat::Text => bytes = page_text(page, lang).into_bytes(),
        LogFormat::Json => {
            serde_json::to_writer_pretty(&mut bytes, &page.json_rows)?;
            bytes.push(b'\n');
        }
        LogFormat::Csv => csv::write_csv(&page.json_rows, &mut bytes)?,
        #[cfg(feature = "print")]
        LogFormat::Html => bytes = document_html(&page_document(page, lang), lang).into_bytes(),
        #[cfg(feature = "print")]
        LogFormat::Pdf => {
            bytes = document_pdf(&page_document(page, lang), lang).map_err(|e| io::Error::other(e.to_string()))?;
        }
        #[cfg(not(feature = "print"))]
        LogFormat::Html | LogFormat::Pdf => return Ok(Err(TableText::CannotPrint {})),
    }
    Ok(Ok(bytes))
}

/// Returns `true` if the fault means that the page is not what the station signed. The faults listed here do not mean
/// that: a station that never ran has no log, the page itself says that it shows a rehearsal, and the page contains no
/// countersignatures. Of kept files it uses only those that are as the log says.
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
