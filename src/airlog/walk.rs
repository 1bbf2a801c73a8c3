//! Reads the lines of a log once, in two threads: one replays the entries, the other builds the Merkle tree.
use std::io;
use std::sync::{Arc, mpsc};

use super::damage::DamageReason;
use super::highwater::HighWaterMark;
use super::parts::{LogLines, LogOffset, LogReadStop};
use super::record::{Record, parse_record};
use super::replay::Replay;
use super::storage::Storage;
use crate::proof::tree::{CompactRange, Hash, leaf_hash};

/// Maximum number of entries in the first write of a log. An unsigned log with more entries has lost its head.
pub const MAX_UNSIGNED_ENTRIES: u64 = 8;
/// Maximum number of lines in a chunk.
const MAX_CHUNK_LINES: usize = 2048;

/// The result of reading the lines under a head.
#[derive(Default)]
pub struct LogWalk {
    /// The replayed entries.
    pub replay: Replay,
    /// Merkle tree over the lines.
    pub range: CompactRange,
    /// Position after the last valid line.
    pub end_offset: LogOffset,
    /// True when the line at `end_offset` is not an entry.
    pub has_invalid_line: bool,
    /// The first entry, if it could be parsed.
    pub genesis: Option<Record>,
    /// High-water mark of this machine, if any.
    high_water: Option<HighWaterMark>,
    /// Root of the tree at the size of that mark, if the log has that many lines.
    root_at_high_water: Option<Hash>,
}

/// Reads the lines under a head of `size` entries. A size of 0 means that there is no head. A second thread hashes the
/// lines.
///
/// # Errors
/// If [`Storage::read`] fails, or if a file cannot be read.
pub fn walk_log<S: Storage>(storage: &S, size: u64, high_water: Option<HighWaterMark>) -> io::Result<LogWalk> {
    // Without a head, read only as many lines as are needed to find out whether the log ended in its first write.
    let size = if size == 0 { MAX_UNSIGNED_ENTRIES + 1 } else { size };
    let mut lines = LogLines::new(storage)?;
    let mut walk = LogWalk { end_offset: lines.offset(), high_water, ..LogWalk::default() };
    let size_at_high_water = high_water.map(|mark| mark.size);
    std::thread::scope(|scope| {
        let (chunk_sender, chunk_receiver) = mpsc::sync_channel::<Arc<LineChunk>>(2);
        let hasher = scope.spawn(move || {
            let (mut range, mut root) = (CompactRange::default(), None);
            chunk_receiver.iter().for_each(|chunk| chunk.hash_into(&mut range, size_at_high_water, &mut root));
            (range, root)
        });
        while walk.replay.entries < size && !walk.has_invalid_line {
            let chunk = Arc::new(LineChunk::read(&mut lines, size)?);
            // The hasher receives until the sender is dropped, so `send` cannot fail.
            let _ = chunk_sender.send(chunk.clone());
            walk.replay_chunk(&chunk, size);
            if let Some(stop) = chunk.stop {
                walk.has_invalid_line |= stop == LogReadStop::TooLong;
                break;
            }
        }
        drop(chunk_sender);
        (walk.range, walk.root_at_high_water) = hasher.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok(walk)
    })
}

/// Consecutive lines, with the position after each.
#[derive(Default)]
struct LineChunk {
    bytes: Vec<u8>,
    /// Range in `bytes` of each line, and position in the log after the line.
    lines: Vec<(Span, LogOffset)>,
    /// The reason why no line follows, if reading stopped.
    stop: Option<LogReadStop>,
}

type Span = std::ops::Range<usize>;

impl LineChunk {
    fn read<S: Storage>(lines: &mut LogLines<'_, S>, size: u64) -> io::Result<Self> {
        let mut chunk = Self::default();
        while chunk.lines.len() < MAX_CHUNK_LINES && lines.lines_read() < size && chunk.stop.is_none() {
            let from = chunk.bytes.len();
            match lines.next_into(&mut chunk.bytes)? {
                Ok(()) => chunk.lines.push((from..chunk.bytes.len(), lines.offset())),
                Err(stop) => chunk.stop = Some(stop),
            }
        }
        Ok(chunk)
    }

    fn line(&self, span: &Span) -> &[u8] {
        &self.bytes[span.clone()]
    }

    /// Adds the lines to `range`. When the tree reaches `root_size` entries, its root is stored in `root`.
    fn hash_into(&self, range: &mut CompactRange, root_size: Option<u64>, root: &mut Option<Hash>) {
        for (span, _) in &self.lines {
            range.push(leaf_hash(self.line(span)));
            if root_size == Some(range.size()) {
                *root = Some(range.root());
            }
        }
    }
}

impl LogWalk {
    /// Replays the lines of a chunk, up to the first that is not an entry.
    fn replay_chunk(&mut self, chunk: &LineChunk, size: u64) {
        for (span, offset) in &chunk.lines {
            let (line, seq) = (chunk.line(span), self.replay.entries);
            if !self.replay.apply_line(line, seq, size) {
                self.has_invalid_line = true;
                return;
            }
            if seq == 0 {
                self.genesis = parse_record(line, 0).ok();
            }
            self.end_offset = offset.clone();
        }
    }

    /// Compares an intact log of this size with the high-water mark. Returns a reason if the log is older than the
    /// mark, or differs from it.
    #[must_use]
    pub fn rollback_reason(&self, size: u64) -> Option<DamageReason> {
        let mark = self.high_water?;
        if size < mark.size {
            return Some(DamageReason::OlderCopy { size, newest: mark.size });
        }
        (self.root_at_high_water != Some(mark.root)).then_some(DamageReason::Forked { newest: mark.size })
    }
}
