//! `loa collect`: the department takes what its stations sent.
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::DateTime;
use clap::Args;
use serde_json::json;

use super::enrol::{read_registry, utc_now_text};
use super::registry_review::{ExaminedRegistry, examine_registry, remember_own_changes};
use super::store::{first_contact, lock_store, parse_location, report_store_failure};
use crate::airlog::keys::os_seed;
use crate::airlog::plausibility::PlausibilityRemark;
use crate::airlog::plausibility::finding_text::implausible_text;
use crate::airlog::signer::CHECKPOINT;
use crate::airlog::storage::{AnyStorage, FolderStorage, Storage};
use crate::base::id::Id;
use crate::base::platform::unix_time_s;
use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE};
use crate::cli::record::key::{lock_witness, open_witness};
use crate::cli::record::plausibility;
use crate::cli::table::{align_columns, strip_unprintable};
use crate::cli::words::fault_text;
use crate::department::collect::{CollectOutcome, Collector};
use crate::department::collect_many::{SourceOutcome, collect_many};
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::witness::Witness;
use crate::logstore::export::ExportSummary;
use crate::logstore::location::{LocationScan, StorageLocation};
use crate::logstore::source::{LogForm, LogSource};
use crate::logstore::verify::available_threads;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::{entry_time_text, station_in_origin};
use crate::proof::note::{MAX_NOTE, Note, VerifierKey};
use crate::proof::verify::VerifyError;
use crate::text::department::DepartmentText;
use crate::text::plausibility::PlausibilityText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// Logs that are collected beside each other from or into an object store, where time is spent waiting.
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

/// `loa collect`.
///
/// # Errors
/// When standard output or the witness's memory fails.
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
            print_stderr!("{}", DepartmentText::StoreBusy { path: store.to_string() }.localized(lang));
            return Ok(EXIT_PROBLEMS);
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
        print_stderr!("{}", DepartmentText::WitnessBusy {}.localized(lang));
        return Ok(EXIT_PROBLEMS);
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
    let (objects, logs) = (places.iter().chain([&store]).any(is_remote), finds.logs.len());
    let workers = if objects { REMOTE_WORKERS } else { available_threads() };
    let collecting = Collector {
        registry: &undisputed,
        witness: &witness,
        now: unix_time_s(),
        seed_source: os_seed,
        threads: if logs == 1 { available_threads() } else { 1 },
        full: args.full,
    };
    let bar = progress_bar(logs, lang);
    let gathered = collect_many(finds.logs, &collecting, &store, workers, &|| bar.inc(1));
    bar.finish_and_clear();
    let (registry, silent_days) = (&examined.registry, i64::from(args.silent_days));
    let table = CollectTable { registry, examined: &examined, store: &store, witness: &witness, silent_days };
    let rows = table.rows(gathered);
    good &= !marked && examined.differences.is_empty() && rows.iter().all(|row| row.good);
    drop(held);
    write_out(args.format, &rows, begun.elapsed(), lang)?;
    Ok(if good { EXIT_OK } else { EXIT_PROBLEMS })
}

fn is_remote(place: &StorageLocation) -> bool {
    !matches!(place, StorageLocation::Folder(_))
}

/// Everything that lies in the sources; false when one of them could not be read, or holds nothing.
fn find_logs(places: &[StorageLocation], lang: Lang) -> (LocationScan, bool) {
    let mut all = LocationScan::default();
    let mut good = true;
    for place in places {
        match place.scan() {
            Ok(finds) => {
                if finds.logs.is_empty() {
                    good = false;
                    print_stderr!(
                        "{}",
                        strip_unprintable(
                            &ProofText::NothingFound { path: place.to_string() }.localized(lang).to_string()
                        )
                    );
                }
                if finds.truncated {
                    good = false;
                    print_stderr!(
                        "{}",
                        strip_unprintable(
                            &DepartmentText::TooMany { place: place.to_string() }.localized(lang).to_string()
                        )
                    );
                }
                all.logs.extend(finds.logs);
                all.exposed_keys.extend(finds.exposed_keys);
            }
            // One source that is gone does not hold up the others.
            Err(e) => {
                good = false;
                let _ = report_store_failure(&place.to_string(), &e, lang);
            }
        }
    }
    (all, good)
}

/// Keys that lie open in a source are marked in the registry; whether there were any that it knows.
fn mark_exposed(
    registry: &mut Registry,
    keys: &[VerifierKey],
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    lang: Lang,
) -> io::Result<bool> {
    let mut marked = false;
    for key in keys {
        // Anybody can make a key by this name: it must be the one.
        if registry.log(&key.name).is_none_or(|log| log.key != *key) {
            continue;
        }
        let before = registry.clone();
        if registry.mark_exposed(key, &utc_now_text()).unwrap_or(false) {
            registry.write(&mut store.storage())?;
            remember_own_changes(store, witness, &before, registry)?;
        }
        marked = true;
        let station = station_in_origin(&key.name).unwrap_or_default().to_owned();
        print_stderr!("{}", DepartmentText::KeysLieOpen { station }.localized(lang));
    }
    Ok(marked)
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

/// One row of the table.
struct CollectRow {
    station: String,
    name: String,
    origin: String,
    place: Option<String>,
    new: u64,
    entries: u64,
    span: Option<(String, String)>,
    state: &'static str,
    remarks: Vec<DepartmentText>,
    newest: Option<String>,
    evidence: Option<String>,
    exposed: Option<String>,
    plausibility_json: Option<serde_json::Value>,
    good: bool,
}

/// What the table is made with.
struct CollectTable<'a> {
    registry: &'a Registry,
    examined: &'a ExaminedRegistry,
    store: &'a StorageLocation,
    witness: &'a Mutex<Witness<FolderStorage>>,
    silent_days: i64,
}

impl CollectTable<'_> {
    fn rows(&self, gathered: Vec<SourceOutcome>) -> Vec<CollectRow> {
        // What only bears a station's name says nothing of it.
        let of_it = |one: &&SourceOutcome| !matches!(&one.result, Ok(CollectOutcome::Refused { error, .. }) if is_unattributable(error));
        let seen: BTreeSet<String> = gathered.iter().filter(of_it).map(|one| one.origin.clone()).collect();
        let mut rows: Vec<CollectRow> = gathered.into_iter().map(|one| self.row(one)).collect();
        for station in self.registry.stations.values() {
            let logs: Vec<_> = self.registry.logs_of_station(&station.id).collect();
            if logs.iter().any(|log| seen.contains(&log.key.name)) {
                continue;
            }
            let origin = logs.last().map(|log| log.key.name.clone()).unwrap_or_default();
            let mut row = self.empty_row(station.id.as_str(), &origin);
            (row.newest, row.entries) = self.newest_entry(&origin);
            row.state = "nothing";
            let at = row.newest.clone().map(|at| to_the_minute(&at));
            row.remarks.push(at.map_or(DepartmentText::NothingEver {}, |at| DepartmentText::NothingSince { at }));
            row.good = !self.is_silent(row.newest.as_deref());
            rows.push(row);
        }
        // What was taken out of the registry has no station there any more.
        for one in &self.examined.differences {
            if let RegistryDifference::LogMissing { origin } = one
                && !seen.contains(origin)
            {
                let mut row = self.empty_row(station_in_origin(origin).unwrap_or_default(), origin);
                (row.newest, row.entries) = self.newest_entry(origin);
                (row.state, row.good) = ("taken-out", false);
                row.remarks.push(DepartmentText::TakenOut {});
                rows.push(row);
            }
        }
        rows.sort_by(|a, b| (&a.station, &a.origin, &a.place).cmp(&(&b.station, &b.origin, &b.place)));
        rows
    }

    fn empty_row(&self, station: &str, origin: &str) -> CollectRow {
        let known = Id::new(station).and_then(|id| self.registry.stations.get(&id));
        CollectRow {
            station: station.to_owned(),
            name: known.map(|station| station.name.clone()).unwrap_or_default(),
            origin: origin.to_owned(),
            place: None,
            new: 0,
            entries: 0,
            span: None,
            state: "",
            remarks: Vec::new(),
            newest: None,
            evidence: None,
            exposed: None,
            plausibility_json: None,
            good: true,
        }
    }

    fn row(&self, one: SourceOutcome) -> CollectRow {
        let mut row = self.empty_row(station_in_origin(&one.origin).unwrap_or_default(), &one.origin);
        row.place = Some(one.location.clone());
        match one.result {
            Ok(collected) => self.fill(&mut row, collected),
            Err(e) => {
                let full = matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
                row.state = if full { "no-space" } else { "failed" };
                row.remarks.push(if full {
                    DepartmentText::StoreFull {}
                } else {
                    DepartmentText::Failed { detail: e.to_string() }
                });
                row.good = false;
            }
        }
        if row.station.is_empty() {
            row.station.clone_from(&one.location);
        }
        let number = Id::new(&row.station)
            .and_then(|id| self.registry.logs_of_station(&id).position(|log| log.key.name == row.origin));
        if let Some(number) = number.filter(|number| *number > 0) {
            row.remarks.push(DepartmentText::Replaced { number: number + 1 });
        }
        if let Some(since) = self.registry.log(&row.origin).and_then(|log| log.exposed_since.clone()) {
            row.remarks.push(DepartmentText::Exposed { since: since.clone() });
            row.exposed = Some(since);
            row.good = false;
        }
        row
    }

    fn fill(&self, row: &mut CollectRow, collected: CollectOutcome) {
        match collected {
            CollectOutcome::Taken {
                exported,
                unfinished,
                return_error: not_returned,
                unsigned_state: unsigned_memory,
            } => {
                row.state = "whole";
                row.entries = exported.verified.entries;
                row.new = row.entries.saturating_sub(exported.entries_before);
                row.span.clone_from(&exported.new_entries_span);
                let lacking: Vec<_> =
                    exported.missing.iter().filter(|wrong| !matches!(wrong, VerifyError::Torn { .. })).collect();
                row.good = lacking.is_empty() && not_returned.is_none() && exported.files_repaired == 0;
                row.remarks.extend(lacking.first().map(|wrong| DepartmentText::Lacking { fault: fault_text(wrong) }));
                row.remarks.extend(not_returned.map(|e| DepartmentText::NotReturned { detail: e.to_string() }));
                if row.remarks.is_empty() {
                    row.remarks.push(DepartmentText::Whole {});
                }
                if unfinished {
                    row.remarks.push(DepartmentText::Unfinished {});
                }
                if unsigned_memory {
                    row.remarks.push(DepartmentText::UnsignedMemory {});
                }
                if exported.files_repaired > 0 {
                    row.remarks.push(DepartmentText::Mended { files: exported.files_repaired });
                }
                self.add_plausibility(row, &exported);
                // What was judged says it, where it is new; what the store answers is for people only.
                let judged = row.span.as_ref().map(|(_, until)| until.clone());
                row.newest = judged.or_else(|| self.newest_entry(&row.origin).0);
                self.add_silence(row);
            }
            CollectOutcome::StoreMismatch { name, .. } => {
                (row.state, row.good) = ("store-lies", false);
                row.remarks.push(DepartmentText::StoreLies { name });
            }
            CollectOutcome::OlderCopy { size, .. } => {
                row.state = "old-copy";
                (row.newest, row.entries) = self.newest_entry(&row.origin);
                row.remarks.push(DepartmentText::Old { size });
                self.add_earlier_findings(row);
                self.add_silence(row);
            }
            CollectOutcome::NotEnrolled { origin } if self.examined.dispute(&origin).is_some() => {
                let gone = matches!(self.examined.dispute(&origin), Some(RegistryDifference::LogMissing { .. }));
                row.state = if gone { "taken-out" } else { "not-accepted" };
                row.remarks.push(if gone { DepartmentText::TakenOut {} } else { DepartmentText::NotAccepted {} });
                row.good = false;
            }
            CollectOutcome::NotEnrolled { .. } => {
                let known = Id::new(&row.station).is_some_and(|id| self.registry.stations.contains_key(&id));
                row.state = "unknown-key";
                row.remarks.push(if known { DepartmentText::UnknownDisk {} } else { DepartmentText::UnknownKey {} });
                row.good = false;
            }
            CollectOutcome::Refused { error: wrong, evidence, .. } => {
                let fault = fault_text(&wrong);
                (row.state, row.good) = (refusal_state(&wrong), false);
                row.evidence = evidence;
                if is_unattributable(&wrong) {
                    let station = std::mem::take(&mut row.station);
                    row.name.clear();
                    row.remarks.push(DepartmentText::NotTheirs { station, fault });
                    return;
                }
                row.remarks.push(match row.state {
                    "rolled-back" => DepartmentText::RolledBack { fault },
                    "fork" => DepartmentText::Forked { fault },
                    "tampered" => DepartmentText::Tampered { fault },
                    _ => DepartmentText::NoProof { fault },
                });
            }
        }
    }

    /// Whether what was taken can have been so, and what else is worth knowing of the log.
    fn add_plausibility(&self, row: &mut CollectRow, exported: &ExportSummary) {
        let plausible = &exported.plausibility;
        let (findings, count) = plausibility::all_findings(plausible);
        let new = count.min(findings.len() as u64);
        if let Some(first) = findings.first() {
            (row.state, row.good) = ("implausible", false);
            row.remarks.push(DepartmentText::Judged {
                words: PlausibilityText::Found { count: new, doubt: implausible_text(&first.why) },
            });
        } else if count > 0 {
            // What was found before is as untrue as it was.
            (row.state, row.good) = ("implausible", false);
            row.remarks.push(DepartmentText::Judged { words: PlausibilityText::FoundAlready { count } });
        }
        let (aired, alone) = plausible.audible_outcomes();
        if alone > 0 {
            row.remarks.push(DepartmentText::Judged { words: PlausibilityText::UnvouchedNew { aired, alone } });
        }
        if let Some(follows) = plausible.fold.follows() {
            let collected = follows.head.as_deref().map_or(0, |head| self.collected_entries(head));
            let (entries, kept_as) = (follows.entries, follows.kept_as.clone());
            row.remarks.push(DepartmentText::Judged {
                words: PlausibilityText::FollowedCollected { entries, kept_as, collected },
            });
        }
        // Once: afterwards the report tells it.
        if let (0, Some(PlausibilityRemark::OlderThanWitness { days })) =
            (exported.entries_before, plausible.fold.older_than_witness())
        {
            row.remarks.push(DepartmentText::Judged { words: PlausibilityText::OlderNew { days } });
        }
        row.plausibility_json = Some(plausibility::findings_json(plausible));
    }

    /// What was found in earlier collections of this log stays with it, whatever its older copy says.
    fn add_earlier_findings(&self, row: &mut CollectRow) {
        let witness = self.witness.lock().unwrap_or_else(PoisonError::into_inner);
        let count = witness.fold(&row.origin).ok().flatten().map_or(0, |fold| fold.finding_count());
        if count > 0 {
            row.good = false;
            row.remarks.push(DepartmentText::Judged { words: PlausibilityText::FoundAlready { count } });
        }
    }

    /// How many entries of the log with this head were collected into the store.
    fn collected_entries(&self, head: &str) -> u64 {
        let head = Note::parse(head.as_bytes()).and_then(|note| Checkpoint::parse(&note.text));
        head.filter(|head| self.registry.log(&head.origin).is_some())
            .map_or(0, |head| self.newest_entry(&head.origin).1)
    }

    fn add_silence(&self, row: &mut CollectRow) {
        if self.is_silent(row.newest.as_deref()) {
            row.good = false;
            let at = row.newest.as_deref().map(to_the_minute).unwrap_or_default();
            row.remarks.push(DepartmentText::NothingSince { at });
        }
    }

    /// Whether a station whose newest entry was written then has been silent for too long.
    fn is_silent(&self, newest: Option<&str>) -> bool {
        let at = newest.and_then(|at| DateTime::parse_from_rfc3339(at).ok()).map(|at| at.timestamp());
        let now = i64::try_from(unix_time_s()).unwrap_or(i64::MAX);
        at.is_none_or(|at| now - at > self.silent_days.saturating_mul(86_400))
    }

    /// When the newest entry in the store was written, and how many there are.
    fn newest_entry(&self, origin: &str) -> (Option<String>, u64) {
        let storage: AnyStorage = self.store.child_storage(origin);
        let head = storage.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten();
        let head = head.filter(|_| !origin.is_empty()).and_then(|bytes| Checkpoint::parse(&Note::parse(&bytes)?.text));
        let Some(size) = head.map(|head| head.size).filter(|size| *size > 0) else {
            return (None, 0);
        };
        let source = LogSource { storage, form: LogForm::Export };
        let chunk = source.chunks_from(size - 1, size).and_then(|mut chunks| chunks.next_chunk());
        let line = chunk.ok().and_then(Result::ok);
        (line.and_then(|chunk| chunk.lines().first().and_then(|line| entry_time_text(line)).map(str::to_owned)), size)
    }
}

/// Whether a refusal says nothing of the station whose name the log bears: anybody could have written it.
fn is_unattributable(wrong: &VerifyError) -> bool {
    matches!(
        wrong,
        VerifyError::WrongKey | VerifyError::HeadForged | VerifyError::OtherLog { .. } | VerifyError::GenesisKeys
    )
}

/// What a refusal is called.
fn refusal_state(wrong: &VerifyError) -> &'static str {
    match wrong {
        VerifyError::RolledBack { .. } => "rolled-back",
        VerifyError::Fork { .. } => "fork",
        VerifyError::NoLog | VerifyError::Rehearsal { .. } | VerifyError::HeadUnreadable => "no-log",
        wrong if is_unattributable(wrong) => "not-signed",
        _ => "tampered",
    }
}

/// `2023-03-20T05:15:05.000000+07:00` as people write it.
fn to_the_minute(at: &str) -> String {
    DateTime::parse_from_rfc3339(at).map_or_else(|_| at.to_owned(), |at| at.format("%d/%m/%Y %H:%M").to_string())
}

fn write_out(format: CliFormat, rows: &[CollectRow], took: Duration, lang: Lang) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == CliFormat::Json {
        return writeln!(out, "{}", serde_json::Value::from(rows.iter().map(json_row).collect::<Vec<_>>()));
    }
    let head = [
        DepartmentText::Station {},
        DepartmentText::New {},
        DepartmentText::Entries {},
        DepartmentText::Span {},
        DepartmentText::State {},
    ];
    let mut table = vec![head.iter().map(|word| word.localized(lang).to_string()).collect::<Vec<_>>()];
    for row in rows {
        let span = row.span.as_ref().map(|(from, until)| format!("{} – {}", to_the_minute(from), to_the_minute(until)));
        let says: Vec<String> = row.remarks.iter().map(|text| text.localized(lang).to_string()).collect();
        let name = if row.name.is_empty() { row.station.clone() } else { format!("{} ({})", row.name, row.station) };
        let cells = [name, row.new.to_string(), row.entries.to_string(), span.unwrap_or_default(), says.join("; ")];
        table.push(cells.iter().map(|cell| strip_unprintable(cell)).collect());
    }
    write!(out, "{}", align_columns(&table, &[1, 2]))?;
    for row in rows {
        if let Some(path) = &row.evidence {
            let path = format!("{}/{path}", row.origin);
            writeln!(
                out,
                "{}",
                strip_unprintable(
                    &DepartmentText::Evidence { station: row.station.clone(), path }.localized(lang).to_string()
                )
            )?;
        }
    }
    if rows.iter().any(|row| row.state == "no-space") {
        writeln!(out, "{}", DepartmentText::SpaceHint {}.localized(lang))?;
    }
    let unknown = rows.iter().filter(|row| row.state == "unknown-key").filter_map(|row| row.place.clone());
    for place in unknown.take(3) {
        writeln!(out, "{}", strip_unprintable(&DepartmentText::EnrolHint { place }.localized(lang).to_string()))?;
    }
    let mut logs: BTreeMap<&str, u64> = BTreeMap::new();
    rows.iter()
        .filter(|row| matches!(row.state, "whole" | "implausible"))
        .for_each(|row| *logs.entry(&row.origin).or_default() += row.new);
    let bad = rows.iter().filter(|row| !row.good).count();
    let seconds = crate::cli::table::format_seconds(i64::try_from(took.as_millis()).unwrap_or(i64::MAX), lang);
    let seconds = seconds.trim_end_matches(" s").to_owned();
    let summary = DepartmentText::Summary { logs: logs.len(), entries: logs.values().sum(), seconds, bad };
    writeln!(out, "{}", summary.localized(lang))
}

fn json_row(row: &CollectRow) -> serde_json::Value {
    let says: Vec<String> = row.remarks.iter().map(|text| text.localized(Lang::En).to_string()).collect();
    json!({
        "station": row.station, "name": row.name, "origin": row.origin, "place": row.place,
        "new": row.new, "entries": row.entries,
        "from": row.span.as_ref().map(|span| &span.0), "until": row.span.as_ref().map(|span| &span.1),
        "newest": row.newest, "exposed_since": row.exposed, "state": row.state, "detail": says, "evidence": row.evidence, "good": row.good,
        "plausibility": row.plausibility_json,
    })
}
