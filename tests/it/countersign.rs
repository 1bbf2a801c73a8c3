//! The department signs what it has judged, for whom a person has enrolled: stores that lie, registries that were changed.
mod hands;
mod stores;

use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor};
use std::path::PathBuf;
use std::process::Output;
use std::sync::Mutex;

use chrono::NaiveDate;
use loa::airlog::keys::{key_folder, os_seed};
use loa::airlog::storage::{MemoryStorage, Storage};
use loa::department::collect::{CollectOutcome, Collector};
use loa::department::registry::{Registry, StationDetails};
use loa::department::witness::Witness;
use loa::logstore::export::export;
use loa::logstore::source::{LogForm, LogSource};
use loa::logstore::verify::verify_log;
use loa::proof::note::VerifierKey;
use loa::proof::verify::{VerifyError, VerifyPolicy};
use serde_json::Value;

use crate::program;
use crate::province::maker::Life;
use crate::station::Station;

const DAY: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                   [[session]]\nid = \"b\"\nat = [\"05:15\", \"11:00\"]\nplay = [\"a\", \"a\"]\n";
const OTHER: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                     [[session]]\nid = \"khac\"\nat = [\"05:15\"]\nplay = [\"a\"]\n";

/// A store whose reads answer with other bytes than were put there.
struct Liar {
    there: MemoryStorage,
    lies: BTreeMap<String, Vec<u8>>,
}

impl Storage for Liar {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        match self.lies.get(name) {
            Some(lie) => Ok(Some(Box::new(Cursor::new(lie.clone())))),
            None => self.there.read(name),
        }
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.there.append(name, bytes)
    }
    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.there.sync(name)
    }
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        self.there.truncate(name, len)
    }
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.there.replace(name, bytes)
    }
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.there.rename(name, to)
    }
    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.there.remove(name)
    }
    fn erase(&mut self, name: &str) -> io::Result<()> {
        self.there.erase(name)
    }
    fn has(&self, name: &str) -> bool {
        self.there.has(name)
    }
}

/// A department's memory and registry.
struct Department {
    memory: MemoryStorage,
    registry: Registry,
}

impl Department {
    fn of(station: &Station) -> Self {
        let mut registry = Registry::default();
        let since = "2023-03-20T00:00:00Z".to_owned();
        registry.enrol(key_of(station.disk()), since, &StationDetails::default()).expect("a station's key");
        Self { memory: MemoryStorage::default(), registry }
    }

    fn witness(&self) -> Witness<MemoryStorage> {
        Witness::open(self.memory.clone(), os_seed).expect("memory")
    }

    /// Takes what is on the stick into the store, which answers with these lies.
    fn take(&self, stick: &MemoryStorage, store: &MemoryStorage, lies: &[(&str, Vec<u8>)]) -> CollectOutcome {
        self.take_at(stick, store, lies, 1_700_000_000, false)
    }

    fn take_at(
        &self,
        stick: &MemoryStorage,
        store: &MemoryStorage,
        lies: &[(&str, Vec<u8>)],
        now: u64,
        full: bool,
    ) -> CollectOutcome {
        let source = LogSource { storage: stick.clone(), form: LogForm::Export };
        let witness = Mutex::new(self.witness());
        let collecting =
            Collector { registry: &self.registry, witness: &witness, now, seed_source: os_seed, threads: 1, full };
        let lies = lies.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
        let liar = Liar { there: store.clone(), lies };
        collecting.collect(&source, &mut stick.clone(), |_| liar).expect("memory")
    }
}

fn key_of(airlog: &MemoryStorage) -> VerifierKey {
    let source = LogSource { storage: airlog.clone(), form: LogForm::Airlog };
    verify_log(&source, VerifyPolicy::default(), 1).expect("memory").verified.key.expect("a whole log has one")
}

fn stick(station: &Station) -> MemoryStorage {
    let stick = MemoryStorage::default();
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    export(&source, &mut stick.clone(), VerifyPolicy::default(), 1).expect("memory").expect("an honest log");
    stick
}

fn days(n: i64) -> Station {
    Station::new("2023-03-20T05:00:00").playlist(DAY).run_for(n * 86_400)
}

/// A head of a thousand entries more than the station has signed.
fn made_up(head: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(head.to_vec()).expect("text");
    let size = text.lines().nth(1).expect("a size").to_owned();
    let more = size.parse::<u64>().expect("a number") + 1000;
    text.replacen(&format!("\n{size}\n"), &format!("\n{more}\n"), 1).into_bytes()
}

#[test]
fn a_store_that_lies_gets_no_countersignature() {
    let station = days(10);
    let department = Department::of(&station);
    let origin = key_of(station.disk()).name;
    for lie in ["checkpoint", "closings"] {
        let (store, stick) = (MemoryStorage::default(), stick(&station));
        let bytes = match lie {
            "checkpoint" => made_up(&stick.bytes("checkpoint")),
            _ => b"nothing of the station's\n".to_vec(),
        };
        let taken = department.take(&stick, &store, &[(lie, bytes)]);
        assert!(matches!(taken, CollectOutcome::StoreMismatch { ref name, .. } if name == lie), "{lie}: {taken:?}");
        assert!(!stick.has("cosigned") && !store.has("cosigned"), "{lie}: nothing was signed");
        assert!(department.witness().newest_head(&origin).expect("memory").is_none(), "{lie}: nothing is remembered");
    }
    // Once the store says the truth, the station is what it was: honest.
    let (store, stick) = (MemoryStorage::default(), stick(&station));
    let taken = department.take(&stick, &store, &[]);
    assert!(matches!(taken, CollectOutcome::Taken { .. }), "{taken:?}");
    let cosigned = String::from_utf8(stick.bytes("cosigned")).expect("text");
    let head = String::from_utf8(stick.bytes("checkpoint")).expect("text");
    assert_eq!(cosigned.split("\n\n").next(), head.split("\n\n").next(), "the head that was judged is the one signed");
}

#[test]
fn a_remembered_head_without_the_stations_signature_accuses_nobody() {
    let station = days(10);
    let mut department = Department::of(&station);
    let origin = key_of(station.disk()).name;
    let (store, stick) = (MemoryStorage::default(), stick(&station));
    let head = made_up(&stick.bytes("checkpoint"));
    department.memory.replace(&format!("heads/{}", key_folder(&origin)), &head).expect("memory");
    let taken = department.take(&stick, &store, &[]);
    assert!(matches!(taken, CollectOutcome::Taken { unsigned_state: true, .. }), "{taken:?}");
    let (_, remembered) = department.witness().newest_head(&origin).expect("memory").expect("it was taken");
    let text = String::from_utf8(stick.bytes("checkpoint")).expect("text");
    assert!(text.starts_with(&remembered.to_string()), "{remembered}");
    let again = department.take(&stick, &store, &[]);
    assert!(matches!(again, CollectOutcome::Taken { unsigned_state: false, .. }), "{again:?}");
}

#[test]
fn tiles_of_a_store_that_lies_do_not_make_a_fork_an_older_copy() {
    let station = days(5);
    let department = Department::of(&station);
    let twin = station.twin();
    let honest = station.run_for(60 * 86_400);
    let fork = stick(&twin.playlist(OTHER).run_for(20 * 86_400));
    let (store, stick) = (MemoryStorage::default(), stick(&honest));
    assert!(matches!(department.take(&stick, &store, &[]), CollectOutcome::Taken { .. }));
    // Every tile that the fork has is shown as the fork has it, under the names that the store's size gives them.
    let size = |stick: &MemoryStorage| -> u64 {
        let text = String::from_utf8(stick.bytes("checkpoint")).expect("text");
        text.lines().nth(1).expect("a size").parse().expect("a number")
    };
    assert!(size(&fork) < 256 && size(&stick) >= 256, "{} and {}", size(&fork), size(&stick));
    let mut whole = fork.bytes(&format!("tile/0/000.p/{}", size(&fork)));
    whole.resize(256 * 32, 0);
    let taken = department.take(&fork, &store, &[("tile/0/000", whole)]);
    assert!(
        matches!(
            taken,
            CollectOutcome::Refused { error: VerifyError::RolledBack { .. } | VerifyError::Fork { .. }, .. }
        ),
        "a fork, whatever the store says: {taken:?}"
    );
}

/// A desk with its store and state.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = program::loa(self.0.path());
        command.args(words).current_dir(self.0.path()).env("LC_ALL", "C").output().expect("the program starts")
    }

    fn enrol(&self, life: &Life) {
        assert!(self.run(&["enrol", &life.vkey(), "--store", "store", "--yes", "--name", "Đài mẫu"]).status.success());
    }

    /// Station and state of each row of a collection, with its exit code and what it said beside.
    fn collect(&self) -> (Vec<(String, String)>, Option<i32>, String) {
        self.collect_into("sticks", "store")
    }

    fn collect_into(&self, sticks: &str, store: &str) -> (Vec<(String, String)>, Option<i32>, String) {
        let words = ["collect", sticks, "--into", store, "--silent-days", "60000", "--format", "json"];
        let output = self.run(&words);
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
        let cell = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let rows = rows.as_array().expect("an array").iter();
        let rows = rows.map(|row| (cell(row, "station"), cell(row, "state"))).collect();
        (rows, output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn report(&self, by: &str) -> Output {
        self.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-01-31", "--by", by])
    }

    fn registry(&self) -> String {
        std::fs::read_to_string(self.at("store/registry.toml")).expect("it is there")
    }

    fn write_registry(&self, text: &str) {
        std::fs::write(self.at("store/registry.toml"), text).expect("a folder");
    }
}

fn is(rows: &[(String, String)], station: &str, state: &str) -> bool {
    rows.iter().any(|row| (row.0.as_str(), row.1.as_str()) == (station, state))
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn life(id: &str, seed: u64) -> Life {
    let first = NaiveDate::from_ymd_opt(2023, 1, 1).expect("a date");
    Life::begin(id, "Đài mẫu (hư cấu)", first, seed).days(5)
}

/// The registry without the tables in which this text stands.
fn without(registry: &str, text: &str) -> String {
    let mut tables: Vec<String> = Vec::new();
    for line in registry.split_inclusive('\n') {
        if line.starts_with("[[log]]") || line.starts_with("[[station]]") || tables.is_empty() {
            tables.push(String::new());
        }
        tables.last_mut().expect("one").push_str(line);
    }
    tables.retain(|table| !table.contains(text));
    tables.concat()
}

fn province() -> (Desk, Life, Life) {
    let desk = Desk::new();
    let (one, two) = (life("xa-1", 11), life("xa-2", 12));
    for life in [&one, &two] {
        desk.enrol(life);
        life.export(&desk.at("sticks").join(&life.id));
    }
    let (rows, code, said) = desk.collect();
    assert_eq!(code, Some(0), "{rows:?} {said}");
    assert!(!said.contains("registry"), "what this machine enrolled itself is no difference: {said}");
    (desk, one, two)
}

#[test]
fn a_station_that_is_taken_out_of_the_registry_is_told_until_it_is_accepted() {
    let (desk, _, two) = province();
    let whole = desk.registry();
    desk.write_registry(&without(&whole, "xa-2"));
    for _ in 0..2 {
        let (rows, code, said) = desk.collect();
        assert_eq!(code, Some(1), "{said}");
        assert!(is(&rows, "xa-2", "taken-out"), "{rows:?}");
        assert!(said.contains("registry") && said.contains("xa-2"), "{said}");
    }
    let report = desk.report("station");
    assert_eq!(report.status.code(), Some(1), "{}", text(&report));
    let (out, origin) = (String::from_utf8_lossy(&report.stdout).into_owned(), two.vkey());
    assert!(out.contains("registry") && out.contains("1 log"), "the report itself says so: {out}");
    let html = desk.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-01-31", "--format", "html"]);
    assert!(String::from_utf8_lossy(&html.stdout).contains("REMOVED"), "{}", text(&html));
    // Put back, nothing is different; accepted, nothing is told.
    desk.write_registry(&whole);
    assert_eq!(desk.collect().1, Some(0));
    desk.write_registry(&without(&whole, "xa-2"));
    let asked = desk.run(&["enrol", "--accept", "--store", "store"]);
    assert_eq!(asked.status.code(), Some(1), "nobody said yes: {}", text(&asked));
    assert!(text(&asked).contains("xa-2") && desk.collect().1 == Some(1), "{}", text(&asked));
    let accepted = desk.run(&["enrol", "--accept", "--store", "store", "--yes"]);
    assert!(accepted.status.success(), "{}", text(&accepted));
    std::fs::remove_dir_all(desk.at("sticks/xa-2")).expect("it was there");
    let (rows, code, said) = desk.collect();
    assert_eq!((code, rows.len()), (Some(0), 1), "{said} {origin}");
}

#[test]
fn a_key_that_was_swapped_is_neither_signed_nor_counted_until_it_is_accepted() {
    let (desk, _, two) = province();
    let forged = life("xa-2", 99).day_with(|_| {});
    desk.write_registry(&desk.registry().replace(&two.vkey(), &forged.vkey()));
    forged.export(&desk.at("sticks/forged"));
    let (rows, code, said) = desk.collect();
    assert_eq!(code, Some(1), "{said}");
    assert!(is(&rows, "xa-2", "not-accepted") && is(&rows, "xa-2", "taken-out"), "{rows:?}");
    assert!(!desk.at("sticks/forged/cosigned").exists(), "not signed");
    let report = desk.report("station");
    assert_eq!(report.status.code(), Some(1));
    assert!(!text(&report).contains("xa-2)  "), "not counted: {}", text(&report));
    let accepted = desk.run(&["enrol", "--accept", "--store", "store", "--yes"]);
    assert!(accepted.status.success(), "{}", text(&accepted));
    desk.collect();
    assert!(desk.at("sticks/forged/cosigned").exists(), "a person has accepted it");
}

#[test]
fn what_this_machine_enrols_does_not_launder_what_others_changed() {
    let (desk, _, _) = province();
    desk.write_registry(&without(&desk.registry(), "xa-2"));
    let three = life("xa-3", 13);
    desk.enrol(&three);
    three.export(&desk.at("sticks/xa-3"));
    let (rows, code, said) = desk.collect();
    assert_eq!(code, Some(1), "{said}");
    assert!(is(&rows, "xa-3", "whole") && is(&rows, "xa-2", "taken-out"), "{rows:?}");
    // A comment, or another order, is no difference.
    let (desk, _, _) = province();
    desk.write_registry(&format!("# của Sở\n{}", desk.registry()));
    assert_eq!(desk.collect().1, Some(0));
    // Another name of a place is one; it is told, and the log counts.
    desk.write_registry(&desk.registry().replacen("Đài mẫu", "Đài khác", 1));
    let (rows, code, said) = desk.collect();
    assert!(code == Some(1) && said.contains("xa-1"), "{said}");
    assert!(is(&rows, "xa-1", "whole"), "{rows:?}");
}

#[test]
fn a_machine_that_sees_a_registry_for_the_first_time_says_so_and_lists_what_it_lacks() {
    let (desk, _, _) = province();
    // The memory of a former release: heads, and nothing about registries.
    std::fs::remove_file(desk.at("state/loa/witness/registries")).expect("it was there");
    desk.write_registry(&without(&desk.registry(), "xa-2"));
    let (rows, code, said) = desk.collect();
    assert!(said.contains("first time"), "{said}");
    assert_eq!(code, Some(1), "a log that was countersigned before is lacking: {said}");
    assert!(is(&rows, "xa-2", "taken-out"), "{rows:?}");
    let accepted = desk.run(&["enrol", "--accept", "--store", "store", "--yes"]);
    assert!(accepted.status.success(), "{}", text(&accepted));
    std::fs::remove_dir_all(desk.at("sticks/xa-2")).expect("it was there");
    let (_, code, said) = desk.collect();
    assert!(code == Some(0) && !said.contains("first time"), "{said}");
}
