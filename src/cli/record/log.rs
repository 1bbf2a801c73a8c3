//! `loa log`: prints the airing log as a page of the log book, as JSON or as CSV.
mod airings_table;
mod csv;
mod page;
mod page_text;
mod remarks;

use std::io::{self, Write};

use chrono::{Months, NaiveDate};
use clap::{Args, ValueEnum};

use crate::airlog::files::LOG;
use crate::airlog::storage::FolderStorage;
use crate::base::platform::available_threads;
use crate::cli::args::{StationArg, parse_date, parse_month};
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::words::fault_text;
use crate::logstore::verify::verify_path;
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::text::cli::{CliText, with_hint};
use crate::text::log::TableText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};
use page::{JsonSelection, read_page};

pub use airings_table::airings_table;
pub use page::{LogPage, LoggedAiring, read, read_from};
pub use page_text::page_text;

/// Output for people, programs or spreadsheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum LogFormat {
    Text,
    Json,
    Csv,
}

/// Arguments of `loa log`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct LogArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, conflicts_with = "month", value_parser = parse_date)]
    pub date: Option<NaiveDate>,
    #[arg(long, value_name = "YYYY-MM", value_parser = parse_month)]
    pub month: Option<NaiveDate>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: LogFormat,
    #[arg(long)]
    pub all: bool,
}

/// Runs `loa log`.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &LogArgs, lang: Lang) -> io::Result<u8> {
    let (station, format) = (args.station.dir.as_path(), args.format);
    let (from, until) = match (args.date, args.month) {
        (Some(day), _) => (day, day),
        (None, Some(first)) => (first, first + Months::new(1) - chrono::TimeDelta::days(1)),
        (None, None) => (NaiveDate::MIN, NaiveDate::MAX),
    };
    let airlog = if station.join(LOG).is_file() { station.to_owned() } else { station.join("airlog") };
    if !station.is_dir() {
        let text = CliText::NotAStation { path: station.display().to_string() };
        print_stderr!("{}", with_hint(&text, &CliText::MakeOne {}, lang));
        return Ok(EXIT_CONFIG);
    }
    let json_selection = match format {
        LogFormat::Text => JsonSelection::None,
        _ if args.all => JsonSelection::All,
        _ => JsonSelection::Outcomes,
    };
    // The log is verified before the page is read. Entries that the daemon appends in between come after the verified
    // head, so they cause no fault.
    let fault =
        verify_path(&airlog, &VerifyPolicy::default(), available_threads())?.errors.into_iter().find(invalidates_page);
    let mut page = read_page(&FolderStorage::new(airlog), from, until, json_selection)?;
    page.fault = fault;
    let mut out = io::stdout().lock();
    match format {
        LogFormat::Text => out.write_all(page_text(&page, lang).as_bytes())?,
        LogFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &page.json_rows)?;
            writeln!(out)?;
        }
        LogFormat::Csv => csv::write_csv(&page.json_rows, &mut out)?,
    }
    if let (Some(fault), true) = (&page.fault, format != LogFormat::Text) {
        print_stderr!("{}", ProofText::Changed { fault: fault_text(fault) }.to_plain(lang));
    }
    if let Some(damage) = &page.damage {
        return Ok(fail(TableText::LogUnreadable { detail: damage.to_string() }.localized(lang), EXIT_PROBLEMS));
    }
    Ok(if page.fault.is_some() { EXIT_PROBLEMS } else { EXIT_OK })
}

/// Returns `true` if the fault means that the page is not what the station signed. The faults listed here do not mean
/// that: a station that never ran has no log, the page itself says that it shows a rehearsal, and the page contains
/// neither kept files nor countersignatures.
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
