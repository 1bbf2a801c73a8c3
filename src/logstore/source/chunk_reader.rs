//! Reads the lines of a log in chunks.
use std::io;

use super::form::LogForm;
use crate::airlog::parts::{self, LogLines, LogReadStop};
use crate::airlog::storage::Storage;
use crate::proof::tiles::{self, MAX_BUNDLE, TILE_WIDTH, tile_at};
use crate::proof::verify::VerifyError;

/// Lines that are hashed in one go, whole tiles of them: few enough that every thread
/// has some, and that they stay in the processor's cache.
const CHUNK_LINES: u64 = 1024;
/// A chunk ends after so many bytes, too, with the next tile.
const CHUNK_BYTES: usize = 4 << 20;
/// So many bytes behind the last signed entry are counted.
const MAX_UNSIGNED: u64 = 1 << 26;

/// Some lines, one after the other.
#[derive(Debug, Default)]
pub struct LogReadChunk {
    /// Number of the first.
    pub first_seq: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl LogReadChunk {
    /// The lines, without their newlines.
    #[must_use]
    pub fn lines(&self) -> Vec<&[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(from, until)| &self.bytes[from..*until]).collect()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn push(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(line);
        self.ends.push(self.bytes.len());
    }
}

/// Gives the lines of a log in chunks.
pub struct ChunkReader<'a, S> {
    storage: &'a S,
    lines: Option<LogLines<'a, S>>,
    next: u64,
    size: u64,
    limit: Option<u64>,
    /// Size of the last chunk, bytes: the next one reserves as much.
    last_size: usize,
    /// The fault that ended the reading; every further call repeats it.
    error: Option<VerifyError>,
}

impl<'a, S: Storage> ChunkReader<'a, S> {
    /// Begins at entry `from` of the first `size`.
    ///
    /// # Errors
    /// When the storage fails.
    pub(super) fn new(storage: &'a S, form: LogForm, from: u64, size: u64) -> io::Result<Self> {
        let mut lines = match form {
            LogForm::Airlog => Some(LogLines::new(storage)?),
            LogForm::Export => None,
        };
        if let Some(lines) = &mut lines {
            let mut passed = Vec::new();
            for _ in 0..from {
                passed.clear();
                // What ends here too early is seen when the next line is asked for.
                if lines.next_into(&mut passed)?.is_err() {
                    break;
                }
            }
        }
        Ok(Self { storage, lines, next: from, size, limit: None, last_size: 0, error: None })
    }

    /// Gives at most so many lines in a chunk.
    pub(super) fn limit_chunks(&mut self, limit: u64) {
        self.limit = Some(limit);
    }

    /// The next chunk; an empty one at the end. Lines before one that is too long, or before a bundle that is lacking or
    /// broken, are given before that is said.
    ///
    /// # Errors
    /// When the storage fails; inside, when a line is too long or a bundle is lacking or broken.
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

    /// Bytes beyond the lines given so far; 0 for an export.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn unsigned_bytes(&mut self) -> io::Result<u64> {
        let Some(lines) = &self.lines else {
            return Ok(0);
        };
        let place = lines.offset();
        let mut beyond = 0;
        for part in place.part..parts::count_parts(self.storage) {
            let from = if part == place.part { place.bytes } else { 0 };
            if let Some(mut input) = self.storage.read(&parts::part_name(part))? {
                // It is told in bytes; nobody needs to know more than that it is a lot.
                let length = io::copy(&mut io::Read::take(&mut input, from + MAX_UNSIGNED), &mut io::sink())?;
                beyond += length.saturating_sub(from);
            }
        }
        Ok(beyond)
    }
}
