//! A tree that keeps all its complete subtrees, for many inclusion proofs at once.
use super::{Hash, node_hash};

/// The roots of all complete subtrees of a log. It takes 64 bytes for each leaf, where
/// [`InclusionProver`](super::InclusionProver) takes a few hundred bytes in all, but gives a proof of every leaf.
#[derive(Debug, Clone, Default)]
pub struct FullTree {
    /// The roots of the complete subtrees of `2^level` leaves, by level.
    levels: Vec<Vec<Hash>>,
}

impl FullTree {
    /// Adds the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let nodes = &mut self.levels[level];
            nodes.push(node);
            if nodes.len() % 2 == 1 {
                return;
            }
            node = node_hash(&nodes[nodes.len() - 2], &nodes[nodes.len() - 1]);
        }
    }

    /// Returns the number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Returns the root of the first `size` leaves; `None` for 0, or if there are fewer.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        if size == 0 || size > self.size() { None } else { self.root_of(0, size) }
    }

    /// Returns the inclusion proof of leaf `index` in the tree of the first `size` leaves (RFC 6962, section 2.1.1), from
    /// the leaf's sibling upwards; `None` when the tree has no such leaf.
    #[must_use]
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if index >= size || size > self.size() {
            return None;
        }
        let (mut from, mut until, mut proof) = (0, size, Vec::new());
        while until - from > 1 {
            let middle = from + left_size(until - from);
            if index < middle {
                proof.push(self.root_of(middle, until)?);
                until = middle;
            } else {
                proof.push(self.root_of(from, middle)?);
                from = middle;
            }
        }
        proof.reverse();
        Some(proof)
    }

    /// Returns the root over the leaves `from..until`. `from` must be where such a subtree begins in a tree.
    fn root_of(&self, from: u64, until: u64) -> Option<Hash> {
        let size = until - from;
        if size.is_power_of_two() {
            let level = size.trailing_zeros();
            let nodes = self.levels.get(usize::try_from(level).ok()?)?;
            return nodes.get(usize::try_from(from >> level).ok()?).copied();
        }
        let middle = from + left_size(size);
        Some(node_hash(&self.root_of(from, middle)?, &self.root_of(middle, until)?))
    }
}

/// Returns the number of leaves on the left of a tree of `size` leaves, for 2 or more.
fn left_size(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::super::{InclusionProver, leaf_hash, root_from_inclusion_proof, root_of};
    use super::FullTree;

    #[test]
    fn every_proof_of_every_size_is_that_of_the_prover_and_leads_to_the_root() {
        let leaves: Vec<_> = (0_u8..70).map(|n| leaf_hash(&[n])).collect();
        let mut tree = FullTree::default();
        leaves.iter().for_each(|leaf| tree.push(*leaf));
        for size in 1..=70_u64 {
            let of_size = &leaves[..usize::try_from(size).expect("the size is small")];
            assert_eq!(tree.root_at(size), Some(root_of(of_size)));
            for index in 0..size {
                let mut prover = InclusionProver::new(index, size).expect("the leaf is in the tree");
                of_size.iter().for_each(|leaf| prover.push(*leaf));
                let proof = tree.inclusion_proof(index, size).expect("the leaf is in the tree");
                assert_eq!(Some(&proof), prover.proof().as_ref(), "{index} of {size}");
                let leaf = of_size[usize::try_from(index).expect("the index is small")];
                assert_eq!(root_from_inclusion_proof(leaf, index, size, &proof), tree.root_at(size));
            }
        }
        assert_eq!((tree.root_at(0), tree.root_at(71)), (None, None));
        assert_eq!((tree.inclusion_proof(3, 3), tree.inclusion_proof(0, 71)), (None, None));
    }
}
