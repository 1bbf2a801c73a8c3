//! Inclusion proofs (RFC 9162, section 2.1.3).
use super::{CompactRange, Hash, node_hash};

/// Collects the inclusion proof of one leaf in a single pass over all leaves; memory grows only with the tree's height.
#[derive(Debug, Clone)]
pub struct InclusionProver {
    index: u64,
    size: u64,
    range: CompactRange,
    /// Spans (`from`, `until`) whose roots the proof needs, from the leaf upwards, and the roots once known.
    wanted: Vec<(u64, u64, Option<Hash>)>,
    /// Index into `wanted` of the span being read, and its tree so far.
    current: Option<(usize, CompactRange)>,
}

impl InclusionProver {
    /// Starts the proof of leaf `index` in the tree of the first `size` leaves; `None` when the tree lacks that leaf.
    #[must_use]
    pub fn new(index: u64, size: u64) -> Option<Self> {
        if index >= size {
            return None;
        }
        let mut wanted = Vec::new();
        let (mut from, mut until) = (0, size);
        while until - from > 1 {
            let middle = from + largest_power_of_two_below(until - from);
            if index < middle {
                wanted.push((middle, until, None));
                until = middle;
            } else {
                wanted.push((from, middle, None));
                from = middle;
            }
        }
        wanted.reverse();
        Some(Self { index, size, range: CompactRange::default(), wanted, current: None })
    }

    /// Takes the next leaf, from leaf 0 on.
    pub fn push(&mut self, leaf: Hash) {
        let at = self.range.size();
        self.range.push(leaf);
        if at >= self.size || at == self.index {
            return;
        }
        let Some(place) = self.wanted.iter().position(|(from, until, _)| (*from..*until).contains(&at)) else {
            return;
        };
        let mut part = match self.current.take() {
            Some((same, part)) if same == place => part,
            _ => CompactRange::default(),
        };
        part.push(leaf);
        let (from, until, root) = &mut self.wanted[place];
        if part.size() == *until - *from {
            *root = Some(part.root());
        } else {
            self.current = Some((place, part));
        }
    }

    /// Returns the proof, from the leaf's sibling upwards; `None` until all leaves have been taken.
    #[must_use]
    pub fn proof(&self) -> Option<Vec<Hash>> {
        self.wanted.iter().map(|(_, _, root)| *root).collect()
    }
}

/// Computes the root that an inclusion proof leads to; `None` when the proof does not fit the index and size.
#[must_use]
pub fn root_from_inclusion_proof(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    // RFC 9162, section 2.1.3.2.
    let (mut at, mut last, mut node) = (index, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            node = node_hash(sibling, &node);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            node = node_hash(&node, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(node)
}

/// Returns the largest power of two below `n`, for `n` of 2 or more.
fn largest_power_of_two_below(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}
