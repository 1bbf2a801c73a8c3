//! Checks the nodes that the hasher computes in advance.
use super::*;
use crate::proof::tree::{CompactRange, root_of};

#[test]
fn nodes_of_complete_tiles_match_the_tree() {
    let line = |seq: u64| format!("{{\"v\":1,\"seq\":{seq},\"type\":\"note\",\"at\":\"\"}}").into_bytes();
    let lines: Vec<Vec<u8>> = (0..1500).map(line).collect();
    let leaves: Vec<Hash> = lines.iter().map(|line| leaf_hash(line)).collect();
    for (from, until) in [(0, 1500), (0, 255), (0, 256), (1, 600), (255, 768), (256, 513), (700, 1500), (700, 700)] {
        let run: Vec<&[u8]> = lines[from..until].iter().map(Vec::as_slice).collect();
        let hashed_lines = LineHasher::default().hash_lines(from as u64, &run);
        let mut range = CompactRange::default();
        leaves[..from].iter().for_each(|leaf| range.push(*leaf));
        let mut nodes = [].iter();
        for (index, leaf) in hashed_lines.leaves().iter().enumerate() {
            let seq = from + index;
            if seq.is_multiple_of(TILE_LEN) {
                nodes = hashed_lines.nodes_from(index).unwrap_or_default().iter();
            }
            range.push_with_nodes(*leaf, &mut nodes);
            assert_eq!(range.root(), root_of(&leaves[..=seq]), "{seq}");
            let ends_tile = (seq + 1).is_multiple_of(TILE_LEN) && index + 1 >= TILE_LEN;
            let expected_root = ends_tile.then(|| root_of(&leaves[seq + 1 - TILE_LEN..=seq]));
            assert_eq!(hashed_lines.root_at(index), expected_root, "{seq}");
        }
    }
}
