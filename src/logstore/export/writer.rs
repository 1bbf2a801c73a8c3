//! Writes the files of an export in batches.
use std::collections::HashSet;
use std::io;

use crate::airlog::limits::MAX_KEPT_BYTES;
use crate::airlog::storage::{NewFile, Storage};
use crate::base::hash::sha256_hex;
use crate::proof::tiles::{TILE_WIDTH, Tile, TileBuilder};
use crate::proof::tree::Hash;

/// A batch is written once it has this many bytes.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// A batch is written once it has this many files.
const BATCH_FILES: usize = 256;

/// Writes an export.
pub struct ExportWriter<'a, T> {
    /// The storage of the export.
    pub target: &'a mut T,
    /// Number of entries under the head in the target.
    pub existing_entries: u64,
    /// Number of files written so far.
    pub files_written: u64,
    /// Number of damaged files of earlier entries that were replaced.
    pub files_repaired: u64,
    tile_builder: TileBuilder,
    batch: Vec<NewFile>,
    /// Number of bytes in the batch.
    batch_bytes: usize,
    /// Names in the batch that belong to entries under the head in the target. If a file with such a name exists, a
    /// completed export wrote it.
    completed_names: HashSet<String>,
}

impl<'a, T: Storage> ExportWriter<'a, T> {
    /// Creates a writer that continues after the entries in the tile builder.
    pub fn new(target: &'a mut T, existing_entries: u64, tile_builder: TileBuilder) -> Self {
        Self {
            target,
            existing_entries,
            files_written: 0,
            files_repaired: 0,
            tile_builder,
            batch: Vec::new(),
            batch_bytes: 0,
            completed_names: HashSet::new(),
        }
    }

    /// Writes the tiles that these entries complete.
    ///
    /// # Errors
    /// If the storage fails.
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
    /// If the storage fails.
    pub fn write_partial_tiles(&mut self) -> io::Result<()> {
        for (tile, bytes) in self.tile_builder.partial() {
            self.write_tile(tile, bytes)?;
        }
        Ok(())
    }

    /// Adds a tile to the batch. Skips a tile that a remote target already has.
    fn write_tile(&mut self, tile: Tile, bytes: Vec<u8>) -> io::Result<()> {
        let end = (tile.number * TILE_WIDTH + tile.width) << (8 * u32::from(tile.level.unwrap_or(0)));
        if end <= self.existing_entries {
            if self.target.is_remote() {
                // The head in the target covers this tile. The head is written last, so the tile already exists.
                return Ok(());
            }
            self.completed_names.insert(tile.path());
        }
        self.enqueue(tile.path(), bytes)
    }

    /// Copies a kept file if its bytes have the hash in its name. `seq` is the number of the last entry that names it.
    ///
    /// # Errors
    /// If either storage fails.
    pub fn copy_kept<S: Storage>(&mut self, source: &S, name: &str, seq: u64) -> io::Result<()> {
        if seq < self.existing_entries {
            if self.target.is_remote() {
                return Ok(());
            }
            self.completed_names.insert(name.to_owned());
        }
        match source.read_bounded(name, MAX_KEPT_BYTES)? {
            Some(bytes) if name.contains(&sha256_hex(&bytes)) => self.enqueue(name.to_owned(), bytes),
            // The verifier has already reported the missing or damaged file.
            _ => Ok(()),
        }
    }

    fn enqueue(&mut self, name: String, bytes: Vec<u8>) -> io::Result<()> {
        self.batch_bytes += bytes.len();
        self.batch.push((name, bytes));
        if self.batch_bytes >= BATCH_BYTES || self.batch.len() >= BATCH_FILES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        let completed_names = std::mem::take(&mut self.completed_names);
        self.batch_bytes = 0;
        self.files_written += batch.len() as u64;
        for (name, bytes) in self.target.create(batch)? {
            let is_completed = completed_names.contains(&name);
            // A file of an interrupted export is not trusted: it may be readable now although its bytes are not on the
            // disk.
            let is_trusted = is_completed || self.target.is_remote();
            if is_trusted && has_bytes(self.target, &name, &bytes)? {
                self.files_written -= 1;
            } else if self.target.is_remote() {
                // An object store may have other users, so no object is overwritten.
                let message = format!("{name} already exists with different bytes");
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
            } else {
                self.target.replace(&name, &bytes)?;
                self.files_repaired += u64::from(is_completed);
            }
        }
        Ok(())
    }

    /// Writes the batch, and makes all created files durable.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.target.sync_created()
    }

    /// Replaces a file unless it already has these bytes. Used for files that change with every export.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if !has_bytes(self.target, name, bytes)? {
            self.target.replace(name, bytes)?;
            self.files_written += 1;
        }
        Ok(())
    }
}

fn has_bytes<T: Storage>(target: &T, name: &str, bytes: &[u8]) -> io::Result<bool> {
    Ok(target.read_bounded(name, bytes.len() as u64)?.as_deref() == Some(bytes))
}
