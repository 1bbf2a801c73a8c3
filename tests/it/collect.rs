//! The department's side: what it takes, what it refuses, and what it gives back.
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use loa::airlog::keys::os_seed;
use loa::airlog::storage::{MemoryStorage, Storage};
use loa::department::collect::{CollectOutcome, Collector};
use loa::department::registry::{Registry, RegistryError, StationDetails, station_of_key};
use loa::department::witness::Witness;
use loa::logstore::export::export;
use loa::logstore::source::{LogForm, LogSource};
use loa::logstore::verify::verify_log;
use loa::proof::note::VerifierKey;
use loa::proof::verify::{VerifyError, VerifyPolicy};

use crate::station::{Station, id};

const DAY: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                   [[session]]\nid = \"b\"\nat = [\"05:15\", \"11:00\"]\nplay = [\"a\", \"a\"]\n";
const OTHER: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                     [[session]]\nid = \"khac\"\nat = [\"05:15\"]\nplay = [\"a\"]\n";

/// A department with its store and its memory.
struct Department {
    store: MemoryStorage,
    memory: MemoryStorage,
    registry: Registry,
    now: u64,
    full: bool,
}

impl Department {
    fn new() -> Self {
        let (store, memory) = (MemoryStorage::default(), MemoryStorage::default());
        Self { store, memory, registry: Registry::default(), now: 1_679_300_000, full: false }
    }

    fn enrol(&mut self, station: &Station) {
        self.registry
            .enrol(key_of(station.disk()), "2023-03-20T00:00:00Z".to_owned(), &StationDetails::default())
            .expect("a station's key");
        self.registry.write(&mut self.store).expect("memory");
        assert_eq!(Registry::read(&self.store).expect("its own words"), self.registry);
    }

    fn witness(&self) -> Witness<MemoryStorage> {
        Witness::open(self.memory.clone(), os_seed).expect("memory")
    }

    fn key(&self) -> VerifierKey {
        VerifierKey::parse(&self.witness().verifier_key()).expect("its own")
    }

    /// Takes the export on this stick; gives the folder of its log in the store as well.
    fn take(&mut self, stick: &MemoryStorage) -> (CollectOutcome, MemoryStorage) {
        self.now += 86_400;
        let source = LogSource { storage: stick.clone(), form: LogForm::Export };
        let mut log = MemoryStorage::default();
        for name in self.store.names().iter().filter_map(|n| n.strip_prefix("log/")) {
            log.replace(name, &self.store.bytes(&format!("log/{name}"))).expect("memory");
        }
        let (mut outlet, witness) = (stick.clone(), Mutex::new(self.witness()));
        let to = log.clone();
        let collecting = Collector {
            registry: &self.registry,
            witness: &witness,
            now: self.now,
            seed_source: os_seed,
            threads: 1,
            full: self.full,
        };
        let collected = collecting.collect(&source, &mut outlet, |_| to.clone());
        for name in log.names() {
            self.store.replace(&format!("log/{name}"), &log.bytes(&name)).expect("memory");
        }
        (collected.expect("memory"), log)
    }
}

fn key_of(airlog: &MemoryStorage) -> VerifierKey {
    let source = LogSource { storage: airlog.clone(), form: LogForm::Airlog };
    let verdict = verify_log(&source, VerifyPolicy::default(), 1).expect("memory");
    verdict.verified.key.expect("a whole log has one")
}

fn stick(station: &Station) -> MemoryStorage {
    let stick = MemoryStorage::default();
    to_stick(station, &stick);
    stick
}

fn to_stick(station: &Station, stick: &MemoryStorage) {
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    export(&source, &mut stick.clone(), VerifyPolicy::default(), 1).expect("memory").expect("an honest log");
}

fn days(n: i64) -> Station {
    Station::new("2023-03-20T05:00:00").playlist(DAY).run_for(n * 86_400)
}

#[test]
fn what_goes_on_from_before_is_taken_and_countersigned() {
    let station = days(10);
    let mut department = Department::new();
    department.enrol(&station);
    let stick = stick(&station);
    let (taken, log) = department.take(&stick);
    let CollectOutcome::Taken { exported, return_error: None, .. } = taken else { panic!("{taken:?}") };
    assert!(exported.entries_before == 0 && exported.verified.entries > 100 && exported.missing.is_empty());
    assert_eq!(log.bytes("cosigned"), stick.bytes("cosigned"), "the countersignature goes home");
    let station = station.run_for(5 * 86_400);
    to_stick(&station, &stick);
    let (taken, log) = department.take(&stick);
    let CollectOutcome::Taken { exported: later, .. } = taken else { panic!("{taken:?}") };
    assert_eq!(later.entries_before, exported.verified.entries);
    let policy =
        VerifyPolicy { key: Some(key_of(station.disk())), witness: Some(department.key()), ..VerifyPolicy::default() };
    for storage in [log, stick.clone()] {
        let verdict = verify_log(&LogSource { storage, form: LogForm::Export }, policy.clone(), 1).expect("memory");
        assert!(verdict.errors.is_empty(), "{:?}", verdict.errors);
        assert_eq!(verdict.verified.evidence.newest_cosigned(), Some((later.verified.entries, department.now)));
    }
    // The same again is no news: the earlier time says more.
    let before = stick.bytes("cosigned");
    let (taken, _) = department.take(&stick);
    assert!(matches!(taken, CollectOutcome::Taken { .. }));
    assert_eq!(stick.bytes("cosigned"), before);
    let names = stick.names();
    assert!(names.iter().filter(|name| name.starts_with("tile/entries/") && name.contains(".p/")).count() <= 1);
}

#[test]
fn an_unknown_log_is_refused_until_a_person_enrols_it() {
    let station = days(2);
    let mut department = Department::new();
    let stick = stick(&station);
    let (taken, log) = department.take(&stick);
    assert!(matches!(taken, CollectOutcome::NotEnrolled { .. }), "{taken:?}");
    assert!(log.names().is_empty() && !stick.has("cosigned"), "nothing is taken, nothing signed");
    department.enrol(&station);
    assert!(matches!(department.take(&stick).0, CollectOutcome::Taken { .. }));
}

#[test]
fn an_older_stick_is_an_older_copy_and_nothing_is_signed() {
    let station = days(5);
    let mut department = Department::new();
    department.enrol(&station);
    let old = stick(&station);
    let station = station.run_for(5 * 86_400);
    let new = stick(&station);
    assert!(matches!(department.take(&new).0, CollectOutcome::Taken { .. }));
    for _ in 0..2 {
        let (taken, log) = department.take(&old);
        assert!(matches!(taken, CollectOutcome::OlderCopy { .. }), "{taken:?}");
        assert!(!old.has("cosigned"));
        assert_eq!(log.bytes("checkpoint"), new.bytes("checkpoint"), "the store stands");
        // Also for who has lost his memory, or never had one.
        department.memory = MemoryStorage::default();
    }
}

#[test]
fn a_log_that_was_put_back_and_went_on_is_refused_and_both_heads_are_kept() {
    let station = days(5);
    let mut department = Department::new();
    department.enrol(&station);
    let back = station.twin();
    let station = station.run_for(20 * 86_400);
    let new = stick(&station);
    assert!(matches!(department.take(&new).0, CollectOutcome::Taken { .. }));
    let back = stick(&back.playlist(OTHER).run_for(3 * 86_400));
    let (taken, log) = department.take(&back);
    let CollectOutcome::Refused { error: VerifyError::RolledBack { .. }, evidence: Some(evidence), .. } = taken else {
        panic!("{taken:?}")
    };
    assert_eq!(log.bytes(&format!("{evidence}/presented")), back.bytes("checkpoint"));
    assert_eq!(log.bytes(&format!("{evidence}/seen")), new.bytes("checkpoint"));
    assert_eq!(log.bytes("checkpoint"), new.bytes("checkpoint"), "the store stands");
    assert!(!back.has("cosigned"));
    let (again, log) = department.take(&back);
    assert!(
        matches!(again, CollectOutcome::Refused { evidence: Some(ref same), .. } if *same == evidence),
        "{again:?}"
    );
    assert_eq!(log.names().iter().filter(|n| n.ends_with("presented")).count(), 1, "once is enough");
}

/// The line broke between the closings and the head: nobody has done anything wrong.
#[test]
fn an_export_that_was_interrupted_is_taken_up_to_its_head() {
    let station = days(6);
    let mut department = Department::new();
    department.enrol(&station);
    let mut stick = stick(&station);
    let before = stick.bytes("checkpoint");
    let later = self::stick(&station.run_for(20 * 86_400));
    stick.replace("closings", &later.bytes("closings")).expect("memory");
    let (taken, log) = department.take(&stick);
    assert!(matches!(taken, CollectOutcome::Taken { unfinished: true, .. }), "{taken:?}");
    assert_eq!(log.bytes("checkpoint"), before);
    let (taken, _) = department.take(&later);
    assert!(matches!(taken, CollectOutcome::Taken { unfinished: false, .. }), "{taken:?}");
}

/// Whatever lies beside a log on a stick, the store has what the department itself has signed.
#[test]
fn a_spoilt_countersignature_on_a_stick_does_not_come_into_the_store() {
    let station = days(6);
    let mut department = Department::new();
    department.enrol(&station);
    let mut stick = stick(&station);
    assert!(matches!(department.take(&stick).0, CollectOutcome::Taken { .. }));
    let good = stick.bytes("cosigned");
    let text = String::from_utf8(good.clone()).expect("text");
    let line = text.lines().find(|line| line.starts_with("— loa/")).expect("the station's").to_owned();
    let spoilt = line.replace(' ', "  ").replacen("  ", " ", 1).replace("  ", " A");
    stick.replace("cosigned", text.replace(&line, &spoilt).as_bytes()).expect("memory");
    let (_, log) = department.take(&stick);
    assert_eq!(log.bytes("cosigned"), good);
    assert_eq!(stick.bytes("cosigned"), good, "and it is given back whole");
}

/// The whole disk of a station, keys and all, is copied; both go on.
#[test]
fn a_fork_is_refused_even_with_all_keys_copied() {
    let station = days(3);
    let mut department = Department::new();
    department.enrol(&station);
    let twin = station.twin();
    let honest = station.run_for(60 * 86_400);
    let (taken, before) = department.take(&stick(&honest));
    assert!(matches!(taken, CollectOutcome::Taken { .. }));
    let forged = twin.playlist(OTHER).run_for(200 * 86_400);
    let fork = stick(&forged);
    let (taken, log) = department.take(&fork);
    let CollectOutcome::Refused { error: VerifyError::Fork { .. }, evidence: Some(evidence), .. } = taken else {
        panic!("{taken:?}")
    };
    assert_eq!(log.bytes(&format!("{evidence}/presented")), fork.bytes("checkpoint"));
    assert!(!fork.has("cosigned"), "never signed");
    assert!(before.names().iter().any(|name| name == "tile/entries/000"), "a full tile, which the fork has other");
    assert!(before.names().iter().all(|name| log.bytes(name) == before.bytes(name)), "the store stands");
    // A department that lost its memory still has its store.
    department.memory = MemoryStorage::default();
    assert!(matches!(department.take(&fork).0, CollectOutcome::Refused { error: VerifyError::Fork { .. }, .. }));
}

#[test]
fn a_new_disk_is_enrolled_under_the_same_station() {
    let (first, second) = (days(2), days(3));
    let mut department = Department::new();
    department.enrol(&first);
    department.enrol(&second);
    let station = station_of_key(&key_of(first.disk())).expect("a station's key");
    assert_eq!(department.registry.logs_of_station(&station).count(), 2, "both logs are kept");
    assert_eq!(department.registry.logs_of_station(&id("other")).count(), 0);
    let again = department.registry.enrol(key_of(first.disk()), String::new(), &StationDetails::default());
    assert!(matches!(again, Ok(false)));
    let witness = department.witness();
    let witness = VerifierKey::parse(&witness.verifier_key()).expect("a key");
    assert!(matches!(
        department.registry.enrol(witness, String::new(), &StationDetails::default()),
        Err(RegistryError::NotALogKey)
    ));
}

#[test]
fn a_note_with_only_a_witness_line_is_never_signed() {
    let station = days(2);
    let mut department = Department::new();
    department.enrol(&station);
    let mut stick = stick(&station);
    assert!(matches!(department.take(&stick).0, CollectOutcome::Taken { .. }));
    let cosigned = String::from_utf8(stick.bytes("cosigned")).expect("text");
    let own = key_of(station.disk()).name;
    let without: String = cosigned.split_inclusive('\n').filter(|l| !l.starts_with(&format!("— {own}"))).collect();
    assert!(without.contains("— loa-witness/"));
    stick.replace("checkpoint", without.as_bytes()).expect("memory");
    stick.remove("cosigned").expect("memory");
    let (taken, _) = department.take(&stick);
    assert!(matches!(taken, CollectOutcome::Refused { error: VerifyError::WrongKey, .. }), "{taken:?}");
    assert!(!stick.has("cosigned"));
}

#[test]
fn python_checks_what_the_department_signs() {
    let station = days(2);
    let mut department = Department::new();
    department.enrol(&station);
    let stick = stick(&station);
    assert!(matches!(department.take(&stick).0, CollectOutcome::Taken { .. }));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/cosigned.py");
    let mut python = Command::new(crate::foreign::python_program());
    python.args([script, &department.witness().verifier_key()]).env("PYTHONDONTWRITEBYTECODE", "1");
    let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python starts");
    let mut input = child.stdin.take().expect("piped");
    for name in ["cosigned", "anchor"] {
        let note = String::from_utf8(stick.bytes(name)).expect("text");
        writeln!(input, "{name} {}", serde_json::Value::from(note)).expect("a pipe");
    }
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let now = department.now;
    assert_eq!(said, format!("cosigned {now}\nanchor {now}\n"), "{}", output.status);
}
