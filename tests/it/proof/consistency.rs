//! Consistency proofs of RFC 9162: how another program checks that one head of ours goes on from an earlier one.
use loa::proof::tree::{Hash, node_hash, root_of};

/// The largest power of two below `n`, for `n` of 2 or more.
fn largest_power_of_two_below(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}

/// The proof that the tree of the first `old` leaves is the beginning of the tree over `leaves`.
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
