//! Consistency proofs of RFC 9162, with which other programs check that a head continues an earlier head.
use loa::proof::tree::{Hash, node_hash, root_of};

/// The largest power of two below `n`, for `n` of 2 or more.
fn largest_power_of_two_below(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}

/// The proof that the tree over `leaves` continues the tree over the first `old_size` of them.
pub fn consistency_proof(leaves: &[Hash], old_size: usize) -> Vec<Hash> {
    fn add_nodes(leaves: &[Hash], old_size: usize, is_complete: bool, proof: &mut Vec<Hash>) {
        if old_size == leaves.len() {
            if !is_complete {
                proof.push(root_of(leaves));
            }
            return;
        }
        let middle = usize::try_from(largest_power_of_two_below(leaves.len() as u64)).unwrap_or(usize::MAX);
        if old_size <= middle {
            add_nodes(&leaves[..middle], old_size, is_complete, proof);
            proof.push(root_of(&leaves[middle..]));
        } else {
            add_nodes(&leaves[middle..], old_size - middle, false, proof);
            proof.push(root_of(&leaves[..middle]));
        }
    }
    let mut proof = Vec::new();
    if 0 < old_size && old_size < leaves.len() {
        add_nodes(leaves, old_size, true, &mut proof);
    }
    proof
}

/// True if the proof shows that the new head continues the old head (RFC 9162, section 2.1.4.2).
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
    let (mut index, mut last_index) = (old_size - 1, new_size - 1);
    while index & 1 == 1 {
        index >>= 1;
        last_index >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for node in path {
        if last_index == 0 {
            return false;
        }
        if index & 1 == 1 || index == last_index {
            old_hash = node_hash(node, &old_hash);
            new_hash = node_hash(node, &new_hash);
            while index & 1 == 0 && index != 0 {
                index >>= 1;
                last_index >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, node);
        }
        index >>= 1;
        last_index >>= 1;
    }
    last_index == 0 && old_hash == old_root && new_hash == new_root
}
