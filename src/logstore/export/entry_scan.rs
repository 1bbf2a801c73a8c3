//! Remembers verified entries by their roots, until they are written.
use crate::proof::entry::entry_time_text;
use crate::proof::tiles::TILE_WIDTH;
use crate::proof::tree::{CompactRange, Hash};

/// Roots of groups of verified entries, and the times of the new ones.
pub(super) struct EntryScan {
    pub(super) roots: Vec<Hash>,
    pub(super) groups: TileGroupRoots,
    pub(super) start: u64,
    next: u64,
    existing: u64,
    pub(super) span: Option<(String, String)>,
}

impl EntryScan {
    pub(super) fn new(from: u64, existing: u64) -> Self {
        Self { roots: Vec::new(), groups: TileGroupRoots::new(from), start: from, next: from, existing, span: None }
    }

    pub(super) fn add_chunk(&mut self, lines: &[&[u8]], leaves: &[Hash]) {
        for leaf in leaves {
            self.roots.extend(self.groups.push(*leaf));
        }
        let new = usize::try_from(self.existing.saturating_sub(self.next)).unwrap_or(usize::MAX);
        self.next += leaves.len() as u64;
        let new = lines.get(new..).unwrap_or_default();
        let (Some(first), Some(last)) =
            (new.first().and_then(|l| entry_time_text(l)), new.last().and_then(|l| entry_time_text(l)))
        else {
            return;
        };
        self.span.get_or_insert_with(|| (first.to_owned(), String::new())).1 = last.to_owned();
    }
}

/// Computes the roots of groups of entries; a group ends where a tile does.
#[derive(Default)]
pub struct TileGroupRoots {
    next: u64,
    open_group: CompactRange,
}

impl TileGroupRoots {
    /// Starts at this entry.
    #[must_use]
    pub fn new(from: u64) -> Self {
        Self { next: from, open_group: CompactRange::default() }
    }

    /// Adds a leaf; returns the root of the group that it completes.
    pub fn push(&mut self, leaf: Hash) -> Option<Hash> {
        self.open_group.push(leaf);
        self.next += 1;
        self.next.is_multiple_of(TILE_WIDTH).then(|| std::mem::take(&mut self.open_group).root())
    }

    /// Returns the root of the last group, if it is not full.
    #[must_use]
    pub fn open_group_root(&self) -> Option<Hash> {
        (self.open_group.size() > 0).then(|| self.open_group.root())
    }
}
