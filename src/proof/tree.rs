//! The Merkle tree of RFC 6962, section 2.1, over SHA-256.
use sha2::{Digest, Sha256};

/// A node of the tree.
pub type Hash = [u8; 32];

/// The hash of a leaf: `SHA-256(0x00 || bytes)`.
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

/// The hash of an inner node: `SHA-256(0x01 || left || right)`.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A tree of which only the roots of its whole subtrees are kept: enough to grow it and to know its root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    /// Roots of the whole subtrees, the largest first: one for each bit set in `size`.
    peaks: Vec<Hash>,
}

impl CompactRange {
    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_subtree(0, leaf);
    }

    /// Adds a whole subtree of `2^level` leaves. The size must be a multiple of that.
    pub fn push_subtree(&mut self, level: u32, root: Hash) {
        self.push_with(level, root, node_hash);
    }

    /// Adds a leaf; the nodes that it completes are taken from [`inner_nodes`] as far as there are any left.
    pub fn push_with_nodes(&mut self, leaf: Hash, nodes: &mut std::slice::Iter<'_, Hash>) {
        self.push_with(0, leaf, |left, right| nodes.next().copied().unwrap_or_else(|| node_hash(left, right)));
    }

    fn push_with(&mut self, level: u32, root: Hash, mut hash: impl FnMut(&Hash, &Hash) -> Hash) {
        debug_assert!(self.size.trailing_zeros() >= level || self.size == 0);
        let mut node = root;
        let mut bits = self.size >> level;
        while bits & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                node = hash(&left, &node);
            }
            bits >>= 1;
        }
        self.peaks.push(node);
        self.size += 1 << level;
    }

    /// Its size and the roots of its whole subtrees, the largest first: all that it consists of.
    #[must_use]
    pub fn parts(&self) -> (u64, &[Hash]) {
        (self.size, &self.peaks)
    }

    /// The range of these parts; none when they do not go together.
    #[must_use]
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (size.count_ones() as usize == peaks.len()).then_some(Self { size, peaks })
    }

    /// Leaves in it.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its root; of the empty tree, the hash of nothing.
    #[must_use]
    pub fn root(&self) -> Hash {
        let Some((last, others)) = self.peaks.split_last() else {
            return Sha256::digest([]).into();
        };
        others.iter().rev().fold(*last, |right, left| node_hash(left, &right))
    }
}

/// The inner nodes of a whole subtree with these leaves, as many as a power of two, in the order in which its leaves
/// complete them; the last is its root.
#[must_use]
pub fn inner_nodes(leaves: &[Hash]) -> Vec<Hash> {
    let (mut range, mut nodes) = (CompactRange::default(), Vec::with_capacity(leaves.len()));
    for leaf in leaves {
        range.push_with(0, *leaf, |left, right| {
            let node = node_hash(left, right);
            nodes.push(node);
            node
        });
    }
    nodes
}

/// The root of a list of leaf hashes.
#[must_use]
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut range = CompactRange::default();
    leaves.iter().for_each(|leaf| range.push(*leaf));
    range.root()
}

/// The largest power of two below `n`, for `n` of 2 or more.
fn largest_power_of_two_below(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}

/// Collects the inclusion proof of one leaf while the leaves go by: memory grows with the tree's height only.
#[derive(Debug, Clone)]
pub struct InclusionProver {
    index: u64,
    size: u64,
    range: CompactRange,
    /// Spans whose roots the proof needs, from the leaf upwards, and the roots once they are known.
    wanted: Vec<(u64, u64, Option<Hash>)>,
    current: Option<(usize, CompactRange)>,
}

impl InclusionProver {
    /// For leaf `index` in the tree of the first `size` leaves; none when it is not in it.
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

    /// Takes the next leaf.
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

    /// The proof, once all leaves have gone by; from the leaf's sibling upwards.
    #[must_use]
    pub fn proof(&self) -> Option<Vec<Hash>> {
        self.wanted.iter().map(|(_, _, root)| *root).collect()
    }
}

/// The root that an inclusion proof leads to; none when it does not fit the index and size.
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

/// The proof that the tree of the first `old` leaves is the beginning of the tree over `leaves`.
#[must_use]
pub fn consistency_proof(leaves: &[Hash], old: usize) -> Vec<Hash> {
    fn sub(leaves: &[Hash], old: usize, whole: bool, proof: &mut Vec<Hash>) {
        if old == leaves.len() {
            if !whole {
                proof.push(root_of(leaves));
            }
            return;
        }
        let middle = usize::try_from(largest_power_of_two_below(leaves.len() as u64)).unwrap_or(usize::MAX);
        if old <= middle {
            sub(&leaves[..middle], old, whole, proof);
            proof.push(root_of(&leaves[middle..]));
        } else {
            sub(&leaves[middle..], old - middle, false, proof);
            proof.push(root_of(&leaves[..middle]));
        }
    }
    let mut proof = Vec::new();
    if 0 < old && old < leaves.len() {
        sub(leaves, old, true, &mut proof);
    }
    proof
}

/// Whether a consistency proof leads from one head to the other (RFC 9162, section 2.1.4.2).
#[must_use]
pub fn verify_consistency(old: (u64, Hash), new: (u64, Hash), proof: &[Hash]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size == 0 {
        return proof.is_empty();
    }
    if old_size >= new_size {
        return old == new && proof.is_empty();
    }
    let mut path = proof.iter();
    let first = if old_size.is_power_of_two() { Some(&old_root) } else { path.next() };
    let Some(first) = first else { return false };
    let (mut at, mut last) = (old_size - 1, new_size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut left, mut right) = (*first, *first);
    for node in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            left = node_hash(node, &left);
            right = node_hash(node, &right);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            right = node_hash(&right, node);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && left == old_root && right == new_root
}
