//! Writes a log as tiles (c2sp.org/tlog-tiles), and only what is not there yet.
//!
//! Every file is put there whole or not at all, the head last. An export that was interrupted is the former one, but for
//! the moment before its end when the newer closings are there already; the next one completes it.
use std::io;

use sha2::{Digest as _, Sha256};

use super::judge::walk;
use super::source::{Chunk, Heads, Source};
use crate::airlog::seal::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::storage::Storage;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE, Note, hex};
use crate::proof::tiles::{Cutter, Tile, WIDTH, tile_at};
use crate::proof::tree::{Hash, Range, leaf_hash, root_of};
use crate::proof::verify::{Digest, Found, Policy, Wrong, untorn};

/// No kept file is larger.
const MAX_KEPT: u64 = 64 * 1024 * 1024;

/// What an export came to.
#[derive(Debug, Default)]
pub struct Exported {
    /// What is known of the log.
    pub found: Found,
    /// Entries that the export had before.
    pub before: u64,
    /// Files written.
    pub files: u64,
    /// What is lacking beside the log itself; the export was made all the same.
    pub lacking: Vec<Wrong>,
}

/// Exports the log to a folder, which may hold an earlier export of it.
///
/// # Errors
/// When a storage fails; inside, when the log is not whole, or what is there is no earlier state of it.
pub fn export<S: Storage, T: Storage>(
    source: &Source<S>,
    to: &mut T,
    mut policy: Policy,
    threads: usize,
) -> io::Result<Result<Exported, Wrong>> {
    let before = match head_there(to)? {
        Ok(before) => before,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let had = before.as_ref().map_or(0, |c| c.size);
    policy.seen.extend(before.clone());
    // Read before the lines: the station may go on meanwhile.
    let heads = source.heads()?;
    let mut judged = Roots::default();
    let mut tap = |_: &Chunk, digest: &Digest| {
        digest.leaves().iter().for_each(|leaf| judged.push(*leaf));
        Ok(Ok(()))
    };
    let verdict = walk(source, &heads, policy, threads, &mut tap)?;
    let (lacking, fatal): (Vec<_>, Vec<_>) = verdict.wrong.into_iter().partition(Wrong::beside_the_log);
    if let Some(wrong) = fatal.into_iter().next() {
        return Ok(Err(wrong));
    }
    let mut writer = Writer { to, had, cutter: Cutter::default(), files: 0 };
    if let Err(wrong) = writer.tiles(source, verdict.found.entries, &judged.all())? {
        return Ok(Err(wrong));
    }
    for name in &verdict.kept {
        writer.kept(&source.storage, name)?;
    }
    let closings = whole_closings(&heads, verdict.found.open_from == verdict.found.entries);
    writer.replace(CLOSINGS, &closings)?;
    if let Some(cosigned) = &heads.cosigned {
        writer.replace(COSIGNED, cosigned)?;
    }
    writer.replace(CHECKPOINT, &heads.head)?;
    let files = writer.files;
    remove_outgrown(to, had, verdict.found.entries)?;
    Ok(Ok(Exported { found: verdict.found, before: had, files, lacking }))
}

/// The closings with the last one whole: the power may have gone while the station wrote it, and the head is it.
fn whole_closings(heads: &Heads, head_closes: bool) -> Vec<u8> {
    let mut closings = heads.closings.clone();
    if head_closes && !closings.ends_with(&heads.head) {
        closings.truncate(untorn(&heads.closings, &heads.head).map_or(closings.len(), <[u8]>::len));
        closings.extend_from_slice(&heads.head);
    }
    closings
}

/// The head of the export that is there already.
fn head_there<T: Storage>(to: &T) -> io::Result<Result<Option<Checkpoint>, Wrong>> {
    let Some(bytes) = to.read_all(CHECKPOINT, MAX_NOTE as u64)? else {
        return Ok(Ok(None));
    };
    let there = Note::parse(&bytes).and_then(|note| Checkpoint::parse(&note.text));
    Ok(there.map(Some).ok_or(Wrong::HeadUnreadable))
}

struct Writer<'a, T> {
    to: &'a mut T,
    /// Entries under the head that is there: tiles that were full then are there, too.
    had: u64,
    cutter: Cutter,
    files: u64,
}

/// Roots of every 256 leaves, and of the rest.
#[derive(Default)]
struct Roots {
    whole: Vec<Hash>,
    rest: Range,
}

impl Roots {
    fn push(&mut self, leaf: Hash) {
        self.rest.push(leaf);
        if self.rest.size() == WIDTH {
            self.whole.push(std::mem::take(&mut self.rest).root());
        }
    }

    fn all(mut self) -> Vec<Hash> {
        if self.rest.size() > 0 {
            self.whole.push(self.rest.root());
        }
        self.whole
    }
}

impl<T: Storage> Writer<'_, T> {
    /// Writes all tiles. The lines are read once more: a stick may give others than those that were judged, and nothing
    /// of them may come into a store.
    fn tiles<S: Storage>(&mut self, source: &Source<S>, size: u64, judged: &[Hash]) -> io::Result<Result<(), Wrong>> {
        let mut chunks = source.chunks(size)?;
        let mut seq = 0;
        loop {
            let chunk = match chunks.next_chunk()? {
                Ok(chunk) if chunk.is_empty() => break,
                Ok(chunk) => chunk,
                Err(wrong) => return Ok(Err(wrong)),
            };
            // A chunk begins with a tile.
            for lines in chunk.lines().chunks(WIDTH as usize) {
                let leaves: Vec<Hash> = lines.iter().map(|line| leaf_hash(line)).collect();
                if judged.get((seq / WIDTH) as usize) != Some(&root_of(&leaves)) {
                    return Ok(Err(Wrong::Entry { seq }));
                }
                for (line, leaf) in lines.iter().zip(leaves) {
                    for tile in self.cutter.push(Some(line), leaf) {
                        self.tile(&tile)?;
                    }
                }
                seq += lines.len() as u64;
            }
        }
        for tile in self.cutter.partial() {
            self.tile(&tile)?;
        }
        Ok(if seq == size { Ok(()) } else { Err(Wrong::Short { lines: seq, size }) })
    }

    fn tile(&mut self, (tile, bytes): &(Tile, Vec<u8>)) -> io::Result<()> {
        let (path, level) = (tile.path(), u32::from(tile.level.unwrap_or(0)));
        let ends = (tile.number * WIDTH + tile.width) << (8 * level);
        if ends <= self.had && self.holds(&path, bytes)? {
            return Ok(());
        }
        self.to.replace(&path, bytes)?;
        self.files += 1;
        Ok(())
    }

    /// Whether the file is there with these bytes. They are read: sticks forget.
    fn holds(&self, path: &str, bytes: &[u8]) -> io::Result<bool> {
        match self.to.read_all(path, bytes.len() as u64) {
            Ok(there) => Ok(there.as_deref() == Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// Copies a file that entries name, if it is the one.
    fn kept<S: Storage>(&mut self, from: &S, name: &str) -> io::Result<()> {
        let bytes = match from.read_all(name, MAX_KEPT) {
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => None,
            other => other?,
        };
        match bytes {
            Some(bytes) if name.contains(&hex(&Sha256::digest(&bytes))) => self.replace(name, &bytes),
            // It has been said.
            _ => Ok(()),
        }
    }

    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if !self.holds(name, bytes)? {
            self.to.replace(name, bytes)?;
            self.files += 1;
        }
        Ok(())
    }
}

/// Removes the partial tiles of the former size that have grown since.
fn remove_outgrown<T: Storage>(to: &mut T, had: u64, size: u64) -> io::Result<()> {
    for level in std::iter::once(None).chain((0..8).map(Some)) {
        let held = had.checked_shr(8 * u32::from(level.unwrap_or(0))).unwrap_or(0);
        let number = held / WIDTH;
        let (old, new) = (tile_at(level, number, had), tile_at(level, number, size));
        if let Some(old) = old.filter(|old| old.width < WIDTH && Some(*old) != new) {
            to.remove(&old.path())?;
        }
    }
    Ok(())
}
