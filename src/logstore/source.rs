//! Where a log is read from: the `airlog/` of a station, or an export.
use std::io;
use std::path::{Path, PathBuf};

use crate::airlog::parts::{self, LogLines, LogReadStop};
use crate::airlog::signer::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::storage::{FolderStorage, Storage};
use crate::proof::note::MAX_NOTE;
use crate::proof::signed_head::SignedHead;
use crate::proof::tiles::{self, MAX_ENTRY, TILE_WIDTH, tile_at};
use crate::proof::verify::VerifyError;

/// Lines that are hashed in one go, whole tiles of them: few enough that every thread
/// has some, and that they stay in the processor's cache.
const CHUNK_LINES: u64 = 1024;
/// How often the heads of a running station are looked at again.
const MAX_RETRIES: usize = 10;
/// So many bytes behind the last signed entry are counted.
const MAX_UNSIGNED: u64 = 1 << 26;
/// A chunk ends after so many bytes, too, with the next tile.
const CHUNK_BYTES: usize = 4 << 20;
/// No file of closings is larger: a hundred years of them.
const MAX_CLOSINGS: u64 = 1 << 26;
/// No bundle is larger: 256 of the longest entries.
const MAX_BUNDLE: u64 = TILE_WIDTH * (MAX_ENTRY as u64 + 2);

/// How the entries are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// As lines.
    Airlog,
    /// As tiles.
    Export,
}

/// A log in a folder.
pub struct LogSource<S> {
    /// The folder.
    pub storage: S,
    /// Its form.
    pub form: LogForm,
}

/// The folder with the log, if there is one: `PATH/airlog`, `PATH` itself, or an export at `PATH`.
#[must_use]
pub fn find_log(path: &Path) -> Option<(PathBuf, LogForm)> {
    let airlog = path.join("airlog");
    let has_log = |dir: &Path| dir.join(parts::LOG).is_file() || dir.join(CHECKPOINT).is_file();
    if path.join("tile").is_dir() {
        Some((path.to_owned(), LogForm::Export))
    } else if has_log(&airlog) {
        Some((airlog, LogForm::Airlog))
    } else if has_log(path) {
        Some((path.to_owned(), LogForm::Airlog))
    } else {
        None
    }
}

/// Opens the log at a path.
#[must_use]
pub fn open_log(path: &Path) -> Option<LogSource<FolderStorage>> {
    let (folder, form) = find_log(path)?;
    Some(LogSource { storage: FolderStorage::new(folder), form })
}

/// What is signed of a log, as it lay there at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHeads {
    /// The bytes of the head; empty when there is none.
    pub head: Vec<u8>,
    /// The bytes of the closings; empty when there are none.
    pub closings: Vec<u8>,
    /// The newest countersigned head, if there is one.
    pub cosigned: Option<Vec<u8>>,
}

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

impl<S: Storage> LogSource<S> {
    /// What is signed.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn heads(&self) -> io::Result<SignedHeads> {
        let mut heads = self.heads_once()?;
        // A station that runs may sign between one reading and the next.
        for _ in 0..MAX_RETRIES {
            let again = self.heads_once()?;
            if again == heads {
                break;
            }
            heads = again;
        }
        Ok(heads)
    }

    fn heads_once(&self) -> io::Result<SignedHeads> {
        Ok(SignedHeads {
            head: self.read_small(CHECKPOINT, MAX_NOTE as u64)?,
            closings: self.read_small(CLOSINGS, MAX_CLOSINGS)?,
            cosigned: Some(self.read_small(COSIGNED, MAX_NOTE as u64)?).filter(|bytes| !bytes.is_empty()),
        })
    }

    fn read_small(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
        match self.storage.read_all(name, limit) {
            Ok(bytes) => Ok(bytes.unwrap_or_default()),
            // Nothing of ours is so large: it is not what it should be, and says so when it is read.
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(vec![0]),
            Err(e) => Err(e),
        }
    }

    /// The first `size` lines, in chunks.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn chunks(&self, size: u64) -> io::Result<ChunkReader<'_, S>> {
        self.chunks_from(0, size)
    }

    /// The lines from entry `from` on, as [`Self::chunks`].
    ///
    /// # Errors
    /// When the storage fails.
    pub fn chunks_from(&self, from: u64, size: u64) -> io::Result<ChunkReader<'_, S>> {
        let mut lines = match self.form {
            LogForm::Airlog => Some(LogLines::new(&self.storage)?),
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
        Ok(ChunkReader { source: self, lines, next: from, size, limit: None, last_size: 0, error: None })
    }

    /// The first line of the log under this head, if there is one.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn first_line(&self, head: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let size = SignedHead::parse(head).map_or(1, |head| head.checkpoint.size);
        let mut chunks = self.chunks(size)?;
        chunks.limit = Some(1);
        let chunk = chunks.next_chunk()?;
        Ok(chunk.ok().and_then(|chunk| chunk.lines().first().map(|line| line.to_vec())))
    }
}

/// Gives the lines of a log in chunks.
pub struct ChunkReader<'a, S> {
    source: &'a LogSource<S>,
    lines: Option<LogLines<'a, S>>,
    next: u64,
    size: u64,
    limit: Option<u64>,
    /// Size of the last chunk, bytes: the next one reserves as much.
    last_size: usize,
    /// The fault that ended the reading; every further call repeats it.
    error: Option<VerifyError>,
}

impl<S: Storage> ChunkReader<'_, S> {
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
        let bytes = match self.source.storage.read_all(&path, MAX_BUNDLE) {
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
        for part in place.part..parts::count_parts(&self.source.storage) {
            let from = if part == place.part { place.bytes } else { 0 };
            if let Some(mut input) = self.source.storage.read(&parts::part_name(part))? {
                // It is told in bytes; nobody needs to know more than that it is a lot.
                let length = io::copy(&mut io::Read::take(&mut input, from + MAX_UNSIGNED), &mut io::sink())?;
                beyond += length.saturating_sub(from);
            }
        }
        Ok(beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::airlog::storage::MemoryStorage;
    use crate::proof::tiles::TileBuilder;

    #[test]
    fn what_stands_before_a_stop_is_given_before_it_is_said() {
        let mut storage = MemoryStorage::default();
        let mut cutter = TileBuilder::default();
        let tiles: Vec<_> = (0..600_u64).flat_map(|n| cutter.push(Some(n.to_string().as_bytes()), [0; 32])).collect();
        for (tile, bytes) in tiles {
            storage.replace(&tile.path(), &bytes).expect("memory");
        }
        let source = LogSource { storage, form: LogForm::Export };
        let mut chunks = source.chunks(600).expect("memory");
        let first = chunks.next_chunk().expect("memory").expect("two bundles");
        assert_eq!((first.lines().len(), first.lines()[511]), (512, &b"511"[..]));
        assert_eq!(
            chunks.next_chunk().expect("memory").err(),
            Some(VerifyError::TileMissing { path: "tile/entries/002.p/88".to_owned() })
        );
        let mut storage = MemoryStorage::default();
        let long = format!("one\ntwo\n{}\nfour\n", "x".repeat(MAX_ENTRY + 2));
        storage.append(parts::LOG, long.as_bytes()).expect("memory");
        let source = LogSource { storage, form: LogForm::Airlog };
        let mut chunks = source.chunks(4).expect("memory");
        let two = chunks.next_chunk().expect("memory").expect("two lines");
        assert!(two.lines() == [b"one", b"two"], "{}", two.lines().len());
        for _ in 0..2 {
            assert_eq!(chunks.next_chunk().expect("memory").err(), Some(VerifyError::TooLong { seq: 2 }));
        }
    }

    #[test]
    fn a_chunk_of_long_lines_ends_with_a_tile() {
        let mut storage = MemoryStorage::default();
        let long = format!("{}\n", "x".repeat(40_000)).repeat(300);
        storage.append(parts::LOG, long.as_bytes()).expect("memory");
        let source = LogSource { storage, form: LogForm::Airlog };
        let mut chunks = source.chunks(300).expect("memory");
        let mut next = || chunks.next_chunk().expect("memory").expect("lines").lines().len();
        assert_eq!((next(), next(), next()), (256, 44, 0));
    }
}
