//! Puts the files of an export in their places.
use std::collections::HashSet;
use std::io;

use crate::airlog::storage::{NewFile, Storage};
use crate::base::hash::sha256_hex;
use crate::logstore::kept_files::MAX_KEPT;
use crate::proof::tiles::{TILE_WIDTH, Tile, TileBuilder};
use crate::proof::tree::Hash;

/// So many bytes, or files, are put there in one go.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
const BATCH_FILES: usize = 256;

/// Writes an export.
pub struct ExportWriter<'a, T> {
    /// Where to.
    pub target: &'a mut T,
    /// Entries under the head that is there.
    pub existing_entries: u64,
    /// Files written so far.
    pub files_written: u64,
    /// Files that were there, had to be right, and were not.
    pub files_repaired: u64,
    cutter: TileBuilder,
    batch: Vec<NewFile>,
    bytes: usize,
    /// The names in the batch that must be right if they are there.
    expected: HashSet<String>,
}

impl<'a, T: Storage> ExportWriter<'a, T> {
    /// Goes on behind what the cutter has taken.
    pub fn new(to: &'a mut T, had: u64, cutter: TileBuilder) -> Self {
        Self {
            target: to,
            existing_entries: had,
            files_written: 0,
            files_repaired: 0,
            cutter,
            batch: Vec::new(),
            bytes: 0,
            expected: HashSet::new(),
        }
    }

    /// Takes entries.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn write_entries(&mut self, lines: &[&[u8]], leaves: &[Hash]) -> io::Result<()> {
        for (line, leaf) in lines.iter().zip(leaves) {
            for (tile, bytes) in self.cutter.push(Some(line), *leaf) {
                self.write_tile(tile, bytes)?;
            }
        }
        Ok(())
    }

    /// Takes the tiles that are not full.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn write_partial_tiles(&mut self) -> io::Result<()> {
        for (tile, bytes) in self.cutter.partial() {
            self.write_tile(tile, bytes)?;
        }
        Ok(())
    }

    fn write_tile(&mut self, tile: Tile, bytes: Vec<u8>) -> io::Result<()> {
        let ends = (tile.number * TILE_WIDTH + tile.width) << (8 * u32::from(tile.level.unwrap_or(0)));
        if ends <= self.existing_entries {
            if self.target.is_remote() {
                // It was there before the head was that is there.
                return Ok(());
            }
            self.expected.insert(tile.path());
        }
        self.enqueue(tile.path(), bytes)
    }

    /// Copies a file that entries name, entry `seq` as the last of them, if it is the one.
    ///
    /// # Errors
    /// When a storage fails.
    pub fn copy_kept<S: Storage>(&mut self, from: &S, name: &str, seq: u64) -> io::Result<()> {
        if seq < self.existing_entries {
            if self.target.is_remote() {
                return Ok(());
            }
            self.expected.insert(name.to_owned());
        }
        match from.read_bounded(name, MAX_KEPT)? {
            Some(bytes) if name.contains(&sha256_hex(&bytes)) => self.enqueue(name.to_owned(), bytes),
            // It has been said.
            _ => Ok(()),
        }
    }

    fn enqueue(&mut self, name: String, bytes: Vec<u8>) -> io::Result<()> {
        self.bytes += bytes.len();
        self.batch.push((name, bytes));
        if self.bytes >= BATCH_BYTES || self.batch.len() >= BATCH_FILES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        let owed = std::mem::take(&mut self.expected);
        self.bytes = 0;
        self.files_written += batch.len() as u64;
        for (name, bytes) in self.target.create(batch)? {
            let owed = owed.contains(&name);
            // What an interrupted export has left looks right, and may never have reached the disk: it is not trusted.
            let trusted = owed || self.target.is_remote();
            if trusted && has_content(self.target, &name, &bytes)? {
                self.files_written -= 1;
            } else if self.target.is_remote() {
                // Nothing is written over in a store that others use, too.
                let other = format!("{name} is there already, with other bytes");
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, other));
            } else {
                self.target.replace(&name, &bytes)?;
                self.files_repaired += u64::from(owed);
            }
        }
        Ok(())
    }

    /// Everything so far survives a power cut from now on.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.target.sync_created()
    }

    /// Puts a file there that changes with every export.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if !has_content(self.target, name, bytes)? {
            self.target.replace(name, bytes)?;
            self.files_written += 1;
        }
        Ok(())
    }
}

fn has_content<T: Storage>(to: &T, name: &str, bytes: &[u8]) -> io::Result<bool> {
    Ok(to.read_bounded(name, bytes.len() as u64)?.as_deref() == Some(bytes))
}
