//! Hashes runs of lines: the part of verification that any thread can do.
#[cfg(test)]
mod tests;

use crate::proof::entry::entry_type;
use crate::proof::error::VerifyError;
use crate::proof::tiles::{MAX_ENTRY, TILE_WIDTH};
use crate::proof::tree::{Hash, inner_nodes, leaf_hash};

/// Types of the entries that a verifier always reads.
const READ_TYPES: [&str; 6] = ["genesis", "epoch", "schedule", "plan", "anchor", "cosigned"];

/// [`TILE_WIDTH`] as an index.
const TILE: usize = TILE_WIDTH as usize;

/// Hashes lines. Each thread uses its own copy.
#[derive(Debug, Clone, Default)]
pub struct LineHasher {
    /// Bytes that occur in the outcome of the requested airing; `None` when no airing is requested.
    airing_bytes: Option<Vec<u8>>,
}

/// An entry that the verifier must read.
#[derive(Debug)]
pub(super) struct NotableEntry {
    /// Index of its line among the lines that were hashed together.
    pub index: usize,
    /// Type of the entry.
    pub kind: &'static str,
}

/// The hashes of a run of lines, and the entries among them that the verifier must read.
#[derive(Debug, Default)]
pub struct HashedLines {
    /// Leaf hash of each line.
    pub(super) leaves: Vec<Hash>,
    /// Number of lines before the first complete tile.
    before_tiles: usize,
    /// The inner nodes of each complete tile, in order.
    tiles: Vec<Vec<Hash>>,
    pub(super) notable: Vec<NotableEntry>,
    /// The fault of the line after these; `None` when all lines were entries.
    pub(super) bad_line: Option<BadLine>,
}

impl LineHasher {
    pub(super) fn new(airing: Option<&str>) -> Self {
        Self { airing_bytes: airing.map(|id| format!("\"id\":{}", serde_json::Value::from(id)).into_bytes()) }
    }

    /// Hashes lines up to the first line that is not an entry. `first_seq` is the number of the first line.
    #[must_use]
    pub fn hash_lines(&self, first_seq: u64, lines: &[&[u8]]) -> HashedLines {
        let mut digest = HashedLines { leaves: Vec::with_capacity(lines.len()), ..HashedLines::default() };
        for (index, line) in lines.iter().enumerate() {
            if line.len() > MAX_ENTRY {
                digest.bad_line = Some(BadLine::TooLong);
                break;
            }
            let Some(kind) = entry_type(line, first_seq + index as u64) else {
                digest.bad_line = Some(BadLine::NotTheEntry);
                break;
            };
            if let Some(kind) = self.notable_type(kind, line) {
                digest.notable.push(NotableEntry { index, kind });
            }
            digest.leaves.push(leaf_hash(line));
        }
        digest.before_tiles = usize::try_from(first_seq.wrapping_neg() % TILE_WIDTH).unwrap_or(usize::MAX);
        let tile_leaves = digest.leaves.get(digest.before_tiles..).unwrap_or_default().as_chunks::<TILE>().0;
        digest.tiles = tile_leaves.iter().map(|leaves| inner_nodes(leaves)).collect();
        digest
    }

    /// Returns the type of an entry that the verifier must read; `None` for other entries.
    fn notable_type(&self, kind: &str, line: &[u8]) -> Option<&'static str> {
        if kind == "outcome" {
            let airing_bytes = self.airing_bytes.as_ref()?;
            return memchr::memmem::find(line, airing_bytes).map(|_| "outcome");
        }
        READ_TYPES.into_iter().find(|read_type| *read_type == kind)
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

    /// Returns the inner nodes of the tile that begins with the line at `index`; `None` unless all its lines are here.
    pub(super) fn nodes_from(&self, index: usize) -> Option<&[Hash]> {
        let index = index.checked_sub(self.before_tiles).filter(|index| index % TILE == 0)?;
        self.tiles.get(index / TILE).map(Vec::as_slice)
    }

    /// Returns the root of the tile that ends with the line at `index`; `None` unless all its lines are here.
    #[must_use]
    pub fn root_at(&self, index: usize) -> Option<Hash> {
        let nodes = self.nodes_from((index + 1).checked_sub(TILE)?)?;
        nodes.last().copied()
    }
}

/// The fault of a line that was rejected. The number of the line follows from its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadLine {
    /// The line is not the entry with its number.
    NotTheEntry,
    /// The line is longer than [`MAX_ENTRY`].
    TooLong,
}

impl BadLine {
    /// Returns the error for line `seq`.
    pub(super) fn at(self, seq: u64) -> VerifyError {
        match self {
            Self::NotTheEntry => VerifyError::Entry { seq },
            Self::TooLong => VerifyError::TooLong { seq },
        }
    }
}
