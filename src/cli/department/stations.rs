//! `loa stations`: all stations of a registry at a glance, or what the department must do about them.
mod facts;
mod print;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::indexed_store::{IndexedStore, open_indexed_store};
use super::report::build::ReportError;
use super::store::report_store_failure;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::department::report::ListedIncident;
use crate::department::stations::due::DEFAULT_DUE_DAYS;
use crate::department::stations::duty::{DutyRow, duties};
use crate::department::stations::{StationRules, StationState, judge_stations};
use crate::text::Lang;
use facts::{StationSelection, read_facts};

/// The output format of `loa stations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum StationsFormat {
    Text,
    Json,
    Csv,
}

/// Arguments of `loa stations`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct StationsArgs {
    pub store: PathBuf,
    #[arg(long)]
    pub todo: bool,
    #[arg(long, value_name = "DAYS", default_value = "7")]
    pub silent_days: u16,
    #[arg(long, value_enum, default_value = "text")]
    pub format: StationsFormat,
}

/// Runs `loa stations`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(args: &StationsArgs, lang: Lang) -> io::Result<u8> {
    let store = match open_indexed_store(&args.store, false, lang)? {
        Ok(store) => store,
        Err(code) => return Ok(code),
    };
    match list(&store, args, lang) {
        Ok(is_alarming) => Ok(if store.has_no_findings() && !is_alarming { EXIT_OK } else { EXIT_PROBLEMS }),
        Err(ReportError::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => Err(e),
        Err(e) => Ok(report_store_failure(&store.store.to_string(), &io::Error::other(e.to_string()), lang)),
    }
}

/// The number of days after which a station without anything new is silent, unless an option says otherwise.
const SILENT_DAYS: i64 = 7;

/// Returns what the department must do, the worst first.
///
/// # Errors
/// If the store, the index or the witness's stored state cannot be read.
pub(super) fn work_list(store: &IndexedStore) -> Result<Vec<DutyRow>, ReportError> {
    let collected = read_facts(store, StationSelection { with_duties: true })?;
    let rows = judge_stations(collected.stations, collected.now, rules(store, SILENT_DAYS));
    Ok(duties(&rows, collected.unattributed))
}

/// Returns what the department of a store expects of its stations.
fn rules(store: &IndexedStore, max_silence_days: i64) -> StationRules {
    let due_days = store.registry.department.due_days.unwrap_or(DEFAULT_DUE_DAYS);
    StationRules { max_silence_days, due_days }
}

/// Prints the stations or the work list. Returns true if somebody must do something: with `--todo` anything at all,
/// otherwise if a station is in a state other than whole.
fn list(store: &IndexedStore, args: &StationsArgs, lang: Lang) -> Result<bool, ReportError> {
    let selection = StationSelection { with_duties: args.todo };
    let collected = read_facts(store, selection)?;
    let rows = judge_stations(collected.stations, collected.now, rules(store, i64::from(args.silent_days)));
    let store_name = store.store.to_string();
    let mut out = io::stdout().lock();
    if !args.todo {
        out.write_all(print::stations(&rows, args.format, &store_name, lang).as_bytes())?;
        return Ok(rows.iter().any(|row| row.state != StationState::Whole));
    }
    let unattributed: Vec<ListedIncident> = collected.unattributed;
    let duties = duties(&rows, unattributed);
    if collected.are_targets_disputed {
        print::targets_unused(&store_name, lang);
    }
    out.write_all(print::duties(&duties, args.format, &store_name, lang).as_bytes())?;
    Ok(!duties.is_empty() || collected.are_targets_disputed)
}
