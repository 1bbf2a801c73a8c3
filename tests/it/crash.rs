//! Power cuts and disk failures at each operation of a station and its department.
//!
//! One scenario runs many times, each time with a fault at a different operation. A model holds the acknowledged
//! entries and the heads that have left the machine. At the end, the log is checked against the model.
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
use loa::proof::note::{MAX_NOTE_BYTES, Note, VerifierKey};
use loa::proof::verify::{VerifyError, VerifyPolicy};

use crate::station::id;

use lossy::{FailureMode, Fault, LossyDisk, Machine, Survival};

/// One step of a station or its department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The station appends a batch of this number of entries.
    Append(usize),
    /// The station keeps a plan, and appends an entry that names it.
    Plan,
    /// The station ends the epoch.
    RotateEpoch,
    /// The station ends the epoch if that is due.
    RotateEpochIfDue,
    /// The station exports to the stick.
    Export,
    /// The department collects the stick.
    Collect,
    /// The station keeps and logs the countersignature that the department has put on the stick.
    TakeCountersignature,
    /// The daemon stops and starts again.
    Restart,
}

const SCENARIO: [Step; 24] = [
    Step::Append(1),
    Step::Append(3),
    Step::Plan,
    Step::Append(120),
    Step::Append(2),
    Step::RotateEpoch,
    // A key that could be erased neither at the end of the epoch nor at this start must still be erased later.
    Step::Restart,
    Step::Export,
    Step::Collect,
    Step::TakeCountersignature,
    Step::Export,
    Step::Append(1),
    Step::RotateEpochIfDue,
    Step::Append(3),
    Step::RotateEpoch,
    Step::RotateEpoch,
    Step::Append(2),
    Step::Export,
    Step::Collect,
    Step::TakeCountersignature,
    Step::Append(1),
    Step::RotateEpoch,
    Step::Export,
    Step::Collect,
];

/// The maximum number of attempts at a step that must succeed before the next step.
const MAX_ATTEMPTS: usize = 12;

/// The facts that are known outside the log.
#[derive(Default)]
struct Model {
    /// The acknowledged lines.
    lines: Vec<Vec<u8>>,
    /// The tokens of the acknowledged entries. Each entry contains a different token.
    acknowledged_tokens: Vec<String>,
    /// The tokens of the entries that wait in memory.
    pending_tokens: Vec<String>,
    /// The number of tokens so far.
    token_count: usize,
    /// The log's key; `None` before the first acknowledgement.
    key: Option<VerifierKey>,
    /// The heads that someone has seen, by size.
    seen_heads: BTreeMap<u64, Checkpoint>,
    /// The size of the newest head in the department's state.
    remembered_size: u64,
    /// The number of operations before the first entry was acknowledged.
    operations_before_log: u64,
}

/// A station and its department on one machine.
struct Simulation {
    machine: Arc<Mutex<Machine>>,
    log: Option<AirLog<LossyDisk>>,
    model: Model,
    /// The microseconds since the first start.
    clock_us: i64,
    /// The codes of the errors in interrupted exports.
    export_errors: BTreeSet<&'static str>,
    /// The codes of the errors in the log before recovery.
    errors_before_recovery: BTreeSet<&'static str>,
}

impl Simulation {
    fn disk(&self, name: &str) -> LossyDisk {
        LossyDisk::new(&self.machine, name)
    }

    fn source(&self, name: &str, form: LogForm) -> LogSource<LossyDisk> {
        LogSource { storage: self.disk(name), form }
    }

    fn now(&mut self) -> ClockSnapshot {
        self.clock_us += 1_000_000;
        ClockSnapshot {
            wall: WallTime(1_679_260_500_000_000 + self.clock_us),
            boot: BootTime(self.clock_us),
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
        verify_log(&self.source(name, form), self.policy(), 1).expect("read the log")
    }

    /// Starts the daemon, as `loa run` does.
    fn start(&mut self) -> io::Result<()> {
        self.log = None;
        let (mut airlog, mut keys) = (self.disk("airlog"), self.disk("keys"));
        let recovery = recover(&mut airlog, &mut keys)?;
        assert_eq!(recovery.damaged, None, "a crash causes no damage");
        assert!(recovery.resumed.is_some() || self.model.key.is_none(), "no new log replaces an acknowledged one");
        if let Some(key) = &self.model.key {
            let newest_mark = highwater::read(&keys, &key.name);
            assert!(
                newest_mark.is_none_or(|mark| mark.size <= recovery.replay.entries),
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
        // Entries that waited in the memory of the previous daemon are lost.
        self.model.pending_tokens.clear();
        if entries == 0 { self.append(vec![genesis]) } else { Ok(()) }
    }

    fn append(&mut self, batch: Vec<Body>) -> io::Result<()> {
        let now = self.now();
        self.log.as_mut().expect("the daemon is running").append(now, batch)?;
        self.acknowledge();
        Ok(())
    }

    /// Asserts that the log holds all acknowledged lines, and acknowledges the waiting entries.
    fn acknowledge(&mut self) {
        let log = self.log.as_ref().expect("the daemon is running");
        assert_eq!(log.pending_entries(), 0);
        let (lines, entries) = (self.lines(), log.entries() as usize);
        assert!(lines.len() >= entries && lines.starts_with(&self.model.lines), "acknowledged lines stay");
        self.model.lines = lines[..entries].to_vec();
        self.model.acknowledged_tokens.append(&mut self.model.pending_tokens);
        if self.model.key.is_none() {
            self.model.key = VerifierKey::parse(&log.identity().key);
            self.model.operations_before_log = self.machine.lock().expect("lock the machine").operation_count;
        }
        self.model.check_tokens();
    }

    fn lines(&self) -> Vec<Vec<u8>> {
        let storage = self.disk("airlog");
        let mut reader = LogLines::new(&storage).expect("open the log");
        let (mut lines, mut line) = (Vec::new(), Vec::new());
        while reader.next_into(&mut line).expect("read a line").is_ok() {
            lines.push(std::mem::take(&mut line));
        }
        lines
    }

    /// Records the head on this disk as seen.
    fn record_seen_head(&mut self, disk: &str, name: &str) {
        let bytes = self.disk(disk).read_all(name, MAX_NOTE_BYTES as u64).expect("read the file");
        let head = bytes.map(|bytes| {
            Checkpoint::parse(&Note::parse(&bytes).expect("parse the note").text).expect("parse the head")
        });
        if let Some(head) = head {
            let seen_head = self.model.seen_heads.entry(head.size).or_insert_with(|| head.clone());
            assert_eq!(*seen_head, head, "{disk}/{name}: two heads of one size");
        }
    }

    fn run_step(&mut self, step: Step) -> io::Result<()> {
        match step {
            Step::Append(count) => {
                let batch = self.new_entries(count);
                self.append(batch)
            }
            Step::Plan => {
                let plan = format!("{{\"n\":{}}}", self.model.token_count).into_bytes();
                let sha256 = sha256(&plan);
                self.log.as_mut().expect("the daemon is running").keep_file(format!("kept/{sha256}.json"), plan).ok();
                let date = "2023-03-20".parse().expect("the date is valid");
                self.append(vec![Body::Plan(PlanEntry { date, count: 1, rows: 1, sha256 })])
            }
            Step::RotateEpoch => {
                let now = self.now();
                let log = self.log.as_mut().expect("the daemon is running");
                log.rotate_epoch(now)?;
                assert_eq!(log.entries_in_open_epoch(), 0);
                self.acknowledge();
                Ok(())
            }
            Step::RotateEpochIfDue => {
                let now = self.now();
                self.log.as_mut().expect("the daemon is running").rotate_epoch_if_due(now)
            }
            Step::Export => self.export(),
            Step::Collect => self.collect(),
            Step::TakeCountersignature => self.take_countersignature(),
            Step::Restart => self.start(),
        }
    }

    /// Entries with this number of new tokens.
    fn new_entries(&mut self, count: usize) -> Vec<Body> {
        let first = self.model.token_count;
        self.model.token_count += count;
        let tokens: Vec<_> = (first..first + count).map(|n| format!("token-{n}.")).collect();
        self.model.pending_tokens.extend(tokens.iter().cloned());
        tokens.into_iter().map(|cause| Body::Shutdown(ShutdownEntry { cause: cause.into() })).collect()
    }

    fn export(&mut self) -> io::Result<()> {
        let mut stick = self.disk("stick");
        let result = export(&self.source("airlog", LogForm::Airlog), &mut stick, VerifyPolicy::default(), 1)?;
        let summary = result.unwrap_or_else(|errors| panic!("not exported: {errors:?}"));
        assert!(summary.missing.iter().all(|error| matches!(error, VerifyError::Torn { .. })), "{:?}", summary.missing);
        self.record_seen_head("stick", CHECKPOINT);
        let verdict = self.verify("stick", LogForm::Export);
        assert_eq!(verdict.errors, [], "a finished export is intact");
        Ok(())
    }

    fn collect(&mut self) -> io::Result<()> {
        let (machine, mut store) = (Arc::clone(&self.machine), self.disk("store"));
        let mut registry = Registry::read(&store).expect("read the registry");
        let key = self.model.key.clone().expect("a log that was exported has a key");
        if registry
            .enrol(key, "2023-03-20T05:15:00+07:00".to_owned(), &StationDetails::default())
            .expect("enrol the station's key")
        {
            registry.write(&mut store)?;
        }
        let witness = Mutex::new(Witness::open(self.disk("witness"), os_seed)?);
        let store_of_log = |origin: &str| LossyDisk::new(&machine, &format!("store/{origin}"));
        let (source, mut outlet) = (self.source("stick", LogForm::Export), self.disk("stick"));
        let now_s = 1_679_260_500 + self.clock_us as u64 / 1_000_000;
        // Collections at even seconds are full collections.
        let reads_all_entries = self.clock_us % 2_000_000 == 0;
        let collector = Collector {
            registry: &registry,
            witness: &witness,
            collected_at: now_s,
            seed_source: os_seed,
            threads: 1,
            reads_all_entries,
        };
        match collector.collect(&source, &mut outlet, store_of_log)? {
            CollectOutcome::Collected { return_error: None, .. } => {}
            CollectOutcome::Collected { return_error: Some(error), .. } => return Err(error),
            outcome => panic!("not collected: {outcome:?}"),
        }
        self.record_seen_head("stick", COSIGNED);
        self.check_department();
        Ok(())
    }

    /// Asserts that the size of the department's newest head never shrinks, and records the heads in its store as seen.
    fn check_department(&mut self) {
        let Some(key) = self.model.key.clone() else {
            return;
        };
        let store = format!("store/{}", key.name);
        self.record_seen_head(&store, CHECKPOINT);
        self.record_seen_head(&store, COSIGNED);
        let head_name = format!("heads/{}", key_folder(&key.name));
        self.record_seen_head("witness", &head_name);
        let bytes = self
            .disk("witness")
            .read_all(&head_name, MAX_NOTE_BYTES as u64)
            .expect("read the file")
            .unwrap_or_default();
        let size = Note::parse(&bytes).and_then(|note| Checkpoint::parse(&note.text)).map_or(0, |head| head.size);
        assert!(
            size >= self.model.remembered_size,
            "the size of the department's newest head shrank from {} to {size}",
            self.model.remembered_size
        );
        self.model.remembered_size = size;
    }

    fn take_countersignature(&mut self) -> io::Result<()> {
        let note = self
            .disk("stick")
            .read_all(COSIGNED, MAX_NOTE_BYTES as u64)?
            .expect("the countersignature is on the stick");
        self.disk("airlog").replace(COSIGNED, &note)?;
        let note = String::from_utf8(note).expect("the text is UTF-8");
        self.append(vec![Body::Cosigned(SignedNoteEntry { note })])
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn genesis(log: &AirLog<LossyDisk>) -> Body {
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
