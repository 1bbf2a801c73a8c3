//! Collection at the department: the logs that it accepts or refuses, and the signatures that it returns.
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

const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                   [[session]]\nid = \"b\"\nat = [\"05:15\", \"11:00\"]\nplay = [\"a\", \"a\"]\n";
const OTHER_PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                     [[session]]\nid = \"khac\"\nat = [\"05:15\"]\nplay = [\"a\"]\n";

/// A department with its store and its witness state.
struct Department {
    store: MemoryStorage,
    witness_state: MemoryStorage,
    registry: Registry,
    now_s: u64,
    reads_all_entries: bool,
}

impl Department {
    fn new() -> Self {
        let (store, witness_state) = (MemoryStorage::default(), MemoryStorage::default());
        Self { store, witness_state, registry: Registry::default(), now_s: 1_679_300_000, reads_all_entries: false }
    }

    fn enrol(&mut self, station: &Station) {
        self.registry
            .enrol(log_key(station.disk()), "2023-03-20T00:00:00Z".to_owned(), &StationDetails::default())
            .expect("enrol the station's key");
        self.registry.write(&mut self.store).expect("in-memory storage never fails");
        assert_eq!(Registry::read(&self.store).expect("read the registry"), self.registry);
    }

    fn witness(&self) -> Witness<MemoryStorage> {
        Witness::open(self.witness_state.clone(), os_seed).expect("in-memory storage never fails")
    }

    fn witness_key(&self) -> VerifierKey {
        VerifierKey::parse(&self.witness().verifier_key()).expect("parse the key")
    }

    /// Collects the export on this stick; returns the outcome and the folder of its log in the store.
    fn collect(&mut self, stick: &MemoryStorage) -> (CollectOutcome, MemoryStorage) {
        self.now_s += 86_400;
        let source = LogSource { storage: stick.clone(), form: LogForm::Export };
        let mut log = MemoryStorage::default();
        for name in self.store.names().iter().filter_map(|n| n.strip_prefix("log/")) {
            log.replace(name, &self.store.bytes(&format!("log/{name}"))).expect("in-memory storage never fails");
        }
        let (mut outlet, witness) = (stick.clone(), Mutex::new(self.witness()));
        let log_folder = log.clone();
        let collector = Collector {
            registry: &self.registry,
            witness: &witness,
            collected_at: self.now_s,
            seed_source: os_seed,
            threads: 1,
            reads_all_entries: self.reads_all_entries,
        };
        let outcome = collector.collect(&source, &mut outlet, |_| log_folder.clone());
        for name in log.names() {
            self.store.replace(&format!("log/{name}"), &log.bytes(&name)).expect("in-memory storage never fails");
        }
        (outcome.expect("in-memory storage never fails"), log)
    }
}

fn log_key(airlog: &MemoryStorage) -> VerifierKey {
    let source = LogSource { storage: airlog.clone(), form: LogForm::Airlog };
    let verification = verify_log(&source, VerifyPolicy::default(), 1).expect("in-memory storage never fails");
    verification.verified.key.expect("an intact log has a key")
}

fn exported_stick(station: &Station) -> MemoryStorage {
    let stick = MemoryStorage::default();
    export_to(station, &stick);
    stick
}

fn export_to(station: &Station, stick: &MemoryStorage) {
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    export(&source, &mut stick.clone(), VerifyPolicy::default(), 1)
        .expect("in-memory storage never fails")
        .expect("export an intact log");
}

fn station_after_days(n: i64) -> Station {
    Station::new("2023-03-20T05:00:00").playlist(PLAYLIST).run_for(n * 86_400)
}

#[test]
fn a_log_that_continues_the_accepted_log_is_collected_and_countersigned() {
    let station = station_after_days(10);
    let mut department = Department::new();
    department.enrol(&station);
    let stick = exported_stick(&station);
    let (outcome, log) = department.collect(&stick);
    let CollectOutcome::Collected { summary: first_collection, return_error: None, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        first_collection.entries_before == 0
            && first_collection.verified.entries > 100
            && first_collection.missing.is_empty()
    );
    assert_eq!(log.bytes("cosigned"), stick.bytes("cosigned"), "the countersignature is returned to the stick");
    let station = station.run_for(5 * 86_400);
    export_to(&station, &stick);
    let (outcome, log) = department.collect(&stick);
    let CollectOutcome::Collected { summary: second_collection, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(second_collection.entries_before, first_collection.verified.entries);
    let policy = VerifyPolicy {
        key: Some(log_key(station.disk())),
        witness: Some(department.witness_key()),
        ..VerifyPolicy::default()
    };
    for storage in [log, stick.clone()] {
        let verification = verify_log(&LogSource { storage, form: LogForm::Export }, policy.clone(), 1)
            .expect("in-memory storage never fails");
        assert!(verification.errors.is_empty(), "{:?}", verification.errors);
        assert_eq!(
            verification.verified.evidence.newest_cosigned(),
            Some((second_collection.verified.entries, department.now_s))
        );
    }
    // If the same head is collected again, the earlier countersignature stays, because its earlier time proves more.
    let cosigned = stick.bytes("cosigned");
    let (outcome, _) = department.collect(&stick);
    assert!(matches!(outcome, CollectOutcome::Collected { .. }));
    assert_eq!(stick.bytes("cosigned"), cosigned);
    let names = stick.names();
    assert!(names.iter().filter(|name| name.starts_with("tile/entries/") && name.contains(".p/")).count() <= 1);
}

#[test]
fn an_unknown_log_is_refused_until_it_is_enrolled() {
    let station = station_after_days(2);
    let mut department = Department::new();
    let stick = exported_stick(&station);
    let (outcome, log) = department.collect(&stick);
    assert!(matches!(outcome, CollectOutcome::NotEnrolled { .. }), "{outcome:?}");
    assert!(log.names().is_empty() && !stick.exists("cosigned"), "nothing is collected or signed");
    department.enrol(&station);
    assert!(matches!(department.collect(&stick).0, CollectOutcome::Collected { .. }));
}

#[test]
fn an_older_export_is_reported_as_an_older_copy_and_not_signed() {
    let station = station_after_days(5);
    let mut department = Department::new();
    department.enrol(&station);
    let old_stick = exported_stick(&station);
    let station = station.run_for(5 * 86_400);
    let new_stick = exported_stick(&station);
    assert!(matches!(department.collect(&new_stick).0, CollectOutcome::Collected { .. }));
    for _ in 0..2 {
        let (outcome, log) = department.collect(&old_stick);
        assert!(matches!(outcome, CollectOutcome::OlderCopy { .. }), "{outcome:?}");
        assert!(!old_stick.exists("cosigned"));
        assert_eq!(log.bytes("checkpoint"), new_stick.bytes("checkpoint"), "the store is unchanged");
        // The same holds for a department that has lost its witness state, or never had one.
        department.witness_state = MemoryStorage::default();
    }
}

#[test]
fn a_log_that_continues_from_an_older_copy_is_refused_and_both_heads_are_kept() {
    let station = station_after_days(5);
    let mut department = Department::new();
    department.enrol(&station);
    let rolled_back_station = station.twin();
    let station = station.run_for(20 * 86_400);
    let new_stick = exported_stick(&station);
    assert!(matches!(department.collect(&new_stick).0, CollectOutcome::Collected { .. }));
    let rolled_back_stick = exported_stick(&rolled_back_station.playlist(OTHER_PLAYLIST).run_for(3 * 86_400));
    let (outcome, log) = department.collect(&rolled_back_stick);
    let CollectOutcome::Refused { error: VerifyError::RolledBack { .. }, evidence: Some(evidence), .. } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(log.bytes(&format!("{evidence}/presented")), rolled_back_stick.bytes("checkpoint"));
    assert_eq!(log.bytes(&format!("{evidence}/seen")), new_stick.bytes("checkpoint"));
    assert_eq!(log.bytes("checkpoint"), new_stick.bytes("checkpoint"), "the store is unchanged");
    assert!(!rolled_back_stick.exists("cosigned"));
    let (second_outcome, log) = department.collect(&rolled_back_stick);
    assert!(
        matches!(second_outcome, CollectOutcome::Refused { evidence: Some(ref folder), .. } if *folder == evidence),
        "{second_outcome:?}"
    );
    assert_eq!(log.names().iter().filter(|n| n.ends_with("presented")).count(), 1, "the evidence is kept once");
}

/// The export stopped after it wrote the closings and before it wrote the head. That is not the station's fault.
#[test]
fn an_interrupted_export_is_collected_up_to_its_head() {
    let station = station_after_days(6);
    let mut department = Department::new();
    department.enrol(&station);
    let mut stick = exported_stick(&station);
    let head = stick.bytes("checkpoint");
    let later_stick = exported_stick(&station.run_for(20 * 86_400));
    stick.replace("closings", &later_stick.bytes("closings")).expect("in-memory storage never fails");
    let (outcome, log) = department.collect(&stick);
    assert!(matches!(outcome, CollectOutcome::Collected { is_unfinished: true, .. }), "{outcome:?}");
    assert_eq!(log.bytes("checkpoint"), head);
    let (outcome, _) = department.collect(&later_stick);
    assert!(matches!(outcome, CollectOutcome::Collected { is_unfinished: false, .. }), "{outcome:?}");
}

/// The store always holds the department's own countersignature, regardless of the stick.
#[test]
fn a_damaged_countersignature_on_a_stick_does_not_reach_the_store() {
    let station = station_after_days(6);
    let mut department = Department::new();
    department.enrol(&station);
    let mut stick = exported_stick(&station);
    assert!(matches!(department.collect(&stick).0, CollectOutcome::Collected { .. }));
    let cosigned = stick.bytes("cosigned");
    let text = String::from_utf8(cosigned.clone()).expect("the text is UTF-8");
    let line = text.lines().find(|line| line.starts_with("— loa/")).expect("find the station's signature").to_owned();
    // A letter inserted before the signature damages it.
    let damaged_line = line.replace(' ', "  ").replacen("  ", " ", 1).replace("  ", " A");
    stick.replace("cosigned", text.replace(&line, &damaged_line).as_bytes()).expect("in-memory storage never fails");
    let (_, log) = department.collect(&stick);
    assert_eq!(log.bytes("cosigned"), cosigned);
    assert_eq!(stick.bytes("cosigned"), cosigned, "the stick gets the good countersignature");
}

/// The complete disk of a station is copied with all keys, and both copies continue the log.
#[test]
fn a_fork_is_refused_even_if_all_keys_were_copied() {
    let station = station_after_days(3);
    let mut department = Department::new();
    department.enrol(&station);
    let twin = station.twin();
    let honest_station = station.run_for(60 * 86_400);
    let (outcome, store_log) = department.collect(&exported_stick(&honest_station));
    assert!(matches!(outcome, CollectOutcome::Collected { .. }));
    let forged_station = twin.playlist(OTHER_PLAYLIST).run_for(200 * 86_400);
    let fork_stick = exported_stick(&forged_station);
    let (outcome, log) = department.collect(&fork_stick);
    let CollectOutcome::Refused { error: VerifyError::Fork { .. }, evidence: Some(evidence), .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(log.bytes(&format!("{evidence}/presented")), fork_stick.bytes("checkpoint"));
    assert!(!fork_stick.exists("cosigned"), "the fork is not signed");
    assert!(
        store_log.names().iter().any(|name| name == "tile/entries/000"),
        "the store has a full tile, which differs in the fork"
    );
    assert!(store_log.names().iter().all(|name| log.bytes(name) == store_log.bytes(name)), "the store is unchanged");
    // A department that has lost its witness state still has its store.
    department.witness_state = MemoryStorage::default();
    assert!(matches!(
        department.collect(&fork_stick).0,
        CollectOutcome::Refused { error: VerifyError::Fork { .. }, .. }
    ));
}

#[test]
fn a_new_disk_is_enrolled_under_the_same_station() {
    let (old_disk_station, new_disk_station) = (station_after_days(2), station_after_days(3));
    let mut department = Department::new();
    department.enrol(&old_disk_station);
    department.enrol(&new_disk_station);
    let station = station_of_key(&log_key(old_disk_station.disk())).expect("the key names a station");
    assert_eq!(department.registry.logs_of_station(&station).count(), 2, "both logs are kept");
    assert_eq!(department.registry.logs_of_station(&id("other")).count(), 0);
    let result = department.registry.enrol(log_key(old_disk_station.disk()), String::new(), &StationDetails::default());
    assert!(matches!(result, Ok(false)));
    let witness_key = department.witness_key();
    assert!(matches!(
        department.registry.enrol(witness_key, String::new(), &StationDetails::default()),
        Err(RegistryError::NotALogKey)
    ));
}

#[test]
fn a_note_that_only_a_witness_has_signed_is_never_countersigned() {
    let station = station_after_days(2);
    let mut department = Department::new();
    department.enrol(&station);
    let mut stick = exported_stick(&station);
    assert!(matches!(department.collect(&stick).0, CollectOutcome::Collected { .. }));
    let cosigned = String::from_utf8(stick.bytes("cosigned")).expect("the text is UTF-8");
    let origin = log_key(station.disk()).name;
    let witness_lines: String =
        cosigned.split_inclusive('\n').filter(|l| !l.starts_with(&format!("— {origin}"))).collect();
    assert!(witness_lines.contains("— loa-witness/"));
    stick.replace("checkpoint", witness_lines.as_bytes()).expect("in-memory storage never fails");
    stick.remove("cosigned").expect("in-memory storage never fails");
    let (outcome, _) = department.collect(&stick);
    assert!(matches!(outcome, CollectOutcome::Refused { error: VerifyError::WrongKey, .. }), "{outcome:?}");
    assert!(!stick.exists("cosigned"));
}

#[test]
fn python_verifies_the_departments_signatures() {
    let station = station_after_days(2);
    let mut department = Department::new();
    department.enrol(&station);
    let stick = exported_stick(&station);
    assert!(matches!(department.collect(&stick).0, CollectOutcome::Collected { .. }));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/cosigned.py");
    let mut python = Command::new(crate::foreign::python_program());
    python.args([script, &department.witness().verifier_key()]).env("PYTHONDONTWRITEBYTECODE", "1");
    let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python starts");
    let mut input = child.stdin.take().expect("the stream is piped");
    for name in ["cosigned", "anchor"] {
        let note = String::from_utf8(stick.bytes(name)).expect("the text is UTF-8");
        writeln!(input, "{name} {}", serde_json::Value::from(note)).expect("write to the pipe");
    }
    drop(input);
    let output = child.wait_with_output().expect("wait for the process");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let now_s = department.now_s;
    assert_eq!(printed, format!("cosigned {now_s}\nanchor {now_s}\n"), "{}", output.status);
}
