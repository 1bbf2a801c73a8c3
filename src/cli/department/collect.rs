//! `loa collect`: copies the stations' logs into the department's store and countersigns them.
mod history;
mod incidents;
mod journal;
mod print;
mod row;
mod second_logs;
mod sources;
mod table;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Args;

use super::opened_journal::open_journal_of;
use super::registry_file::{read_known_registry, read_registry};
use super::registry_review::examine_registry;
use super::store::{StoreLock, check_create_only, lock_store, parse_location, report_store_failure};
use crate::airlog::keys::os_seed;
use crate::airlog::storage::FolderStorage;
use crate::base::platform::available_threads;
use crate::base::platform::unix_time_s;
use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::record::key::{lock_witness, open_witness};
use crate::department::collect::Collector;
use crate::department::collect_many::{SourceOutcome, collect_many};
use crate::department::journal::history::incident_histories;
use crate::department::registry::Registry;
use crate::department::witness::Witness;
use crate::logstore::location::{FoundLog, StorageLocation};
use crate::text::department::DepartmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};
use journal::record_collection;
use print::print_collection;
use sources::{find_logs, mark_exposed_keys};
use table::CollectTable;

/// The number of logs collected in parallel when a source or the store is an object store. Most of the time is then
/// spent waiting for the network.
const REMOTE_WORKERS: usize = 8;

/// Arguments of `loa collect`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct CollectArgs {
    #[arg(value_name = "SOURCE", required = true)]
    pub sources: Vec<PathBuf>,
    #[arg(long, value_name = "STORE")]
    pub into: PathBuf,
    #[arg(long)]
    pub full: bool,
    #[arg(long, value_name = "DAYS", default_value = "7")]
    pub silent_days: u16,
    #[arg(long, value_name = "SECONDS", default_value = "180")]
    pub patience: u16,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// Runs `loa collect`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(args: &CollectArgs, lang: Lang) -> io::Result<u8> {
    let patience = Duration::from_secs(args.patience.into());
    let locations = args.sources.iter().chain([&args.into]).map(|name| parse_location(name, patience, lang));
    let mut locations = match locations.collect::<Result<Vec<StorageLocation>, u8>>() {
        Ok(locations) => locations,
        Err(code) => return Ok(code),
    };
    let Some(store) = locations.pop() else {
        return Ok(EXIT_USAGE);
    };
    let (store_lock, registry) = match open_store(&store, lang)? {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    #[allow(clippy::disallowed_methods)] // the duration is only printed
    let started_at = Instant::now();
    let Some(_witness_lock) = lock_witness()? else {
        return Ok(fail(DepartmentText::WitnessBusy {}.localized(lang), EXIT_PROBLEMS));
    };
    let (scan, all_sources_ok) = find_logs(&locations, lang);
    let mut witness = open_witness()?;
    let mut examined_registry = examine_registry(registry, &store, &mut witness, true, lang)?;
    let has_exposed_keys =
        mark_exposed_keys(&mut examined_registry.registry, &scan.exposed_keys, &store, &mut witness, lang)?;
    let undisputed_registry = examined_registry.undisputed_registry();
    if args.format == CliFormat::Text {
        print_stderr!("{}", ProofText::WitnessKey { key: witness.verifier_key() }.localized(lang));
    }
    // A journal that cannot be read, or has faults, settles nothing. That is told when the collection is recorded.
    let journal = open_journal_of(&store, &witness).ok().map(|(opened, _)| opened.comparison);
    let journal = journal.filter(|journal| journal.faults.is_empty());
    let incidents = journal.map(|journal| incident_histories(&journal.journal)).unwrap_or_default();
    let witness = Mutex::new(witness);
    let outcomes = collect_logs(scan.logs, &locations, &store, &undisputed_registry, &witness, args.full, lang);
    let (registry, max_silence_days) = (&examined_registry.registry, i64::from(args.silent_days));
    let table = CollectTable {
        registry,
        examined_registry: &examined_registry,
        store: &store,
        witness: &witness,
        max_silence_days,
        incidents,
    };
    let rows = table.rows(outcomes);
    let mut witness = witness.into_inner().unwrap_or_else(PoisonError::into_inner);
    let is_recorded = record_collection(&rows, &locations, &store, &mut witness, lang);
    let is_all_good = all_sources_ok
        && is_recorded
        && !has_exposed_keys
        && examined_registry.differences.is_empty()
        && rows.iter().all(|row| row.is_good);
    drop(store_lock);
    print_collection(args.format, &rows, started_at.elapsed(), lang)?;
    Ok(if is_all_good { EXIT_OK } else { EXIT_PROBLEMS })
}

/// Locks a store, and reads its registry. If that fails, prints the reason and returns the exit code.
fn open_store(store: &StorageLocation, lang: Lang) -> io::Result<Result<(StoreLock, Registry), u8>> {
    // The lock would create the folder of a store whose name is mistyped.
    if let Err(code) = read_known_registry(store, lang)? {
        return Ok(Err(code));
    }
    let store_lock = match lock_store(store) {
        Ok(Some(lock)) => lock,
        Ok(None) => {
            let message = DepartmentText::StoreBusy { path: store.to_string() };
            return Ok(Err(fail(message.localized(lang), EXIT_PROBLEMS)));
        }
        Err(e) => return Ok(Err(report_store_failure(&store.to_string(), &e, lang))),
    };
    if let Err(e) = check_create_only(store, lang) {
        return Ok(Err(report_store_failure(&store.to_string(), &e, lang)));
    }
    Ok(read_registry(&store.storage(), lang).map(|registry| (store_lock, registry)))
}

/// Collects the logs, several at a time.
fn collect_logs(
    logs: Vec<FoundLog>,
    locations: &[StorageLocation],
    store: &StorageLocation,
    registry: &Registry,
    witness: &Mutex<Witness<FolderStorage>>,
    reads_all_entries: bool,
    lang: Lang,
) -> Vec<SourceOutcome> {
    let (any_remote, log_count) = (locations.iter().chain([store]).any(is_remote), logs.len());
    let worker_count = if any_remote { REMOTE_WORKERS } else { available_threads() };
    let collector = Collector {
        registry,
        witness,
        collected_at: unix_time_s(),
        seed_source: os_seed,
        threads: if log_count == 1 { available_threads() } else { 1 },
        reads_all_entries,
    };
    let bar = progress_bar(log_count, lang);
    let outcomes = collect_many(logs, &collector, store, worker_count, &|| bar.inc(1));
    bar.finish_and_clear();
    outcomes
}

fn is_remote(location: &StorageLocation) -> bool {
    !matches!(location, StorageLocation::Folder(_))
}

fn progress_bar(log_count: usize, lang: Lang) -> indicatif::ProgressBar {
    if !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let template = format!("{} {{bar:40}} {{pos}}/{{len}} {{elapsed}}", DepartmentText::Gathering {}.localized(lang));
    let style = indicatif::ProgressStyle::with_template(&template);
    let bar = indicatif::ProgressBar::new(log_count as u64);
    style.map_or(bar.clone(), |style| bar.with_style(style))
}
