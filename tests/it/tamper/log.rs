//! The parts of a log, and mutations of them.
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

use super::{Dice, root, signer, stolen_keys};
use crate::station::Station;

pub const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"Bản tin của xã\"\nfile = \"s-60.mp3\"\n\n\
                       [[session]]\nid = \"sang\"\nat = [\"05:15\", \"11:00\", \"17:00\"]\nplay = [\"a\", \"a\", \"a\"]\n";

/// The parts of a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Log {
    pub lines: Vec<Vec<u8>>,
    pub checkpoint: Vec<u8>,
    pub closings: Vec<Vec<u8>>,
    pub cosigned: Vec<u8>,
    pub kept: Vec<(String, Vec<u8>)>,
    /// The numbers of the hash tile and of its bit to flip. Only an export has hash tiles.
    flipped_tile_bit: Option<(usize, usize)>,
}

impl Log {
    fn read(disk: &MemoryStorage) -> Self {
        let lines = disk.bytes(LOG).split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(<[u8]>::to_vec).collect();
        let closings = split_notes(&disk.bytes("closings")).0.into_iter().map(<[u8]>::to_vec).collect();
        let kept = disk.names().into_iter().filter(|name| name.starts_with("kept/"));
        let kept = kept.map(|name| (name.clone(), disk.bytes(&name))).collect();
        let (checkpoint, cosigned) = (disk.bytes("checkpoint"), disk.bytes("cosigned"));
        Self { lines, checkpoint, closings, cosigned, kept, flipped_tile_bit: None }
    }

    /// The log as files. The tiles are computed from the lines, as a forger who alters the lines would do.
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
                let mut builder = TileBuilder::default();
                let mut tiles: Vec<_> =
                    self.lines.iter().flat_map(|line| builder.push(Some(line), leaf_hash(line))).collect();
                tiles.extend(builder.partial());
                if let Some((tile_number, bit)) = self.flipped_tile_bit {
                    let hash_tiles: Vec<_> = (0..tiles.len()).filter(|n| tiles[*n].0.level.is_some()).collect();
                    let bytes = &mut tiles[hash_tiles[tile_number % hash_tiles.len()]].1;
                    let bit = bit % (bytes.len() * 8);
                    bytes[bit / 8] ^= 1 << (bit % 8);
                }
                files.extend(tiles.into_iter().map(|(tile, bytes)| (tile.path(), bytes)));
            }
        }
        let mut disk = MemoryStorage::default();
        for (name, bytes) in files {
            disk.replace(&name, &bytes).expect("in-memory storage never fails");
        }
        disk
    }

    pub fn head(&self) -> Option<Checkpoint> {
        Checkpoint::parse(&Note::parse(&self.checkpoint)?.text)
    }

    /// The text of the countersigned head.
    pub fn cosigned_text(&self) -> Option<String> {
        Note::parse(&self.cosigned).map(|note| note.text)
    }

    /// True if a hash tile is altered. Then the log can only be an export.
    pub fn has_altered_tile(&self) -> bool {
        self.flipped_tile_bit.is_some()
    }
}

/// A station's log, and the knowledge of a forger and a verifier about it.
pub struct ForgerMaterial {
    pub log: Log,
    pub keys: MemoryStorage,
    pub key: VerifierKey,
    /// The head that the department has collected.
    pub collected_head: Checkpoint,
    /// The department's key.
    pub witness: VerifierKey,
    /// The number of the first entry of the open epoch.
    pub first_open_entry: u64,
    log_key: NoteSigner,
    epoch_key: NoteSigner,
    /// Earlier states of the log, each complete.
    older_states: Vec<Log>,
}

impl ForgerMaterial {
    /// Makes the material from a station that ran for days, was collected, and ran on.
    pub fn new(session: &str, extra_days: i64) -> Self {
        let playlist = PLAYLIST.replace("sang", session);
        let station =
            Station::new("2023-03-20T05:00:00").playlist(&playlist).run_and_cut((5 + extra_days) * 86_400 + 930);
        let mut older_states = vec![Log::read(station.disk())];
        // `loa export` ends the epoch first.
        let command = OperatorCommand::Collect { notes: Vec::new() };
        let station = station.off_for(86_400).command(6 * 86_400, command).run_and_cut(6 * 86_400 + 1);
        older_states.push(Log::read(station.disk()));
        let witness = collect_and_countersign(&station);
        let cosigned = Note::parse(&station.disk().bytes("cosigned")).expect("parse the note");
        let collected_head = Checkpoint::parse(&cosigned.text).expect("parse the head");
        let station = station.run_for(5 * 86_400);
        older_states.push(Log::read(station.disk()));
        let station = station.run_and_cut(10 * 3600);
        let log = Log::read(station.disk());
        let origin = collected_head.origin.clone();
        let (log_key, epoch_key) = stolen_keys(station.keys(), &origin);
        let last_closing = log.closings.last().and_then(|note| Checkpoint::parse(&Note::parse(note)?.text));
        let first_open_entry = last_closing.expect("an epoch has ended").size;
        assert!(
            log.closings.len() > 2
                && collected_head.size < first_open_entry
                && (first_open_entry as usize) < log.lines.len()
        );
        let (key, keys) = (log_key.public().clone(), station.keys().copy());
        Self { log, keys, key, collected_head, witness, first_open_entry, log_key, epoch_key, older_states }
    }
}

/// Collects the log, and writes the countersignature to the station's disk. Returns the department's key.
fn collect_and_countersign(station: &Station) -> VerifierKey {
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    let mut stick = MemoryStorage::default();
    let exported = export(&source, &mut stick, VerifyPolicy::default(), 1)
        .expect("in-memory storage never fails")
        .expect("export an honest log");
    let mut registry = Registry::default();
    registry
        .enrol(exported.verified.key.expect("the log has a key"), String::new(), &StationDetails::default())
        .expect("enrol the station's key");
    let witness = Mutex::new(Witness::open(MemoryStorage::default(), os_seed).expect("in-memory storage never fails"));
    let stick_source = LogSource { storage: stick.clone(), form: LogForm::Export };
    let now = 1_679_800_000;
    let collector = Collector {
        registry: &registry,
        witness: &witness,
        collected_at: now,
        seed_source: os_seed,
        threads: 1,
        reads_all_entries: false,
    };
    let outcome = collector.collect(&stick_source, &mut stick.clone(), |_| MemoryStorage::default());
    assert!(matches!(outcome.expect("in-memory storage never fails"), CollectOutcome::Collected { .. }));
    station.disk().clone().replace("cosigned", &stick.bytes("cosigned")).expect("in-memory storage never fails");
    VerifierKey::parse(&witness.lock().expect("no thread panicked").verifier_key()).expect("parse the key")
}

fn flip_random_bit(bytes: &mut Vec<u8>, dice: &mut Dice) {
    if bytes.is_empty() {
        // An empty file gets a byte.
        bytes.push(b'x');
        return;
    }
    let bit = dice.below(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

/// Alters a log in one way. Returns the kind of mutation, the keys that the forger used, and the altered log.
pub fn mutate(material: &ForgerMaterial, other: &ForgerMaterial, dice: &mut Dice) -> (&'static str, &'static str, Log) {
    let mut log = material.log.clone();
    let no_keys = "no keys";
    match dice.below(15) {
        0 => {
            let index = dice.below(log.lines.len());
            flip_random_bit(&mut log.lines[index], dice);
            ("a bit flipped in an entry", no_keys, log)
        }
        1 => {
            flip_random_bit(&mut log.checkpoint, dice);
            ("a bit flipped in the head", no_keys, log)
        }
        2 => {
            let index = dice.below(log.closings.len());
            flip_random_bit(&mut log.closings[index], dice);
            ("a bit flipped in a closing", no_keys, log)
        }
        3 => {
            flip_random_bit(&mut log.cosigned, dice);
            ("a bit flipped in the countersigned head", no_keys, log)
        }
        4 => {
            let index = dice.below(log.kept.len());
            flip_random_bit(&mut log.kept[index].1, dice);
            ("a bit flipped in a kept file", no_keys, log)
        }
        5 => {
            log.flipped_tile_bit = Some((dice.below(1000), dice.below(1 << 20)));
            ("a bit flipped in a hash tile", no_keys, log)
        }
        6 | 7 => (mutate_entries(&mut log, dice), no_keys, log),
        8 => (mutate_head_values(&mut log, dice), no_keys, log),
        9 => (mutate_closings(&mut log, dice), no_keys, log),
        10 => (mix_with_other_log(&mut log, &other.log, dice), no_keys, log),
        11 => (restore_older_part(&mut log, &material.older_states[dice.below(3)], dice), no_keys, log),
        _ => fork(material, log, dice),
    }
}

/// The line with its sequence number replaced by `seq`.
fn with_seq(line: &[u8], seq: usize) -> Vec<u8> {
    let text = String::from_utf8(line.to_vec()).expect("the line is UTF-8");
    let remainder = text.split_once(",\"type\"").expect("find the type key").1;
    format!("{{\"v\":1,\"seq\":{seq},\"type\"{remainder}").into_bytes()
}

fn renumber(log: &mut Log) {
    for seq in 0..log.lines.len() {
        if entry_type(&log.lines[seq], seq as u64).is_none() {
            log.lines[seq] = with_seq(&log.lines[seq], seq);
        }
    }
}

fn mutate_entries(log: &mut Log, dice: &mut Dice) -> &'static str {
    let (index, target) = (dice.below(log.lines.len()), dice.below(log.lines.len()));
    let kind = match dice.below(4) {
        0 => {
            log.lines.remove(index);
            "an entry deleted"
        }
        1 => {
            log.lines.swap(index, target);
            "two entries swapped"
        }
        2 => {
            log.lines.insert(target, log.lines[index].clone());
            "an entry duplicated"
        }
        _ => {
            let new_line =
                String::from_utf8(log.lines[index].clone()).expect("the line is UTF-8").replace("aired", "missed");
            log.lines.insert(target, new_line.into_bytes());
            "an entry inserted"
        }
    };
    if dice.below(2) == 0 {
        renumber(log);
    }
    kind
}

/// Changes the size or the root of a head or closing, and keeps the signatures.
fn mutate_head_values(log: &mut Log, dice: &mut Dice) -> &'static str {
    let closings = log.closings.len();
    let notes: Vec<&mut Vec<u8>> =
        std::iter::once(&mut log.checkpoint).chain(&mut log.closings).chain([&mut log.cosigned]).collect();
    let index = dice.below(closings + 2);
    let note = notes.into_iter().nth(index).expect("find the note");
    let mut parsed = Note::parse(note).expect("parse the head");
    let mut head = Checkpoint::parse(&parsed.text).expect("parse the head");
    if dice.below(2) == 0 {
        head.size = dice.below(log.lines.len() * 2) as u64;
    }
    head.root = root(&log.lines[..(head.size as usize).min(log.lines.len())]);
    parsed.text = head.to_string();
    *note = parsed.to_string().into_bytes();
    "the size or root of a head or closing changed"
}

fn mutate_closings(log: &mut Log, dice: &mut Dice) -> &'static str {
    let (index, target) = (dice.below(log.closings.len()), dice.below(log.closings.len()));
    match dice.below(3) {
        0 => {
            log.closings.remove(index);
            "a closing removed"
        }
        1 => {
            log.closings.swap(index, target);
            "closings swapped"
        }
        _ => {
            log.closings.insert(target, log.closings[index].clone());
            "a closing duplicated"
        }
    }
}

fn mix_with_other_log(log: &mut Log, other: &Log, dice: &mut Dice) -> &'static str {
    match dice.below(5) {
        0 => log.lines = other.lines.clone(),
        1 => log.checkpoint = other.checkpoint.clone(),
        2 => log.closings = other.closings.clone(),
        3 => log.cosigned = other.cosigned.clone(),
        _ => {
            let index = dice.below(log.lines.len().min(other.lines.len()));
            log.lines[index] = other.lines[index].clone();
        }
    }
    "parts of another station's log"
}

fn restore_older_part(log: &mut Log, older: &Log, dice: &mut Dice) -> &'static str {
    match dice.below(5) {
        0 | 1 => {
            *log = Log { cosigned: log.cosigned.clone(), ..older.clone() };
            "a complete older state"
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

/// Rewrites an entry, and signs the changed log with stolen keys.
fn fork(material: &ForgerMaterial, mut log: Log, dice: &mut Dice) -> (&'static str, &'static str, Log) {
    let is_open_epoch = dice.below(2) == 0;
    let from = material.first_open_entry as usize;
    let changed_entry =
        if is_open_epoch { from + dice.below(log.lines.len() - from) } else { 1 + dice.below(from - 1) };
    let text = String::from_utf8(log.lines[changed_entry].clone()).expect("the line is UTF-8");
    log.lines[changed_entry] = text.replace("+07:00", "+07:30").into_bytes();
    if dice.below(4) == 0 {
        log.lines.pop();
    }
    let origin = &material.collected_head.origin;
    let epoch = dice.below(9) as u64;
    let (keys, signers): (_, Vec<NoteSigner>) = match dice.below(4) {
        0 => ("the log key", vec![copy_of_key(&material.log_key), signer(&epoch_key_name(origin, epoch), 9)]),
        1 => ("the epoch key", vec![signer(origin, 9), copy_of_key(&material.epoch_key)]),
        2 => return rewrite_with_own_epoch(material, log),
        _ => ("both keys", vec![copy_of_key(&material.log_key), copy_of_key(&material.epoch_key)]),
    };
    let signers: Vec<_> = signers.iter().collect();
    let signed_head = |size: usize| {
        let head = Checkpoint { origin: origin.clone(), size: size as u64, root: root(&log.lines[..size]) };
        head.sign_with(&signers).to_string().into_bytes()
    };
    log.checkpoint = signed_head(log.lines.len());
    let sizes = log.closings.iter().map(|c| {
        Checkpoint::parse(&Note::parse(c).expect("parse the head").text).expect("parse the head").size as usize
    });
    log.closings = sizes
        .zip(&material.log.closings)
        .map(|(size, old)| if size > changed_entry { signed_head(size) } else { old.clone() })
        .collect();
    (
        if is_open_epoch {
            "a different history, in the open epoch"
        } else {
            "a different history, before the open epoch"
        },
        keys,
        log,
    )
}

fn copy_of_key(key: &NoteSigner) -> NoteSigner {
    NoteSigner::from_secret_text(&key.secret_text()).expect("parse the key")
}

/// Rewrites the complete log with the stolen log key and the forger's own epoch key.
fn rewrite_with_own_epoch(material: &ForgerMaterial, mut log: Log) -> (&'static str, &'static str, Log) {
    let origin = &material.collected_head.origin;
    let forged_epoch_key = signer(&epoch_key_name(origin, 0), 9);
    let genesis = String::from_utf8(log.lines[0].clone()).expect("the line is UTF-8");
    let (prefix, remainder) = genesis.split_once("\"epoch_key\":\"").expect("find the key in the genesis entry");
    let suffix = remainder.split_once('"').expect("find the end of the key").1;
    log.lines[0] = format!("{prefix}\"epoch_key\":\"{}\"{suffix}", forged_epoch_key.public()).into_bytes();
    // The forged log has a single epoch that has not ended.
    log.lines.retain(|line| !String::from_utf8_lossy(line).contains("\"type\":\"epoch\""));
    renumber(&mut log);
    let head = Checkpoint { origin: origin.clone(), size: log.lines.len() as u64, root: root(&log.lines) };
    log.checkpoint = head.sign_with(&[&material.log_key, &forged_epoch_key]).to_string().into_bytes();
    log.closings.clear();
    ("the complete history rewritten, with the forger's own epoch keys", "the log key", log)
}
