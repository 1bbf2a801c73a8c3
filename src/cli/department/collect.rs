//! `loa collect`: takes the logs of the stations into the department's store.
mod history;
mod print;
mod row;
mod sources;
mod table;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::Args;

use super::registry_file::read_registry;
use super::registry_review::examine_registry;
use super::store::{first_contact, lock_store, parse_location, report_store_failure};
use crate::airlog::keys::os_seed;
use crate::airlog::storage::FolderStorage;
use crate::base::platform::available_threads;
use crate::base::platform::unix_time_s;
use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::record::key::{lock_witness, open_witness};
use crate::department::collect::Collector;
use crate::department::collect_many::{SourceOutcome, collect_many};
use crate::department::registry::Registry;
use crate::department::witness::Witness;
use crate::logstore::location::{FoundLog, StorageLocation};
use crate::text::department::DepartmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};
use print::print_collection;
use sources::{find_logs, mark_exposed};
use table::CollectTable;

/// Logs that are collected at a time from or into an object store, where most time is spent waiting.
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
/// When standard output or the witness's stored state fails.
pub fn run(args: &CollectArgs, lang: Lang) -> io::Result<u8> {
    let patience = Duration::from_secs(args.patience.into());
    let places = args.sources.iter().chain([&args.into]).map(|name| parse_location(name, patience, lang));
    let mut places = match places.collect::<Result<Vec<StorageLocation>, u8>>() {
        Ok(places) => places,
        Err(code) => return Ok(code),
    };
    let Some(store) = places.pop() else {
        return Ok(EXIT_USAGE);
    };
    let held = match lock_store(&store) {
        Ok(Some(held)) => held,
        Ok(None) => {
            return Ok(fail(DepartmentText::StoreBusy { path: store.to_string() }.localized(lang), EXIT_PROBLEMS));
        }
        Err(e) => return Ok(report_store_failure(&store.to_string(), &e, lang)),
    };
    if let Err(e) = first_contact(&store, lang) {
        return Ok(report_store_failure(&store.to_string(), &e, lang));
    }
    let registry = match read_registry(&store.storage(), lang) {
        Ok(registry) => registry,
        Err(code) => return Ok(code),
    };
    #[allow(clippy::disallowed_methods)] // how long it took, for people
    let begun = Instant::now();
    let Some(_signing) = lock_witness()? else {
        return Ok(fail(DepartmentText::WitnessBusy {}.localized(lang), EXIT_PROBLEMS));
    };
    let (finds, mut good) = find_logs(&places, lang);
    let mut witness = open_witness()?;
    let mut examined = examine_registry(registry, &store, &mut witness, true, lang)?;
    let marked = mark_exposed(&mut examined.registry, &finds.exposed_keys, &store, &mut witness, lang)?;
    let undisputed = examined.undisputed();
    if args.format == CliFormat::Text {
        print_stderr!("{}", ProofText::WitnessKey { key: witness.verifier_key() }.localized(lang));
    }
    let witness = Mutex::new(witness);
    let gathered = collect_logs(finds.logs, &places, &store, &undisputed, &witness, args.full, lang);
    let (registry, silent_days) = (&examined.registry, i64::from(args.silent_days));
    let table = CollectTable { registry, examined: &examined, store: &store, witness: &witness, silent_days };
    let rows = table.rows(gathered);
    good &= !marked && examined.differences.is_empty() && rows.iter().all(|row| row.good);
    drop(held);
    print_collection(args.format, &rows, begun.elapsed(), lang)?;
    Ok(if good { EXIT_OK } else { EXIT_PROBLEMS })
}

/// Collects the logs, several at a time.
fn collect_logs(
    logs: Vec<FoundLog>,
    places: &[StorageLocation],
    store: &StorageLocation,
    registry: &Registry,
    witness: &Mutex<Witness<FolderStorage>>,
    full: bool,
    lang: Lang,
) -> Vec<SourceOutcome> {
    let (objects, count) = (places.iter().chain([store]).any(is_remote), logs.len());
    let workers = if objects { REMOTE_WORKERS } else { available_threads() };
    let collecting = Collector {
        registry,
        witness,
        now: unix_time_s(),
        seed_source: os_seed,
        threads: if count == 1 { available_threads() } else { 1 },
        full,
    };
    let bar = progress_bar(count, lang);
    let gathered = collect_many(logs, &collecting, store, workers, &|| bar.inc(1));
    bar.finish_and_clear();
    gathered
}

fn is_remote(place: &StorageLocation) -> bool {
    !matches!(place, StorageLocation::Folder(_))
}

fn progress_bar(logs: usize, lang: Lang) -> indicatif::ProgressBar {
    if !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let template = format!("{} {{bar:40}} {{pos}}/{{len}} {{elapsed}}", DepartmentText::Gathering {}.localized(lang));
    let style = indicatif::ProgressStyle::with_template(&template);
    let bar = indicatif::ProgressBar::new(logs as u64);
    style.map_or(bar.clone(), |style| bar.with_style(style))
}
