//! Remembers the roots of groups of verified entries until the entries are written.
use crate::proof::entry::entry_time_text;
use crate::proof::tiles::TILE_WIDTH;
use crate::proof::tree::{CompactRange, Hash};

/// The roots of groups of verified entries, and the time span of the new entries.
pub(super) struct EntryScan {
    /// Roots of the complete groups.
    pub(super) roots: Vec<Hash>,
    /// Builder of the group roots, which holds the incomplete group.
    pub(super) groups: TileGroupRoots,
    /// Number of the first scanned entry.
    pub(super) first_seq: u64,
    /// Number of the next entry.
    next_seq: u64,
    /// Number of entries that the target already has.
    existing_entries: u64,
    /// Times of the first and the last new entry, by the station's clock.
    pub(super) new_entries_span: Option<(String, String)>,
}

impl EntryScan {
    pub(super) fn new(start: u64, existing_entries: u64) -> Self {
        let groups = TileGroupRoots::new(start);
        Self { roots: Vec::new(), groups, first_seq: start, next_seq: start, existing_entries, new_entries_span: None }
    }

    /// Adds verified lines with their leaf hashes.
    pub(super) fn add_chunk(&mut self, lines: &[&[u8]], leaves: &[Hash]) {
        for leaf in leaves {
            self.roots.extend(self.groups.push(*leaf));
        }
        let existing_lines = usize::try_from(self.existing_entries.saturating_sub(self.next_seq)).unwrap_or(usize::MAX);
        self.next_seq += leaves.len() as u64;
        let new_lines = lines.get(existing_lines..).unwrap_or_default();
        let first_time = new_lines.first().and_then(|line| entry_time_text(line));
        let last_time = new_lines.last().and_then(|line| entry_time_text(line));
        let (Some(first_time), Some(last_time)) = (first_time, last_time) else {
            return;
        };
        self.new_entries_span.get_or_insert_with(|| (first_time.to_owned(), String::new())).1 = last_time.to_owned();
    }
}

/// Computes the roots of groups of entries. A group ends where a tile of entries ends.
#[derive(Default)]
pub struct TileGroupRoots {
    /// Number of the next entry.
    next_seq: u64,
    open_group: CompactRange,
}

impl TileGroupRoots {
    /// Creates a builder that starts at the entry with this number.
    #[must_use]
    pub fn new(start: u64) -> Self {
        Self { next_seq: start, open_group: CompactRange::default() }
    }

    /// Adds a leaf. Returns the root of a group if the leaf completes one.
    pub fn push(&mut self, leaf: Hash) -> Option<Hash> {
        self.open_group.push(leaf);
        self.next_seq += 1;
        self.next_seq.is_multiple_of(TILE_WIDTH).then(|| std::mem::take(&mut self.open_group).root())
    }

    /// Returns the root of the last group, if that group is not complete and not empty.
    #[must_use]
    pub fn open_group_root(&self) -> Option<Hash> {
        (self.open_group.size() > 0).then(|| self.open_group.root())
    }
}
