//! Rebuilds the Merkle tree of a log from the tiles in a store.
use std::io;

use crate::airlog::storage::Storage;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::tiles::{self, MAX_BUNDLE_BYTES, TILE_WIDTH, TileBuilder, tile_at};
use crate::proof::tree::{CompactRange, Hash, leaf_hash};

/// Loads the unfinished tiles of a tree of this size; `None` if one is missing or damaged. The entries of the
/// unfinished bundle are compared with their hashes in the tile of level 0.
///
/// # Errors
/// If the storage fails.
pub fn load_partial_tiles<T: Storage>(store: &T, size: u64) -> io::Result<Option<TileBuilder>> {
    let partial_tile = |level: Option<u8>| {
        let hash_count = size.checked_shr(8 * u32::from(level.unwrap_or(0))).unwrap_or(0);
        tile_at(level, hash_count / TILE_WIDTH, size).filter(|tile| tile.width < TILE_WIDTH)
    };
    let mut levels: Vec<Vec<Hash>> = Vec::new();
    for level in 0..8 {
        let hashes = match partial_tile(Some(level)) {
            Some(tile) => match store.read_bounded(&tile.path(), TILE_WIDTH * 32)? {
                Some(bytes) if bytes.len() as u64 == tile.width * 32 => bytes.as_chunks().0.to_vec(),
                _ => return Ok(None),
            },
            None => Vec::new(),
        };
        levels.push(hashes);
    }
    drop_empty_levels(&mut levels);
    let bundle = match partial_tile(None) {
        Some(tile) => {
            let bytes = store.read_bounded(&tile.path(), MAX_BUNDLE_BYTES)?.unwrap_or_default();
            let entries = tiles::split_bundle(&bytes, tile.width).unwrap_or_default();
            let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
            if levels.first() != Some(&leaves) {
                return Ok(None);
            }
            bytes
        }
        None => Vec::new(),
    };
    Ok(TileBuilder::resume(size, bundle, levels))
}

/// True when the hash tiles in the store prove that the head `later` extends the head `earlier`.
///
/// # Errors
/// If the storage fails.
pub fn heads_are_consistent<T: Storage>(store: &T, earlier: &Checkpoint, later: &Checkpoint) -> io::Result<bool> {
    let Some(mut range) = tree_at(store, earlier.size, later.size)?.filter(|range| range.root() == earlier.root) else {
        return Ok(false);
    };
    while range.size() < later.size {
        let Some(tile) = tile_at(Some(0), range.size() / TILE_WIDTH, later.size) else {
            return Ok(false);
        };
        let bytes = store.read_bounded(&tile.path(), TILE_WIDTH * 32)?.unwrap_or_default();
        let hashes: &[Hash] = bytes.as_chunks().0;
        let known_width = usize::try_from(range.size() % TILE_WIDTH).unwrap_or(0);
        let width = usize::try_from(tile.width).unwrap_or(0);
        if hashes.len() != width || known_width >= width {
            return Ok(false);
        }
        hashes[known_width..].iter().for_each(|hash| range.push(*hash));
    }
    Ok(range.root() == later.root)
}

/// Builds the tree over the first `size` entries from the hash tiles of a store with `store_size` entries; `None` if
/// tiles are missing.
fn tree_at<T: Storage>(store: &T, size: u64, store_size: u64) -> io::Result<Option<CompactRange>> {
    let mut levels: Vec<Vec<Hash>> = Vec::new();
    for level in 0..8_u8 {
        let hash_count = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let width = usize::try_from(hash_count % TILE_WIDTH).unwrap_or(0);
        let mut hashes: Vec<Hash> = Vec::new();
        if width > 0 {
            let Some(tile) = tile_at(Some(level), hash_count / TILE_WIDTH, store_size) else {
                return Ok(None);
            };
            let bytes = store.read_bounded(&tile.path(), TILE_WIDTH * 32)?.unwrap_or_default();
            hashes = bytes.as_chunks().0.iter().copied().take(width).collect();
        }
        levels.push(hashes);
    }
    drop_empty_levels(&mut levels);
    Ok(TileBuilder::resume(size, Vec::new(), levels).map(|builder| builder.range()))
}

/// Drops the empty levels above the top of the tree.
fn drop_empty_levels(levels: &mut Vec<Vec<Hash>>) {
    while levels.last().is_some_and(Vec::is_empty) {
        levels.pop();
    }
}
