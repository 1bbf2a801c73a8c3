//! Reads the lines of a log once, in two threads: one replays them, the other builds the tree.
use std::io;
use std::sync::{Arc, mpsc};

use super::damage::DamageReason;
use super::highwater::HighWaterMark;
use super::parts::{LogLines, LogOffset, LogReadStop};
use super::record::{Record, parse_record};
use super::replay::Replay;
use super::storage::Storage;
use crate::proof::tree::{CompactRange, Hash, leaf_hash};

/// An unsigned log with at most this many entries was cut off during its first write.
pub const MAX_UNSIGNED_ENTRIES: u64 = 8;
/// Lines in a chunk.
const CHUNK: usize = 2048;

/// Result of reading the lines under a head.
#[derive(Default)]
pub struct LogWalk {
    /// State from the lines.
    pub replay: Replay,
    /// Tree over the lines.
    pub range: CompactRange,
    /// Position after the last line.
    pub end: LogOffset,
    /// Whether a line that is not an entry follows.
    pub invalid_line: bool,
    /// First entry.
    pub genesis: Option<Record>,
    /// High-water mark of this machine.
    newest: Option<HighWaterMark>,
    /// Root of the lines at the size of that mark, if there are so many.
    root_at_newest: Option<Hash>,
}

/// Reads the lines under a head of `size` entries. A second thread hashes them.
///
/// # Errors
/// Errors of [`Storage::read`] and of reading the files.
pub fn walk_log<S: Storage>(storage: &S, size: u64, newest: Option<HighWaterMark>) -> io::Result<LogWalk> {
    // Without a head, read just enough to tell how far the log got.
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
            // The hasher outlives this loop, so sending cannot fail.
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

/// Some lines, and the position after each.
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
    /// Replays lines, up to the first that is not an entry.
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

    /// Returns why an intact log of this size is not the one that this machine signed last, if so.
    #[must_use]
    pub fn rollback_reason(&self, size: u64) -> Option<DamageReason> {
        let newest = self.newest?;
        if size < newest.size {
            return Some(DamageReason::OlderCopy { size, newest: newest.size });
        }
        (self.root_at_newest != Some(newest.root)).then_some(DamageReason::Forked { newest: newest.size })
    }
}
