//! Writes the files of an export in batches.
use std::collections::HashSet;
use std::io;

use crate::airlog::storage::{NewFile, Storage};
use crate::base::hash::sha256_hex;
use crate::logstore::kept_files::MAX_KEPT;
use crate::proof::tiles::{TILE_WIDTH, Tile, TileBuilder};
use crate::proof::tree::Hash;

/// Maximum number of bytes in a batch.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Maximum number of files in a batch.
const BATCH_FILES: usize = 256;

/// Writes an export.
pub struct ExportWriter<'a, T> {
    /// The storage of the export.
    pub target: &'a mut T,
    /// Number of entries under the head in the target.
    pub existing_entries: u64,
    /// Number of files written so far.
    pub files_written: u64,
    /// Number of files that existed, had to be right, and were damaged.
    pub files_repaired: u64,
    tile_builder: TileBuilder,
    batch: Vec<NewFile>,
    bytes: usize,
    /// Names in the batch whose files must be right if they exist: the head in the target covers them.
    expected: HashSet<String>,
}

impl<'a, T: Storage> ExportWriter<'a, T> {
    /// Starts after the entries that the tile builder has taken.
    pub fn new(to: &'a mut T, existing_entries: u64, tile_builder: TileBuilder) -> Self {
        Self {
            target: to,
            existing_entries,
            files_written: 0,
            files_repaired: 0,
            tile_builder,
            batch: Vec::new(),
            bytes: 0,
            expected: HashSet::new(),
        }
    }

    /// Writes the tiles that these entries complete.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn write_entries(&mut self, lines: &[&[u8]], leaves: &[Hash]) -> io::Result<()> {
        for (line, leaf) in lines.iter().zip(leaves) {
            for (tile, bytes) in self.tile_builder.push(Some(line), *leaf) {
                self.write_tile(tile, bytes)?;
            }
        }
        Ok(())
    }

    /// Writes the tiles that are not full.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn write_partial_tiles(&mut self) -> io::Result<()> {
        for (tile, bytes) in self.tile_builder.partial() {
            self.write_tile(tile, bytes)?;
        }
        Ok(())
    }

    fn write_tile(&mut self, tile: Tile, bytes: Vec<u8>) -> io::Result<()> {
        let ends = (tile.number * TILE_WIDTH + tile.width) << (8 * u32::from(tile.level.unwrap_or(0)));
        if ends <= self.existing_entries {
            if self.target.is_remote() {
                // The target's head is written last, so this tile is already there.
                return Ok(());
            }
            self.expected.insert(tile.path());
        }
        self.enqueue(tile.path(), bytes)
    }

    /// Copies a kept file if its contents match the hash in its name. `seq` is the last entry that names it.
    ///
    /// # Errors
    /// Errors of either storage.
    pub fn copy_kept<S: Storage>(&mut self, from: &S, name: &str, seq: u64) -> io::Result<()> {
        if seq < self.existing_entries {
            if self.target.is_remote() {
                return Ok(());
            }
            self.expected.insert(name.to_owned());
        }
        match from.read_bounded(name, MAX_KEPT)? {
            Some(bytes) if name.contains(&sha256_hex(&bytes)) => self.enqueue(name.to_owned(), bytes),
            // Verification has already reported the missing or damaged file.
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
        let expected = std::mem::take(&mut self.expected);
        self.bytes = 0;
        self.files_written += batch.len() as u64;
        for (name, bytes) in self.target.create(batch)? {
            let expected = expected.contains(&name);
            // A file left by an interrupted export may read well and still not be on the disk: it is not trusted.
            let trusted = expected || self.target.is_remote();
            if trusted && has_content(self.target, &name, &bytes)? {
                self.files_written -= 1;
            } else if self.target.is_remote() {
                // Nothing is overwritten in a store that others use too.
                let other = format!("{name} is there already, with other bytes");
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, other));
            } else {
                self.target.replace(&name, &bytes)?;
                self.files_repaired += u64::from(expected);
            }
        }
        Ok(())
    }

    /// Makes everything written so far survive a power cut.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.target.sync_created()
    }

    /// Replaces a file that changes with every export, unless it has these bytes already.
    ///
    /// # Errors
    /// Errors of the storage.
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
