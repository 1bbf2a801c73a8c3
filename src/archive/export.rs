//! Writes a log as tiles (c2sp.org/tlog-tiles), and only what is not there yet.
//!
//! Every file is put there whole or not at all, the head last. An export that was interrupted is the former one, but for
//! the moment before its end when the newer closings are there already; the next one completes it.
use std::io;

use super::judge::{Plausibility, Start, Verdict, walk_again, walk_on};
use super::kept::kept_wrong;
use super::known::Known;
use super::source::{Heads, Source};
use super::writer::{Groups, Writer};
use crate::airlog::seal::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::storage::Storage;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::at_of;
use crate::proof::note::{MAX_NOTE, Note};
use crate::proof::tiles::{Cutter, WIDTH, tile_at};
use crate::proof::tree::{Hash, leaf_hash, root_of};
use crate::proof::verify::{Found, Policy, Wrong, untorn};

/// What an export came to.
#[derive(Debug, Default)]
pub struct Exported {
    /// What is known of the log.
    pub found: Found,
    /// Entries that the export had before.
    pub before: u64,
    /// Files written.
    pub files: u64,
    /// Files of entries that the export had before, which were damaged there and are whole again.
    pub mended: u64,
    /// When the first and the last of the new entries were written, as the station's clock said.
    pub span: Option<(String, String)>,
    /// What is lacking beside the log itself; the export was made all the same.
    pub lacking: Vec<Wrong>,
    /// Whether it can have been so.
    pub plausible: Plausibility,
    /// The closings as they were judged and written.
    pub closings: Vec<u8>,
}

/// Exports the log to a folder, which may hold an earlier export of it.
///
/// # Errors
/// When a storage fails; inside, when the log is not whole, or what is there is no earlier state of it.
pub fn export<S: Storage + Sync, T: Storage>(
    source: &Source<S>,
    to: &mut T,
    policy: Policy,
    threads: usize,
) -> io::Result<Result<Exported, Wrong>> {
    let before = match head_there(to)? {
        Ok(before) => before,
        Err(wrong) => return Ok(Err(wrong)),
    };
    // Read before the lines: the station may go on meanwhile.
    let heads = source.heads()?;
    let exported = export_heads(source, &heads, to, before, policy, threads)?;
    if let (Ok(_), Some(cosigned)) = (&exported, &heads.cosigned) {
        to.replace(COSIGNED, cosigned)?;
    }
    Ok(exported)
}

/// Exports the log under these heads; `before` is the head that is there, if there is one that counts.
///
/// # Errors
/// As [`export`].
pub fn export_heads<S: Storage + Sync, T: Storage>(
    source: &Source<S>,
    heads: &Heads,
    to: &mut T,
    before: Option<Checkpoint>,
    mut policy: Policy,
    threads: usize,
) -> io::Result<Result<Exported, Wrong>> {
    let had = before.as_ref().map_or(0, |c| c.size);
    policy.seen.extend(before);
    let mut judged = Judged::new(0, had);
    let verdict = walk_again(source, heads, policy, had, threads, &mut |chunk, digest| {
        judged.take(&chunk.lines(), digest.leaves());
        Ok(Ok(()))
    })?;
    write(source, heads, verdict, &judged, Writer::new(to, had, Cutter::default()))
}

/// Exports what follows the entries that the store is known to hold: nothing of them is read again.
///
/// # Errors
/// As [`export`].
pub fn export_on<S: Storage + Sync, T: Storage>(
    source: &Source<S>,
    heads: &Heads,
    to: &mut T,
    policy: Policy,
    known: Known,
    threads: usize,
) -> io::Result<Result<Exported, Wrong>> {
    let range = known.cutter.range();
    let had = range.size();
    let mut judged = Judged::new(had, had);
    let start = Start { range, standing: &known.standing, closings: known.closings, fold: known.fold };
    let mut verdict = walk_on(source, heads, policy, start, threads, &mut |chunk, digest| {
        judged.take(&chunk.lines(), digest.leaves());
        Ok(Ok(()))
    })?;
    // What was lacking before may have come since.
    for name in known.lacking {
        if verdict.kept.insert(name.clone(), had).is_none() {
            verdict.wrong.extend(kept_wrong(&source.storage, name)?);
        }
    }
    write(source, heads, verdict, &judged, Writer::new(to, had, known.cutter))
}

/// What the judge has seen go by: roots of groups of new entries, and when the new ones were written.
struct Judged {
    roots: Vec<Hash>,
    groups: Groups,
    from: u64,
    next: u64,
    had: u64,
    span: Option<(String, String)>,
}

impl Judged {
    fn new(from: u64, had: u64) -> Self {
        Self { roots: Vec::new(), groups: Groups::new(from), from, next: from, had, span: None }
    }

    fn take(&mut self, lines: &[&[u8]], leaves: &[Hash]) {
        for leaf in leaves {
            self.roots.extend(self.groups.push(*leaf));
        }
        let new = usize::try_from(self.had.saturating_sub(self.next)).unwrap_or(usize::MAX);
        self.next += leaves.len() as u64;
        let new = lines.get(new..).unwrap_or_default();
        let (Some(first), Some(last)) = (new.first().and_then(|l| at_of(l)), new.last().and_then(|l| at_of(l))) else {
            return;
        };
        self.span.get_or_insert_with(|| (first.to_owned(), String::new())).1 = last.to_owned();
    }
}

/// Writes what was judged, if it is whole.
fn write<S: Storage, T: Storage>(
    source: &Source<S>,
    heads: &Heads,
    verdict: Verdict,
    judged: &Judged,
    mut writer: Writer<'_, T>,
) -> io::Result<Result<Exported, Wrong>> {
    let plausible = verdict.plausible;
    let (lacking, fatal): (Vec<_>, Vec<_>) = verdict.wrong.into_iter().partition(Wrong::beside_the_log);
    if let Some(wrong) = fatal.into_iter().next() {
        return Ok(Err(wrong));
    }
    let found = verdict.found;
    if let Err(wrong) = tiles(source, judged, found.entries, &mut writer)? {
        return Ok(Err(wrong));
    }
    for (name, seq) in &verdict.kept {
        writer.kept(&source.storage, name, *seq)?;
    }
    writer.settle()?;
    let closings = whole_closings(heads, found.open_from == found.entries);
    writer.replace(CLOSINGS, &closings)?;
    writer.replace(CHECKPOINT, &heads.head)?;
    let (files, mended, before) = (writer.files, writer.mended, writer.had);
    remove_outgrown(writer.to, before, found.entries)?;
    Ok(Ok(Exported { found, before, files, mended, span: judged.span.clone(), lacking, plausible, closings }))
}

/// Writes all tiles. The lines are read once more: a stick may give others than those that were judged, and nothing of
/// them may come into a store.
fn tiles<S: Storage, T: Storage>(
    source: &Source<S>,
    judged: &Judged,
    size: u64,
    writer: &mut Writer<'_, T>,
) -> io::Result<Result<(), Wrong>> {
    let mut chunks = source.chunks_from(judged.from, size)?;
    let mut roots = judged.roots.iter().copied().chain(judged.groups.rest());
    let mut seq = judged.from;
    loop {
        let chunk = match chunks.next_chunk()? {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let lines = chunk.lines();
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            // Up to the end of a tile, as the judge grouped them.
            let room = usize::try_from(WIDTH - seq % WIDTH).unwrap_or(1);
            let (group, after) = rest.split_at(room.min(rest.len()));
            let leaves: Vec<Hash> = group.iter().map(|line| leaf_hash(line)).collect();
            if roots.next() != Some(root_of(&leaves)) {
                return Ok(Err(Wrong::Entry { seq }));
            }
            writer.entries(group, &leaves)?;
            seq += group.len() as u64;
            rest = after;
        }
    }
    writer.partial()?;
    Ok(if seq == size { Ok(()) } else { Err(Wrong::Short { lines: seq, size }) })
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
