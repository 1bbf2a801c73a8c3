//! Real logs and exports are randomly altered in all the ways that a forger could use, with and without stolen keys.
//!
//! `LOA_TAMPER` sets the number of mutations (20,000 in `make campaign`), and `LOA_TAMPER_SEED` the seed. The test fails
//! and prints the mutation if verification accepts one that is not a limit documented in `docs/airlog-format.md`.
mod log;

use std::collections::BTreeMap;

use loa::airlog::files::LOG;
use loa::airlog::keys;
use loa::airlog::recover::recover;
use loa::airlog::storage::{MemoryStorage, Storage};
use loa::logstore::source::{LogForm, LogSource};
use loa::logstore::verify::verify_log;
use loa::proof::checkpoint::Checkpoint;
use loa::proof::note::{Note, NoteSigner, SignatureType};
use loa::proof::tree::{leaf_hash, root_of};
use loa::proof::verify::{VerifyError, VerifyPolicy};

use crate::station::Station;
use log::{ForgerMaterial, Log};

/// A random number generator (splitmix64). The same seed reproduces a failure.
pub struct Dice(u64);

impl Dice {
    /// Returns a generator with this seed.
    #[allow(dead_code)] // only the department's tests use it
    pub fn with_seed(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a random number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).expect("the number fits")
    }
}

/// The knowledge of a verifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Knowledge {
    /// The verifier knows only the log's key.
    KeyOnly,
    /// The verifier also knows the department's key and the collected head.
    All,
}

fn verify_errors(
    material: &ForgerMaterial,
    disk: &MemoryStorage,
    form: LogForm,
    knowledge: Knowledge,
) -> Vec<VerifyError> {
    let earlier_heads = if knowledge == Knowledge::All { vec![material.collected_head.clone()] } else { Vec::new() };
    let witness = (knowledge == Knowledge::All).then(|| material.witness.clone());
    let policy = VerifyPolicy { key: Some(material.key.clone()), earlier_heads, witness, ..VerifyPolicy::default() };
    verify_log(&LogSource { storage: disk.clone(), form }, policy, 1).expect("in-memory storage never fails").errors
}

/// The documented limit that covers an accepted mutation; `None` if verification should have found the mutation.
fn documented_limit(
    material: &ForgerMaterial,
    changed_log: &Log,
    knowledge: Knowledge,
    keys: &str,
) -> Option<&'static str> {
    let original = &material.log;
    let head = changed_log.head()?;
    let max_line_count = original.lines.len().max(changed_log.lines.len());
    let first_difference =
        (0..max_line_count).find(|n| original.lines.get(*n) != changed_log.lines.get(*n)).unwrap_or(max_line_count);
    let has_same_lines = original.lines == changed_log.lines;
    let is_older_state =
        original.lines.starts_with(&changed_log.lines[..usize::try_from(head.size).ok()?.min(changed_log.lines.len())]);
    let has_same_signatures = original.checkpoint == changed_log.checkpoint
        && original.closings == changed_log.closings
        && original.kept == changed_log.kept;
    if has_same_lines
        && has_same_signatures
        && original.cosigned_text() == changed_log.cosigned_text()
        && knowledge == Knowledge::KeyOnly
    {
        return Some("a changed countersignature, for a verifier without the department's key");
    }
    if keys == "both keys"
        && first_difference as u64 >= material.first_open_entry
        && first_difference as u64 >= material.collected_head.size
    {
        return Some("both keys, in the open epoch");
    }
    if is_older_state
        && head.size < original.head()?.size
        && (knowledge == Knowledge::KeyOnly || head.size >= material.collected_head.size)
    {
        return Some("a complete older state");
    }
    None
}

#[derive(Default)]
struct MutationCounts {
    tried: u64,
    detected: u64,
    limits: BTreeMap<&'static str, u64>,
}

#[test]
fn every_alteration_is_found_or_is_a_documented_limit() {
    let count: usize = std::env::var("LOA_TAMPER").ok().and_then(|n| n.parse().ok()).unwrap_or(1200);
    let seed: u64 = std::env::var("LOA_TAMPER_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(20_230_320);
    let materials = [ForgerMaterial::new("sang", 0), ForgerMaterial::new("chieu", 3)];
    let mut dice = Dice(seed);
    let mut table: BTreeMap<String, MutationCounts> = BTreeMap::new();
    for number in 0..count {
        let index = dice.below(2);
        let (material, other) = (&materials[index], &materials[1 - index]);
        let (kind, keys, changed_log) = log::mutate(material, other, &mut dice);
        if changed_log == material.log {
            continue;
        }
        let form =
            if dice.below(2) == 0 && !changed_log.has_altered_tile() { LogForm::Airlog } else { LogForm::Export };
        let disk = changed_log.disk(form);
        for knowledge in [Knowledge::KeyOnly, Knowledge::All] {
            let row = table.entry(format!("{kind}, {keys}")).or_default();
            row.tried += 1;
            if !verify_errors(material, &disk, form, knowledge).is_empty() {
                row.detected += 1;
                continue;
            }
            let limit = documented_limit(material, &changed_log, knowledge, keys);
            let limit = limit.unwrap_or_else(|| {
                panic!("{number} (seed {seed}): {kind}, {keys}, {form:?}, {knowledge:?} was accepted")
            });
            *row.limits.entry(limit).or_default() += 1;
        }
        if form == LogForm::Airlog && number % 4 == 0 {
            assert_only_signed_entries_are_continued(material, &disk);
        }
    }
    print_table(&table);
}

/// Asserts that a daemon which starts on this disk continues only the signed entries.
fn assert_only_signed_entries_are_continued(material: &ForgerMaterial, disk: &MemoryStorage) {
    let (mut disk, mut keys) = (disk.copy(), material.keys.copy());
    let Some(resumed) = recover(&mut disk, &mut keys).expect("in-memory storage never fails").resumed else {
        return;
    };
    let head = Note::parse(&disk.bytes("checkpoint")).expect("parse the head");
    let head = Checkpoint::parse(&head.text).expect("parse the head");
    assert_eq!((resumed.range.size(), resumed.range.root()), (head.size, head.root));
}

fn print_table(table: &BTreeMap<String, MutationCounts>) {
    println!(
        "{:<52} {:>6} {:>6}  accepted because of a documented limit",
        "mutation, and the keys that the forger has", "tried", "found"
    );
    for (name, counts) in table {
        let limits: Vec<_> = counts.limits.iter().map(|(limit, n)| format!("{n} {limit}")).collect();
        println!("{name:<52} {:>6} {:>6}  {}", counts.tried, counts.detected, limits.join("; "));
        assert_eq!(counts.tried, counts.detected + counts.limits.values().sum::<u64>());
    }
}

#[test]
fn a_cut_at_any_byte_of_the_last_entries_is_found() {
    let material = ForgerMaterial::new("sang", 0);
    let airlog = material.log.disk(LogForm::Airlog);
    let bytes = airlog.bytes(LOG);
    let last_entries_size_bytes: usize = material.log.lines.iter().rev().take(3).map(|line| line.len() + 1).sum();
    for cut_at in bytes.len() - last_entries_size_bytes..bytes.len() {
        let mut disk = airlog.copy();
        disk.replace(LOG, &bytes[..cut_at]).expect("in-memory storage never fails");
        assert!(
            !verify_errors(&material, &disk, LogForm::Airlog, Knowledge::KeyOnly).is_empty(),
            "cut at {cut_at} of {}",
            bytes.len()
        );
    }
    let export = material.log.disk(LogForm::Export);
    let bundle =
        export.names().into_iter().filter(|name| name.starts_with("tile/entries")).max().expect("find a bundle");
    let bytes = export.bytes(&bundle);
    for cut_at in bytes.len().saturating_sub(last_entries_size_bytes)..bytes.len() {
        let mut disk = export.copy();
        disk.replace(&bundle, &bytes[..cut_at]).expect("in-memory storage never fails");
        assert!(
            !verify_errors(&material, &disk, LogForm::Export, Knowledge::KeyOnly).is_empty(),
            "cut at {cut_at} of {bundle}"
        );
    }
}

/// The power fails while a batch is written. Any part of the batch can be on the disk, with the head of the previous
/// batch.
#[test]
fn a_log_cut_at_any_byte_of_an_unsigned_batch_recovers_and_verifies() {
    let station = Station::new("2023-03-20T05:00:00").playlist(log::PLAYLIST).run_and_cut(86_400);
    let (disk_before, keys) = (station.disk().copy(), station.keys().copy());
    let station = station.run_for(1000);
    let bytes_after = station.disk().bytes(LOG);
    let signed_size_bytes = disk_before.bytes(LOG).len();
    assert!(bytes_after.len() > signed_size_bytes + 100);
    for cut_at in signed_size_bytes..bytes_after.len() {
        let (mut disk, mut keys) = (disk_before.copy(), keys.copy());
        disk.replace(LOG, &bytes_after[..cut_at]).expect("in-memory storage never fails");
        let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
        assert!(
            recovery.resumed.is_some() && recovery.torn_bytes as usize == cut_at - signed_size_bytes,
            "cut at {cut_at}"
        );
        let errors = verify_log(&LogSource { storage: disk, form: LogForm::Airlog }, VerifyPolicy::default(), 1)
            .expect("in-memory storage never fails")
            .errors;
        assert!(errors.is_empty(), "cut at {cut_at}: {errors:?}");
    }
}

/// The log key and the epoch key that a thief finds on the disk.
pub fn stolen_keys(key_storage: &MemoryStorage, origin: &str) -> (NoteSigner, NoteSigner) {
    let folder = keys::key_folder(origin);
    let read = |name: &String| {
        let text = String::from_utf8(key_storage.bytes(name)).expect("the text is UTF-8");
        NoteSigner::from_secret_text(&text).expect("parse the key")
    };
    let names = key_storage.names();
    let epoch_key_names: Vec<_> = names.iter().filter(|name| name.starts_with(&format!("{folder}/epoch-"))).collect();
    assert_eq!(epoch_key_names.len(), 1, "the disk has only the key of the current epoch: {names:?}");
    (read(&format!("{folder}/log")), read(epoch_key_names[0]))
}

/// An invented key, such as a forger without the right keys would use.
pub fn signer(name: &str, byte: u8) -> NoteSigner {
    NoteSigner::new(name, SignatureType::Plain, &[byte; 32]).expect("the key name is valid")
}

/// The root of the tree over these lines.
pub fn root(lines: &[Vec<u8>]) -> [u8; 32] {
    root_of(&lines.iter().map(|line| leaf_hash(line)).collect::<Vec<_>>())
}
