//! Reads the lines of a log in chunks.
use std::io;

use super::chunk::LogReadChunk;
use super::form::LogForm;
use crate::airlog::parts::{self, LogLines, LogReadStop};
use crate::airlog::storage::Storage;
use crate::proof::tiles::{self, MAX_BUNDLE, TILE_WIDTH, tile_at};
use crate::proof::verify::VerifyError;

/// Maximum number of lines in a chunk, a multiple of a tile: small enough that every thread gets chunks, and that a
/// chunk stays in the processor's cache.
const CHUNK_LINES: u64 = 1024;
/// A chunk also ends at the first end of a tile past this many bytes.
const CHUNK_BYTES: usize = 4 << 20;
/// Maximum number of bytes after the last signed entry that are counted.
const MAX_UNSIGNED: u64 = 1 << 26;

/// Reads the lines of a log in chunks.
pub struct ChunkReader<'a, S> {
    storage: &'a S,
    lines: Option<LogLines<'a, S>>,
    /// Number of the next line.
    next: u64,
    /// Number of lines to read, from line 0.
    size: u64,
    /// Maximum number of lines in a chunk, if less than the default.
    limit: Option<u64>,
    /// Size of the last chunk, bytes; the next one reserves a little more.
    last_size: usize,
    /// The fault that ended the reading; further calls repeat it.
    error: Option<VerifyError>,
}

impl<'a, S: Storage> ChunkReader<'a, S> {
    /// Starts at entry `from` of the first `size` entries.
    ///
    /// # Errors
    /// Errors of the storage.
    pub(super) fn new(storage: &'a S, form: LogForm, from: u64, size: u64) -> io::Result<Self> {
        let mut lines = match form {
            LogForm::Airlog => Some(LogLines::new(storage)?),
            LogForm::Export => None,
        };
        if let Some(lines) = &mut lines {
            let mut passed = Vec::new();
            for _ in 0..from {
                passed.clear();
                // A log that ends here too early shows it when the next line is read.
                if lines.next_into(&mut passed)?.is_err() {
                    break;
                }
            }
        }
        Ok(Self { storage, lines, next: from, size, limit: None, last_size: 0, error: None })
    }

    /// Limits every chunk to so many lines.
    pub(super) fn limit_chunks(&mut self, limit: u64) {
        self.limit = Some(limit);
    }

    /// Reads the next chunk; it is empty at the end. The lines before a fault come first, the fault with the next call.
    ///
    /// # Errors
    /// Errors of the storage; inside, [`VerifyError::TooLong`] for a line, [`VerifyError::TileMissing`] or
    /// [`VerifyError::TileDiffers`] for a bundle.
    pub fn next_chunk(&mut self) -> io::Result<Result<LogReadChunk, VerifyError>> {
        if let Some(wrong) = &self.error {
            return Ok(Err(wrong.clone()));
        }
        let end = self.limit.map_or((self.next / CHUNK_LINES + 1) * CHUNK_LINES, |limit| self.next + limit);
        let until = self.size.min(end);
        let mut chunk = LogReadChunk { first_seq: self.next, ..LogReadChunk::default() };
        chunk.bytes.reserve(self.last_size + self.last_size / 16);
        let mut stopped = None;
        let full =
            |chunk: &LogReadChunk, next: u64| chunk.bytes.len() >= CHUNK_BYTES && next.is_multiple_of(TILE_WIDTH);
        while stopped.is_none() && self.next < until && !full(&chunk, self.next) {
            match &mut self.lines {
                Some(lines) => match lines.next_into(&mut chunk.bytes)? {
                    Ok(()) => {
                        chunk.ends.push(chunk.bytes.len());
                        self.next += 1;
                    }
                    Err(LogReadStop::TooLong) => stopped = Some(VerifyError::TooLong { seq: self.next }),
                    Err(_) => break,
                },
                None => stopped = self.read_bundle(&mut chunk)?.err(),
            }
        }
        self.last_size = chunk.bytes.len();
        self.error = stopped;
        match &self.error {
            Some(wrong) if chunk.is_empty() => Ok(Err(wrong.clone())),
            _ => Ok(Ok(chunk)),
        }
    }

    fn read_bundle(&mut self, chunk: &mut LogReadChunk) -> io::Result<Result<(), VerifyError>> {
        let Some(tile) = tile_at(None, self.next / TILE_WIDTH, self.size) else {
            return Ok(Ok(()));
        };
        let path = tile.path();
        let bytes = match self.storage.read_all(&path, MAX_BUNDLE) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(Err(VerifyError::TileMissing { path })),
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => return Ok(Err(VerifyError::TileDiffers { path })),
            Err(e) => return Err(e),
        };
        let Some(entries) = tiles::split_bundle(&bytes, tile.width) else {
            return Ok(Err(VerifyError::TileDiffers { path }));
        };
        let known = usize::try_from(self.next % TILE_WIDTH).unwrap_or(usize::MAX);
        entries.into_iter().skip(known).for_each(|entry| chunk.push(entry));
        self.next = tile.number * TILE_WIDTH + tile.width;
        Ok(Ok(()))
    }

    /// Counts the bytes after the lines read so far, up to a limit; 0 for an export.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn unsigned_bytes(&mut self) -> io::Result<u64> {
        let Some(lines) = &self.lines else {
            return Ok(0);
        };
        let place = lines.offset();
        let mut beyond = 0;
        for part in place.part..parts::count_parts(self.storage) {
            let from = if part == place.part { place.bytes } else { 0 };
            if let Some(mut input) = self.storage.read(&crate::airlog::files::part_name(part))? {
                // The count is for people: past the limit its exact value does not matter.
                let length = io::copy(&mut io::Read::take(&mut input, from + MAX_UNSIGNED), &mut io::sink())?;
                beyond += length.saturating_sub(from);
            }
        }
        Ok(beyond)
    }
}
