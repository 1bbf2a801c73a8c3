//! The files that entries name by their hash: in `airlog/kept/`, and, of what is in force or still owes outcomes, a
//! second copy beside the keys.
//!
//! What a station owes must not hang on a folder that a file manager can move away and a power cut can empty.
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use chrono::NaiveDate;

use super::airing_id::date_in_id;
use super::entry::Body;
use super::files::kept_name;
use super::keys::key_folder;
use super::limits::MAX_KEPT;
use super::replay::{LoggedPlan, Replay};
use super::storage::Storage;
use crate::base::hash::sha256_hex;

/// Copies of so many of the latest planned dates stay while a station runs, and of those before that may still owe
/// outcomes; each start keeps what is owed.
const KEPT_DATES: usize = 8;

fn copy_name(origin: &str, name: &str) -> String {
    format!("{}/{name}", key_folder(origin))
}

/// The bytes of a file that is what its name says; what is damaged is as good as lost.
fn read_intact<S: Storage>(storage: &S, place: &str, name: &str) -> Option<Vec<u8>> {
    let bytes = storage.read_all(place, MAX_KEPT).ok()??;
    name.contains(&sha256_hex(&bytes)).then_some(bytes)
}

/// The kept files of a log, read from wherever they are whole.
pub struct KeptFiles<'a, S> {
    airlog: &'a S,
    copies: Option<(&'a S, &'a str)>,
}

impl<'a, S: Storage> KeptFiles<'a, S> {
    /// Those beside the log alone.
    #[must_use]
    pub fn beside_log(airlog: &'a S) -> Self {
        Self { airlog, copies: None }
    }

    /// Those beside the log of this origin, and their copies beside its keys.
    #[must_use]
    pub fn with_copies(airlog: &'a S, keys: &'a S, origin: &'a str) -> Self {
        Self { airlog, copies: Some((keys, origin)) }
    }

    /// The bytes of the file with this hash, if either copy is whole.
    #[must_use]
    pub fn read(&self, sha256: &str, ending: &str) -> Option<Vec<u8>> {
        let name = kept_name(sha256, ending)?;
        let copy = || self.copies.and_then(|(keys, origin)| read_intact(keys, &copy_name(origin, &name), &name));
        read_intact(self.airlog, &name, &name).or_else(copy)
    }
}

/// What a log's schedule and open plans name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilesInForce {
    schedule: BTreeSet<String>,
    plans: Vec<OpenPlan>,
    /// Outcomes that this run has logged, by the date of their plan.
    ended: BTreeMap<NaiveDate, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct OpenPlan {
    date: NaiveDate,
    name: String,
    /// Outcomes that were missing when this run began, or when it was planned.
    owes: u64,
}

impl FilesInForce {
    /// By the log.
    #[must_use]
    pub fn of(replay: &Replay) -> Self {
        let schedule = replay.schedule.iter().flat_map(|kept| {
            let files = kept.files.iter().filter_map(|(_, sha256)| kept_name(sha256, "toml"));
            files.chain(kept_name(&kept.library, "json"))
        });
        let plans = replay.plans.iter().flat_map(|(date, plans)| plans.iter().map(move |plan| (*date, plan)));
        let open = |(date, plan): (NaiveDate, &LoggedPlan)| {
            Some(OpenPlan { date, name: kept_name(&plan.sha256, "json")?, owes: replay.missing_outcomes(date) })
        };
        Self { schedule: schedule.collect(), plans: plans.filter_map(open).collect(), ended: BTreeMap::new() }
    }

    fn names(&self) -> BTreeSet<&str> {
        self.schedule.iter().map(String::as_str).chain(self.plans.iter().map(|plan| plan.name.as_str())).collect()
    }

    /// Takes what an entry names; gives the names that are no longer in force by it.
    pub fn apply(&mut self, body: &Body) -> Vec<String> {
        let mut gone: Vec<String> = Vec::new();
        match body {
            Body::Schedule(note) => {
                let files = note.files.iter().filter_map(|file| kept_name(&file.sha256, "toml"));
                let names = files.chain(kept_name(&note.library, "json")).collect();
                gone.extend(std::mem::replace(&mut self.schedule, names));
            }
            Body::Plan(note) => {
                let (date, owes) = (note.date, note.rows);
                self.plans.extend(kept_name(&note.sha256, "json").map(|name| OpenPlan { date, name, owes }));
                gone.extend(self.take_settled_plans());
            }
            Body::Outcome(note) => {
                let date = date_in_id(&note.labels.id).filter(|date| self.plans.iter().any(|plan| plan.date == *date));
                if let Some(date) = date {
                    *self.ended.entry(date).or_default() += 1;
                }
            }
            _ => {}
        }
        let names = self.names();
        gone.retain(|name| !names.contains(name.as_str()));
        gone
    }
}

impl FilesInForce {
    /// Takes out the plans of old dates that have all their outcomes. Of a date that was planned anew what had ended
    /// before is not counted: it stays until the next start.
    fn take_settled_plans(&mut self) -> Vec<String> {
        let dates: BTreeSet<NaiveDate> = self.plans.iter().map(|plan| plan.date).collect();
        let Some(oldest) = dates.iter().rev().nth(KEPT_DATES - 1) else { return Vec::new() };
        let settled = |date: &NaiveDate| {
            let owes = self.plans.iter().filter(|plan| plan.date == *date).map(|plan| plan.owes).max();
            date < oldest && owes <= Some(self.ended.get(date).copied().unwrap_or(0))
        };
        let settled: BTreeSet<NaiveDate> = dates.iter().copied().filter(settled).collect();
        self.ended.retain(|date, _| !settled.contains(date));
        self.plans.extract_if(.., |plan| settled.contains(&plan.date)).map(|plan| plan.name).collect()
    }
}

/// Files kept at the same time in one place only, or in none.
const MAX_PENDING: usize = 64;

/// A file that entries name and that does not lie in both places yet.
struct PendingFile {
    name: String,
    bytes: Vec<u8>,
    beside_log: bool,
    beside_keys: bool,
}

/// Keeps files in both places. An entry waits for a file as long as it lies in neither.
#[derive(Default)]
pub struct KeptFileWriter {
    pending: Vec<PendingFile>,
    /// Why the last try left a file in one place only.
    last_error: Option<io::Error>,
}

impl KeptFileWriter {
    /// Takes a file into its care. When there are too many, those give way that lie in one place, and while neither disk
    /// takes any, the oldest: a plan that is lost so is told by the next start, and does not keep the log from going on.
    pub fn add(&mut self, name: String, bytes: Vec<u8>) {
        if !self.pending.iter().any(|other| other.name == name) {
            self.pending.push(PendingFile { name, bytes, beside_log: false, beside_keys: false });
        }
        let mut over = self.pending.len().saturating_sub(MAX_PENDING);
        self.pending.retain(|file| {
            let goes = over > 0 && (file.beside_log || file.beside_keys);
            over -= usize::from(goes);
            !goes
        });
        self.pending.drain(..over);
    }

    /// Why a file lies in one place only, if that is so.
    #[must_use]
    pub fn last_error(&self) -> Option<&io::Error> {
        self.last_error.as_ref()
    }

    /// Tries to put every file in both places. A place that has refused one file is not tried with the next: a disk that
    /// hangs over each try must not keep the station waiting.
    ///
    /// # Errors
    /// When a file lies in neither.
    pub fn flush<S: Storage>(&mut self, airlog: &mut S, keys: &mut S, origin: &str) -> io::Result<()> {
        let (mut log_refuses, mut keys_refuse) = (None, None);
        for file in &mut self.pending {
            let copy = copy_name(origin, &file.name);
            file.beside_log =
                file.beside_log || write_unless_present(airlog, &file.name, &file.bytes, &mut log_refuses);
            file.beside_keys = file.beside_keys || write_unless_present(keys, &copy, &file.bytes, &mut keys_refuse);
        }
        self.pending.retain(|file| !(file.beside_log && file.beside_keys));
        let nowhere = self.pending.iter().any(|file| !(file.beside_log || file.beside_keys));
        self.last_error = log_refuses.or(keys_refuse);
        if nowhere { Err(self.last_error.take().unwrap_or_else(|| io::ErrorKind::Other.into())) } else { Ok(()) }
    }
}

/// Writes a file to a place unless these bytes are there already. Skips the place once it has refused a file. Returns
/// whether the file is there.
fn write_unless_present<S: Storage>(
    storage: &mut S,
    place: &str,
    bytes: &[u8],
    refused: &mut Option<io::Error>,
) -> bool {
    if refused.is_none() && !holds(storage, place, bytes) {
        *refused = storage.replace(place, bytes).err();
    }
    refused.is_none()
}

/// Takes the second copy of a file away that is no longer in force, once the first is whole. One that stays is no harm; one
/// that was the only one would be missing in the log for ever.
pub fn remove_copy<S: Storage>(airlog: &mut S, keys: &mut S, origin: &str, name: &str) {
    let place = copy_name(origin, name);
    if !keys.has(&place) {
        return;
    }
    let first = read_intact(airlog, name, name).is_some();
    let moved = |bytes: Vec<u8>| airlog.replace(name, &bytes).is_ok();
    if first || read_intact(keys, &place, name).is_none_or(moved) {
        let _ = keys.remove(&place);
    }
}

/// Whether just these bytes are there.
fn holds<S: Storage>(storage: &S, name: &str, bytes: &[u8]) -> bool {
    storage.read_all(name, bytes.len() as u64).ok().flatten().is_some_and(|there| there == bytes)
}

/// Makes both copies of all that is in force whole, each from the other, and takes away copies of what is not. What a
/// disk refuses here is tried again at the next start: a station must not fall silent over it.
pub fn repair_copies<S: Storage>(airlog: &mut S, keys: &mut S, origin: &str, in_force: &FilesInForce) {
    let names = in_force.names();
    for name in &names {
        let place = copy_name(origin, name);
        match (read_intact(airlog, name, name), read_intact(keys, &place, name)) {
            (Some(bytes), None) => drop(keys.replace(&place, &bytes)),
            (None, Some(bytes)) => drop(airlog.replace(name, &bytes)),
            _ => {}
        }
    }
    for name in keys.list(&copy_name(origin, "kept")).unwrap_or_default() {
        let name = format!("kept/{name}");
        if !names.contains(name.as_str()) {
            remove_copy(airlog, keys, origin, &name);
        }
    }
}
