//! Power cuts and refusing disks at each operation of a station and its department.
//!
//! One scenario runs many times, each time with a fault at another operation. A model knows only the acknowledged
//! entries and the heads that have left the machine; it decides at the end if the log kept its promises.
mod checks;
mod faults;
mod lossy;
mod scenario;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use loa::airlog::entry::{Body, GenesisEntry, PlanEntry, ShutdownEntry, SignedNoteEntry};
use loa::airlog::files::{CHECKPOINT, COSIGNED};
use loa::airlog::keys::{key_folder, os_seed};
use loa::airlog::parts::LogLines;
use loa::airlog::recover::recover;
use loa::airlog::storage::Storage;
use loa::airlog::{AirLog, LogConfig, LogIdentity, highwater};
use loa::base::instant::{BootTime, ClockSnapshot, ClockSync, WallTime};
use loa::department::collect::{CollectOutcome, Collector};
use loa::department::registry::{Registry, StationDetails};
use loa::department::witness::Witness;
use loa::logstore::export::export;
use loa::logstore::source::{LogForm, LogSource};
use loa::logstore::verify::{Verdict, verify_log};
use loa::proof::checkpoint::Checkpoint;
use loa::proof::note::{MAX_NOTE, Note, VerifierKey};
use loa::proof::verify::{VerifyError, VerifyPolicy};

use crate::station::id;

use lossy::{FailureMode, Fault, Lossy, Machine, Unsynced};

/// One step of a station or its department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Append(usize),
    /// The station keeps a plan, and appends an entry that names it.
    Plan,
    Roll,
    Tick,
    Export,
    Collect,
    /// The station keeps and logs the countersignature that the department has put on the stick.
    TakeBack,
    /// The daemon ends and starts.
    Restart,
}

const SCENARIO: [Step; 24] = [
    Step::Append(1),
    Step::Append(3),
    Step::Plan,
    Step::Append(120),
    Step::Append(2),
    Step::Roll,
    // A key that could be erased neither at the roll nor at this start must still be erased later.
    Step::Restart,
    Step::Export,
    Step::Collect,
    Step::TakeBack,
    Step::Export,
    Step::Append(1),
    Step::Tick,
    Step::Append(3),
    Step::Roll,
    Step::Roll,
    Step::Append(2),
    Step::Export,
    Step::Collect,
    Step::TakeBack,
    Step::Append(1),
    Step::Roll,
    Step::Export,
    Step::Collect,
];

/// The maximum number of tries of a step that must succeed before the next step.
const TRIES: usize = 12;

/// The facts that an outsider knows.
#[derive(Default)]
struct Model {
    /// Acknowledged lines.
    lines: Vec<Vec<u8>>,
    /// Tokens of acknowledged entries; `waiting` holds those of pending entries.
    acknowledged: Vec<String>,
    waiting: Vec<String>,
    tokens: usize,
    /// The log's key; `None` before the first acknowledgement.
    key: Option<VerifierKey>,
    /// Heads that somebody has seen, by size.
    seen_heads: BTreeMap<u64, Checkpoint>,
    /// The size of the newest head in the department's state.
    remembered_size: u64,
    /// The number of operations before the first entry was acknowledged.
    operations_before_log: u64,
}

/// A station and its department on one machine.
struct Life {
    machine: Arc<Mutex<Machine>>,
    log: Option<AirLog<Lossy>>,
    model: Model,
    clock: i64,
    /// Codes of the errors in interrupted exports.
    export_errors: BTreeSet<&'static str>,
    /// Codes of the errors in the log before recovery.
    errors_before_recovery: BTreeSet<&'static str>,
}

impl Life {
    fn disk(&self, name: &str) -> Lossy {
        Lossy::new(&self.machine, name)
    }

    fn source(&self, name: &str, form: LogForm) -> LogSource<Lossy> {
        LogSource { storage: self.disk(name), form }
    }

    fn now(&mut self) -> ClockSnapshot {
        self.clock += 1_000_000;
        ClockSnapshot {
            wall: WallTime(1_679_260_500_000_000 + self.clock),
            boot: BootTime(self.clock),
            sync: ClockSync::default(),
        }
    }

    fn policy(&self) -> VerifyPolicy {
        VerifyPolicy {
            key: self.model.key.clone(),
            earlier_heads: self.model.seen_heads.values().cloned().collect(),
            ..VerifyPolicy::default()
        }
    }

    fn verify(&self, name: &str, form: LogForm) -> Verdict {
        verify_log(&self.source(name, form), self.policy(), 1).expect("a disk that can be read")
    }

    /// Starts the daemon, as `loa run` does.
    fn start(&mut self) -> io::Result<()> {
        self.log = None;
        let (mut airlog, mut keys) = (self.disk("airlog"), self.disk("keys"));
        let recovery = recover(&mut airlog, &mut keys)?;
        assert_eq!(recovery.damaged, None, "a crash causes no damage");
        assert!(recovery.resumed.is_some() || self.model.key.is_none(), "no new log replaces an acknowledged one");
        if let Some(key) = &self.model.key {
            let newest = highwater::read(&keys, &key.name);
            assert!(
                newest.is_none_or(|newest| newest.size <= recovery.replay.entries),
                "the high-water mark is never ahead of the log"
            );
        }
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        let config = LogConfig { kind: "loa", station: "test", boot: "boot", zone, seed_source: os_seed };
        let entries = recovery.replay.entries;
        let log = AirLog::open(airlog, keys, recovery.resumed, &config)?;
        if let Some(key) = &self.model.key {
            assert_eq!(log.identity().origin, key.name, "the origin never changes");
        }
        let genesis = genesis(&log);
        self.log = Some(log);
        // Entries that waited in the former daemon's memory are lost.
        self.model.waiting.clear();
        if entries == 0 { self.append(vec![genesis]) } else { Ok(()) }
    }

    fn append(&mut self, batch: Vec<Body>) -> io::Result<()> {
        let now = self.now();
        self.log.as_mut().expect("runs").append(now, batch)?;
        self.acknowledge();
        Ok(())
    }

    /// Asserts that the log holds all acknowledged lines, and acknowledges the waiting entries.
    fn acknowledge(&mut self) {
        let log = self.log.as_ref().expect("runs");
        assert_eq!(log.pending_entries(), 0);
        let (lines, entries) = (self.lines(), log.entries() as usize);
        assert!(lines.len() >= entries && lines.starts_with(&self.model.lines), "acknowledged lines stay");
        self.model.lines = lines[..entries].to_vec();
        self.model.acknowledged.append(&mut self.model.waiting);
        if self.model.key.is_none() {
            self.model.key = VerifierKey::parse(&log.identity().key);
            self.model.operations_before_log = self.machine.lock().expect("a machine").ops;
        }
        self.model.check_tokens();
    }

    fn lines(&self) -> Vec<Vec<u8>> {
        let storage = self.disk("airlog");
        let mut reader = LogLines::new(&storage).expect("the log");
        let (mut lines, mut line) = (Vec::new(), Vec::new());
        while reader.next_into(&mut line).expect("the log").is_ok() {
            lines.push(std::mem::take(&mut line));
        }
        lines
    }

    /// Records that somebody has seen the head on this disk.
    fn see(&mut self, disk: &str, name: &str) {
        let bytes = self.disk(disk).read_all(name, MAX_NOTE as u64).expect("readable");
        let head = bytes.map(|bytes| Checkpoint::parse(&Note::parse(&bytes).expect("a note").text).expect("a head"));
        if let Some(head) = head {
            let seen_head = self.model.seen_heads.entry(head.size).or_insert_with(|| head.clone());
            assert_eq!(*seen_head, head, "{disk}/{name}: two heads of one size");
        }
    }

    fn step(&mut self, step: Step) -> io::Result<()> {
        match step {
            Step::Append(count) => {
                let batch = self.tokens(count);
                self.append(batch)
            }
            Step::Plan => {
                let plan = format!("{{\"n\":{}}}", self.model.tokens).into_bytes();
                let sha256 = sha256(&plan);
                self.log.as_mut().expect("runs").keep_file(format!("kept/{sha256}.json"), plan).ok();
                let date = "2023-03-20".parse().expect("a date");
                self.append(vec![Body::Plan(PlanEntry { date, count: 1, rows: 1, sha256 })])
            }
            Step::Roll => {
                let now = self.now();
                let log = self.log.as_mut().expect("runs");
                log.rotate_epoch(now)?;
                assert_eq!(log.in_open_epoch(), 0);
                self.acknowledge();
                Ok(())
            }
            Step::Tick => {
                let now = self.now();
                self.log.as_mut().expect("runs").rotate_epoch_if_due(now)
            }
            Step::Export => self.export(),
            Step::Collect => self.collect(),
            Step::TakeBack => self.take_back(),
            Step::Restart => self.start(),
        }
    }

    fn tokens(&mut self, count: usize) -> Vec<Body> {
        let first = self.model.tokens;
        self.model.tokens += count;
        let tokens: Vec<_> = (first..first + count).map(|n| format!("token-{n}.")).collect();
        self.model.waiting.extend(tokens.iter().cloned());
        tokens.into_iter().map(|cause| Body::Shutdown(ShutdownEntry { cause: cause.into() })).collect()
    }

    fn export(&mut self) -> io::Result<()> {
        let mut stick = self.disk("stick");
        let exported = export(&self.source("airlog", LogForm::Airlog), &mut stick, VerifyPolicy::default(), 1)?;
        let exported = exported.unwrap_or_else(|errors| panic!("not exported: {errors:?}"));
        assert!(
            exported.missing.iter().all(|error| matches!(error, VerifyError::Torn { .. })),
            "{:?}",
            exported.missing
        );
        self.see("stick", CHECKPOINT);
        let verdict = self.verify("stick", LogForm::Export);
        assert_eq!(verdict.errors, [], "a finished export is whole");
        Ok(())
    }

    fn collect(&mut self) -> io::Result<()> {
        let (machine, mut store) = (Arc::clone(&self.machine), self.disk("store"));
        let mut registry = Registry::read(&store).expect("what was written");
        let key = self.model.key.clone().expect("something was exported");
        if registry.enrol(key, "2023-03-20T05:15:00+07:00".to_owned(), &StationDetails::default()).expect("a log's key")
        {
            registry.write(&mut store)?;
        }
        let witness = Mutex::new(Witness::open(self.disk("memory"), os_seed)?);
        let log = |origin: &str| Lossy::new(&machine, &format!("store/{origin}"));
        let (source, mut outlet) = (self.source("stick", LogForm::Export), self.disk("stick"));
        let now = 1_679_260_500 + self.clock as u64 / 1_000_000;
        // Every second collection is a full one.
        let reads_all_entries = self.clock % 2_000_000 == 0;
        let collector = Collector {
            registry: &registry,
            witness: &witness,
            collected_at: now,
            seed_source: os_seed,
            threads: 1,
            reads_all_entries,
        };
        match collector.collect(&source, &mut outlet, log)? {
            CollectOutcome::Collected { return_error: None, .. } => {}
            CollectOutcome::Collected { return_error: Some(error), .. } => return Err(error),
            outcome => panic!("not taken: {outcome:?}"),
        }
        self.see("stick", COSIGNED);
        self.check_department();
        Ok(())
    }

    /// Asserts that the department's newest head never gets smaller, and records the heads in its store as seen.
    fn check_department(&mut self) {
        let Some(key) = self.model.key.clone() else {
            return;
        };
        let store = format!("store/{}", key.name);
        self.see(&store, CHECKPOINT);
        self.see(&store, COSIGNED);
        let memory = format!("heads/{}", key_folder(&key.name));
        self.see("memory", &memory);
        let bytes = self.disk("memory").read_all(&memory, MAX_NOTE as u64).expect("readable").unwrap_or_default();
        let size = Note::parse(&bytes).and_then(|note| Checkpoint::parse(&note.text)).map_or(0, |head| head.size);
        assert!(size >= self.model.remembered_size, "the department forgot {} for {size}", self.model.remembered_size);
        self.model.remembered_size = size;
    }

    fn take_back(&mut self) -> io::Result<()> {
        let note = self.disk("stick").read_all(COSIGNED, MAX_NOTE as u64)?.expect("given back");
        self.disk("airlog").replace(COSIGNED, &note)?;
        let note = String::from_utf8(note).expect("UTF-8");
        self.append(vec![Body::Cosigned(SignedNoteEntry { note })])
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn genesis(log: &AirLog<Lossy>) -> Body {
    genesis_of(&log.identity())
}

/// The first entry of a log.
pub fn genesis_of(identity: &LogIdentity) -> Body {
    Body::Genesis(GenesisEntry {
        origin: identity.origin.clone(),
        key: identity.key.clone(),
        epoch_key: identity.epoch_key.clone(),
        station: id("test"),
        name: "Đài thử".to_owned(),
        agency: String::new(),
        timezone: "Asia/Ho_Chi_Minh".to_owned(),
        program: "test".to_owned(),
        follows: None,
    })
}
