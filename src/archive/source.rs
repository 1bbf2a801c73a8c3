//! Where a log is read from: the `airlog/` of a station, or an export.
use std::io;
use std::path::{Path, PathBuf};

use crate::airlog::parts::{self, Lines, Stop};
use crate::airlog::seal::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::storage::{FolderStorage, Storage};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE, Note};
use crate::proof::tiles::{self, MAX_ENTRY, WIDTH, tile_at};
use crate::proof::verify::Wrong;

/// Lines that are hashed in one go, whole tiles of them: few enough that every thread
/// has some, and that they stay in the processor's cache.
const CHUNK: u64 = 1024;
/// How often the heads of a running station are looked at again.
const TRIES: usize = 10;
/// So many bytes behind the last signed entry are counted.
const MAX_BEYOND: u64 = 1 << 26;
/// A chunk ends after so many bytes, too, with the next tile.
const CHUNK_BYTES: usize = 4 << 20;
/// No file of closings is larger: a hundred years of them.
const MAX_CLOSINGS: u64 = 1 << 26;
/// No bundle is larger: 256 of the longest entries.
const MAX_BUNDLE: u64 = WIDTH * (MAX_ENTRY as u64 + 2);

/// How the entries are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As lines.
    Airlog,
    /// As tiles.
    Export,
}

/// A log in a folder.
pub struct Source<S> {
    /// The folder.
    pub storage: S,
    /// Its form.
    pub form: Form,
}

/// The folder with the log, if there is one: `PATH/airlog`, `PATH` itself, or an export at `PATH`.
#[must_use]
pub fn find(path: &Path) -> Option<(PathBuf, Form)> {
    let airlog = path.join("airlog");
    let has_log = |dir: &Path| dir.join(parts::LOG).is_file() || dir.join(CHECKPOINT).is_file();
    if path.join("tile").is_dir() {
        Some((path.to_owned(), Form::Export))
    } else if has_log(&airlog) {
        Some((airlog, Form::Airlog))
    } else if has_log(path) {
        Some((path.to_owned(), Form::Airlog))
    } else {
        None
    }
}

/// Opens the log at a path.
#[must_use]
pub fn open(path: &Path) -> Option<Source<FolderStorage>> {
    let (folder, form) = find(path)?;
    Some(Source { storage: FolderStorage::new(folder), form })
}

/// What is signed of a log, as it lay there at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// The bytes of the head; empty when there is none.
    pub head: Vec<u8>,
    /// The bytes of the closings; empty when there are none.
    pub closings: Vec<u8>,
    /// The newest countersigned head, if there is one.
    pub cosigned: Option<Vec<u8>>,
}

/// Some lines, one after the other.
#[derive(Debug, Default)]
pub struct Chunk {
    /// Number of the first.
    pub first: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Chunk {
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

impl<S: Storage> Source<S> {
    /// What is signed.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn heads(&self) -> io::Result<Heads> {
        let mut heads = self.heads_once()?;
        // A station that runs may sign between one reading and the next.
        for _ in 0..TRIES {
            let again = self.heads_once()?;
            if again == heads {
                break;
            }
            heads = again;
        }
        Ok(heads)
    }

    fn heads_once(&self) -> io::Result<Heads> {
        Ok(Heads {
            head: self.small(CHECKPOINT, MAX_NOTE as u64)?,
            closings: self.small(CLOSINGS, MAX_CLOSINGS)?,
            cosigned: Some(self.small(COSIGNED, MAX_NOTE as u64)?).filter(|bytes| !bytes.is_empty()),
        })
    }

    fn small(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
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
    pub fn chunks(&self, size: u64) -> io::Result<Chunks<'_, S>> {
        self.chunks_from(0, size)
    }

    /// The lines from entry `from` on, as [`Self::chunks`].
    ///
    /// # Errors
    /// When the storage fails.
    pub fn chunks_from(&self, from: u64, size: u64) -> io::Result<Chunks<'_, S>> {
        let mut lines = match self.form {
            Form::Airlog => Some(Lines::new(&self.storage)?),
            Form::Export => None,
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
        Ok(Chunks { source: self, lines, next: from, size, limit: None, room: 0, stopped: None })
    }

    /// The first line of the log under this head, if there is one.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn first_line(&self, head: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let checkpoint = Note::parse(head).and_then(|note| Checkpoint::parse(&note.text));
        let size = checkpoint.map_or(1, |c| c.size);
        let mut chunks = self.chunks(size)?;
        chunks.limit = Some(1);
        let chunk = chunks.next_chunk()?;
        Ok(chunk.ok().and_then(|chunk| chunk.lines().first().map(|line| line.to_vec())))
    }
}

/// Gives the lines of a log in chunks.
pub struct Chunks<'a, S> {
    source: &'a Source<S>,
    lines: Option<Lines<'a, S>>,
    next: u64,
    size: u64,
    limit: Option<u64>,
    /// Size of the last chunk, bytes: the next one reserves as much.
    room: usize,
    /// The fault that ended the reading; every further call repeats it.
    stopped: Option<Wrong>,
}

impl<S: Storage> Chunks<'_, S> {
    /// The next chunk; an empty one at the end. Lines before one that is too long, or before a bundle that is lacking or
    /// broken, are given before that is said.
    ///
    /// # Errors
    /// When the storage fails; inside, when a line is too long or a bundle is lacking or broken.
    pub fn next_chunk(&mut self) -> io::Result<Result<Chunk, Wrong>> {
        if let Some(wrong) = &self.stopped {
            return Ok(Err(wrong.clone()));
        }
        let end = self.limit.map_or((self.next / CHUNK + 1) * CHUNK, |limit| self.next + limit);
        let until = self.size.min(end);
        let mut chunk = Chunk { first: self.next, ..Chunk::default() };
        chunk.bytes.reserve(self.room + self.room / 16);
        let mut stopped = None;
        let full = |chunk: &Chunk, next: u64| chunk.bytes.len() >= CHUNK_BYTES && next.is_multiple_of(WIDTH);
        while stopped.is_none() && self.next < until && !full(&chunk, self.next) {
            match &mut self.lines {
                Some(lines) => match lines.next_into(&mut chunk.bytes)? {
                    Ok(()) => {
                        chunk.ends.push(chunk.bytes.len());
                        self.next += 1;
                    }
                    Err(Stop::TooLong) => stopped = Some(Wrong::TooLong { seq: self.next }),
                    Err(_) => break,
                },
                None => stopped = self.bundle(&mut chunk)?.err(),
            }
        }
        self.room = chunk.bytes.len();
        self.stopped = stopped;
        match &self.stopped {
            Some(wrong) if chunk.is_empty() => Ok(Err(wrong.clone())),
            _ => Ok(Ok(chunk)),
        }
    }

    fn bundle(&mut self, chunk: &mut Chunk) -> io::Result<Result<(), Wrong>> {
        let Some(tile) = tile_at(None, self.next / WIDTH, self.size) else {
            return Ok(Ok(()));
        };
        let path = tile.path();
        let bytes = match self.source.storage.read_all(&path, MAX_BUNDLE) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(Err(Wrong::TileMissing { path })),
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => return Ok(Err(Wrong::TileDiffers { path })),
            Err(e) => return Err(e),
        };
        let Some(entries) = tiles::entries(&bytes, tile.width) else {
            return Ok(Err(Wrong::TileDiffers { path }));
        };
        let known = usize::try_from(self.next % WIDTH).unwrap_or(usize::MAX);
        entries.into_iter().skip(known).for_each(|entry| chunk.push(entry));
        self.next = tile.number * WIDTH + tile.width;
        Ok(Ok(()))
    }

    /// Bytes beyond the lines given so far; 0 for an export.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn beyond(&mut self) -> io::Result<u64> {
        let Some(lines) = &self.lines else {
            return Ok(0);
        };
        let place = lines.place();
        let mut beyond = 0;
        for part in place.part..parts::count(&self.source.storage) {
            let from = if part == place.part { place.bytes } else { 0 };
            if let Some(mut input) = self.source.storage.read(&parts::part_name(part))? {
                // It is told in bytes; nobody needs to know more than that it is a lot.
                let length = io::copy(&mut io::Read::take(&mut input, from + MAX_BEYOND), &mut io::sink())?;
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
    use crate::proof::tiles::Cutter;

    #[test]
    fn what_stands_before_a_stop_is_given_before_it_is_said() {
        let mut storage = MemoryStorage::default();
        let mut cutter = Cutter::default();
        let tiles: Vec<_> = (0..600_u64).flat_map(|n| cutter.push(Some(n.to_string().as_bytes()), [0; 32])).collect();
        for (tile, bytes) in tiles {
            storage.replace(&tile.path(), &bytes).expect("memory");
        }
        let source = Source { storage, form: Form::Export };
        let mut chunks = source.chunks(600).expect("memory");
        let first = chunks.next_chunk().expect("memory").expect("two bundles");
        assert_eq!((first.lines().len(), first.lines()[511]), (512, &b"511"[..]));
        assert_eq!(
            chunks.next_chunk().expect("memory").err(),
            Some(Wrong::TileMissing { path: "tile/entries/002.p/88".to_owned() })
        );
        let mut storage = MemoryStorage::default();
        let long = format!("one\ntwo\n{}\nfour\n", "x".repeat(MAX_ENTRY + 2));
        storage.append(parts::LOG, long.as_bytes()).expect("memory");
        let source = Source { storage, form: Form::Airlog };
        let mut chunks = source.chunks(4).expect("memory");
        let two = chunks.next_chunk().expect("memory").expect("two lines");
        assert!(two.lines() == [b"one", b"two"], "{}", two.lines().len());
        for _ in 0..2 {
            assert_eq!(chunks.next_chunk().expect("memory").err(), Some(Wrong::TooLong { seq: 2 }));
        }
    }

    #[test]
    fn a_chunk_of_long_lines_ends_with_a_tile() {
        let mut storage = MemoryStorage::default();
        let long = format!("{}\n", "x".repeat(40_000)).repeat(300);
        storage.append(parts::LOG, long.as_bytes()).expect("memory");
        let source = Source { storage, form: Form::Airlog };
        let mut chunks = source.chunks(300).expect("memory");
        let mut next = || chunks.next_chunk().expect("memory").expect("lines").lines().len();
        assert_eq!((next(), next(), next()), (256, 44, 0));
    }
}
