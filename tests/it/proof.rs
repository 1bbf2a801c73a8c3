//! Trees, tiles, notes and checkpoints, compared with another Merkle tree library and with published examples.
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use loa::proof::checkpoint::Checkpoint;
use loa::proof::headcode::{head_code, normalise_head_code};
use loa::proof::note::{Note, NoteSigner, SignatureStatus, SignatureType, VerifierKey, split_notes};
use loa::proof::tiles::{Tile, TileBuilder, tile_at};
use loa::proof::tree::{CompactRange, Hash, InclusionProver, leaf_hash, root_from_inclusion_proof};
use proptest::prelude::*;
use sha2::Sha256;

mod consistency;
use consistency::{consistency_proof, verify_consistency};

type ReferenceTree = MemoryBackedTree<Sha256, Vec<u8>>;

fn leaf(n: usize) -> Vec<u8> {
    format!("entry {n}").into_bytes()
}

fn split_hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.chunks(32).map(|hash| hash.try_into().expect("the length matches")).collect()
}

/// Compares loa's proofs with those of the reference tree: the inclusion of leaf `index`, and the consistency with the
/// tree of the first `old_size` leaves.
fn assert_proofs_match(reference: &ReferenceTree, leaves: &[Hash], index: usize, old_size: usize) {
    let size = leaves.len();
    let root: Hash = (*reference.root().as_bytes()).into();
    let mut prover = InclusionProver::new(index as u64, size as u64).expect("the leaf is in the tree");
    leaves.iter().for_each(|leaf| prover.push(*leaf));
    let proof = prover.proof().expect("all leaves are pushed");
    assert_eq!(proof, split_hashes(reference.prove_inclusion(index).as_bytes()), "inclusion of {index} in {size}");
    assert_eq!(root_from_inclusion_proof(leaves[index], index as u64, size as u64, &proof), Some(root));
    assert_ne!(root_from_inclusion_proof(leaf_hash(b"other"), index as u64, size as u64, &proof), Some(root));
    if old_size == 0 || old_size == size {
        return;
    }
    let mut range = CompactRange::default();
    leaves[..old_size].iter().for_each(|leaf| range.push(*leaf));
    let proof = consistency_proof(leaves, old_size);
    assert_eq!(
        proof,
        split_hashes(reference.prove_consistency(size - old_size).as_bytes()),
        "consistency of {old_size} with {size}"
    );
    let (old, new) = ((old_size as u64, range.root()), (size as u64, root));
    assert!(verify_consistency(old, new, &proof));
    assert!(!verify_consistency((old.0, new.1), new, &proof) && !verify_consistency(old, (new.0, old.1), &proof));
    assert!(!verify_consistency(old, new, &[]));
}

#[test]
fn trees_of_every_size_up_to_600_match_the_reference() {
    let (mut reference, mut range, mut leaves) = (ReferenceTree::new(), CompactRange::default(), Vec::new());
    for size in 0..=600_usize {
        assert_eq!(range.root(), Hash::from(*reference.root().as_bytes()), "size {size}");
        if size > 0 {
            for index in [0, 1, size / 3, size / 2, size - 1].into_iter().filter(|index| *index < size) {
                assert_proofs_match(&reference, &leaves, index, index);
            }
        }
        reference.push(leaf(size));
        leaves.push(leaf_hash(&leaf(size)));
        range.push(leaf_hash(&leaf(size)));
    }
}

#[test]
fn all_proofs_in_small_trees_match_the_reference() {
    let (mut reference, mut leaves) = (ReferenceTree::new(), Vec::new());
    for size in 1..=40_usize {
        reference.push(leaf(size));
        leaves.push(leaf_hash(&leaf(size)));
        (0..size).for_each(|index| assert_proofs_match(&reference, &leaves, index, index));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn proofs_in_larger_trees_match_the_reference(size in 601_usize..20_000, index_share in 0.0..1.0_f64, old_share in 0.0..1.0_f64) {
        let mut reference = ReferenceTree::new();
        (0..size).for_each(|n| reference.push(leaf(n)));
        let leaves: Vec<_> = (0..size).map(|n| leaf_hash(&leaf(n))).collect();
        assert_proofs_match(&reference, &leaves, (index_share * size as f64) as usize, (old_share * size as f64) as usize);
    }

    #[test]
    fn appending_complete_subtrees_gives_the_same_tree(size in 1_u64..5000, level in 0_u32..9) {
        let leaves: Vec<_> = (0..size).map(|n| leaf_hash(&leaf(n as usize))).collect();
        let (mut from_leaves, mut from_subtrees) = (CompactRange::default(), CompactRange::default());
        leaves.iter().for_each(|leaf| from_leaves.push(*leaf));
        let subtrees = leaves.chunks_exact(1 << level);
        let remainder = subtrees.remainder().to_vec();
        for subtree_leaves in leaves.chunks_exact(1 << level) {
            let mut subtree = CompactRange::default();
            subtree_leaves.iter().for_each(|leaf| subtree.push(*leaf));
            from_subtrees.push_subtree(level, subtree.root());
        }
        remainder.iter().for_each(|leaf| from_subtrees.push(*leaf));
        prop_assert_eq!(from_leaves, from_subtrees);
    }

    #[test]
    fn tiles_contain_every_leaf_and_the_roots_above_the_leaves(size in 1_u64..2000) {
        let mut builder = TileBuilder::default();
        let mut tiles = Vec::new();
        for n in 0..size {
            let entry = leaf(n as usize);
            tiles.extend(builder.push(Some(&entry), leaf_hash(&entry)));
        }
        tiles.extend(builder.partial());
        for (tile, bytes) in &tiles {
            prop_assert_eq!(tile_at(tile.level, tile.number, size), Some(*tile));
            if tile.level.is_some() {
                prop_assert_eq!(bytes.len() as u64, 32 * tile.width);
            }
        }
        let tiles_of_level = |level| tiles.iter().filter(move |(tile, _)| tile.level == level);
        let hashes: Vec<Hash> = tiles_of_level(Some(0)).flat_map(|(_, bytes)| split_hashes(bytes)).collect();
        prop_assert_eq!(hashes.len() as u64, size);
        prop_assert!((0..size).all(|n| hashes[n as usize] == leaf_hash(&leaf(n as usize))));
        let entry_count: u64 = tiles_of_level(None).map(|(tile, _)| tile.width).sum();
        prop_assert_eq!(entry_count, size);
        prop_assert_eq!(tiles_of_level(Some(1)).map(|(tile, _)| tile.width).sum::<u64>(), size / 256);
    }

    #[test]
    fn no_bytes_make_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,200}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            let _ = Note::parse(bytes);
            let (notes, remainder) = split_notes(bytes);
            prop_assert_eq!(notes.iter().map(|n| n.len()).sum::<usize>() + remainder.len(), bytes.len());
            let _ = loa::proof::tiles::split_bundle(bytes, 3);
            let _ = loa::proof::entry::entry_type(bytes, 0);
        }
        let _ = (Checkpoint::parse(&text), VerifierKey::parse(&text), NoteSigner::from_secret_text(&text));
        let _ = (normalise_head_code(&text), loa::proof::receipt::Receipt::parse(&text));
        let _ = loa::proof::receipt::Receipt::parse(&format!("c2sp.org/tlog-proof@v1\nextra {text}\nindex 0\n\n{text}"));
    }
}

/// The example of c2sp.org/signed-note, with its key from the Go tests.
#[test]
fn a_published_note_is_parsed_and_verified() {
    // golang.org/x/mod/sumdb/note, example of Open.
    let key = VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        .expect("parse the key");
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let line =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let note = Note::parse(format!("{text}\n{line}").as_bytes()).expect("parse the note");
    assert_eq!(note.signature_status(&key), SignatureStatus::Valid);
    assert_eq!(note.to_string(), format!("{text}\n{line}"));
    let mut changed_note = note.clone();
    changed_note.text.push_str("x\n");
    assert_eq!(changed_note.signature_status(&key), SignatureStatus::Forged);
    assert_eq!(note.signature_status(&key.with_type(SignatureType::Cosignature)), SignatureStatus::Absent);
}

#[test]
fn malformed_notes_are_rejected() {
    let key = NoteSigner::new("a.example", SignatureType::Plain, &[7; 32]).expect("the key name is valid");
    let valid = Note { text: "one\n\ntwo\n".to_owned(), signatures: vec![key.sign_line("one\n\ntwo\n")] }.to_string();
    assert_eq!(
        Note::parse(valid.as_bytes()).expect("parse the note").signature_status(key.public()),
        SignatureStatus::Valid
    );
    let malformed = [
        valid.trim_end().to_owned(),
        format!("{valid}x"),
        format!("{valid}\n"),
        valid.replace("— ", "- "),
        valid.replace("a.example ", "a example "),
        valid.replace("a.example ", "a+example "),
        valid.replace("one", "o\rne"),
        valid.replacen("=\n", "\n", 1),
        "one\n— a.example AAAAAAA=\n".to_owned(),
        "one\n\n".to_owned(),
        String::new(),
    ];
    for malformed in malformed {
        assert_eq!(Note::parse(malformed.as_bytes()), None, "{malformed:?}");
    }
    assert!(NoteSigner::new("two words", SignatureType::Plain, &[7; 32]).is_none());
    assert_eq!(NoteSigner::from_secret_text(&key.secret_text()).expect("parse the key").public(), key.public());
    let weak_key = "x+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
    assert_eq!(VerifierKey::parse(weak_key), None, "a key with which anybody can sign");
}

#[test]
fn malformed_checkpoints_are_rejected() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let valid = format!("example.com/behind-the-sofa\n20852163\n{root}\n");
    let checkpoint = Checkpoint::parse(&valid).expect("parse the standard's example");
    assert_eq!((checkpoint.size, checkpoint.to_string()), (20_852_163, valid.clone()));
    let sizes = ["020852163", "+20852163", "-1", "2e7", "", "99999999999999999999"];
    for malformed in sizes.map(|size| valid.replace("20852163", size)) {
        assert_eq!(Checkpoint::parse(&malformed), None, "{malformed:?}");
    }
    for malformed in [valid.replace('=', ""), format!("{valid}extension\n"), valid.trim_end().to_owned(), String::new()]
    {
        assert_eq!(Checkpoint::parse(&malformed), None, "{malformed:?}");
    }
}

#[test]
fn tiles_have_the_paths_that_the_standard_defines() {
    let path = |level, number, width| Tile { level, number, width }.path();
    assert_eq!(path(Some(0), 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(path(Some(1), 0, 17), "tile/1/000.p/17");
    assert_eq!(path(None, 273, 112), "tile/entries/273.p/112");
    // The standard's example: a tree of 70,000 entries.
    let widths = |level| (0..300).filter_map(|n| tile_at(Some(level), n, 70_000)).map(|t| t.width).collect::<Vec<_>>();
    assert_eq!((widths(0).len(), widths(0)[273], widths(1), widths(2)), (274, 112, vec![256, 17], vec![1]));
    assert_eq!(tile_at(Some(1), 0, 256).map(|t| t.width), Some(1));
    assert_eq!(tile_at(Some(0), 1, 256), None);
}

#[test]
fn a_head_code_is_accepted_in_any_case_and_spacing() {
    let mut root = [0; 32];
    root[..10].copy_from_slice(&[0xFF, 0x00, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0]);
    let code = head_code(&root);
    // Computed separately in Python with Crockford's alphabet.
    assert_eq!(code, "ZW01-4D2P-F2DB-SQQG");
    assert_eq!(normalise_head_code(" zwol 4d2p-f2dbsqqg "), Some(code.clone()));
    for malformed in ["", "ZW01-4D2P-F2DB-SQQ", "ZW01-4D2P-F2DB-SQQGG", "UW01-4D2P-F2DB-SQQG", "ŽW01-4D2P-F2DB-SQQG"] {
        assert_eq!(normalise_head_code(malformed), None, "{malformed}");
    }
}
