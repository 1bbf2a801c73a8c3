use std::collections::BTreeSet;
use std::io::{self, BufRead};

use super::copy::entries_file;
use super::entry::CollectionRecord;
use super::fault::JournalFault;
use super::history::{MAX_NEW_INCIDENTS, add_collection, incident_histories};
use super::incident::{Incident, IncidentCode, RefusedBytes};
use super::store::{OpenedJournal, SavedJournal, open_journal};
use super::*;
use crate::airlog::keys::os_seed;
use crate::airlog::storage::{MemoryStorage, Storage};
use crate::department::witness::Witness;

const AT: &str = "2023-11-20T01:00:00Z";
const LATER: &str = "2023-11-21T01:00:00Z";

/// A machine with a witness, and a store.
#[derive(Clone)]
struct Machine {
    state: MemoryStorage,
    store: MemoryStorage,
    name: &'static str,
}

impl Machine {
    fn new() -> Self {
        Self { state: MemoryStorage::default(), store: MemoryStorage::default(), name: "/store" }
    }

    /// A machine with a copy of this one's state and the same store.
    fn clone_of_state(&self) -> Self {
        Self { state: self.state.copy(), ..self.clone() }
    }

    fn witness(&self) -> Witness<MemoryStorage> {
        Witness::open(self.state.clone(), os_seed).expect("in-memory storage never fails")
    }

    fn open(&self) -> OpenedJournal {
        open_journal(&self.store, &self.witness(), self.name).expect("in-memory storage never fails")
    }

    fn faults(&self) -> Vec<JournalFault> {
        self.open().comparison.faults
    }

    /// Records a collection with these incidents.
    fn collect(&self, incidents: Vec<Incident>) -> SavedJournal {
        let mut store = self.store.clone();
        self.collect_into(&mut store, incidents)
    }

    fn collect_into<S: Storage>(&self, store: &mut S, incidents: Vec<Incident>) -> SavedJournal {
        let (mut opened, mut witness) = (self.open(), self.witness());
        if opened.journal_mut().is_empty() {
            *opened.journal_mut() = Journal::begin(witness.key().public(), b"random", AT);
        }
        add_collection(opened.journal_mut(), AT, CollectionRecord::default(), incidents, &BTreeSet::new());
        opened.save(store, &mut witness, self.name, 1_700_000_000).expect("in-memory storage never fails")
    }

    /// The origins of the incidents of the journal that holds.
    fn origins(&self) -> Vec<String> {
        incident_histories(&self.open().comparison.journal).into_iter().map(|history| history.incident.origin).collect()
    }
}

fn incident(origin: &str) -> Incident {
    let refused = RefusedBytes { log_sha256: format!("hash of {origin}"), ..RefusedBytes::default() };
    Incident {
        origin: origin.to_owned(),
        station: "xa-1".to_owned(),
        refused: Some(refused),
        ..Incident::new(IncidentCode::Tampered)
    }
}

fn replace(storage: &MemoryStorage, name: &str, bytes: &[u8]) {
    storage.clone().replace(name, bytes).expect("in-memory storage never fails");
}

#[test]
fn an_incident_from_the_same_bytes_is_counted_and_not_written_again() {
    let machine = Machine::new();
    assert_eq!((machine.faults(), machine.origins()), (vec![], vec![]), "a store from before the journal has none");
    machine.collect(vec![incident("a"), incident("a")]);
    let mut same_bytes_elsewhere = incident("a");
    same_bytes_elsewhere.source = "/media/other".to_owned();
    let mut other_bytes = incident("a");
    other_bytes.refused = Some(RefusedBytes { log_sha256: "other".to_owned(), ..RefusedBytes::default() });
    machine.collect(vec![same_bytes_elsewhere, other_bytes]);
    let histories = incident_histories(&machine.open().comparison.journal);
    let seen: Vec<(u64, u64)> = histories.iter().map(|history| (history.seq, history.seen_again)).collect();
    assert_eq!(seen, [(1, 1), (3, 0)], "{histories:?}");
    assert_eq!(histories[0].last_seen_at.as_deref(), Some(AT));
}

#[test]
fn a_whole_copy_marks_an_incident_and_settles_only_what_was_unknown() {
    let mut journal = Journal::begin(Machine::new().witness().key().public(), b"", AT);
    let unknown = Incident { origin: "b".to_owned(), ..Incident::new(IncidentCode::UnknownKey) };
    let collect = |journal: &mut Journal, at: &str, incidents: Vec<Incident>, whole: &[&str]| {
        let whole = whole.iter().map(|origin| (*origin).to_owned()).collect();
        add_collection(journal, at, CollectionRecord::default(), incidents, &whole)
    };
    assert_eq!(collect(&mut journal, AT, vec![incident("a"), unknown.clone()], &[]), (2, 0));
    assert_eq!(collect(&mut journal, LATER, vec![], &["a", "b"]), (0, 0));
    let day = |text: &str| text.parse().expect("the date is valid");
    let listed = |journal: &Journal, from: &str, until: &str| -> Vec<(String, Option<String>)> {
        let histories = incident_histories(journal).into_iter();
        let concerned = histories.filter(|history| history.concerns(day(from), day(until)));
        concerned.map(|history| (history.incident.origin, history.whole_since)).collect()
    };
    let marked = |origin: &str| (origin.to_owned(), Some(LATER.to_owned()));
    assert_eq!(listed(&journal, "2023-11-20", "2023-11-20"), [marked("a"), marked("b")]);
    assert_eq!(listed(&journal, "2024-01-01", "2024-01-31"), [marked("a")], "the enrolment settled the other");
    assert_eq!(collect(&mut journal, LATER, vec![unknown], &[]), (0, 1));
    assert_eq!(listed(&journal, "2024-01-01", "2024-01-31").len(), 2, "it came back");
}

#[test]
fn a_flood_of_unknown_logs_does_not_push_out_an_accusation() {
    let mut journal = Journal::begin(Machine::new().witness().key().public(), b"", AT);
    let unknown = |n: usize| Incident { origin: format!("x{n}"), ..Incident::new(IncidentCode::UnknownKey) };
    let mut incidents: Vec<Incident> = (0..MAX_NEW_INCIDENTS * 2).map(unknown).collect();
    incidents.push(incident("a"));
    let (written, _) = add_collection(&mut journal, AT, CollectionRecord::default(), incidents, &BTreeSet::new());
    assert_eq!(written, MAX_NEW_INCIDENTS as u64);
    assert_eq!(incident_histories(&journal)[0].incident.origin, "a");
    let JournalBody::Collection(collection) = &journal.entries()[journal.entries().len() - 1].body else {
        panic!("the collection is the last entry")
    };
    assert_eq!(collection.omitted, MAX_NEW_INCIDENTS as u64 + 1);
    let long = Incident { source: "x".repeat(1 << 20), ..incident("b") };
    add_collection(
        &mut journal,
        AT,
        CollectionRecord::of_sources(&vec!["y".repeat(1 << 20); 50]),
        vec![long],
        &BTreeSet::new(),
    );
    assert!(journal.lines().iter().all(|line| line.len() < 40_000), "texts from sources are cut off");
    assert_eq!(Journal::parse(journal.lines().to_vec()), Ok(journal));
}

/// A way to change the journal in a store: its name, the change, given the store as it was before the newest
/// collection, and the fault that it is.
type Change = (&'static str, fn(&Machine, &MemoryStorage), fn(&JournalFault) -> bool);

fn change_lines(machine: &Machine, change: impl Fn(String) -> String) {
    let name = entries_file("", 0);
    let text = String::from_utf8(machine.store.bytes(&name)).expect("the text is UTF-8");
    replace(&machine.store, &name, change(text).as_bytes());
}

fn copy_files(from: &MemoryStorage, to: &MemoryStorage) {
    from.names().iter().for_each(|name| replace(to, name, &from.bytes(name)));
}

const CHANGES: [Change; 8] = [
    (
        "edited",
        |machine, _| change_lines(machine, |text| text.replace("tampered", "fake")),
        |fault| matches!(fault, JournalFault::Edited { entry: 1 }),
    ),
    (
        "a line added",
        |machine, _| {
            change_lines(machine, |text| text + "{\"seq\":5,\"at\":\"2023-11-20T01:00:00Z\",\"type\":\"x\"}\n")
        },
        |fault| matches!(fault, JournalFault::Edited { entry: 5 }),
    ),
    (
        "truncated",
        |machine, _| change_lines(machine, |text| text.split_inclusive('\n').take(1).collect()),
        |fault| matches!(fault, JournalFault::LinesMissing { lines: 1, size: 5 }),
    ),
    (
        "deleted",
        |machine, _| {
            let remove = |name: &String| machine.store.clone().remove(name).expect("in-memory storage never fails");
            machine.store.names().iter().for_each(remove);
        },
        |fault| matches!(fault, JournalFault::Missing { known: 5 }),
    ),
    (
        "rolled back",
        |machine, before| copy_files(before, &machine.store),
        |fault| matches!(fault, JournalFault::RolledBack { size: 3, known: 5 }),
    ),
    (
        "the head deleted",
        |machine, _| machine.store.clone().remove("head").expect("in-memory storage never fails"),
        |fault| matches!(fault, JournalFault::HeadUnsigned),
    ),
    (
        "another size in the head",
        |machine, before| {
            let head = String::from_utf8(before.bytes("head")).expect("the text is UTF-8");
            replace(&machine.store, "head", head.replacen("\n3\n", "\n5\n", 1).as_bytes());
        },
        |fault| matches!(fault, JournalFault::HeadUnsigned),
    ),
    (
        "swapped with another witness's",
        |machine, _| {
            let other = Machine::new();
            other.collect(vec![incident("theirs")]);
            copy_files(&other.store, &machine.store);
        },
        |fault| matches!(fault, JournalFault::OtherKey { .. }),
    ),
];

#[test]
fn every_change_of_the_journal_in_the_store_is_told_and_repaired() {
    for (case, change, is_expected) in CHANGES {
        let machine = Machine::new();
        machine.collect(vec![incident("a")]);
        let before = machine.store.copy();
        machine.collect(vec![incident("b")]);
        assert_eq!(machine.faults(), [], "{case}");
        change(&machine, &before);
        let faults = machine.faults();
        assert!(faults.iter().any(is_expected), "{case}: {faults:?}");
        assert_eq!(machine.origins(), ["a", "b"], "{case}: this machine still knows all incidents");
        let changed = machine.store.copy();
        let saved = machine.collect(vec![incident("c")]);
        assert_eq!(machine.origins(), ["a", "b", "c"], "{case}");
        if case.starts_with("swapped") {
            assert_eq!(machine.store.bytes("head"), changed.bytes("head"), "another witness's journal stays");
            assert!(!machine.faults().is_empty(), "and is told again");
            continue;
        }
        assert_eq!(machine.faults(), [], "{case}: repaired");
        if case == "edited" {
            let (folder, name) = (saved.set_aside.expect("the edited journal is set aside"), entries_file("", 0));
            assert_eq!(machine.store.bytes(&format!("{folder}/{name}")), changed.bytes(&name));
        }
    }
}

/// One witness has two stores, and the journal of one is put into the other.
#[test]
fn the_journal_of_another_store_is_told() {
    let machine = Machine::new();
    machine.collect(vec![incident("a")]);
    let other = Machine { store: MemoryStorage::default(), name: "/other", ..machine.clone() };
    let (mut opened, mut witness) = (other.open(), other.witness());
    assert!(opened.comparison.faults.is_empty() && opened.journal_mut().is_empty(), "the other store has none yet");
    *opened.journal_mut() = Journal::begin(witness.key().public(), b"other", AT);
    opened.save(&mut other.store.clone(), &mut witness, "/other", 0).expect("in-memory storage never fails");
    assert_eq!((machine.faults(), other.faults()), (vec![], vec![]));
    copy_files(&other.store, &machine.store);
    assert!(matches!(machine.faults()[..], [JournalFault::OtherJournal { .. }]), "{:?}", machine.faults());
    assert_eq!((machine.origins(), other.origins()), (vec!["a".to_owned()], vec![]));
}

#[test]
fn two_machines_with_the_same_key_lose_no_entry() {
    let first = Machine::new();
    first.collect(vec![incident("a")]);
    let second = first.clone_of_state();
    second.collect(vec![incident("b")]);
    let opened = first.open();
    assert_eq!((opened.comparison.faults.len(), opened.comparison.taken_over), (0, 2), "the store is only newer");
    // Both write on from the same state: the last one to write wins in the store.
    let store = first.store.copy();
    first.collect(vec![incident("first")]);
    let second = Machine { store, ..second };
    second.collect(vec![incident("second"), incident("a")]);
    for name in second.store.names() {
        replace(&first.store, &name, &second.store.bytes(&name));
    }
    assert!(matches!(first.faults()[..], [JournalFault::Forked { entry: 5 }]), "{:?}", first.faults());
    assert_eq!(first.origins(), ["a", "b", "second", "first"]);
    let histories = incident_histories(&first.open().comparison.journal);
    assert_eq!(histories.iter().map(|history| history.seen_again).collect::<Vec<_>>(), [1, 0, 0, 0], "{histories:?}");
    first.collect(vec![incident("first"), incident("c")]);
    assert_eq!((first.faults(), first.origins().len()), (vec![], 5));
    let histories = incident_histories(&first.open().comparison.journal);
    assert_eq!(histories[3].seen_again, 1, "the moved entry is still itself: {histories:?}");
}

#[test]
fn a_machine_without_its_copy_takes_over_its_own_journal() {
    let machine = Machine::new();
    machine.collect(vec![incident("a")]);
    for name in machine.state.names().iter().filter(|name| name.starts_with("journals/")) {
        machine.state.clone().remove(name).expect("in-memory storage never fails");
    }
    assert_eq!((machine.faults(), machine.origins()), (vec![], vec!["a".to_owned()]));
    machine.collect(vec![incident("b")]);
    machine.store.clone().remove("head").expect("in-memory storage never fails");
    assert_eq!(machine.origins(), ["a", "b"]);
    // Another name of the store: the journal that lies there is recognised.
    machine.collect(vec![]);
    let moved = Machine { name: "/moved", ..machine.clone() };
    assert_eq!((moved.faults(), moved.origins().len()), (vec![], 2));
}

/// A store that refuses to write after a number of writes.
struct FullStore {
    storage: MemoryStorage,
    writes_left: usize,
}

impl Storage for FullStore {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        self.storage.read(name)
    }
    fn append(&mut self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn sync(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }
    fn truncate(&mut self, _: &str, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.writes_left = self.writes_left.checked_sub(1).ok_or(io::ErrorKind::StorageFull)?;
        self.storage.replace(name, bytes)
    }
    fn rename(&mut self, _: &str, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
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

#[test]
fn a_full_store_loses_no_incident_and_is_no_rollback() {
    for writes_left in 0..2 {
        let machine = Machine::new();
        machine.collect(vec![incident("a")]);
        let mut full = FullStore { storage: machine.store.clone(), writes_left };
        let saved = machine.collect_into(&mut full, vec![incident("b")]);
        assert!(saved.store_error.is_some_and(|e| e.kind() == io::ErrorKind::StorageFull));
        assert_eq!(
            (machine.faults(), machine.origins()),
            (vec![], vec!["a".to_owned(), "b".to_owned()]),
            "{writes_left}"
        );
        machine.collect(vec![]);
        assert_eq!(machine.store.bytes(&entries_file("", 0)).iter().filter(|byte| **byte == b'\n').count(), 6);
        assert_eq!(machine.faults(), []);
    }
}

#[test]
fn an_interrupted_write_on_this_machine_leaves_the_old_journal() {
    let machine = Machine::new();
    machine.collect(vec![incident("a")]);
    let before = machine.state.copy();
    machine.collect(vec![incident("b")]);
    let file = machine.state.names().into_iter().find(|name| name.contains("entries/")).expect("find the lines");
    // The lines were written, and the power went before the head.
    replace(&before, &file, &machine.state.bytes(&file));
    let machine = Machine { state: before, store: MemoryStorage::default(), ..machine };
    assert_eq!(machine.origins(), ["a"]);
    machine.collect(vec![incident("c")]);
    assert_eq!((machine.faults(), machine.origins()), (vec![], vec!["a".to_owned(), "c".to_owned()]));
}

#[test]
fn a_journal_longer_than_one_file_is_read_back() {
    let machine = Machine::new();
    for n in 0..6 {
        machine.collect((0..50).map(|m| incident(&format!("log {n} {m}"))).collect());
    }
    assert!(
        machine.store.exists(&entries_file("", 1)) && machine.origins().len() == 300,
        "{}",
        machine.origins().len()
    );
    assert_eq!(machine.faults(), []);
    replace(&machine.store, &entries_file("", 2), b"more\n");
    assert!(!machine.faults().is_empty(), "a file after the last one is no part of the journal");
    machine.collect(vec![]);
    assert!(machine.faults().is_empty() && !machine.store.exists(&entries_file("", 2)));
}
