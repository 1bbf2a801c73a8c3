//! The Merkle tree of RFC 6962, section 2.1, with SHA-256.
mod full_tree;
mod inclusion;

use sha2::{Digest, Sha256};

pub use full_tree::FullTree;
pub use inclusion::{InclusionProver, root_from_inclusion_proof};

/// The hash of a node.
pub type Hash = [u8; 32];

/// Hashes a leaf: `SHA-256(0x00 || bytes)`.
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

/// Hashes an inner node: `SHA-256(0x01 || left || right)`.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A tree reduced to the roots of its complete subtrees. These suffice to append leaves and to compute the root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    /// Roots of the complete subtrees, the largest subtree first: one for each bit set in `size`.
    peaks: Vec<Hash>,
}

impl CompactRange {
    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_subtree(0, leaf);
    }

    /// Adds a complete subtree of `2^level` leaves. The size of the tree must be a multiple of `2^level`.
    pub fn push_subtree(&mut self, level: u32, root: Hash) {
        self.push_subtree_using(level, root, node_hash);
    }

    /// Adds a leaf. The inner nodes that the leaf completes are taken from `nodes`, which is the output of
    /// [`inner_nodes`]. Once `nodes` is empty, they are computed.
    pub fn push_with_nodes(&mut self, leaf: Hash, nodes: &mut std::slice::Iter<'_, Hash>) {
        self.push_subtree_using(0, leaf, |left, right| nodes.next().copied().unwrap_or_else(|| node_hash(left, right)));
    }

    fn push_subtree_using(&mut self, level: u32, root: Hash, mut hash: impl FnMut(&Hash, &Hash) -> Hash) {
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

    /// Returns the size and the roots of the complete subtrees, the largest subtree first, for [`Self::from_parts`].
    #[must_use]
    pub fn parts(&self) -> (u64, &[Hash]) {
        (self.size, &self.peaks)
    }

    /// Rebuilds a range from its parts; `None` when the number of roots does not match the size.
    #[must_use]
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (size.count_ones() as usize == peaks.len()).then_some(Self { size, peaks })
    }

    /// Returns the number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root; for the empty tree, the hash of the empty string.
    #[must_use]
    pub fn root(&self) -> Hash {
        let Some((smallest_peak, larger_peaks)) = self.peaks.split_last() else {
            return Sha256::digest([]).into();
        };
        larger_peaks.iter().rev().fold(*smallest_peak, |right, left| node_hash(left, &right))
    }
}

/// Returns the inner nodes of a complete subtree, in the order in which its leaves complete them: the last node is the
/// root. The number of leaves must be a power of two.
#[must_use]
pub fn inner_nodes(leaves: &[Hash]) -> Vec<Hash> {
    let (mut range, mut nodes) = (CompactRange::default(), Vec::with_capacity(leaves.len()));
    for leaf in leaves {
        range.push_subtree_using(0, *leaf, |left, right| {
            let node = node_hash(left, right);
            nodes.push(node);
            node
        });
    }
    nodes
}

/// Returns the root over a list of leaf hashes.
#[must_use]
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut range = CompactRange::default();
    leaves.iter().for_each(|leaf| range.push(*leaf));
    range.root()
}
