//! Reads the lines of a log once, from two processors: what they say, and the tree over them.
use std::io;
use std::sync::{Arc, mpsc};

use super::damage::Why;
use super::highwater::HighWater;
use super::parts::{Lines, Place, Stop};
use super::record::{Record, record};
use super::replay::Replay;
use super::storage::Storage;
use crate::proof::tree::{Hash, Range, leaf_hash};

/// A log that is not signed and has no more entries than this broke off at its very beginning.
pub const BEGINNING: u64 = 8;
/// Lines read in one go.
const CHUNK: usize = 2048;

/// What the lines that a head covers come to.
#[derive(Default)]
pub struct Walk {
    /// What they say.
    pub replay: Replay,
    /// The tree over them.
    pub range: Range,
    /// Where they end.
    pub place: Place,
    /// A line that is no entry follows.
    pub stopped: bool,
    /// The first of them.
    pub genesis: Option<Record>,
    /// The newest head that this machine remembers,
    newest: Option<HighWater>,
    /// and the root of the lines at its size, if there are so many.
    root_there: Option<Hash>,
}

/// Reads the lines. They are hashed by one processor while another reads what they say.
///
/// # Errors
/// When the storage fails.
pub fn walk<S: Storage>(storage: &S, size: u64, newest: Option<HighWater>) -> io::Result<Walk> {
    // Without a head: a look at how much there is.
    let size = if size == 0 { BEGINNING + 1 } else { size };
    let mut lines = Lines::new(storage)?;
    let mut found = Walk { place: lines.place(), newest, ..Walk::default() };
    let at = newest.map(|newest| newest.size);
    std::thread::scope(|scope| {
        let (chunks, hashed) = mpsc::sync_channel::<Arc<Chunk>>(2);
        let hasher = scope.spawn(move || {
            let (mut range, mut root) = (Range::default(), None);
            hashed.iter().for_each(|chunk| chunk.hash_into(&mut range, at, &mut root));
            (range, root)
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
        (found.range, found.root_there) = hasher.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
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

    fn hash_into(&self, range: &mut Range, at: Option<u64>, root: &mut Option<Hash>) {
        for (span, _) in &self.lines {
            range.push(leaf_hash(self.line(span)));
            if at == Some(range.size()) {
                *root = Some(range.root());
            }
        }
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

    /// Why a whole log of this size is not the one that this machine has signed last, if it is not.
    #[must_use]
    pub fn behind(&self, size: u64) -> Option<Why> {
        let newest = self.newest?;
        if size < newest.size {
            return Some(Why::OlderCopy { size, newest: newest.size });
        }
        (self.root_there != Some(newest.root)).then_some(Why::Forked { newest: newest.size })
    }
}
