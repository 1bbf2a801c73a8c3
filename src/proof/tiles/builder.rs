//! Cuts a log into tiles.
use super::{TILE_WIDTH, Tile};
use crate::proof::tree::{CompactRange, Hash, root_of};

/// Cuts a row of leaves into tiles, as they fill.
#[derive(Debug, Default)]
pub struct TileBuilder {
    bundle: Vec<u8>,
    in_bundle: u64,
    size: u64,
    /// The unfinished tile of each level.
    levels: Vec<Vec<Hash>>,
}

impl TileBuilder {
    /// Goes on behind a tree of `size` leaves, of which these are the unfinished tiles: the bytes of the last bundle
    /// (empty when it was full, or there are to be no entries), and the hashes of each level. None when they are not of
    /// such a tree's form.
    #[must_use]
    pub fn resume(size: u64, bundle: Vec<u8>, levels: Vec<Vec<Hash>>) -> Option<Self> {
        let whole = (0..8).all(|level| {
            let held = size.checked_shr(8 * level).unwrap_or(0) % TILE_WIDTH;
            levels.get(level as usize).map_or(0, Vec::len) as u64 == held
        });
        (whole && levels.len() <= 8).then_some(Self { bundle, in_bundle: size % TILE_WIDTH, size, levels })
    }

    /// The tree so far.
    #[must_use]
    pub fn range(&self) -> CompactRange {
        let mut range = CompactRange::default();
        for (level, hashes) in self.levels.iter().enumerate().rev() {
            hashes.iter().for_each(|hash| range.push_subtree(8 * u32::from(level_byte(level)), *hash));
        }
        range
    }

    /// Takes an entry of at most [`MAX_ENTRY`] bytes and its leaf hash; gives the tiles that it fills. Without entries
    /// there are only tiles of hashes.
    pub fn push(&mut self, entry: Option<&[u8]>, leaf: Hash) -> Vec<(Tile, Vec<u8>)> {
        self.push_with_root(entry, leaf, None)
    }

    /// The same; `root` is that of the tile of leaves that this one ends, as far as it is known.
    pub fn push_with_root(&mut self, entry: Option<&[u8]>, leaf: Hash, root: Option<Hash>) -> Vec<(Tile, Vec<u8>)> {
        let mut full = Vec::new();
        self.size += 1;
        if let Some(entry) = entry {
            self.bundle.extend_from_slice(&u16::try_from(entry.len()).unwrap_or(u16::MAX).to_be_bytes());
            self.bundle.extend_from_slice(entry);
            self.in_bundle += 1;
            if self.in_bundle == TILE_WIDTH {
                let tile = Tile { level: None, number: self.size / TILE_WIDTH - 1, width: TILE_WIDTH };
                full.push((tile, std::mem::take(&mut self.bundle)));
                self.in_bundle = 0;
            }
        }
        let mut carried = Some(leaf);
        let mut level = 0;
        while let Some(hash) = carried.take() {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            self.levels[level].push(hash);
            if self.levels[level].len() as u64 == TILE_WIDTH {
                let hashes = std::mem::take(&mut self.levels[level]);
                let known = root.filter(|_| level == 0);
                carried = Some(known.unwrap_or_else(|| root_of(&hashes)));
                let number = (self.size >> (8 * (level + 1))) - 1;
                full.push((Tile { level: Some(level_byte(level)), number, width: TILE_WIDTH }, hashes.concat()));
            }
            level += 1;
        }
        full
    }

    /// The tiles that the last entries began.
    #[must_use]
    pub fn partial(&self) -> Vec<(Tile, Vec<u8>)> {
        let mut tiles = Vec::new();
        if self.in_bundle > 0 {
            let tile = Tile { level: None, number: self.size / TILE_WIDTH, width: self.in_bundle };
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

/// Levels are counted to seven: a tree has at most 2^64 leaves.
fn level_byte(level: usize) -> u8 {
    u8::try_from(level).unwrap_or(u8::MAX)
}
