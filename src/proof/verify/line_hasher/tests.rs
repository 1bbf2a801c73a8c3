use super::*;
use crate::proof::tree::{CompactRange, root_of};

#[test]
fn nodes_of_whole_tiles_are_those_of_the_tree() {
    let line = |seq: u64| format!("{{\"v\":1,\"seq\":{seq},\"type\":\"note\",\"at\":\"\"}}").into_bytes();
    let lines: Vec<Vec<u8>> = (0..1500).map(line).collect();
    let leaves: Vec<Hash> = lines.iter().map(|line| leaf_hash(line)).collect();
    for (from, until) in [(0, 1500), (0, 255), (0, 256), (1, 600), (255, 768), (256, 513), (700, 1500), (700, 700)] {
        let run: Vec<&[u8]> = lines[from..until].iter().map(Vec::as_slice).collect();
        let digest = LineHasher::default().hash_lines(from as u64, &run);
        let mut range = CompactRange::default();
        leaves[..from].iter().for_each(|leaf| range.push(*leaf));
        let mut nodes = [].iter();
        for (index, leaf) in digest.leaves().iter().enumerate() {
            let seq = from + index;
            if seq.is_multiple_of(TILE) {
                nodes = digest.nodes_from(index).unwrap_or_default().iter();
            }
            range.push_with_nodes(*leaf, &mut nodes);
            assert_eq!(range.root(), root_of(&leaves[..=seq]), "{seq}");
            let tile = (seq + 1).is_multiple_of(TILE) && index + 1 >= TILE;
            let root = tile.then(|| root_of(&leaves[seq + 1 - TILE..=seq]));
            assert_eq!(digest.root_at(index), root, "{seq}");
        }
    }
}
