//! Puts the files of an export in their places.
use std::collections::HashSet;
use std::io;

use sha2::{Digest as _, Sha256};

use super::kept::MAX_KEPT;
use crate::airlog::storage::{NewFile, Storage};
use crate::proof::note::hex;
use crate::proof::tiles::{Cutter, Tile, WIDTH};
use crate::proof::tree::{Hash, Range};

/// So many bytes, or files, are put there in one go.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
const BATCH_FILES: usize = 256;

/// Writes an export.
pub struct Writer<'a, T> {
    /// Where to.
    pub to: &'a mut T,
    /// Entries under the head that is there.
    pub had: u64,
    /// Files written so far.
    pub files: u64,
    /// Files that were there, had to be right, and were not.
    pub mended: u64,
    cutter: Cutter,
    batch: Vec<NewFile>,
    bytes: usize,
    /// The names in the batch that must be right if they are there.
    owed: HashSet<String>,
}

impl<'a, T: Storage> Writer<'a, T> {
    /// Goes on behind what the cutter has taken.
    pub fn new(to: &'a mut T, had: u64, cutter: Cutter) -> Self {
        Self { to, had, files: 0, mended: 0, cutter, batch: Vec::new(), bytes: 0, owed: HashSet::new() }
    }

    /// Takes entries.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn entries(&mut self, lines: &[&[u8]], leaves: &[Hash]) -> io::Result<()> {
        for (line, leaf) in lines.iter().zip(leaves) {
            for (tile, bytes) in self.cutter.push(Some(line), *leaf) {
                self.tile(tile, bytes)?;
            }
        }
        Ok(())
    }

    /// Takes the tiles that are not full.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn partial(&mut self) -> io::Result<()> {
        for (tile, bytes) in self.cutter.partial() {
            self.tile(tile, bytes)?;
        }
        Ok(())
    }

    fn tile(&mut self, tile: Tile, bytes: Vec<u8>) -> io::Result<()> {
        let ends = (tile.number * WIDTH + tile.width) << (8 * u32::from(tile.level.unwrap_or(0)));
        if ends <= self.had {
            if self.to.is_remote() {
                // It was there before the head was that is there.
                return Ok(());
            }
            self.owed.insert(tile.path());
        }
        self.create(tile.path(), bytes)
    }

    /// Copies a file that entries name, entry `seq` as the last of them, if it is the one.
    ///
    /// # Errors
    /// When a storage fails.
    pub fn kept<S: Storage>(&mut self, from: &S, name: &str, seq: u64) -> io::Result<()> {
        if seq < self.had {
            if self.to.is_remote() {
                return Ok(());
            }
            self.owed.insert(name.to_owned());
        }
        let bytes = match from.read_all(name, MAX_KEPT) {
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => None,
            other => other?,
        };
        match bytes {
            Some(bytes) if name.contains(&hex(&Sha256::digest(&bytes))) => self.create(name.to_owned(), bytes),
            // It has been said.
            _ => Ok(()),
        }
    }

    fn create(&mut self, name: String, bytes: Vec<u8>) -> io::Result<()> {
        self.bytes += bytes.len();
        self.batch.push((name, bytes));
        if self.bytes >= BATCH_BYTES || self.batch.len() >= BATCH_FILES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        let owed = std::mem::take(&mut self.owed);
        self.bytes = 0;
        self.files += batch.len() as u64;
        for (name, bytes) in self.to.create(batch)? {
            let owed = owed.contains(&name);
            // What an interrupted export has left looks right, and may never have reached the disk: it is not trusted.
            let trusted = owed || self.to.is_remote();
            if trusted && holds(self.to, &name, &bytes)? {
                self.files -= 1;
            } else if self.to.is_remote() {
                // Nothing is written over in a store that others use, too.
                let other = format!("{name} is there already, with other bytes");
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, other));
            } else {
                self.to.replace(&name, &bytes)?;
                self.mended += u64::from(owed);
            }
        }
        Ok(())
    }

    /// Everything so far survives a power cut from now on.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn settle(&mut self) -> io::Result<()> {
        self.flush()?;
        self.to.settle()
    }

    /// Puts a file there that changes with every export.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if !holds(self.to, name, bytes)? {
            self.to.replace(name, bytes)?;
            self.files += 1;
        }
        Ok(())
    }
}

fn holds<T: Storage>(to: &T, name: &str, bytes: &[u8]) -> io::Result<bool> {
    match to.read_all(name, bytes.len() as u64) {
        Ok(there) => Ok(there.as_deref() == Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(false),
        Err(e) => Err(e),
    }
}

/// Roots of entries in groups, which end where tiles do.
#[derive(Default)]
pub struct Groups {
    next: u64,
    rest: Range,
}

impl Groups {
    /// Begins with this entry.
    #[must_use]
    pub fn new(from: u64) -> Self {
        Self { next: from, rest: Range::default() }
    }

    /// Takes a leaf; gives the root of the group that it fills.
    pub fn push(&mut self, leaf: Hash) -> Option<Hash> {
        self.rest.push(leaf);
        self.next += 1;
        self.next.is_multiple_of(WIDTH).then(|| std::mem::take(&mut self.rest).root())
    }

    /// The root of the last group, if it is not full.
    #[must_use]
    pub fn rest(&self) -> Option<Hash> {
        (self.rest.size() > 0).then(|| self.rest.root())
    }
}
