//! The mutation campaign: real logs and exports, altered in every way that a forger has, with and without stolen keys.
//!
//! `LOA_TAMPER` says how many mutations (20,000 in the campaign), `LOA_TAMPER_SEED` which. Whatever is accepted must fall
//! under one of the limits that `docs/airlog-format.md` names; anything else fails the test and prints the mutation.
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
use log::{Log, Material};

/// A small generator (splitmix64), so that a seed is all that a failure needs to be seen again.
pub struct Dice(u64);

impl Dice {
    /// One that begins here.
    #[allow(dead_code)] // the department's tests want one
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).expect("small")
    }
}

/// What a verifier is told beforehand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Knows {
    /// The log's key alone.
    Key,
    /// And what the department does: its own key, and the head that it has collected.
    All,
}

fn verdict(material: &Material, disk: &MemoryStorage, form: LogForm, knows: Knows) -> Vec<VerifyError> {
    let seen = if knows == Knows::All { vec![material.collected.clone()] } else { Vec::new() };
    let witness = (knows == Knows::All).then(|| material.witness.clone());
    let policy =
        VerifyPolicy { key: Some(material.key.clone()), earlier_heads: seen, witness, ..VerifyPolicy::default() };
    verify_log(&LogSource { storage: disk.clone(), form }, policy, 1).expect("memory").errors
}

/// Which limit of the page an accepted mutation falls under; none when it should have been seen.
fn limit(material: &Material, changed: &Log, knows: Knows, keys: &str) -> Option<&'static str> {
    let whole = &material.log;
    let head = changed.head()?;
    let longest = whole.lines.len().max(changed.lines.len());
    let first = (0..longest).find(|n| whole.lines.get(*n) != changed.lines.get(*n)).unwrap_or(longest);
    let same_lines = whole.lines == changed.lines;
    let older = whole.lines.starts_with(&changed.lines[..usize::try_from(head.size).ok()?.min(changed.lines.len())]);
    let signed =
        whole.checkpoint == changed.checkpoint && whole.closings == changed.closings && whole.kept == changed.kept;
    if same_lines && signed && whole.cosigned_text() == changed.cosigned_text() && knows == Knows::Key {
        return Some("the department's line, to who does not know its key");
    }
    if keys == "both keys" && first as u64 >= material.open_from && first as u64 >= material.collected.size {
        return Some("both keys, in the open epoch");
    }
    if older && head.size < whole.head()?.size && (knows == Knows::Key || head.size >= material.collected.size) {
        return Some("an older state, whole");
    }
    None
}

#[derive(Default)]
struct Count {
    tried: u64,
    seen: u64,
    limits: BTreeMap<&'static str, u64>,
}

#[test]
fn whatever_is_altered_is_seen_or_is_a_limit_that_the_page_names() {
    let count: usize = std::env::var("LOA_TAMPER").ok().and_then(|n| n.parse().ok()).unwrap_or(1200);
    let seed: u64 = std::env::var("LOA_TAMPER_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(20_230_320);
    let materials = [Material::new("sang", 0), Material::new("chieu", 3)];
    let mut dice = Dice(seed);
    let mut table: BTreeMap<String, Count> = BTreeMap::new();
    for number in 0..count {
        let at = dice.below(2);
        let (material, other) = (&materials[at], &materials[1 - at]);
        let (kind, keys, changed) = log::mutate(material, other, &mut dice);
        if changed == material.log {
            continue;
        }
        let form = if dice.below(2) == 0 && !changed.has_tiles() { LogForm::Airlog } else { LogForm::Export };
        let disk = changed.disk(form);
        for knows in [Knows::Key, Knows::All] {
            let row = table.entry(format!("{kind}, {keys}")).or_default();
            row.tried += 1;
            if !verdict(material, &disk, form, knows).is_empty() {
                row.seen += 1;
                continue;
            }
            let limit = limit(material, &changed, knows, keys);
            let limit = limit
                .unwrap_or_else(|| panic!("{number} (seed {seed}): {kind}, {keys}, {form:?}, {knows:?} was accepted"));
            *row.limits.entry(limit).or_default() += 1;
        }
        if form == LogForm::Airlog && number % 4 == 0 {
            never_goes_on_with(material, &disk);
        }
    }
    print(&table);
}

/// A daemon that starts over it must not go on with entries that were not signed.
fn never_goes_on_with(material: &Material, disk: &MemoryStorage) {
    let (mut disk, mut keys) = (disk.copy(), material.keys.copy());
    let Some(resumed) = recover(&mut disk, &mut keys).expect("memory").resumed else {
        return;
    };
    let head = Note::parse(&disk.bytes("checkpoint")).expect("a head");
    let head = Checkpoint::parse(&head.text).expect("a head");
    assert_eq!((resumed.range.size(), resumed.range.root()), (head.size, head.root));
}

fn print(table: &BTreeMap<String, Count>) {
    println!(
        "{:<52} {:>6} {:>6}  accepted, by a limit of the page",
        "mutation, and the keys that the forger has", "judged", "seen"
    );
    for (name, count) in table {
        let limits: Vec<_> = count.limits.iter().map(|(limit, n)| format!("{n} {limit}")).collect();
        println!("{name:<52} {:>6} {:>6}  {}", count.tried, count.seen, limits.join("; "));
        assert_eq!(count.tried, count.seen + count.limits.values().sum::<u64>());
    }
}

#[test]
fn a_log_or_bundle_cut_at_any_byte_of_its_last_entries_is_seen() {
    let material = Material::new("sang", 0);
    let whole = material.log.disk(LogForm::Airlog);
    let bytes = whole.bytes(LOG);
    let last: usize = material.log.lines.iter().rev().take(3).map(|line| line.len() + 1).sum();
    for cut in bytes.len() - last..bytes.len() {
        let mut disk = whole.copy();
        disk.replace(LOG, &bytes[..cut]).expect("memory");
        assert!(!verdict(&material, &disk, LogForm::Airlog, Knows::Key).is_empty(), "cut at {cut} of {}", bytes.len());
    }
    let export = material.log.disk(LogForm::Export);
    let bundle = export.names().into_iter().filter(|name| name.starts_with("tile/entries")).max().expect("one");
    let bytes = export.bytes(&bundle);
    for cut in bytes.len().saturating_sub(last)..bytes.len() {
        let mut disk = export.copy();
        disk.replace(&bundle, &bytes[..cut]).expect("memory");
        assert!(!verdict(&material, &disk, LogForm::Export, Knows::Key).is_empty(), "cut at {cut} of {bundle}");
    }
}

/// The power goes while the next batch is written: any part of it may be there, and the head is the one before.
#[test]
fn an_honest_log_cut_at_any_byte_of_the_next_batch_recovers_and_verifies() {
    let station = Station::new("2023-03-20T05:00:00").playlist(log::DAY).run_and_cut(86_400);
    let (before, keys) = (station.disk().copy(), station.keys().copy());
    let station = station.run_for(1000);
    let after = station.disk().bytes(LOG);
    let signed = before.bytes(LOG).len();
    assert!(after.len() > signed + 100);
    for cut in signed..after.len() {
        let (mut disk, mut keys) = (before.copy(), keys.copy());
        disk.replace(LOG, &after[..cut]).expect("memory");
        let found = recover(&mut disk, &mut keys).expect("memory");
        assert!(found.resumed.is_some() && found.torn as usize == cut - signed, "cut at {cut}");
        let wrong = verify_log(&LogSource { storage: disk, form: LogForm::Airlog }, VerifyPolicy::default(), 1)
            .expect("memory")
            .errors;
        assert!(wrong.is_empty(), "cut at {cut}: {wrong:?}");
    }
}

/// Of the secrets of a station, what a thief finds on the disk.
pub fn stolen(keys_of: &MemoryStorage, origin: &str) -> (NoteSigner, NoteSigner) {
    let folder = keys::key_folder(origin);
    let read = |name: &String| {
        let text = String::from_utf8(keys_of.bytes(name)).expect("text");
        NoteSigner::from_secret_text(&text).expect("a key")
    };
    let names = keys_of.names();
    let epochs: Vec<_> = names.iter().filter(|name| name.starts_with(&format!("{folder}/epoch-"))).collect();
    assert_eq!(epochs.len(), 1, "only the present epoch's key is there: {names:?}");
    (read(&format!("{folder}/log")), read(epochs[0]))
}

/// A made-up key, such as who has none of the right ones would use.
pub fn made_up(name: &str, byte: u8) -> NoteSigner {
    NoteSigner::new(name, SignatureType::Plain, &[byte; 32]).expect("a name")
}

/// The root over lines.
pub fn root(lines: &[Vec<u8>]) -> [u8; 32] {
    root_of(&lines.iter().map(|line| leaf_hash(line)).collect::<Vec<_>>())
}
