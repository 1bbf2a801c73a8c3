//! The department countersigns only verified heads of stations that the operator has enrolled, even if the store
//! returns false contents or someone has changed the registry.
mod stores;
mod tampering;

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
use crate::province::maker::SimulatedStation;
use crate::station::Station;

const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                   [[session]]\nid = \"b\"\nat = [\"05:15\", \"11:00\"]\nplay = [\"a\", \"a\"]\n";
const OTHER_PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                     [[session]]\nid = \"khac\"\nat = [\"05:15\"]\nplay = [\"a\"]\n";

/// A store that returns false contents for some files.
struct FalsifyingStore {
    storage: MemoryStorage,
    /// The false contents by file name.
    false_contents: BTreeMap<String, Vec<u8>>,
}

impl Storage for FalsifyingStore {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        match self.false_contents.get(name) {
            Some(bytes) => Ok(Some(Box::new(Cursor::new(bytes.clone())))),
            None => self.storage.read(name),
        }
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.storage.append(name, bytes)
    }
    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.storage.sync(name)
    }
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        self.storage.truncate(name, len)
    }
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.storage.replace(name, bytes)
    }
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.storage.rename(name, to)
    }
    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.storage.remove(name)
    }
    fn erase(&mut self, name: &str) -> io::Result<()> {
        self.storage.erase(name)
    }
    fn exists(&self, name: &str) -> bool {
        self.storage.exists(name)
    }
}

/// A department's witness state and registry.
struct Department {
    witness_state: MemoryStorage,
    registry: Registry,
}

impl Department {
    /// A department that has enrolled this station.
    fn with_enrolled(station: &Station) -> Self {
        let mut registry = Registry::default();
        let enrolled_at = "2023-03-20T00:00:00Z".to_owned();
        registry
            .enrol(log_key(station.disk()), enrolled_at, &StationDetails::default())
            .expect("enrol the station's key");
        Self { witness_state: MemoryStorage::default(), registry }
    }

    fn witness(&self) -> Witness<MemoryStorage> {
        Witness::open(self.witness_state.clone(), os_seed).expect("in-memory storage never fails")
    }

    /// Collects the stick into a store that returns these false contents.
    fn collect(
        &self,
        stick: &MemoryStorage,
        store: &MemoryStorage,
        false_contents: &[(&str, Vec<u8>)],
    ) -> CollectOutcome {
        self.collect_at(stick, store, false_contents, 1_700_000_000, false)
    }

    fn collect_at(
        &self,
        stick: &MemoryStorage,
        store: &MemoryStorage,
        false_contents: &[(&str, Vec<u8>)],
        collected_at: u64,
        reads_all_entries: bool,
    ) -> CollectOutcome {
        let source = LogSource { storage: stick.clone(), form: LogForm::Export };
        let witness = Mutex::new(self.witness());
        let collector = Collector {
            registry: &self.registry,
            witness: &witness,
            collected_at,
            seed_source: os_seed,
            threads: 1,
            reads_all_entries,
        };
        let false_contents = false_contents.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
        let falsifying_store = FalsifyingStore { storage: store.clone(), false_contents };
        collector.collect(&source, &mut stick.clone(), |_| falsifying_store).expect("in-memory storage never fails")
    }
}

fn log_key(airlog: &MemoryStorage) -> VerifierKey {
    let source = LogSource { storage: airlog.clone(), form: LogForm::Airlog };
    verify_log(&source, VerifyPolicy::default(), 1)
        .expect("in-memory storage never fails")
        .verified
        .key
        .expect("an intact log has a key")
}

fn exported_stick(station: &Station) -> MemoryStorage {
    let stick = MemoryStorage::default();
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    export(&source, &mut stick.clone(), VerifyPolicy::default(), 1)
        .expect("in-memory storage never fails")
        .expect("export an intact log");
    stick
}

fn station_after_days(n: i64) -> Station {
    Station::new("2023-03-20T05:00:00").playlist(PLAYLIST).run_for(n * 86_400)
}

/// The head with its size raised by 1000 entries after it was signed.
fn forged_head(head: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(head.to_vec()).expect("the text is UTF-8");
    let size = text.lines().nth(1).expect("find a size").to_owned();
    let forged_size = size.parse::<u64>().expect("parse the number") + 1000;
    text.replacen(&format!("\n{size}\n"), &format!("\n{forged_size}\n"), 1).into_bytes()
}

#[test]
fn a_store_that_returns_false_contents_gets_no_countersignature() {
    let station = station_after_days(10);
    let department = Department::with_enrolled(&station);
    let origin = log_key(station.disk()).name;
    for name in ["checkpoint", "closings"] {
        let (store, stick) = (MemoryStorage::default(), exported_stick(&station));
        let bytes = match name {
            "checkpoint" => forged_head(&stick.bytes("checkpoint")),
            _ => b"nothing of the station's\n".to_vec(),
        };
        let outcome = department.collect(&stick, &store, &[(name, bytes)]);
        assert!(
            matches!(outcome, CollectOutcome::StoreMismatch { name: ref reported_name, .. } if reported_name == name),
            "{name}: {outcome:?}"
        );
        assert!(!stick.exists("cosigned") && !store.exists("cosigned"), "{name}: nothing was signed");
        assert!(
            department.witness().newest_head(&origin).expect("in-memory storage never fails").is_none(),
            "{name}: no head is recorded"
        );
    }
    // An honest store gets the station's log.
    let (store, stick) = (MemoryStorage::default(), exported_stick(&station));
    let outcome = department.collect(&stick, &store, &[]);
    assert!(matches!(outcome, CollectOutcome::Collected { .. }), "{outcome:?}");
    let cosigned = String::from_utf8(stick.bytes("cosigned")).expect("the text is UTF-8");
    let head = String::from_utf8(stick.bytes("checkpoint")).expect("the text is UTF-8");
    assert_eq!(cosigned.split("\n\n").next(), head.split("\n\n").next(), "the verified head is the signed head");
}

#[test]
fn a_recorded_head_without_the_stations_signature_is_ignored() {
    let station = station_after_days(10);
    let mut department = Department::with_enrolled(&station);
    let origin = log_key(station.disk()).name;
    let (store, stick) = (MemoryStorage::default(), exported_stick(&station));
    let head = forged_head(&stick.bytes("checkpoint"));
    department
        .witness_state
        .replace(&format!("heads/{}", key_folder(&origin)), &head)
        .expect("in-memory storage never fails");
    let outcome = department.collect(&stick, &store, &[]);
    assert!(matches!(outcome, CollectOutcome::Collected { ignored_unsigned_head: true, .. }), "{outcome:?}");
    let (_, newest_head) =
        department.witness().newest_head(&origin).expect("in-memory storage never fails").expect("a head is recorded");
    let text = String::from_utf8(stick.bytes("checkpoint")).expect("the text is UTF-8");
    assert!(text.starts_with(&newest_head.to_string()), "{newest_head}");
    let second_outcome = department.collect(&stick, &store, &[]);
    assert!(
        matches!(second_outcome, CollectOutcome::Collected { ignored_unsigned_head: false, .. }),
        "{second_outcome:?}"
    );
}

#[test]
fn false_tiles_in_the_store_do_not_turn_a_fork_into_an_older_copy() {
    let station = station_after_days(5);
    let department = Department::with_enrolled(&station);
    let twin = station.twin();
    let honest_station = station.run_for(60 * 86_400);
    let fork_stick = exported_stick(&twin.playlist(OTHER_PLAYLIST).run_for(20 * 86_400));
    let (store, stick) = (MemoryStorage::default(), exported_stick(&honest_station));
    assert!(matches!(department.collect(&stick, &store, &[]), CollectOutcome::Collected { .. }));
    // The store returns the fork's tile under the name of its own full tile.
    let size = |stick: &MemoryStorage| -> u64 {
        let text = String::from_utf8(stick.bytes("checkpoint")).expect("the text is UTF-8");
        text.lines().nth(1).expect("find a size").parse().expect("parse the number")
    };
    assert!(size(&fork_stick) < 256 && size(&stick) >= 256, "{} and {}", size(&fork_stick), size(&stick));
    let mut full_tile = fork_stick.bytes(&format!("tile/0/000.p/{}", size(&fork_stick)));
    full_tile.resize(256 * 32, 0);
    let outcome = department.collect(&fork_stick, &store, &[("tile/0/000", full_tile)]);
    assert!(
        matches!(
            outcome,
            CollectOutcome::Refused { error: VerifyError::RolledBack { .. } | VerifyError::Fork { .. }, .. }
        ),
        "a fork is refused even if the store returns false tiles: {outcome:?}"
    );
}

/// A department's folder with its store, its sticks and its state.
struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("make a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = program::loa(self.0.path());
        command.args(arguments).current_dir(self.0.path()).env("LC_ALL", "C").output().expect("the program starts")
    }

    fn enrol(&self, station: &SimulatedStation) {
        assert!(
            self.run(&["enrol", &station.vkey(), "--store", "store", "--yes", "--name", "Đài mẫu"]).status.success()
        );
    }

    /// Collects the sticks. Returns the station and state of each row, the exit code, and stderr.
    fn collect(&self) -> (Vec<(String, String)>, Option<i32>, String) {
        self.collect_into("sticks", "store")
    }

    fn collect_into(&self, sticks: &str, store: &str) -> (Vec<(String, String)>, Option<i32>, String) {
        let arguments = ["collect", sticks, "--into", store, "--silent-days", "60000", "--format", "json"];
        let output = self.run(&arguments);
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", output_text(&output)));
        let cell = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let rows = rows.as_array().expect("the value is an array").iter();
        let rows = rows.map(|row| (cell(row, "station"), cell(row, "state"))).collect();
        (rows, output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn report(&self, by: &str) -> Output {
        self.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-01-31", "--by", by])
    }

    fn registry(&self) -> String {
        std::fs::read_to_string(self.path("store/registry.toml")).expect("read the file")
    }

    fn write_registry(&self, text: &str) {
        std::fs::write(self.path("store/registry.toml"), text).expect("write the file");
    }
}

fn has_row(rows: &[(String, String)], station: &str, state: &str) -> bool {
    rows.iter().any(|row| (row.0.as_str(), row.1.as_str()) == (station, state))
}

fn output_text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn simulated_station(id: &str, seed: u64) -> SimulatedStation {
    let first_date = NaiveDate::from_ymd_opt(2023, 1, 1).expect("the date is valid");
    SimulatedStation::begin(id, "Đài mẫu (hư cấu)", first_date, seed).days(5)
}

/// The registry without the tables that contain this text.
fn registry_without(registry: &str, text: &str) -> String {
    let mut tables: Vec<String> = Vec::new();
    for line in registry.split_inclusive('\n') {
        if line.starts_with("[[log]]") || line.starts_with("[[station]]") || tables.is_empty() {
            tables.push(String::new());
        }
        tables.last_mut().expect("a table has begun").push_str(line);
    }
    tables.retain(|table| !table.contains(text));
    tables.concat()
}

fn office_with_two_stations() -> (Office, SimulatedStation, SimulatedStation) {
    let office = Office::new();
    let (first_station, second_station) = (simulated_station("xa-1", 11), simulated_station("xa-2", 12));
    for station in [&first_station, &second_station] {
        office.enrol(station);
        station.export(&office.path("sticks").join(&station.id));
    }
    let (rows, code, stderr) = office.collect();
    assert_eq!(code, Some(0), "{rows:?} {stderr}");
    assert!(!stderr.contains("registry"), "an enrolment on this machine is not reported as a change: {stderr}");
    (office, first_station, second_station)
}

#[test]
fn a_station_removed_from_the_registry_is_reported_until_the_removal_is_accepted() {
    let (office, _, second_station) = office_with_two_stations();
    let registry = office.registry();
    office.write_registry(&registry_without(&registry, "xa-2"));
    for _ in 0..2 {
        let (rows, code, stderr) = office.collect();
        assert_eq!(code, Some(1), "{stderr}");
        assert!(has_row(&rows, "xa-2", "taken-out"), "{rows:?}");
        assert!(stderr.contains("registry") && stderr.contains("xa-2"), "{stderr}");
    }
    let report = office.report("station");
    assert_eq!(report.status.code(), Some(1), "{}", output_text(&report));
    let stdout = String::from_utf8_lossy(&report.stdout).into_owned();
    assert!(stdout.contains("registry") && stdout.contains("1 log"), "the report mentions the removal: {stdout}");
    let html = office.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-01-31", "--format", "html"]);
    assert!(String::from_utf8_lossy(&html.stdout).contains("REMOVED"), "{}", output_text(&html));
    // When the station is back, the registry is the accepted one again. A removal is reported until it is accepted.
    office.write_registry(&registry);
    assert_eq!(office.collect().1, Some(0));
    office.write_registry(&registry_without(&registry, "xa-2"));
    let refusal = office.run(&["enrol", "--accept", "--store", "store"]);
    assert_eq!(
        refusal.status.code(),
        Some(1),
        "the removal is refused without a confirmation: {}",
        output_text(&refusal)
    );
    assert!(output_text(&refusal).contains("xa-2") && office.collect().1 == Some(1), "{}", output_text(&refusal));
    let acceptance = office.run(&["enrol", "--accept", "--store", "store", "--yes"]);
    assert!(acceptance.status.success(), "{}", output_text(&acceptance));
    std::fs::remove_dir_all(office.path("sticks/xa-2")).expect("delete the folder");
    let (rows, code, stderr) = office.collect();
    assert_eq!((code, rows.len()), (Some(0), 1), "{stderr} {}", second_station.vkey());
}

#[test]
fn a_log_with_a_changed_key_is_neither_signed_nor_counted_until_the_key_is_accepted() {
    let (office, _, second_station) = office_with_two_stations();
    let forged_station = simulated_station("xa-2", 99).day_with(|_| {});
    office.write_registry(&office.registry().replace(&second_station.vkey(), &forged_station.vkey()));
    forged_station.export(&office.path("sticks/forged"));
    let (rows, code, stderr) = office.collect();
    assert_eq!(code, Some(1), "{stderr}");
    assert!(has_row(&rows, "xa-2", "not-accepted") && has_row(&rows, "xa-2", "taken-out"), "{rows:?}");
    assert!(!office.path("sticks/forged/cosigned").exists(), "the log is not signed");
    let report = office.report("station");
    assert_eq!(report.status.code(), Some(1));
    let text = output_text(&report);
    let tables = text.split_once("By station").expect("find the table").1;
    let row = tables.lines().find(|line| line.contains("(xa-2)  ")).unwrap_or_else(|| panic!("{text}"));
    let cells: Vec<&str> = row.split_once("(xa-2)").expect("find the id").1.split_whitespace().collect();
    assert_eq!(cells, ["0/31"], "the log is not counted: {text}");
    let acceptance = office.run(&["enrol", "--accept", "--store", "store", "--yes"]);
    assert!(acceptance.status.success(), "{}", output_text(&acceptance));
    office.collect();
    assert!(office.path("sticks/forged/cosigned").exists(), "the key is accepted");
}

#[test]
fn an_enrolment_on_this_machine_does_not_accept_changes_by_others() {
    let (office, _, _) = office_with_two_stations();
    office.write_registry(&registry_without(&office.registry(), "xa-2"));
    let third_station = simulated_station("xa-3", 13);
    office.enrol(&third_station);
    third_station.export(&office.path("sticks/xa-3"));
    let (rows, code, stderr) = office.collect();
    assert_eq!(code, Some(1), "{stderr}");
    assert!(has_row(&rows, "xa-3", "whole") && has_row(&rows, "xa-2", "taken-out"), "{rows:?}");
    // A new comment is not reported as a change.
    let (office, _, _) = office_with_two_stations();
    office.write_registry(&format!("# của Sở\n{}", office.registry()));
    assert_eq!(office.collect().1, Some(0));
    // Renaming a station is reported as a change, but its log is still accepted.
    office.write_registry(&office.registry().replacen("Đài mẫu", "Đài khác", 1));
    let (rows, code, stderr) = office.collect();
    assert!(code == Some(1) && stderr.contains("xa-1"), "{stderr}");
    assert!(has_row(&rows, "xa-1", "whole"), "{rows:?}");
}
