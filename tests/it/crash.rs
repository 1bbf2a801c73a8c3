//! Power cuts and refusing disks at every single operation of a station's and a department's life.
//!
//! One scenario is driven again and again, each time with a fault at another operation. A model that only knows what
//! was acknowledged, and what has left the machine, says afterwards whether the log kept its word.
mod lossy;

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
use lossy::{Fault, How, Kept, Lossy, Machine};

/// What a station and its department do, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Append(usize),
    /// A plan is kept, and an entry names it.
    Plan,
    Roll,
    Tick,
    Export,
    Collect,
    /// What the department has put on the stick is kept and logged.
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
    // A key that could not be erased at the roll, nor at this start, must not be forgotten.
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

/// Tries of a step that cannot be put off, while the disk refuses.
const TRIES: usize = 12;

/// What is known from outside.
#[derive(Default)]
struct Model {
    /// Lines that were acknowledged.
    lines: Vec<Vec<u8>>,
    /// Tokens of acknowledged entries, and of those that wait.
    acknowledged: Vec<String>,
    waiting: Vec<String>,
    tokens: usize,
    /// The log's key, once something was acknowledged.
    key: Option<VerifierKey>,
    /// Heads that somebody has seen.
    seen: BTreeMap<u64, Checkpoint>,
    /// The department's memory.
    remembered: u64,
    /// Operations when the first entry was acknowledged.
    begun_at: u64,
}

/// A station and its department on one machine.
struct Life {
    machine: Arc<Mutex<Machine>>,
    log: Option<AirLog<Lossy>>,
    model: Model,
    clock: i64,
    /// What is wrong with interrupted exports as they lie there.
    halves: BTreeSet<&'static str>,
    /// What is wrong with the log before it is recovered.
    unrecovered: BTreeSet<&'static str>,
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
            earlier_heads: self.model.seen.values().cloned().collect(),
            ..VerifyPolicy::default()
        }
    }

    fn judged(&self, name: &str, form: LogForm) -> Verdict {
        verify_log(&self.source(name, form), self.policy(), 1).expect("a disk that can be read")
    }

    /// Starts the daemon, as `loa run` does.
    fn start(&mut self) -> io::Result<()> {
        self.log = None;
        let (mut airlog, mut keys) = (self.disk("airlog"), self.disk("keys"));
        let found = recover(&mut airlog, &mut keys)?;
        assert_eq!(found.damaged, None, "a crash is no damage");
        assert!(found.resumed.is_some() || self.model.key.is_none(), "no new log in the place of an acknowledged one");
        if let Some(key) = &self.model.key {
            let newest = highwater::read(&keys, &key.name);
            assert!(newest.is_none_or(|newest| newest.size <= found.replay.entries), "the mark never leads");
        }
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        let opening = LogConfig { kind: "loa", station: "test", boot: "boot", zone, seed_source: os_seed };
        let entries = found.replay.entries;
        let log = AirLog::open(airlog, keys, found.resumed, &opening)?;
        if let Some(key) = &self.model.key {
            assert_eq!(log.identity().origin, key.name, "one origin for ever");
        }
        let genesis = genesis(&log);
        self.log = Some(log);
        // What waited in the former daemon's memory is gone with it.
        self.model.waiting.clear();
        if entries == 0 { self.append(vec![genesis]) } else { Ok(()) }
    }

    fn append(&mut self, batch: Vec<Body>) -> io::Result<()> {
        let now = self.now();
        self.log.as_mut().expect("runs").append(now, batch)?;
        self.acknowledged();
        Ok(())
    }

    /// What was acknowledged just now is there, after what was before.
    fn acknowledged(&mut self) {
        let log = self.log.as_ref().expect("runs");
        assert_eq!(log.pending_entries(), 0);
        let (lines, entries) = (self.lines(), log.entries() as usize);
        assert!(lines.len() >= entries && lines.starts_with(&self.model.lines), "what was acknowledged stays");
        self.model.lines = lines[..entries].to_vec();
        self.model.acknowledged.append(&mut self.model.waiting);
        if self.model.key.is_none() {
            self.model.key = VerifierKey::parse(&log.identity().key);
            self.model.begun_at = self.machine.lock().expect("a machine").ops;
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

    /// The head that lies on a disk was seen by somebody.
    fn see(&mut self, disk: &str, name: &str) {
        let bytes = self.disk(disk).read_all(name, MAX_NOTE as u64).expect("readable");
        let head = bytes.map(|bytes| Checkpoint::parse(&Note::parse(&bytes).expect("a note").text).expect("a head"));
        if let Some(head) = head {
            let there = self.model.seen.entry(head.size).or_insert_with(|| head.clone());
            assert_eq!(*there, head, "{disk}/{name}: two heads of one size");
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
                self.acknowledged();
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
        let from = self.model.tokens;
        self.model.tokens += count;
        let tokens: Vec<_> = (from..from + count).map(|n| format!("token-{n}.")).collect();
        self.model.waiting.extend(tokens.iter().cloned());
        tokens.into_iter().map(|cause| Body::Shutdown(ShutdownEntry { cause: cause.into() })).collect()
    }

    fn export(&mut self) -> io::Result<()> {
        let mut stick = self.disk("stick");
        let done = export(&self.source("airlog", LogForm::Airlog), &mut stick, VerifyPolicy::default(), 1)?;
        let done = done.unwrap_or_else(|wrong| panic!("not exported: {wrong:?}"));
        assert!(done.missing.iter().all(|wrong| matches!(wrong, VerifyError::Torn { .. })), "{:?}", done.missing);
        self.see("stick", CHECKPOINT);
        let verdict = self.judged("stick", LogForm::Export);
        assert_eq!(verdict.errors, [], "an export that was made is whole");
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
        let time = 1_679_260_500 + self.clock as u64 / 1_000_000;
        let (now, chance) = (time, os_seed);
        // Every other time everything is read again.
        let full = self.clock % 2_000_000 == 0;
        let collecting =
            Collector { registry: &registry, witness: &witness, now, seed_source: chance, threads: 1, full };
        match collecting.collect(&source, &mut outlet, log)? {
            CollectOutcome::Taken { return_error: None, .. } => {}
            CollectOutcome::Taken { return_error: Some(error), .. } => return Err(error),
            other => panic!("not taken: {other:?}"),
        }
        self.see("stick", COSIGNED);
        self.department();
        Ok(())
    }

    /// The department's memory never goes back, and what lies in its store was seen.
    fn department(&mut self) {
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
        assert!(size >= self.model.remembered, "the department forgot {} for {size}", self.model.remembered);
        self.model.remembered = size;
    }

    fn take_back(&mut self) -> io::Result<()> {
        let note = self.disk("stick").read_all(COSIGNED, MAX_NOTE as u64)?.expect("given back");
        self.disk("airlog").replace(COSIGNED, &note)?;
        let note = String::from_utf8(note).expect("UTF-8");
        self.append(vec![Body::Cosigned(SignedNoteEntry { note })])
    }

    /// Drives the scenario to its end, over every fault.
    fn live(&mut self, kept: Kept) {
        self.surely(Step::Restart, kept);
        for step in SCENARIO {
            let put_off = matches!(step, Step::Append(_) | Step::Plan | Step::Roll | Step::Tick);
            if !put_off {
                self.surely(step, kept);
            } else if self.step(step).is_err() {
                self.after_failure(step, kept);
            }
        }
        // Whatever waits is written now; and the daemon starts a last time.
        self.surely(Step::Append(1), kept);
        self.surely(Step::Restart, kept);
        // The power may have gone at something of which nothing is told: the next start finds it.
        if self.machine.lock().expect("a machine").dead {
            self.after_failure(Step::Restart, kept);
        }
    }

    fn surely(&mut self, step: Step, kept: Kept) {
        for _ in 0..TRIES {
            match self.step(step) {
                Ok(()) => return,
                // An order that waits is not given twice.
                Err(_) if matches!(step, Step::Append(_)) && !self.machine.lock().expect("a machine").dead => {
                    self.after_failure(step, kept);
                    if self.step(Step::Append(1)).is_ok() {
                        return;
                    }
                }
                Err(_) => self.after_failure(step, kept),
            }
        }
        panic!("{step:?} never worked");
    }

    fn after_failure(&mut self, step: Step, kept: Kept) {
        let dead = self.machine.lock().expect("a machine").dead;
        if dead {
            self.machine.lock().expect("a machine").restart(kept);
        }
        if matches!(step, Step::Export | Step::Collect) && self.disk("stick").has(CHECKPOINT) {
            // As somebody finds it who pulls the stick out now.
            self.see("stick", CHECKPOINT);
            self.halves.extend(self.judged("stick", LogForm::Export).errors.iter().map(VerifyError::code));
        }
        self.department();
        if self.model.key.is_some() {
            // Whoever exports at this moment takes the head that lies there, acknowledged or not.
            let verdict = self.judged("airlog", LogForm::Airlog);
            assert!(verdict.errors.iter().all(VerifyError::is_outside_log), "before recovery: {:?}", verdict.errors);
            self.unrecovered.extend(verdict.errors.iter().map(VerifyError::code));
            self.see("airlog", CHECKPOINT);
        }
        if dead {
            self.surely(Step::Restart, kept);
        }
    }

    /// What must be true when all is over.
    fn check(&mut self) {
        let airlog = self.judged("airlog", LogForm::Airlog);
        assert_eq!(airlog.errors, [], "the log");
        let lines = self.lines();
        assert!(lines.starts_with(&self.model.lines), "every acknowledged line, byte for byte");
        self.export().expect("the disk is well");
        self.collect().expect("the disk is well");
        let key = self.model.key.clone().expect("begun");
        assert_eq!(self.judged(&format!("store/{}", key.name), LogForm::Export).errors, [], "the store");
        let epoch = airlog.verified.epochs - 1;
        let folder = key_folder(&key.name);
        let mut names = self.machine.lock().expect("a machine").names("keys/");
        if self
            .machine
            .lock()
            .expect("a machine")
            .first_failed
            .as_ref()
            .is_some_and(|(op, _)| *op < self.model.begun_at)
        {
            // Keys of a log that never came to be.
            names.retain(|name| name.starts_with(&folder));
        }
        let (kept, names): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name.contains("/kept/"));
        let own = [format!("epoch-{epoch}"), "log".to_owned(), "newest".to_owned()];
        assert_eq!(names, own.map(|name| format!("{folder}/{name}")), "no old key is left");
        let newest = highwater::read(&self.disk("keys"), &key.name).expect("a mark");
        // The very last operation may be the one that fails.
        let (size, well) = (self.lines().len() as u64, self.machine.lock().expect("a machine").first_failed.is_none());
        assert!(newest.size <= size && (!well || newest.size == size), "the newest head is remembered");
        // The plan that the log names has both its copies.
        for name in kept.iter().filter(|name| name.starts_with(&folder)) {
            let beside = name.trim_start_matches(&folder).trim_start_matches('/');
            let (copy, there) =
                (self.disk("keys").read_all(name, 1 << 20), self.disk("airlog").read_all(beside, 1 << 20));
            assert_eq!(copy.expect("readable"), there.expect("readable"), "{name}");
        }
        let planned = self.lines().iter().any(|line| String::from_utf8_lossy(line).contains("\"type\":\"plan\""));
        assert!(!planned || kept.iter().any(|name| name.starts_with(&folder)), "a second copy is there");
    }
}

impl Model {
    /// Every acknowledged entry once and in order; no other one twice.
    fn check_tokens(&self) {
        let mut found = Vec::new();
        for line in &self.lines {
            let line = String::from_utf8_lossy(line);
            if let Some((_, rest)) = line.split_once("\"token-") {
                let number = rest.split('.').next().expect("a number").parse::<usize>().expect("a number");
                found.push(number);
            }
        }
        assert!(found.is_sorted_by(|a, b| a < b), "in order and once: {found:?}");
        let found: BTreeSet<_> = found.into_iter().map(|n| format!("token-{n}.")).collect();
        let lost = self.acknowledged.iter().find(|token| !found.contains(*token));
        assert_eq!(lost, None, "acknowledged and lost");
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

/// One life with one fault: its operations, and what looked wrong on the way.
fn life(fault: Fault, kept: Kept) -> (u64, [BTreeSet<&'static str>; 2]) {
    let machine = Machine::new(fault);
    let (halves, unrecovered) = (BTreeSet::new(), BTreeSet::new());
    let mut life = Life { machine, log: None, model: Model::default(), clock: 0, halves, unrecovered };
    life.live(kept);
    life.machine.lock().expect("a machine").fault = Fault::None;
    life.check();
    let ops = life.machine.lock().expect("a machine").ops;
    (ops, [life.halves, life.unrecovered])
}

/// All lives with these faults, on two processors; fails with a list of those that broke the log's word.
fn all(what: &str, faults: &[(Fault, Kept)]) {
    let begun = std::time::Instant::now();
    let (next, broken) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let seen = Mutex::new([BTreeSet::new(), BTreeSet::new()]);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((fault, kept)) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match std::panic::catch_unwind(|| life(*fault, *kept)) {
                        Ok((_, new)) => seen.lock().expect("whole").iter_mut().zip(new).for_each(|(a, b)| a.extend(b)),
                        Err(_) => broken.lock().expect("whole").push((*fault, *kept)),
                    }
                }
            });
        }
    });
    let (broken, [halves, unrecovered]) = (broken.into_inner().expect("whole"), seen.into_inner().expect("whole"));
    println!("{what}: {} lives in {:?}", faults.len(), begun.elapsed());
    println!("as they lay there: interrupted exports {halves:?}, the log {unrecovered:?}");
    let first: Vec<_> = broken.iter().take(5).collect();
    assert!(broken.is_empty(), "{} of {} lives, the first: {first:?}", broken.len(), faults.len());
}

fn operations() -> u64 {
    life(Fault::None, Kept::None).0
}

/// All lives are wanted, however long they take.
fn campaign() -> bool {
    std::env::var_os("LOA_CRASHES").is_some()
}

#[test]
fn the_power_goes_at_every_operation() {
    let mut faults = Vec::new();
    for at in 0..operations() {
        for kept in [Kept::None, Kept::Half, Kept::All] {
            faults.extend([false, true].map(|done| (Fault::Power { at, done }, kept)));
        }
    }
    all("power cuts", &faults);
}

#[test]
fn the_disk_refuses_at_every_operation() {
    let kinds = [io::ErrorKind::StorageFull, io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::Other];
    let mut faults = Vec::new();
    for from in 0..operations() {
        for times in 1..=3 {
            // In turn: all of them in a campaign.
            let one = (from + times) as usize % 3;
            for kind in if campaign() { &kinds[..] } else { &kinds[one..=one] } {
                let kind = *kind;
                let how = How::Plainly;
                faults.push((Fault::Failing { from, times, how, kind, then_power: None }, Kept::None));
            }
            for how in [How::ThoughDone, How::OnSync] {
                let kind = io::ErrorKind::Other;
                faults.push((Fault::Failing { from, times, how, kind, then_power: None }, Kept::None));
            }
        }
    }
    all("refusals", &faults);
}

#[test]
fn the_power_goes_while_the_disk_refuses() {
    // A sample: all of them in a campaign.
    let every = if campaign() { 1 } else { 17 };
    let mut faults = Vec::new();
    for from in 0..operations() {
        for how in [How::Plainly, How::ThoughDone, How::OnSync] {
            for times in 1..=2 {
                for more in 0..8 {
                    for kept in [Kept::None, Kept::Half] {
                        let kind = io::ErrorKind::Other;
                        let fault = Fault::Failing { from, times, how, kind, then_power: Some(more) };
                        faults.push((fault, kept));
                    }
                }
            }
        }
    }
    let faults: Vec<_> = faults.into_iter().step_by(every).collect();
    all("power cuts after refusals", &faults);
}
