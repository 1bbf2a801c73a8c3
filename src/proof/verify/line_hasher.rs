//! Hashes runs of lines: the part of verification that any thread can do.
#[cfg(test)]
mod tests;

use crate::proof::entry::entry_type;
use crate::proof::error::VerifyError;
use crate::proof::tiles::{MAX_ENTRY_BYTES, TILE_WIDTH};
use crate::proof::tree::{Hash, inner_nodes, leaf_hash};

/// Types of the entries that a verifier always reads.
const NOTABLE_TYPES: [&str; 6] = ["genesis", "epoch", "schedule", "plan", "anchor", "cosigned"];

/// [`TILE_WIDTH`] as a `usize`.
const TILE_LEN: usize = TILE_WIDTH as usize;

/// Hashes lines. Each thread uses its own copy.
#[derive(Debug, Clone, Default)]
pub struct LineHasher {
    /// Bytes that identify the outcome of the requested airing; `None` when no airing is requested.
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
    lines_before_tiles: usize,
    /// The inner nodes of each complete tile, in order.
    tile_nodes: Vec<Vec<Hash>>,
    /// The entries that the verifier must read.
    pub(super) notable_entries: Vec<NotableEntry>,
    /// The fault of the line after the hashed lines; `None` when all lines were entries.
    pub(super) line_fault: Option<LineFault>,
}

impl LineHasher {
    pub(super) fn new(airing: Option<&str>) -> Self {
        Self { airing_bytes: airing.map(|id| format!("\"id\":{}", serde_json::Value::from(id)).into_bytes()) }
    }

    /// Hashes lines up to the first line that is not an entry. `first_seq` is the number of the first line.
    #[must_use]
    pub fn hash_lines(&self, first_seq: u64, lines: &[&[u8]]) -> HashedLines {
        let mut hashed_lines = HashedLines { leaves: Vec::with_capacity(lines.len()), ..HashedLines::default() };
        for (index, line) in lines.iter().enumerate() {
            if line.len() > MAX_ENTRY_BYTES {
                hashed_lines.line_fault = Some(LineFault::TooLong);
                break;
            }
            let Some(kind) = entry_type(line, first_seq + index as u64) else {
                hashed_lines.line_fault = Some(LineFault::NotTheEntry);
                break;
            };
            if let Some(kind) = self.notable_type(kind, line) {
                hashed_lines.notable_entries.push(NotableEntry { index, kind });
            }
            hashed_lines.leaves.push(leaf_hash(line));
        }
        hashed_lines.lines_before_tiles = usize::try_from(first_seq.wrapping_neg() % TILE_WIDTH).unwrap_or(usize::MAX);
        let tile_leaves =
            hashed_lines.leaves.get(hashed_lines.lines_before_tiles..).unwrap_or_default().as_chunks::<TILE_LEN>().0;
        hashed_lines.tile_nodes = tile_leaves.iter().map(|leaves| inner_nodes(leaves)).collect();
        hashed_lines
    }

    /// Returns the type of an entry that the verifier must read; `None` for other entries.
    fn notable_type(&self, kind: &str, line: &[u8]) -> Option<&'static str> {
        if kind == "outcome" {
            let airing_bytes = self.airing_bytes.as_ref()?;
            return memchr::memmem::find(line, airing_bytes).map(|_| "outcome");
        }
        NOTABLE_TYPES.into_iter().find(|notable_type| *notable_type == kind)
    }
}

impl HashedLines {
    /// Returns the leaf hashes, in order.
    #[must_use]
    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }

    /// Returns the indexes of the `plan` entries among the lines.
    pub fn plan_indexes(&self) -> impl Iterator<Item = usize> + '_ {
        self.notable_entries.iter().filter(|entry| entry.kind == "plan").map(|entry| entry.index)
    }

    /// Returns the inner nodes of the tile that begins with the line at `index`; `None` unless this run contains all
    /// lines of the tile.
    pub(super) fn nodes_from(&self, index: usize) -> Option<&[Hash]> {
        let index = index.checked_sub(self.lines_before_tiles).filter(|index| index % TILE_LEN == 0)?;
        self.tile_nodes.get(index / TILE_LEN).map(Vec::as_slice)
    }

    /// Returns the root of the tile that ends with the line at `index`; `None` unless this run contains all lines of
    /// the tile.
    #[must_use]
    pub fn root_at(&self, index: usize) -> Option<Hash> {
        let nodes = self.nodes_from((index + 1).checked_sub(TILE_LEN)?)?;
        nodes.last().copied()
    }
}

/// The fault of a line that was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineFault {
    /// The line is not the entry with its number.
    NotTheEntry,
    /// The line is longer than [`MAX_ENTRY_BYTES`].
    TooLong,
}

impl LineFault {
    /// Returns the error for line `seq`.
    pub(super) fn into_error(self, seq: u64) -> VerifyError {
        match self {
            Self::NotTheEntry => VerifyError::Entry { seq },
            Self::TooLong => VerifyError::TooLong { seq },
        }
    }
}
