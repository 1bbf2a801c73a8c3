//! Inclusion proofs (RFC 9162, section 2.1.3).
use super::{CompactRange, Hash, node_hash};

/// Collects the inclusion proof of one leaf in a single pass over all leaves. Its memory grows with the height of the
/// tree, not with the number of leaves.
#[derive(Debug, Clone)]
pub struct InclusionProver {
    index: u64,
    size: u64,
    range: CompactRange,
    /// Spans of leaves (`from`, `until`) whose roots form the proof, from the leaf upwards, each with its root once it
    /// is computed.
    spans: Vec<(u64, u64, Option<Hash>)>,
    /// Index into `spans` of the span whose leaves are being added, and the tree over its leaves so far.
    current_span: Option<(usize, CompactRange)>,
}

impl InclusionProver {
    /// Starts the proof of leaf `index` in the tree of the first `size` leaves; `None` when the tree has no such leaf.
    #[must_use]
    pub fn new(index: u64, size: u64) -> Option<Self> {
        if index >= size {
            return None;
        }
        let mut spans = Vec::new();
        let (mut from, mut until) = (0, size);
        while until - from > 1 {
            let middle = from + largest_power_of_two_below(until - from);
            if index < middle {
                spans.push((middle, until, None));
                until = middle;
            } else {
                spans.push((from, middle, None));
                from = middle;
            }
        }
        spans.reverse();
        Some(Self { index, size, range: CompactRange::default(), spans, current_span: None })
    }

    /// Adds the next leaf, starting with leaf 0.
    pub fn push(&mut self, leaf: Hash) {
        let leaf_index = self.range.size();
        self.range.push(leaf);
        if leaf_index >= self.size || leaf_index == self.index {
            return;
        }
        let Some(span_index) = self.spans.iter().position(|(from, until, _)| (*from..*until).contains(&leaf_index))
        else {
            return;
        };
        let mut subtree = match self.current_span.take() {
            Some((index, subtree)) if index == span_index => subtree,
            _ => CompactRange::default(),
        };
        subtree.push(leaf);
        let (from, until, root) = &mut self.spans[span_index];
        if subtree.size() == *until - *from {
            *root = Some(subtree.root());
        } else {
            self.current_span = Some((span_index, subtree));
        }
    }

    /// Returns the proof, from the leaf's sibling upwards; `None` until all leaves have been added.
    #[must_use]
    pub fn proof(&self) -> Option<Vec<Hash>> {
        self.spans.iter().map(|(_, _, root)| *root).collect()
    }
}

/// Computes the root from a leaf and its inclusion proof; `None` when the proof does not match the index and size.
#[must_use]
pub fn root_from_inclusion_proof(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    // RFC 9162, section 2.1.3.2.
    let (mut node_index, mut last_index, mut node) = (index, size - 1, leaf);
    for sibling in proof {
        if last_index == 0 {
            return None;
        }
        if node_index & 1 == 1 || node_index == last_index {
            node = node_hash(sibling, &node);
            while node_index & 1 == 0 && node_index != 0 {
                node_index >>= 1;
                last_index >>= 1;
            }
        } else {
            node = node_hash(&node, sibling);
        }
        node_index >>= 1;
        last_index >>= 1;
    }
    (last_index == 0).then_some(node)
}

/// Returns the largest power of two below `n`, for `n` of 2 or more.
fn largest_power_of_two_below(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}
