//! Hashes runs of lines: the part of verification that any thread can do.
#[cfg(test)]
mod tests;

use crate::proof::entry::entry_type;
use crate::proof::error::VerifyError;
use crate::proof::tiles::{MAX_ENTRY, TILE_WIDTH};
use crate::proof::tree::{Hash, inner_nodes, leaf_hash};

/// Types of the entries that a verifier reads.
const READ_TYPES: [&str; 6] = ["genesis", "epoch", "schedule", "plan", "anchor", "cosigned"];

const TILE: usize = TILE_WIDTH as usize;

/// Hashes lines; each thread has a copy.
#[derive(Debug, Clone, Default)]
pub struct LineHasher {
    /// Bytes that occur in the outcome of the airing that was asked for.
    airing: Option<Vec<u8>>,
}

/// An entry that the verifier must read.
#[derive(Debug)]
pub(super) struct NotableEntry {
    pub index: usize,
    pub kind: &'static str,
}

/// The hashes of a run of lines, and the entries that need reading.
#[derive(Debug, Default)]
pub struct HashedLines {
    pub(super) leaves: Vec<Hash>,
    /// Number of lines before the first whole tile.
    before_tiles: usize,
    /// The inner nodes of each whole tile, in order.
    tiles: Vec<Vec<Hash>>,
    pub(super) notable: Vec<NotableEntry>,
    /// Why the line after these is not an entry, if there is one.
    pub(super) bad: Option<BadLine>,
}

impl LineHasher {
    pub(super) fn new(airing: Option<&str>) -> Self {
        Self { airing: airing.map(|id| format!("\"id\":{}", serde_json::Value::from(id)).into_bytes()) }
    }

    /// Hashes lines, the first of which is entry `first`, up to the first line that is not an entry.
    #[must_use]
    pub fn digest(&self, first: u64, lines: &[&[u8]]) -> HashedLines {
        let mut digest = HashedLines { leaves: Vec::with_capacity(lines.len()), ..HashedLines::default() };
        for (index, line) in lines.iter().enumerate() {
            if line.len() > MAX_ENTRY {
                digest.bad = Some(BadLine::TooLong);
                break;
            }
            let Some(kind) = entry_type(line, first + index as u64) else {
                digest.bad = Some(BadLine::NotTheEntry);
                break;
            };
            if let Some(kind) = self.notable_type(kind, line) {
                digest.notable.push(NotableEntry { index, kind });
            }
            digest.leaves.push(leaf_hash(line));
        }
        digest.before_tiles = usize::try_from(first.wrapping_neg() % TILE_WIDTH).unwrap_or(usize::MAX);
        let whole = digest.leaves.get(digest.before_tiles..).unwrap_or_default().as_chunks::<TILE>().0;
        digest.tiles = whole.iter().map(|leaves| inner_nodes(leaves)).collect();
        digest
    }

    fn notable_type(&self, kind: &str, line: &[u8]) -> Option<&'static str> {
        if kind == "outcome" {
            let wanted = self.airing.as_ref()?;
            return memchr::memmem::find(line, wanted).map(|_| "outcome");
        }
        READ_TYPES.into_iter().find(|read| *read == kind)
    }
}

impl HashedLines {
    /// Returns the leaf hashes, in order.
    #[must_use]
    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }

    /// Returns the indexes of the `plan` entries among the lines.
    pub fn plans(&self) -> impl Iterator<Item = usize> + '_ {
        self.notable.iter().filter(|entry| entry.kind == "plan").map(|entry| entry.index)
    }

    /// Returns the inner nodes of the tile that begins with this line, if the whole tile is here.
    pub(super) fn nodes_from(&self, index: usize) -> Option<&[Hash]> {
        let index = index.checked_sub(self.before_tiles).filter(|index| index % TILE == 0)?;
        self.tiles.get(index / TILE).map(Vec::as_slice)
    }

    /// Returns the root of the tile that ends with this line, if the whole tile is here.
    #[must_use]
    pub fn root_at(&self, index: usize) -> Option<Hash> {
        let nodes = self.nodes_from((index + 1).checked_sub(TILE)?)?;
        nodes.last().copied()
    }
}

/// Why a line was not accepted; its number follows from its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadLine {
    NotTheEntry,
    TooLong,
}

impl BadLine {
    pub(super) fn at(self, seq: u64) -> VerifyError {
        match self {
            Self::NotTheEntry => VerifyError::Entry { seq },
            Self::TooLong => VerifyError::TooLong { seq },
        }
    }
}
