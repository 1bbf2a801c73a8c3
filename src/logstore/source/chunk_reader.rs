//! Reads the lines of a log in chunks.
use std::io;

use super::chunk::LogReadChunk;
use super::form::LogForm;
use crate::airlog::parts::{self, LogLines, LogReadStop};
use crate::airlog::storage::Storage;
use crate::proof::tiles::{self, MAX_BUNDLE_BYTES, TILE_WIDTH, tile_at};
use crate::proof::verify::VerifyError;

/// Maximum number of lines in a chunk; a multiple of [`TILE_WIDTH`]. It is small so that every thread gets chunks, and
/// so that a chunk fits in the processor's cache.
const MAX_CHUNK_LINES: u64 = 1024;
/// Number of bytes after which a chunk ends, at the next end of a tile.
const CHUNK_BYTES: usize = 4 << 20;
/// Maximum number of bytes that are counted in each file after the last signed entry.
const MAX_COUNTED_BYTES: u64 = 1 << 26;

/// Reads the lines of a log in chunks.
pub struct ChunkReader<'a, S> {
    storage: &'a S,
    /// The lines of an `airlog/`; `None` for an export.
    lines: Option<LogLines<'a, S>>,
    /// Number of the next line.
    next_seq: u64,
    /// Number of the line before which reading ends.
    size: u64,
    /// Maximum number of lines in a chunk, if it is less than [`MAX_CHUNK_LINES`].
    max_lines: Option<u64>,
    /// Size of the last chunk, in bytes. The buffer of the next chunk is slightly larger.
    last_chunk_bytes: usize,
    /// The problem that stopped the reader. Later calls return it again.
    error: Option<VerifyError>,
}

impl<'a, S: Storage> ChunkReader<'a, S> {
    /// Creates a reader of entries `from..size`.
    ///
    /// # Errors
    /// If the storage fails.
    pub(super) fn new(storage: &'a S, form: LogForm, from: u64, size: u64) -> io::Result<Self> {
        let mut lines = match form {
            LogForm::Airlog => Some(LogLines::new(storage)?),
            LogForm::Export => None,
        };
        if let Some(lines) = &mut lines {
            let mut skipped_line = Vec::new();
            for _ in 0..from {
                skipped_line.clear();
                // If the log ends before `from`, the next read notices it.
                if lines.next_into(&mut skipped_line)?.is_err() {
                    break;
                }
            }
        }
        Ok(Self { storage, lines, next_seq: from, size, max_lines: None, last_chunk_bytes: 0, error: None })
    }

    /// Sets the maximum number of lines in a chunk.
    pub(super) fn limit_chunks(&mut self, max_lines: u64) {
        self.max_lines = Some(max_lines);
    }

    /// Reads the next chunk, which is empty at the end of the log. If there is a problem, the lines before it are
    /// returned first, and the next call returns the problem.
    ///
    /// # Errors
    /// If the storage fails. The inner error is [`VerifyError::TooLong`] for a line, and [`VerifyError::TileMissing`]
    /// or [`VerifyError::TileDiffers`] for a bundle.
    pub fn next_chunk(&mut self) -> io::Result<Result<LogReadChunk, VerifyError>> {
        if let Some(error) = &self.error {
            return Ok(Err(error.clone()));
        }
        let chunk_end =
            self.max_lines.map_or((self.next_seq / MAX_CHUNK_LINES + 1) * MAX_CHUNK_LINES, |max| self.next_seq + max);
        let end = self.size.min(chunk_end);
        let mut chunk = LogReadChunk { first_seq: self.next_seq, ..LogReadChunk::default() };
        chunk.bytes.reserve(self.last_chunk_bytes + self.last_chunk_bytes / 16);
        let mut problem = None;
        let is_full = |chunk: &LogReadChunk, next_seq: u64| {
            chunk.bytes.len() >= CHUNK_BYTES && next_seq.is_multiple_of(TILE_WIDTH)
        };
        while problem.is_none() && self.next_seq < end && !is_full(&chunk, self.next_seq) {
            match &mut self.lines {
                Some(lines) => match lines.next_into(&mut chunk.bytes)? {
                    Ok(()) => {
                        chunk.line_ends.push(chunk.bytes.len());
                        self.next_seq += 1;
                    }
                    Err(LogReadStop::TooLong) => problem = Some(VerifyError::TooLong { seq: self.next_seq }),
                    Err(_) => break,
                },
                None => problem = self.read_bundle(&mut chunk)?.err(),
            }
        }
        self.last_chunk_bytes = chunk.bytes.len();
        self.error = problem;
        match &self.error {
            Some(error) if chunk.is_empty() => Ok(Err(error.clone())),
            _ => Ok(Ok(chunk)),
        }
    }

    /// Adds the entries of the next bundle (a tile of entries) to the chunk.
    fn read_bundle(&mut self, chunk: &mut LogReadChunk) -> io::Result<Result<(), VerifyError>> {
        let Some(tile) = tile_at(None, self.next_seq / TILE_WIDTH, self.size) else {
            return Ok(Ok(()));
        };
        let path = tile.path();
        let bytes = match self.storage.read_all(&path, MAX_BUNDLE_BYTES) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(Err(VerifyError::TileMissing { path })),
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => return Ok(Err(VerifyError::TileDiffers { path })),
            Err(e) => return Err(e),
        };
        let Some(entries) = tiles::split_bundle(&bytes, tile.width) else {
            return Ok(Err(VerifyError::TileDiffers { path }));
        };
        let skipped_entries = usize::try_from(self.next_seq % TILE_WIDTH).unwrap_or(usize::MAX);
        entries.into_iter().skip(skipped_entries).for_each(|entry| chunk.push(entry));
        self.next_seq = tile.number * TILE_WIDTH + tile.width;
        Ok(Ok(()))
    }

    /// Returns the number of bytes after the lines read so far, up to a limit in each file; 0 for an export.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn unsigned_bytes(&mut self) -> io::Result<u64> {
        let Some(lines) = &self.lines else {
            return Ok(0);
        };
        let offset = lines.offset();
        let mut byte_count = 0;
        for part in offset.part..parts::count_parts(self.storage) {
            let from = if part == offset.part { offset.bytes } else { 0 };
            if let Some(mut input) = self.storage.read(&crate::airlog::files::part_name(part))? {
                // The count is only printed, so its exact value does not matter above the limit.
                let length = io::copy(&mut io::Read::take(&mut input, from + MAX_COUNTED_BYTES), &mut io::sink())?;
                byte_count += length.saturating_sub(from);
            }
        }
        Ok(byte_count)
    }
}
