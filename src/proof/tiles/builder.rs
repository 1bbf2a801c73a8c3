//! Builds the tiles of a log from its entries, one entry at a time.
use super::{TILE_WIDTH, Tile};
use crate::proof::tree::{CompactRange, Hash, root_of};

/// Collects leaves, and returns each tile once it is full.
#[derive(Debug, Default)]
pub struct TileBuilder {
    /// Bytes of the unfinished bundle.
    bundle: Vec<u8>,
    /// Number of entries in the unfinished bundle.
    bundle_width: u64,
    /// Number of leaves so far.
    size: u64,
    /// The unfinished tile of each level.
    levels: Vec<Vec<Hash>>,
}

impl TileBuilder {
    /// Resumes after a tree of `size` leaves from its unfinished tiles: the bytes of the last bundle (empty if it was
    /// full, or if no bundles are built) and the hashes of each level. `None` when the tiles do not match the size.
    #[must_use]
    pub fn resume(size: u64, bundle: Vec<u8>, levels: Vec<Vec<Hash>>) -> Option<Self> {
        let levels_fit = (0..8).all(|level| {
            let hash_count = size.checked_shr(8 * level).unwrap_or(0) % TILE_WIDTH;
            levels.get(level as usize).map_or(0, Vec::len) as u64 == hash_count
        });
        (levels_fit && levels.len() <= 8).then_some(Self { bundle, bundle_width: size % TILE_WIDTH, size, levels })
    }

    /// Returns the tree over the leaves so far.
    #[must_use]
    pub fn range(&self) -> CompactRange {
        let mut range = CompactRange::default();
        for (level, hashes) in self.levels.iter().enumerate().rev() {
            hashes.iter().for_each(|hash| range.push_subtree(8 * u32::from(level_byte(level)), *hash));
        }
        range
    }

    /// Adds an entry of at most [`MAX_ENTRY_BYTES`](super::MAX_ENTRY_BYTES) bytes and its leaf hash. Returns the tiles
    /// that it completes. If the entry is always `None`, only hash tiles are built.
    pub fn push(&mut self, entry: Option<&[u8]>, leaf: Hash) -> Vec<(Tile, Vec<u8>)> {
        self.push_with_root(entry, leaf, None)
    }

    /// Adds an entry as [`Self::push`] does; `root` is the root of the level-0 tile that this leaf completes, if known.
    pub fn push_with_root(&mut self, entry: Option<&[u8]>, leaf: Hash, root: Option<Hash>) -> Vec<(Tile, Vec<u8>)> {
        let mut full_tiles = Vec::new();
        self.size += 1;
        if let Some(entry) = entry {
            self.bundle.extend_from_slice(&u16::try_from(entry.len()).unwrap_or(u16::MAX).to_be_bytes());
            self.bundle.extend_from_slice(entry);
            self.bundle_width += 1;
            if self.bundle_width == TILE_WIDTH {
                let tile = Tile { level: None, number: self.size / TILE_WIDTH - 1, width: TILE_WIDTH };
                full_tiles.push((tile, std::mem::take(&mut self.bundle)));
                self.bundle_width = 0;
            }
        }
        let mut carry = Some(leaf);
        let mut level = 0;
        while let Some(hash) = carry.take() {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            self.levels[level].push(hash);
            if self.levels[level].len() as u64 == TILE_WIDTH {
                let hashes = std::mem::take(&mut self.levels[level]);
                let known_root = root.filter(|_| level == 0);
                carry = Some(known_root.unwrap_or_else(|| root_of(&hashes)));
                let number = (self.size >> (8 * (level + 1))) - 1;
                full_tiles.push((Tile { level: Some(level_byte(level)), number, width: TILE_WIDTH }, hashes.concat()));
            }
            level += 1;
        }
        full_tiles
    }

    /// Returns the unfinished tiles.
    #[must_use]
    pub fn partial(&self) -> Vec<(Tile, Vec<u8>)> {
        let mut tiles = Vec::new();
        if self.bundle_width > 0 {
            let tile = Tile { level: None, number: self.size / TILE_WIDTH, width: self.bundle_width };
            tiles.push((tile, self.bundle.clone()));
        }
        for (level, hashes) in self.levels.iter().enumerate().filter(|(_, hashes)| !hashes.is_empty()) {
            let number = self.size >> (8 * (level + 1));
            let width = hashes.len() as u64;
            tiles.push((Tile { level: Some(level_byte(level)), number, width }, hashes.concat()));
        }
        tiles
    }
}

/// Converts a level to a byte. A level is at most 7, because a tree has fewer than 2^64 leaves.
fn level_byte(level: usize) -> u8 {
    u8::try_from(level).unwrap_or(u8::MAX)
}
