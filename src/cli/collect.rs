//! `loa collect`: the department takes what its stations sent.
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::DateTime;
use serde_json::json;

use super::accepted::{Examined, changed, examine};
use super::enrol::{now_text, registry_of};
use super::key::{hold_witness, open_witness};
use super::store::{failed, first_contact, hold, place_of};
use super::table::{columns, plain};
use super::words::fault;
use super::{Format, OK, PROBLEMS, USAGE, doubts, help_language};
use crate::airlog::keys::system_chance;
use crate::airlog::plausible::Remark;
use crate::airlog::seal::CHECKPOINT;
use crate::airlog::storage::{AnyStorage, FolderStorage, Storage};
use crate::archive::collect::{Collected, Collecting};
use crate::archive::export::Exported;
use crate::archive::gather::{Gathered, gather};
use crate::archive::judge::processors;
use crate::archive::place::{Finds, Place};
use crate::archive::source::{Form, Source};
use crate::archive::witness::Witness;
use crate::id::Id;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::{at_of, station_of};
use crate::proof::note::{MAX_NOTE, Note, VerifierKey};
use crate::proof::verify::Wrong;
use crate::registry::Registry;
use crate::registry::accepted::Difference;
use crate::sys::wall_now;
use crate::text::department::Desk;
use crate::text::doubt::{Plausible, doubt};
use crate::text::proof::Proof;
use crate::text::{Lang, Say, complain};

/// Logs that are collected beside each other from or into an object store, where time is spent waiting.
const BESIDE: usize = 8;

/// What is asked of `loa collect`.
pub struct Asked {
    /// Folders, sticks, object stores.
    pub sources: Vec<PathBuf>,
    /// The store.
    pub into: PathBuf,
    /// Read again what was collected before.
    pub full: bool,
    /// After so many days without anything new a station is silent.
    pub silent_days: i64,
    /// For how long a request to an object store is tried again.
    pub patience: Duration,
    /// How the table is written.
    pub format: Format,
}

/// `loa collect`.
///
/// # Errors
/// When standard output or the witness's memory fails.
pub fn run(asked: &Asked, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let places = asked.sources.iter().chain([&asked.into]).map(|name| place_of(name, asked.patience, lang));
    let mut places = match places.collect::<Result<Vec<Place>, u8>>() {
        Ok(places) => places,
        Err(code) => return Ok(code),
    };
    let Some(store) = places.pop() else {
        return Ok(USAGE);
    };
    let held = match hold(&store) {
        Ok(Some(held)) => held,
        Ok(None) => {
            complain!("{}", Desk::StoreBusy { path: store.to_string() }.say(lang));
            return Ok(PROBLEMS);
        }
        Err(e) => return Ok(failed(&store.to_string(), &e, lang)),
    };
    if let Err(e) = first_contact(&store, lang) {
        return Ok(failed(&store.to_string(), &e, lang));
    }
    let registry = match registry_of(&store.storage(), lang) {
        Ok(registry) => registry,
        Err(code) => return Ok(code),
    };
    #[allow(clippy::disallowed_methods)] // how long it took, for people
    let begun = Instant::now();
    let Some(_signing) = hold_witness()? else {
        complain!("{}", Desk::WitnessBusy {}.say(lang));
        return Ok(PROBLEMS);
    };
    let (finds, mut good) = find(&places, lang);
    let mut witness = open_witness()?;
    let mut examined = examine(registry, &store, &mut witness, true, lang)?;
    let marked = mark_exposed(&mut examined.registry, &finds.exposed, &store, &mut witness, lang)?;
    let undisputed = examined.undisputed();
    if asked.format == Format::Text {
        complain!("{}", Proof::WitnessKey { key: witness.public() }.say(lang));
    }
    let witness = Mutex::new(witness);
    let (objects, logs) = (places.iter().chain([&store]).any(is_remote), finds.logs.len());
    let workers = if objects { BESIDE } else { processors() };
    let collecting = Collecting {
        registry: &undisputed,
        witness: &witness,
        now: wall_now(),
        chance: system_chance,
        threads: if logs == 1 { processors() } else { 1 },
        full: asked.full,
    };
    let bar = bar(logs, lang);
    let gathered = gather(finds.logs, &collecting, &store, workers, &|| bar.inc(1));
    bar.finish_and_clear();
    let (registry, silent_days) = (&examined.registry, asked.silent_days);
    let table = Table { registry, examined: &examined, store: &store, witness: &witness, silent_days };
    let rows = table.rows(gathered);
    good &= !marked && examined.differences.is_empty() && rows.iter().all(|row| row.good);
    drop(held);
    write_out(asked.format, &rows, begun.elapsed(), lang)?;
    Ok(if good { OK } else { PROBLEMS })
}

fn is_remote(place: &Place) -> bool {
    !matches!(place, Place::Folder(_))
}

/// Everything that lies in the sources; false when one of them could not be read, or holds nothing.
fn find(places: &[Place], lang: Lang) -> (Finds, bool) {
    let mut all = Finds::default();
    let mut good = true;
    for place in places {
        match place.finds() {
            Ok(finds) => {
                if finds.logs.is_empty() {
                    good = false;
                    complain!("{}", plain(&Proof::NothingFound { path: place.to_string() }.say(lang).to_string()));
                }
                if finds.too_many {
                    good = false;
                    complain!("{}", plain(&Desk::TooMany { place: place.to_string() }.say(lang).to_string()));
                }
                all.logs.extend(finds.logs);
                all.exposed.extend(finds.exposed);
            }
            // One source that is gone does not hold up the others.
            Err(e) => {
                good = false;
                let _ = failed(&place.to_string(), &e, lang);
            }
        }
    }
    (all, good)
}

/// Keys that lie open in a source are marked in the registry; whether there were any that it knows.
fn mark_exposed(
    registry: &mut Registry,
    keys: &[VerifierKey],
    store: &Place,
    witness: &mut Witness<FolderStorage>,
    lang: Lang,
) -> io::Result<bool> {
    let mut marked = false;
    for key in keys {
        // Anybody can make a key by this name: it must be the one.
        if registry.get(&key.name).is_none_or(|log| log.key != *key) {
            continue;
        }
        let before = registry.clone();
        if registry.expose(key, &now_text()).unwrap_or(false) {
            registry.write(&mut store.storage())?;
            changed(store, witness, &before, registry)?;
        }
        marked = true;
        let station = station_of(&key.name).unwrap_or_default().to_owned();
        complain!("{}", Desk::KeysLieOpen { station }.say(lang));
    }
    Ok(marked)
}

fn bar(logs: usize, lang: Lang) -> indicatif::ProgressBar {
    if !io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let template = format!("{} {{bar:40}} {{pos}}/{{len}} {{elapsed}}", Desk::Gathering {}.say(lang));
    let style = indicatif::ProgressStyle::with_template(&template);
    let bar = indicatif::ProgressBar::new(logs as u64);
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// One row of the table.
struct Row {
    station: String,
    name: String,
    origin: String,
    place: Option<String>,
    new: u64,
    entries: u64,
    span: Option<(String, String)>,
    code: &'static str,
    says: Vec<Desk>,
    newest: Option<String>,
    evidence: Option<String>,
    exposed: Option<String>,
    plausibility: Option<serde_json::Value>,
    good: bool,
}

/// What the table is made with.
struct Table<'a> {
    registry: &'a Registry,
    examined: &'a Examined,
    store: &'a Place,
    witness: &'a Mutex<Witness<FolderStorage>>,
    silent_days: i64,
}

impl Table<'_> {
    fn rows(&self, gathered: Vec<Gathered>) -> Vec<Row> {
        // What only bears a station's name says nothing of it.
        let of_it =
            |one: &&Gathered| !matches!(&one.collected, Ok(Collected::Refused { wrong, .. }) if is_strange(wrong));
        let seen: BTreeSet<String> = gathered.iter().filter(of_it).map(|one| one.origin.clone()).collect();
        let mut rows: Vec<Row> = gathered.into_iter().map(|one| self.row(one)).collect();
        for station in self.registry.stations.values() {
            let logs: Vec<_> = self.registry.of_station(&station.id).collect();
            if logs.iter().any(|log| seen.contains(&log.key.name)) {
                continue;
            }
            let origin = logs.last().map(|log| log.key.name.clone()).unwrap_or_default();
            let mut row = self.empty(station.id.as_str(), &origin);
            (row.newest, row.entries) = self.newest(&origin);
            row.code = "nothing";
            let at = row.newest.clone().map(|at| minute(&at));
            row.says.push(at.map_or(Desk::NothingEver {}, |at| Desk::NothingSince { at }));
            row.good = !self.silent(row.newest.as_deref());
            rows.push(row);
        }
        // What was taken out of the registry has no station there any more.
        for one in &self.examined.differences {
            if let Difference::Gone { origin } = one
                && !seen.contains(origin)
            {
                let mut row = self.empty(station_of(origin).unwrap_or_default(), origin);
                (row.newest, row.entries) = self.newest(origin);
                (row.code, row.good) = ("taken-out", false);
                row.says.push(Desk::TakenOut {});
                rows.push(row);
            }
        }
        rows.sort_by(|a, b| (&a.station, &a.origin, &a.place).cmp(&(&b.station, &b.origin, &b.place)));
        rows
    }

    fn empty(&self, station: &str, origin: &str) -> Row {
        let known = Id::new(station).and_then(|id| self.registry.stations.get(&id));
        Row {
            station: station.to_owned(),
            name: known.map(|station| station.name.clone()).unwrap_or_default(),
            origin: origin.to_owned(),
            place: None,
            new: 0,
            entries: 0,
            span: None,
            code: "",
            says: Vec::new(),
            newest: None,
            evidence: None,
            exposed: None,
            plausibility: None,
            good: true,
        }
    }

    fn row(&self, one: Gathered) -> Row {
        let mut row = self.empty(station_of(&one.origin).unwrap_or_default(), &one.origin);
        row.place = Some(one.place.clone());
        match one.collected {
            Ok(collected) => self.fill(&mut row, collected),
            Err(e) => {
                let full = matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
                row.code = if full { "no-space" } else { "failed" };
                row.says.push(if full { Desk::StoreFull {} } else { Desk::Failed { detail: e.to_string() } });
                row.good = false;
            }
        }
        if row.station.is_empty() {
            row.station.clone_from(&one.place);
        }
        let number = Id::new(&row.station)
            .and_then(|id| self.registry.of_station(&id).position(|log| log.key.name == row.origin));
        if let Some(number) = number.filter(|number| *number > 0) {
            row.says.push(Desk::Replaced { number: number + 1 });
        }
        if let Some(since) = self.registry.get(&row.origin).and_then(|log| log.exposed.clone()) {
            row.says.push(Desk::Exposed { since: since.clone() });
            row.exposed = Some(since);
            row.good = false;
        }
        row
    }

    fn fill(&self, row: &mut Row, collected: Collected) {
        match collected {
            Collected::Taken { exported, unfinished, not_returned, unsigned_memory } => {
                row.code = "whole";
                row.entries = exported.found.entries;
                row.new = row.entries.saturating_sub(exported.before);
                row.span.clone_from(&exported.span);
                let lacking: Vec<_> =
                    exported.lacking.iter().filter(|wrong| !matches!(wrong, Wrong::Torn { .. })).collect();
                row.good = lacking.is_empty() && not_returned.is_none() && exported.mended == 0;
                row.says.extend(lacking.first().map(|wrong| Desk::Lacking { fault: fault(wrong) }));
                row.says.extend(not_returned.map(|e| Desk::NotReturned { detail: e.to_string() }));
                if row.says.is_empty() {
                    row.says.push(Desk::Whole {});
                }
                if unfinished {
                    row.says.push(Desk::Unfinished {});
                }
                if unsigned_memory {
                    row.says.push(Desk::UnsignedMemory {});
                }
                if exported.mended > 0 {
                    row.says.push(Desk::Mended { files: exported.mended });
                }
                self.judge(row, &exported);
                // What was judged says it, where it is new; what the store answers is for people only.
                let judged = row.span.as_ref().map(|(_, until)| until.clone());
                row.newest = judged.or_else(|| self.newest(&row.origin).0);
                self.say_silence(row);
            }
            Collected::StoreLies { name, .. } => {
                (row.code, row.good) = ("store-lies", false);
                row.says.push(Desk::StoreLies { name });
            }
            Collected::Old { size, .. } => {
                row.code = "old-copy";
                (row.newest, row.entries) = self.newest(&row.origin);
                row.says.push(Desk::Old { size });
                self.found_before(row);
                self.say_silence(row);
            }
            Collected::Unknown { origin } if self.examined.dispute(&origin).is_some() => {
                let gone = matches!(self.examined.dispute(&origin), Some(Difference::Gone { .. }));
                row.code = if gone { "taken-out" } else { "not-accepted" };
                row.says.push(if gone { Desk::TakenOut {} } else { Desk::NotAccepted {} });
                row.good = false;
            }
            Collected::Unknown { .. } => {
                let known = Id::new(&row.station).is_some_and(|id| self.registry.stations.contains_key(&id));
                row.code = "unknown-key";
                row.says.push(if known { Desk::UnknownDisk {} } else { Desk::UnknownKey {} });
                row.good = false;
            }
            Collected::Refused { wrong, evidence, .. } => {
                let fault = fault(&wrong);
                (row.code, row.good) = (state_of(&wrong), false);
                row.evidence = evidence;
                if is_strange(&wrong) {
                    let station = std::mem::take(&mut row.station);
                    row.name.clear();
                    row.says.push(Desk::NotTheirs { station, fault });
                    return;
                }
                row.says.push(match row.code {
                    "rolled-back" => Desk::RolledBack { fault },
                    "fork" => Desk::Forked { fault },
                    "tampered" => Desk::Tampered { fault },
                    _ => Desk::NoProof { fault },
                });
            }
        }
    }

    /// Whether what was taken can have been so, and what else is worth knowing of the log.
    fn judge(&self, row: &mut Row, exported: &Exported) {
        let plausible = &exported.plausible;
        let (findings, count) = doubts::found(plausible);
        let new = count.min(findings.len() as u64);
        if let Some(first) = findings.first() {
            (row.code, row.good) = ("implausible", false);
            row.says.push(Desk::Judged { words: Plausible::Found { count: new, doubt: doubt(&first.why) } });
        } else if count > 0 {
            // What was found before is as untrue as it was.
            (row.code, row.good) = ("implausible", false);
            row.says.push(Desk::Judged { words: Plausible::FoundAlready { count } });
        }
        let (aired, alone) = plausible.sounded();
        if alone > 0 {
            row.says.push(Desk::Judged { words: Plausible::UnvouchedNew { aired, alone } });
        }
        if let Some(follows) = plausible.fold.follows() {
            let collected = follows.head.as_deref().map_or(0, |head| self.collected_of(head));
            let (entries, kept_as) = (follows.entries, follows.kept_as.clone());
            row.says.push(Desk::Judged { words: Plausible::FollowedCollected { entries, kept_as, collected } });
        }
        // Once: afterwards the report tells it.
        if let (0, Some(Remark::OlderThanWitness { days })) = (exported.before, plausible.fold.older_than_witness()) {
            row.says.push(Desk::Judged { words: Plausible::OlderNew { days } });
        }
        row.plausibility = Some(doubts::json(plausible));
    }

    /// What was found in earlier collections of this log stays with it, whatever its older copy says.
    fn found_before(&self, row: &mut Row) {
        let witness = self.witness.lock().unwrap_or_else(PoisonError::into_inner);
        let count = witness.fold(&row.origin).ok().flatten().map_or(0, |fold| fold.count());
        if count > 0 {
            row.good = false;
            row.says.push(Desk::Judged { words: Plausible::FoundAlready { count } });
        }
    }

    /// How many entries of the log with this head were collected into the store.
    fn collected_of(&self, head: &str) -> u64 {
        let head = Note::parse(head.as_bytes()).and_then(|note| Checkpoint::parse(&note.text));
        head.filter(|head| self.registry.get(&head.origin).is_some()).map_or(0, |head| self.newest(&head.origin).1)
    }

    fn say_silence(&self, row: &mut Row) {
        if self.silent(row.newest.as_deref()) {
            row.good = false;
            let at = row.newest.as_deref().map(minute).unwrap_or_default();
            row.says.push(Desk::NothingSince { at });
        }
    }

    /// Whether a station whose newest entry was written then has been silent for too long.
    fn silent(&self, newest: Option<&str>) -> bool {
        let at = newest.and_then(|at| DateTime::parse_from_rfc3339(at).ok()).map(|at| at.timestamp());
        let now = i64::try_from(wall_now()).unwrap_or(i64::MAX);
        at.is_none_or(|at| now - at > self.silent_days.saturating_mul(86_400))
    }

    /// When the newest entry in the store was written, and how many there are.
    fn newest(&self, origin: &str) -> (Option<String>, u64) {
        let storage: AnyStorage = self.store.below(origin);
        let head = storage.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten();
        let head = head.filter(|_| !origin.is_empty()).and_then(|bytes| Checkpoint::parse(&Note::parse(&bytes)?.text));
        let Some(size) = head.map(|head| head.size).filter(|size| *size > 0) else {
            return (None, 0);
        };
        let source = Source { storage, form: Form::Export };
        let chunk = source.chunks_from(size - 1, size).and_then(|mut chunks| chunks.next_chunk());
        let line = chunk.ok().and_then(Result::ok);
        (line.and_then(|chunk| chunk.lines().first().and_then(|line| at_of(line)).map(str::to_owned)), size)
    }
}

/// Whether a refusal says nothing of the station whose name the log bears: anybody could have written it.
fn is_strange(wrong: &Wrong) -> bool {
    matches!(wrong, Wrong::WrongKey | Wrong::HeadForged | Wrong::OtherLog { .. } | Wrong::GenesisKeys)
}

/// What a refusal is called.
fn state_of(wrong: &Wrong) -> &'static str {
    match wrong {
        Wrong::RolledBack { .. } => "rolled-back",
        Wrong::Fork { .. } => "fork",
        Wrong::NoLog | Wrong::Rehearsal { .. } | Wrong::HeadUnreadable => "no-log",
        wrong if is_strange(wrong) => "not-signed",
        _ => "tampered",
    }
}

/// `2023-03-20T05:15:05.000000+07:00` as people write it.
fn minute(at: &str) -> String {
    DateTime::parse_from_rfc3339(at).map_or_else(|_| at.to_owned(), |at| at.format("%d/%m/%Y %H:%M").to_string())
}

fn write_out(format: Format, rows: &[Row], took: Duration, lang: Lang) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == Format::Json {
        return writeln!(out, "{}", serde_json::Value::from(rows.iter().map(json_row).collect::<Vec<_>>()));
    }
    let head = [Desk::Station {}, Desk::New {}, Desk::Entries {}, Desk::Span {}, Desk::State {}];
    let mut table = vec![head.iter().map(|word| word.say(lang).to_string()).collect::<Vec<_>>()];
    for row in rows {
        let span = row.span.as_ref().map(|(from, until)| format!("{} – {}", minute(from), minute(until)));
        let says: Vec<String> = row.says.iter().map(|text| text.say(lang).to_string()).collect();
        let name = if row.name.is_empty() { row.station.clone() } else { format!("{} ({})", row.name, row.station) };
        let cells = [name, row.new.to_string(), row.entries.to_string(), span.unwrap_or_default(), says.join("; ")];
        table.push(cells.iter().map(|cell| plain(cell)).collect());
    }
    write!(out, "{}", columns(&table, &[1, 2]))?;
    for row in rows {
        if let Some(path) = &row.evidence {
            let path = format!("{}/{path}", row.origin);
            writeln!(out, "{}", plain(&Desk::Evidence { station: row.station.clone(), path }.say(lang).to_string()))?;
        }
    }
    if rows.iter().any(|row| row.code == "no-space") {
        writeln!(out, "{}", Desk::SpaceHint {}.say(lang))?;
    }
    let unknown = rows.iter().filter(|row| row.code == "unknown-key").filter_map(|row| row.place.clone());
    for place in unknown.take(3) {
        writeln!(out, "{}", plain(&Desk::EnrolHint { place }.say(lang).to_string()))?;
    }
    let mut logs: BTreeMap<&str, u64> = BTreeMap::new();
    rows.iter()
        .filter(|row| matches!(row.code, "whole" | "implausible"))
        .for_each(|row| *logs.entry(&row.origin).or_default() += row.new);
    let bad = rows.iter().filter(|row| !row.good).count();
    let seconds = super::table::seconds_length(i64::try_from(took.as_millis()).unwrap_or(i64::MAX), lang);
    let seconds = seconds.trim_end_matches(" s").to_owned();
    let summary = Desk::Summary { logs: logs.len(), entries: logs.values().sum(), seconds, bad };
    writeln!(out, "{}", summary.say(lang))
}

fn json_row(row: &Row) -> serde_json::Value {
    let says: Vec<String> = row.says.iter().map(|text| text.say(Lang::En).to_string()).collect();
    json!({
        "station": row.station, "name": row.name, "origin": row.origin, "place": row.place,
        "new": row.new, "entries": row.entries,
        "from": row.span.as_ref().map(|span| &span.0), "until": row.span.as_ref().map(|span| &span.1),
        "newest": row.newest, "exposed_since": row.exposed, "state": row.code, "detail": says, "evidence": row.evidence, "good": row.good,
        "plausibility": row.plausibility,
    })
}
