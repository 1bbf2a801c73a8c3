//! A log taken apart, and the ways in which it is altered.
use std::sync::Mutex;

use loa::airlog::files::LOG;
use loa::airlog::keys::os_seed;
use loa::airlog::storage::{MemoryStorage, Storage};
use loa::department::collect::{CollectOutcome, Collector};
use loa::department::registry::{Registry, StationDetails};
use loa::department::witness::Witness;
use loa::logstore::export::export;
use loa::logstore::source::{LogForm, LogSource};
use loa::playout::engine::OperatorCommand;
use loa::proof::checkpoint::Checkpoint;
use loa::proof::entry::entry_type;
use loa::proof::note::{Note, NoteSigner, VerifierKey, split_notes};
use loa::proof::origin::epoch_key_name;
use loa::proof::tiles::TileBuilder;
use loa::proof::tree::leaf_hash;
use loa::proof::verify::VerifyPolicy;

use super::{Dice, made_up, root, stolen};
use crate::station::Station;

pub const DAY: &str = "[[segment]]\nid = \"a\"\ntitle = \"Bản tin của xã\"\nfile = \"s-60.mp3\"\n\n\
                       [[session]]\nid = \"sang\"\nat = [\"05:15\", \"11:00\", \"17:00\"]\nplay = [\"a\", \"a\", \"a\"]\n";

/// A log as its parts.
#[derive(Clone, PartialEq, Eq)]
pub struct Log {
    pub lines: Vec<Vec<u8>>,
    pub checkpoint: Vec<u8>,
    pub closings: Vec<Vec<u8>>,
    pub cosigned: Vec<u8>,
    pub kept: Vec<(String, Vec<u8>)>,
    /// A flip in a tile of hashes: which, and where; only an export has them.
    tile: Option<(usize, usize)>,
}

impl Log {
    fn read(disk: &MemoryStorage) -> Self {
        let lines = disk.bytes(LOG).split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(<[u8]>::to_vec).collect();
        let closings = split_notes(&disk.bytes("closings")).0.into_iter().map(<[u8]>::to_vec).collect();
        let kept = disk.names().into_iter().filter(|name| name.starts_with("kept/"));
        let kept = kept.map(|name| (name.clone(), disk.bytes(&name))).collect();
        let (checkpoint, cosigned) = (disk.bytes("checkpoint"), disk.bytes("cosigned"));
        Self { lines, checkpoint, closings, cosigned, kept, tile: None }
    }

    /// It as a folder holds it. The tiles are made from its lines: whoever can alter the ones can make the others.
    pub fn disk(&self, form: LogForm) -> MemoryStorage {
        let mut files =
            vec![("checkpoint".to_owned(), self.checkpoint.clone()), ("closings".to_owned(), self.closings.concat())];
        files.push(("cosigned".to_owned(), self.cosigned.clone()));
        files.extend(self.kept.iter().cloned());
        match form {
            LogForm::Airlog => {
                let lines = self.lines.iter().flat_map(|line| line.iter().copied().chain([b'\n'])).collect();
                files.push((LOG.to_owned(), lines));
            }
            LogForm::Export => {
                let mut cutter = TileBuilder::default();
                let mut tiles: Vec<_> =
                    self.lines.iter().flat_map(|line| cutter.push(Some(line), leaf_hash(line))).collect();
                tiles.extend(cutter.partial());
                if let Some((which, at)) = self.tile {
                    let hashes: Vec<_> = (0..tiles.len()).filter(|n| tiles[*n].0.level.is_some()).collect();
                    let bytes = &mut tiles[hashes[which % hashes.len()]].1;
                    let at = at % (bytes.len() * 8);
                    bytes[at / 8] ^= 1 << (at % 8);
                }
                files.extend(tiles.into_iter().map(|(tile, bytes)| (tile.path(), bytes)));
            }
        }
        let mut disk = MemoryStorage::default();
        for (name, bytes) in files {
            disk.replace(&name, &bytes).expect("memory");
        }
        disk
    }

    pub fn head(&self) -> Option<Checkpoint> {
        Checkpoint::parse(&Note::parse(&self.checkpoint)?.text)
    }

    /// What the countersigned head says.
    pub fn cosigned_text(&self) -> Option<String> {
        Note::parse(&self.cosigned).map(|note| note.text)
    }

    /// Whether it can only be an export.
    pub fn has_tiles(&self) -> bool {
        self.tile.is_some()
    }
}

/// A station's log with what a forger and a verifier know of it.
pub struct Material {
    pub log: Log,
    pub keys: MemoryStorage,
    pub key: VerifierKey,
    pub collected: Checkpoint,
    /// The department's key.
    pub witness: VerifierKey,
    pub open_from: u64,
    log_key: NoteSigner,
    epoch_key: NoteSigner,
    /// Earlier states of it, whole.
    older: Vec<Log>,
}

impl Material {
    /// A station that ran for weeks, was collected, and ran on.
    pub fn new(session: &str, extra: i64) -> Self {
        let playlist = DAY.replace("sang", session);
        let station = Station::new("2023-03-20T05:00:00").playlist(&playlist).run_and_cut((5 + extra) * 86_400 + 930);
        let mut older = vec![Log::read(station.disk())];
        // As `loa export` does, the epoch is ended before.
        let order = OperatorCommand::Collect { notes: Vec::new() };
        let station = station.off_for(86_400).order(6 * 86_400, order).run_and_cut(6 * 86_400 + 1);
        older.push(Log::read(station.disk()));
        let witness = collected(&station);
        let cosigned = Note::parse(&station.disk().bytes("cosigned")).expect("a note");
        let collected = Checkpoint::parse(&cosigned.text).expect("a head");
        let station = station.run_for(5 * 86_400);
        older.push(Log::read(station.disk()));
        let station = station.run_and_cut(10 * 3600);
        let log = Log::read(station.disk());
        let origin = collected.origin.clone();
        let (log_key, epoch_key) = stolen(station.keys(), &origin);
        let closed = log.closings.last().and_then(|note| Checkpoint::parse(&Note::parse(note)?.text));
        let open_from = closed.expect("epochs are over").size;
        assert!(log.closings.len() > 2 && collected.size < open_from && (open_from as usize) < log.lines.len());
        let (key, keys) = (log_key.public().clone(), station.keys().copy());
        Self { log, keys, key, collected, witness, open_from, log_key, epoch_key, older }
    }
}

/// The department collects, and its countersignature goes back to the station.
fn collected(station: &Station) -> VerifierKey {
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    let mut stick = MemoryStorage::default();
    let exported = export(&source, &mut stick, VerifyPolicy::default(), 1).expect("memory").expect("an honest log");
    let mut registry = Registry::default();
    registry
        .enrol(exported.verified.key.expect("a key"), String::new(), &StationDetails::default())
        .expect("a station's key");
    let witness = Mutex::new(Witness::open(MemoryStorage::default(), os_seed).expect("memory"));
    let from = LogSource { storage: stick.clone(), form: LogForm::Export };
    let (now, chance) = (1_679_800_000, os_seed);
    let collecting =
        Collector { registry: &registry, witness: &witness, now, seed_source: chance, threads: 1, full: false };
    let taken = collecting.collect(&from, &mut stick.clone(), |_| MemoryStorage::default());
    assert!(matches!(taken.expect("memory"), CollectOutcome::Taken { .. }));
    station.disk().clone().replace("cosigned", &stick.bytes("cosigned")).expect("memory");
    VerifierKey::parse(&witness.lock().expect("one thread").verifier_key()).expect("a key")
}

fn flip(bytes: &mut Vec<u8>, dice: &mut Dice) {
    if bytes.is_empty() {
        // An empty station.toml: something is written into it.
        bytes.push(b'x');
        return;
    }
    let at = dice.below(bytes.len() * 8);
    bytes[at / 8] ^= 1 << (at % 8);
}

/// Alters a log in one way: what was done, and which keys the forger used.
pub fn mutate(material: &Material, other: &Material, dice: &mut Dice) -> (&'static str, &'static str, Log) {
    let mut log = material.log.clone();
    let no_keys = "no keys";
    match dice.below(15) {
        0 => {
            let at = dice.below(log.lines.len());
            flip(&mut log.lines[at], dice);
            ("a bit of an entry", no_keys, log)
        }
        1 => {
            flip(&mut log.checkpoint, dice);
            ("a bit of the head", no_keys, log)
        }
        2 => {
            let at = dice.below(log.closings.len());
            flip(&mut log.closings[at], dice);
            ("a bit of a closing", no_keys, log)
        }
        3 => {
            flip(&mut log.cosigned, dice);
            ("a bit of the countersigned head", no_keys, log)
        }
        4 => {
            let at = dice.below(log.kept.len());
            flip(&mut log.kept[at].1, dice);
            ("a bit of a kept file", no_keys, log)
        }
        5 => {
            log.tile = Some((dice.below(1000), dice.below(1 << 20)));
            ("a bit of a tile of hashes", no_keys, log)
        }
        6 | 7 => (rows(&mut log, dice), no_keys, log),
        8 => (numbers(&mut log, dice), no_keys, log),
        9 => (closings(&mut log, dice), no_keys, log),
        10 => (mixed(&mut log, &other.log, dice), no_keys, log),
        11 => (older(&mut log, &material.older[dice.below(3)], dice), no_keys, log),
        _ => fork(material, log, dice),
    }
}

/// The line with another number, so that it begins as the entry in its place must.
fn renumbered(line: &[u8], seq: usize) -> Vec<u8> {
    let text = String::from_utf8(line.to_vec()).expect("ours");
    let rest = text.split_once(",\"type\"").expect("an entry").1;
    format!("{{\"v\":1,\"seq\":{seq},\"type\"{rest}").into_bytes()
}

fn renumber(log: &mut Log) {
    for seq in 0..log.lines.len() {
        if entry_type(&log.lines[seq], seq as u64).is_none() {
            log.lines[seq] = renumbered(&log.lines[seq], seq);
        }
    }
}

fn rows(log: &mut Log, dice: &mut Dice) -> &'static str {
    let (at, to) = (dice.below(log.lines.len()), dice.below(log.lines.len()));
    let what = match dice.below(4) {
        0 => {
            log.lines.remove(at);
            "an entry deleted"
        }
        1 => {
            log.lines.swap(at, to);
            "two entries swapped"
        }
        2 => {
            log.lines.insert(to, log.lines[at].clone());
            "an entry doubled"
        }
        _ => {
            let made = String::from_utf8(log.lines[at].clone()).expect("ours").replace("aired", "missed");
            log.lines.insert(to, made.into_bytes());
            "an entry inserted"
        }
    };
    if dice.below(2) == 0 {
        renumber(log);
    }
    what
}

/// A head with another size or root, its signatures left as they are.
fn numbers(log: &mut Log, dice: &mut Dice) -> &'static str {
    let closings = log.closings.len();
    let notes: Vec<&mut Vec<u8>> =
        std::iter::once(&mut log.checkpoint).chain(&mut log.closings).chain([&mut log.cosigned]).collect();
    let at = dice.below(closings + 2);
    let note = notes.into_iter().nth(at).expect("it is there");
    let mut parsed = Note::parse(note).expect("ours");
    let mut head = Checkpoint::parse(&parsed.text).expect("ours");
    if dice.below(2) == 0 {
        head.size = dice.below(log.lines.len() * 2) as u64;
    }
    head.root = root(&log.lines[..(head.size as usize).min(log.lines.len())]);
    parsed.text = head.to_string();
    *note = parsed.to_string().into_bytes();
    "the numbers of a head or closing"
}

fn closings(log: &mut Log, dice: &mut Dice) -> &'static str {
    let (at, to) = (dice.below(log.closings.len()), dice.below(log.closings.len()));
    match dice.below(3) {
        0 => {
            log.closings.remove(at);
            "a closing removed"
        }
        1 => {
            log.closings.swap(at, to);
            "closings swapped"
        }
        _ => {
            log.closings.insert(to, log.closings[at].clone());
            "a closing doubled"
        }
    }
}

fn mixed(log: &mut Log, other: &Log, dice: &mut Dice) -> &'static str {
    match dice.below(5) {
        0 => log.lines = other.lines.clone(),
        1 => log.checkpoint = other.checkpoint.clone(),
        2 => log.closings = other.closings.clone(),
        3 => log.cosigned = other.cosigned.clone(),
        _ => {
            let at = dice.below(log.lines.len().min(other.lines.len()));
            log.lines[at] = other.lines[at].clone();
        }
    }
    "parts of another station's log"
}

fn older(log: &mut Log, older: &Log, dice: &mut Dice) -> &'static str {
    match dice.below(5) {
        0 | 1 => {
            *log = Log { cosigned: log.cosigned.clone(), ..older.clone() };
            "an older state, whole"
        }
        2 => {
            log.lines = older.lines.clone();
            "older entries under the newer head"
        }
        3 => {
            log.checkpoint = older.checkpoint.clone();
            "the older head over the newer entries"
        }
        _ => {
            log.closings = older.closings.clone();
            "older closings"
        }
    }
}

/// Another past, signed with what was stolen.
fn fork(material: &Material, mut log: Log, dice: &mut Dice) -> (&'static str, &'static str, Log) {
    let open = dice.below(2) == 0;
    let from = material.open_from as usize;
    let at = if open { from + dice.below(log.lines.len() - from) } else { 1 + dice.below(from - 1) };
    let text = String::from_utf8(log.lines[at].clone()).expect("ours");
    log.lines[at] = text.replace("+07:00", "+07:30").into_bytes();
    if dice.below(4) == 0 {
        log.lines.pop();
    }
    let origin = &material.collected.origin;
    let epoch = dice.below(9) as u64;
    let (keys, signers): (_, Vec<NoteSigner>) = match dice.below(4) {
        0 => ("the log key", vec![again(&material.log_key), made_up(&epoch_key_name(origin, epoch), 9)]),
        1 => ("the epoch key", vec![made_up(origin, 9), again(&material.epoch_key)]),
        2 => return own_epochs(material, log),
        _ => ("both keys", vec![again(&material.log_key), again(&material.epoch_key)]),
    };
    let signers: Vec<_> = signers.iter().collect();
    let signed = |size: usize| {
        let head = Checkpoint { origin: origin.clone(), size: size as u64, root: root(&log.lines[..size]) };
        head.sign_with(&signers).to_string().into_bytes()
    };
    log.checkpoint = signed(log.lines.len());
    let sizes = log
        .closings
        .iter()
        .map(|c| Checkpoint::parse(&Note::parse(c).expect("ours").text).expect("ours").size as usize);
    log.closings = sizes
        .zip(&material.log.closings)
        .map(|(size, old)| if size > at { signed(size) } else { old.clone() })
        .collect();
    (if open { "another past, in the open epoch" } else { "another past, before the open epoch" }, keys, log)
}

fn again(key: &NoteSigner) -> NoteSigner {
    NoteSigner::from_secret_text(&key.secret_text()).expect("ours")
}

/// The whole log anew, with the stolen log key and epoch keys of the forger's own.
fn own_epochs(material: &Material, mut log: Log) -> (&'static str, &'static str, Log) {
    let origin = &material.collected.origin;
    let mine = made_up(&epoch_key_name(origin, 0), 9);
    let genesis = String::from_utf8(log.lines[0].clone()).expect("ours");
    let (before, rest) = genesis.split_once("\"epoch_key\":\"").expect("a genesis");
    let after = rest.split_once('"').expect("a genesis").1;
    log.lines[0] = format!("{before}\"epoch_key\":\"{}\"{after}", mine.public()).into_bytes();
    // One epoch that never ended.
    log.lines.retain(|line| !String::from_utf8_lossy(line).contains("\"type\":\"epoch\""));
    renumber(&mut log);
    let head = Checkpoint { origin: origin.clone(), size: log.lines.len() as u64, root: root(&log.lines) };
    log.checkpoint = head.sign_with(&[&material.log_key, &mine]).to_string().into_bytes();
    log.closings.clear();
    ("the whole past anew, with epoch keys of one's own", "the log key", log)
}
