//! Reads the lines of a log once, from two processors: what they say, and the tree over them.
use std::io;
use std::sync::{Arc, mpsc};

use super::damage::DamageReason;
use super::highwater::HighWaterMark;
use super::parts::{LogLines, LogOffset, LogReadStop};
use super::record::{Record, parse_record};
use super::replay::Replay;
use super::storage::Storage;
use crate::proof::tree::{CompactRange, Hash, leaf_hash};

/// A log that is not signed and has no more entries than this broke off at its very beginning.
pub const MAX_UNSIGNED_ENTRIES: u64 = 8;
/// Lines read in one go.
const CHUNK: usize = 2048;

/// What the lines that a head covers come to.
#[derive(Default)]
pub struct LogWalk {
    /// What they say.
    pub replay: Replay,
    /// The tree over them.
    pub range: CompactRange,
    /// Where they end.
    pub end: LogOffset,
    /// A line that is no entry follows.
    pub invalid_line: bool,
    /// The first of them.
    pub genesis: Option<Record>,
    /// The newest head that this machine remembers,
    newest: Option<HighWaterMark>,
    /// and the root of the lines at its size, if there are so many.
    root_at_newest: Option<Hash>,
}

/// Reads the lines. They are hashed by one processor while another reads what they say.
///
/// # Errors
/// When the storage fails.
pub fn walk_log<S: Storage>(storage: &S, size: u64, newest: Option<HighWaterMark>) -> io::Result<LogWalk> {
    // Without a head: a look at how much there is.
    let size = if size == 0 { MAX_UNSIGNED_ENTRIES + 1 } else { size };
    let mut lines = LogLines::new(storage)?;
    let mut found = LogWalk { end: lines.offset(), newest, ..LogWalk::default() };
    let at = newest.map(|newest| newest.size);
    std::thread::scope(|scope| {
        let (chunks, hashed) = mpsc::sync_channel::<Arc<LineChunk>>(2);
        let hasher = scope.spawn(move || {
            let (mut range, mut root) = (CompactRange::default(), None);
            hashed.iter().for_each(|chunk| chunk.hash_into(&mut range, at, &mut root));
            (range, root)
        });
        while found.replay.entries < size && !found.invalid_line {
            let chunk = Arc::new(LineChunk::read(&mut lines, size)?);
            // It ends only when this does.
            let _ = chunks.send(chunk.clone());
            found.replay_chunk(&chunk, size);
            if let Some(stop) = chunk.stop {
                found.invalid_line |= stop == LogReadStop::TooLong;
                break;
            }
        }
        drop(chunks);
        (found.range, found.root_at_newest) = hasher.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok(found)
    })
}

/// Some lines, and where each ends.
#[derive(Default)]
struct LineChunk {
    bytes: Vec<u8>,
    lines: Vec<(Span, LogOffset)>,
    stop: Option<LogReadStop>,
}

type Span = std::ops::Range<usize>;

impl LineChunk {
    fn read<S: Storage>(lines: &mut LogLines<'_, S>, size: u64) -> io::Result<Self> {
        let mut chunk = Self::default();
        while chunk.lines.len() < CHUNK && lines.lines_read() < size && chunk.stop.is_none() {
            let from = chunk.bytes.len();
            match lines.next_into(&mut chunk.bytes)? {
                Ok(()) => chunk.lines.push((from..chunk.bytes.len(), lines.offset())),
                Err(stop) => chunk.stop = Some(stop),
            }
        }
        Ok(chunk)
    }

    fn line(&self, range: &Span) -> &[u8] {
        &self.bytes[range.clone()]
    }

    fn hash_into(&self, range: &mut CompactRange, at: Option<u64>, root: &mut Option<Hash>) {
        for (span, _) in &self.lines {
            range.push(leaf_hash(self.line(span)));
            if at == Some(range.size()) {
                *root = Some(range.root());
            }
        }
    }
}

impl LogWalk {
    /// Reads what lines say, up to the first that is no entry.
    fn replay_chunk(&mut self, chunk: &LineChunk, size: u64) {
        for (span, place) in &chunk.lines {
            let (line, seq) = (chunk.line(span), self.replay.entries);
            if !self.replay.apply_line(line, seq, size) {
                self.invalid_line = true;
                return;
            }
            if seq == 0 {
                self.genesis = parse_record(line, 0).ok();
            }
            self.end = place.clone();
        }
    }

    /// Why a whole log of this size is not the one that this machine has signed last, if it is not.
    #[must_use]
    pub fn rollback_reason(&self, size: u64) -> Option<DamageReason> {
        let newest = self.newest?;
        if size < newest.size {
            return Some(DamageReason::OlderCopy { size, newest: newest.size });
        }
        (self.root_at_newest != Some(newest.root)).then_some(DamageReason::Forked { newest: newest.size })
    }
}
