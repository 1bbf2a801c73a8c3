//! Opens a log and puts right what a power cut left.
//!
//! What the signed head covers was acknowledged; what lies beyond it never was: it is set aside in `airlog/torn/`, and
//! not signed afterwards. A log that is not what its head says, or whose keys are not on this machine, is never gone on
//! with: going on would sign a fork, and accuse an honest SD card. It is set aside whole, in `airlog/damaged/`, and a
//! new log begins that cites its head. A station must not fall silent over it.
use std::io::{self, Read};
use std::sync::{Arc, mpsc};

use super::keys;
use super::parts::{self, Lines, Place, Stop, part_name};
use super::record::{Record, record};
use super::replay::Replay;
use super::seal::{CHECKPOINT, CLOSINGS, COSIGNED, Keys, keep_closing};
use super::storage::Storage;
use crate::proof::chain::Chain;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::{EpochKey, GenesisKeys, epoch_key, kind_of};
use crate::proof::note::{self, MAX_NOTE, Note, Signed, VerifierKey};
use crate::proof::tree::{Range, leaf_hash};

/// A log that is not signed and has no more entries than this broke off at its very beginning.
const BEGINNING: u64 = 8;
/// Of logs up to this size every closing is checked at the start, two signatures each; of longer ones `loa verify` does.
const CHAIN_CHECKED: u64 = 20_000;
/// Lines read in one go.
const CHUNK: usize = 2048;
/// No file of closings is larger: a hundred years of them.
const MAX_CLOSINGS: u64 = 1 << 26;

/// What was found.
#[derive(Default)]
pub struct Recovered {
    /// What the log tells; nothing when it was set aside.
    pub replay: Replay,
    /// What goes on; none when a new log is to begin.
    pub resumed: Option<Resumed>,
    /// Bytes beyond the head that were set aside.
    pub torn: u64,
    /// The log was set aside.
    pub damaged: Option<Damage>,
}

/// A log as it goes on.
pub struct Resumed {
    /// What it signs with.
    pub keys: Keys,
    /// Its tree.
    pub range: Range,
    /// Entries since the last closing,
    pub in_epoch: u64,
    /// and how long the station ran meanwhile, microseconds.
    pub ran_us: i64,
    /// Where the next line goes.
    pub place: Place,
    /// Bytes of `closings` that are whole.
    pub closings_len: u64,
}

/// A log that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Where it is now, in `airlog/`.
    pub kept_as: String,
    /// Whole entries before the damage.
    pub entries: u64,
    /// Its newest signed head, as far as it could be read.
    pub head: Option<String>,
    /// What is wrong.
    pub why: Why,
}

/// Why a log cannot be gone on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Entries are lacking that the head covers: an old state of the files, or a disk that forgot.
    Rewound {
        /// Whole lines.
        lines: u64,
        /// Entries by the head.
        size: u64,
    },
    /// Entries are not those that the head covers.
    Changed,
    /// The head is lacking or is none.
    NoHead,
    /// The closings do not fit the entries.
    Closings,
    /// Its keys are not on this machine: a copy, or a new disk.
    NoKeys,
}

/// The head as it lies on the disk.
struct Head {
    note: Note,
    checkpoint: Checkpoint,
}

/// Reads the log, sets aside what cannot be gone on with, and says what the log tells.
///
/// # Errors
/// When the storage fails.
pub fn recover<S: Storage>(storage: &mut S, keys: &mut S) -> io::Result<Recovered> {
    let head_bytes = storage.read_all(CHECKPOINT, MAX_NOTE as u64).or_else(too_large)?;
    let parts = parts::count(storage);
    if head_bytes.is_none() && parts == 0 {
        return Ok(Recovered::default());
    }
    let head = head_bytes.as_deref().and_then(|bytes| {
        let note = Note::parse(bytes)?;
        let checkpoint = Checkpoint::parse(&note.text).filter(|c| c.size > 0)?;
        Some(Head { note, checkpoint })
    });
    let walk = walk(storage, head.as_ref().map_or(0, |h| h.checkpoint.size))?;
    let Some(head) = head else {
        return no_head(storage, head_bytes.as_deref(), &walk);
    };
    let entries = walk.replay.entries;
    let why = match resume(storage, keys, &head, &walk)? {
        Ok(resumed) => {
            let torn = set_tail_aside(storage, &walk.place)?;
            return Ok(Recovered { replay: walk.replay, resumed: Some(resumed), torn, damaged: None });
        }
        Err(why) => why,
    };
    set_aside(storage, entries, Some(head.note.to_string()), why)
}

fn too_large(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    // A head that is no head.
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(Some(Vec::new())) } else { Err(error) }
}

/// What the lines that a head covers come to.
#[derive(Default)]
struct Walk {
    replay: Replay,
    range: Range,
    place: Place,
    /// Lines that are no entries, and the place of the first.
    stopped: bool,
    genesis: Option<Record>,
}

/// Reads the lines. They are hashed by one processor while another reads what they say.
fn walk<S: Storage>(storage: &S, size: u64) -> io::Result<Walk> {
    // Without a head: a look at how much there is.
    let size = if size == 0 { BEGINNING + 1 } else { size };
    let mut lines = Lines::new(storage)?;
    let mut found = Walk { place: lines.place(), ..Walk::default() };
    std::thread::scope(|scope| {
        let (chunks, hashed) = mpsc::sync_channel::<Arc<Chunk>>(2);
        let hasher = scope.spawn(move || {
            let mut range = Range::default();
            hashed.iter().for_each(|chunk| chunk.hash_into(&mut range));
            range
        });
        while found.replay.entries < size && !found.stopped {
            let chunk = Arc::new(Chunk::read(&mut lines, size)?);
            // It ends only when this does.
            let _ = chunks.send(chunk.clone());
            found.read(&chunk, size);
            if let Some(stop) = chunk.stop {
                found.stopped |= stop == Stop::TooLong;
                break;
            }
        }
        drop(chunks);
        found.range = hasher.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok(found)
    })
}

/// Some lines, and where each ends.
#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    lines: Vec<(Span, Place)>,
    stop: Option<Stop>,
}

type Span = std::ops::Range<usize>;

impl Chunk {
    fn read<S: Storage>(lines: &mut Lines<'_, S>, size: u64) -> io::Result<Self> {
        let mut chunk = Self::default();
        while chunk.lines.len() < CHUNK && lines.count() < size && chunk.stop.is_none() {
            let from = chunk.bytes.len();
            match lines.next_into(&mut chunk.bytes)? {
                Ok(()) => chunk.lines.push((from..chunk.bytes.len(), lines.place())),
                Err(stop) => chunk.stop = Some(stop),
            }
        }
        Ok(chunk)
    }

    fn line(&self, range: &Span) -> &[u8] {
        &self.bytes[range.clone()]
    }

    fn hash_into(&self, range: &mut Range) {
        self.lines.iter().for_each(|(span, _)| range.push(leaf_hash(self.line(span))));
    }
}

impl Walk {
    /// Reads what lines say, up to the first that is no entry.
    fn read(&mut self, chunk: &Chunk, size: u64) {
        for (span, place) in &chunk.lines {
            let (line, seq) = (chunk.line(span), self.replay.entries);
            if !self.replay.take_line(line, seq, size) {
                self.stopped = true;
                return;
            }
            if seq == 0 {
                self.genesis = record(line, 0).ok();
            }
            self.place = place.clone();
        }
    }
}

/// A log that nobody has signed: cut off at its very beginning, or robbed of its head.
fn no_head<S: Storage>(storage: &mut S, head: Option<&[u8]>, walk: &Walk) -> io::Result<Recovered> {
    let entries = walk.replay.entries;
    let beginning = head.is_none() && entries <= BEGINNING && !walk.stopped && !storage.has(CLOSINGS);
    if beginning {
        let torn = set_tail_aside(storage, &Place { part: 0, bytes: 0 })?;
        return Ok(Recovered { torn, ..Recovered::default() });
    }
    set_aside(storage, entries, None, Why::NoHead)
}

/// What goes on, or why nothing can.
fn resume<S: Storage>(storage: &mut S, keys: &mut S, head: &Head, walk: &Walk) -> io::Result<Result<Resumed, Why>> {
    let (size, lines) = (head.checkpoint.size, walk.replay.entries);
    if lines < size {
        let changed = walk.stopped;
        return Ok(Err(if changed { Why::Changed } else { Why::Rewound { lines, size } }));
    }
    if walk.range.root() != head.checkpoint.root {
        return Ok(Err(Why::Changed));
    }
    let origin = &head.checkpoint.origin;
    let replay = &walk.replay;
    let genesis = walk.genesis.as_ref().filter(|g| g.kind == "genesis" && g.body.origin.as_ref() == Some(origin));
    let public = genesis.and_then(|g| VerifierKey::parse(g.body.key.as_deref()?)).filter(|key| key.name == *origin);
    let epoch_public = replay.epoch_key.as_deref().and_then(|key| epoch_key(key, origin, replay.epoch));
    let (Some(public), Some(epoch_public)) = (public, epoch_public) else {
        return Ok(Err(Why::Changed));
    };
    if head.note.signed_by(&public) != Signed::Yes {
        return Ok(Err(Why::Changed));
    }
    let before =
        replay.epoch_key_before.as_deref().and_then(|key| epoch_key(key, origin, replay.epoch.checked_sub(1)?));
    let in_force = if replay.in_epoch == 0 { before.as_ref() } else { Some(&epoch_public) };
    // The log's key alone may have been stolen: what it has signed alone must not be signed on.
    if in_force.is_none_or(|key| head.note.signed_by(key) != Signed::Yes) {
        return Ok(Err(Why::Changed));
    }
    if size <= CHAIN_CHECKED
        && let Err(why) = chained(storage, head, &public)?
    {
        return Ok(Err(why));
    }
    let Some(closings_len) = closings(storage, head, replay)? else {
        return Ok(Err(Why::Closings));
    };
    let log = keys::load_log(keys, &public)?;
    let current = keys::load_epoch(keys, origin, replay.epoch, &epoch_public)?;
    let (Some(log), Some(current)) = (log, current) else {
        return Ok(Err(Why::NoKeys));
    };
    // Keys before are of no use but to a forger; the key after was made, and nothing came of it. That they cannot be
    // erased now is no reason to fall silent: every start tries all of them again.
    for before in 0..replay.epoch {
        let _ = keys::erase_epoch(keys, origin, before);
    }
    let _ = keys::erase_epoch(keys, origin, replay.epoch + 1);
    let with = Keys { origin: origin.clone(), log, epoch: replay.epoch, epoch_key: current };
    Ok(Ok(Resumed {
        keys: with,
        range: walk.range.clone(),
        in_epoch: replay.in_epoch,
        ran_us: replay.epoch_ran_us,
        place: walk.place.clone(),
        closings_len,
    }))
}

/// Bytes of the closings once they are whole; none when they do not fit the entries. The last is written anew from the
/// head that is it, if the power went between the two.
fn closings<S: Storage>(storage: &mut S, head: &Head, replay: &Replay) -> io::Result<Option<u64>> {
    let bytes = storage.read_all(CLOSINGS, MAX_CLOSINGS)?.unwrap_or_default();
    let (notes, rest) = note::split(&bytes);
    let mut len = (bytes.len() - rest.len()) as u64;
    let mut count = notes.len() as u64;
    let parse = |bytes: &[u8]| Checkpoint::parse(&Note::parse(bytes)?.text);
    let mut last = notes.last().copied();
    // A closing that was torn can look whole only up to a line's end.
    if let Some(note) = last
        && parse(note)
            .is_none_or(|c| c.size > head.checkpoint.size || replay.in_epoch == 0 && c.size == head.checkpoint.size)
        && count > 0
    {
        len -= note.len() as u64;
        count -= 1;
        last = notes.len().checked_sub(2).map(|n| notes[n]);
    }
    if count + 1 == replay.epoch && replay.in_epoch == 0 {
        return keep_closing(storage, head.note.to_string().as_bytes(), len).map(Some);
    }
    let closed_at = head.checkpoint.size - replay.in_epoch;
    let fits = count == replay.epoch && last.is_none_or(|note| parse(note).is_some_and(|c| c.size == closed_at));
    Ok(fits.then_some(len))
}

/// Moves what lies beyond a place to `torn/`.
fn set_tail_aside<S: Storage>(storage: &mut S, place: &Place) -> io::Result<u64> {
    let mut torn = 0;
    for part in place.part..parts::count(storage) {
        let name = part_name(part);
        let from = if part == place.part { place.bytes } else { 0 };
        let mut tail = Vec::new();
        if let Some(mut input) = storage.read(&name)? {
            io::copy(&mut Read::take(&mut input, from), &mut io::sink())?;
            // A tail larger than this is no torn batch; its beginning tells what it was.
            Read::take(input, 64 * 1024 * 1024).read_to_end(&mut tail)?;
        }
        if !tail.is_empty() {
            let aside = fresh_name(storage, &format!("torn/{part}-{from}"));
            storage.replace(&aside, &tail)?;
            storage.truncate(&name, from)?;
            storage.sync(&name)?;
        }
        torn += tail.len() as u64;
    }
    Ok(torn)
}

/// Moves a log that cannot be gone on with to `damaged/`, whole.
fn set_aside<S: Storage>(storage: &mut S, entries: u64, head: Option<String>, why: Why) -> io::Result<Recovered> {
    let mut number = 0;
    let folder = loop {
        let folder = format!("damaged/log-{entries}-{number}");
        if !storage.has(&format!("{folder}/{}", parts::LOG)) && !storage.has(&format!("{folder}/{CHECKPOINT}")) {
            break folder;
        }
        number += 1;
    };
    let lines = (0..parts::count(storage)).rev().map(part_name);
    let names: Vec<String> = lines.chain([CLOSINGS, COSIGNED, CHECKPOINT].map(str::to_owned)).collect();
    for name in names.iter().filter(|name| storage.has(name)).cloned().collect::<Vec<_>>() {
        storage.rename(&name, &format!("{folder}/{name}"))?;
    }
    let damage = Damage { kept_as: folder, entries, head, why };
    Ok(Recovered { damaged: Some(damage), ..Recovered::default() })
}

fn fresh_name<S: Storage>(storage: &S, stem: &str) -> String {
    let mut number = 0;
    loop {
        let name = format!("{stem}-{number}");
        if !storage.has(&name) {
            return name;
        }
        number += 1;
    }
}

/// The chain of epoch keys over the lines under the head: every closing is what the lines give, and signed.
fn chained<S: Storage>(storage: &S, head: &Head, public: &VerifierKey) -> io::Result<Result<(), Why>> {
    let size = head.checkpoint.size;
    let bytes = storage.read_all(CLOSINGS, MAX_CLOSINGS)?.unwrap_or_default();
    let before =
        |note: &&[u8]| Note::parse(note).and_then(|n| Checkpoint::parse(&n.text)).is_some_and(|c| c.size < size);
    let (mut notes, _) = note::split(&bytes);
    while notes.last().is_some_and(|note| !before(note)) {
        notes.pop();
    }
    let mut lines = Lines::new(storage)?;
    let (mut line, mut range, mut chain) = (Vec::new(), Range::default(), None);
    while range.size() < size
        && lines
            .next_into({
                line.clear();
                &mut line
            })?
            .is_ok()
    {
        let seq = range.size();
        range.push(leaf_hash(&line));
        if seq == 0 {
            let Ok(genesis) = serde_json::from_slice::<GenesisKeys>(&line) else { return Ok(Err(Why::Changed)) };
            chain = Chain::begin(&genesis, public, &notes.concat()).ok();
        } else if kind_of(&line, seq) == Some("epoch") {
            let Ok(epoch) = serde_json::from_slice::<EpochKey>(&line) else { return Ok(Err(Why::Changed)) };
            let Some(chain) = &mut chain else { return Ok(Err(Why::Closings)) };
            if chain.close(&epoch, seq + 1, range.root(), &head.note).and_then(|check| check.run()).is_err() {
                return Ok(Err(Why::Closings));
            }
        }
    }
    let Some(chain) = &mut chain else { return Ok(Err(Why::Closings)) };
    Ok(chain.end(&head.note, size).and_then(|check| check.run()).map_err(|_| Why::Changed))
}
