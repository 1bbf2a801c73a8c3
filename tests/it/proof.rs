//! The pieces of the standards, against another's Merkle tree and published examples.
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use loa::proof::checkpoint::Checkpoint;
use loa::proof::headcode::{head_code, normalise};
use loa::proof::note::{Note, NoteSigner, SignatureStatus, SignatureType, VerifierKey, split_notes};
use loa::proof::tiles::{Tile, TileBuilder, tile_at};
use loa::proof::tree::{CompactRange, Hash, InclusionProver, leaf_hash, root_from_inclusion_proof};
use proptest::prelude::*;
use sha2::Sha256;

mod consistency;
use consistency::{consistency_proof, verify_consistency};

type Theirs = MemoryBackedTree<Sha256, Vec<u8>>;

fn leaf(n: usize) -> Vec<u8> {
    format!("entry {n}").into_bytes()
}

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.chunks(32).map(|hash| hash.try_into().expect("32 bytes")).collect()
}

/// Inclusion of `index` and consistency with `old` in a tree of these leaves, ours and theirs.
fn compare(theirs: &Theirs, leaves: &[Hash], index: usize, old: usize) {
    let size = leaves.len();
    let root: Hash = (*theirs.root().as_bytes()).into();
    let mut prover = InclusionProver::new(index as u64, size as u64).expect("it is in the tree");
    leaves.iter().for_each(|leaf| prover.push(*leaf));
    let proof = prover.proof().expect("all leaves have gone by");
    assert_eq!(proof, hashes(theirs.prove_inclusion(index).as_bytes()), "inclusion of {index} in {size}");
    assert_eq!(root_from_inclusion_proof(leaves[index], index as u64, size as u64, &proof), Some(root));
    assert_ne!(root_from_inclusion_proof(leaf_hash(b"other"), index as u64, size as u64, &proof), Some(root));
    if old == 0 || old == size {
        return;
    }
    let mut range = CompactRange::default();
    leaves[..old].iter().for_each(|leaf| range.push(*leaf));
    let proof = consistency_proof(leaves, old);
    assert_eq!(proof, hashes(theirs.prove_consistency(size - old).as_bytes()), "consistency of {old} with {size}");
    let (old, new) = ((old as u64, range.root()), (size as u64, root));
    assert!(verify_consistency(old, new, &proof));
    assert!(!verify_consistency((old.0, new.1), new, &proof) && !verify_consistency(old, (new.0, old.1), &proof));
    assert!(!verify_consistency(old, new, &[]));
}

#[test]
fn the_tree_is_that_of_rfc_6962_for_every_size_up_to_600() {
    let (mut theirs, mut range, mut leaves) = (Theirs::new(), CompactRange::default(), Vec::new());
    for size in 0..=600_usize {
        assert_eq!(range.root(), Hash::from(*theirs.root().as_bytes()), "size {size}");
        if size > 0 {
            for index in [0, 1, size / 3, size / 2, size - 1].into_iter().filter(|index| *index < size) {
                compare(&theirs, &leaves, index, index);
            }
        }
        theirs.push(leaf(size));
        leaves.push(leaf_hash(&leaf(size)));
        range.push(leaf_hash(&leaf(size)));
    }
}

#[test]
fn every_inclusion_and_consistency_of_small_trees() {
    let (mut theirs, mut leaves) = (Theirs::new(), Vec::new());
    for size in 1..=40_usize {
        theirs.push(leaf(size));
        leaves.push(leaf_hash(&leaf(size)));
        (0..size).for_each(|index| compare(&theirs, &leaves, index, index));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn larger_trees(size in 601_usize..20_000, at in 0.0..1.0_f64, old in 0.0..1.0_f64) {
        let mut theirs = Theirs::new();
        (0..size).for_each(|n| theirs.push(leaf(n)));
        let leaves: Vec<_> = (0..size).map(|n| leaf_hash(&leaf(n))).collect();
        compare(&theirs, &leaves, (at * size as f64) as usize, (old * size as f64) as usize);
    }

    #[test]
    fn whole_subtrees_make_the_same_tree(size in 1_u64..5000, level in 0_u32..9) {
        let leaves: Vec<_> = (0..size).map(|n| leaf_hash(&leaf(n as usize))).collect();
        let (mut one, mut other) = (CompactRange::default(), CompactRange::default());
        leaves.iter().for_each(|leaf| one.push(*leaf));
        let whole = leaves.chunks_exact(1 << level);
        let rest = whole.remainder().to_vec();
        for part in leaves.chunks_exact(1 << level) {
            let mut sub = CompactRange::default();
            part.iter().for_each(|leaf| sub.push(*leaf));
            other.push_subtree(level, sub.root());
        }
        rest.iter().for_each(|leaf| other.push(*leaf));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn tiles_hold_every_leaf_and_the_roots_above(size in 1_u64..2000) {
        let mut cutter = TileBuilder::default();
        let mut tiles = Vec::new();
        for n in 0..size {
            let entry = leaf(n as usize);
            tiles.extend(cutter.push(Some(&entry), leaf_hash(&entry)));
        }
        tiles.extend(cutter.partial());
        for (tile, bytes) in &tiles {
            prop_assert_eq!(tile_at(tile.level, tile.number, size), Some(*tile));
            if tile.level.is_some() {
                prop_assert_eq!(bytes.len() as u64, 32 * tile.width);
            }
        }
        let of = |level| tiles.iter().filter(move |(tile, _)| tile.level == level);
        let hashes: Vec<Hash> = of(Some(0)).flat_map(|(_, bytes)| hashes(bytes)).collect();
        prop_assert_eq!(hashes.len() as u64, size);
        prop_assert!((0..size).all(|n| hashes[n as usize] == leaf_hash(&leaf(n as usize))));
        let held: u64 = of(None).map(|(tile, _)| tile.width).sum();
        prop_assert_eq!(held, size);
        prop_assert_eq!(of(Some(1)).map(|(tile, _)| tile.width).sum::<u64>(), size / 256);
    }

    #[test]
    fn no_bytes_make_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,200}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            let _ = Note::parse(bytes);
            let (notes, rest) = split_notes(bytes);
            prop_assert_eq!(notes.iter().map(|n| n.len()).sum::<usize>() + rest.len(), bytes.len());
            let _ = loa::proof::tiles::split_bundle(bytes, 3);
            let _ = loa::proof::entry::entry_type(bytes, 0);
        }
        let _ = (Checkpoint::parse(&text), VerifierKey::parse(&text), NoteSigner::from_secret_text(&text));
        let _ = (normalise(&text), loa::proof::receipt::Receipt::parse(&text));
        let _ = loa::proof::receipt::Receipt::parse(&format!("c2sp.org/tlog-proof@v1\nextra {text}\nindex 0\n\n{text}"));
    }
}

/// The example in c2sp.org/signed-note, and its key from the same place's Go tests.
#[test]
fn a_note_of_others_is_read_and_checked() {
    // golang.org/x/mod/sumdb/note, example of Open.
    let key = VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").expect("a key");
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let line =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let note = Note::parse(format!("{text}\n{line}").as_bytes()).expect("a note");
    assert_eq!(note.signature_status(&key), SignatureStatus::Valid);
    assert_eq!(note.to_string(), format!("{text}\n{line}"));
    let mut other = note.clone();
    other.text.push_str("x\n");
    assert_eq!(other.signature_status(&key), SignatureStatus::Forged);
    assert_eq!(note.signature_status(&key.with_type(SignatureType::Cosignature)), SignatureStatus::Absent);
}

#[test]
fn a_note_that_is_not_exactly_one_is_none() {
    let key = NoteSigner::new("a.example", SignatureType::Plain, &[7; 32]).expect("a key");
    let good = Note { text: "one\n\ntwo\n".to_owned(), signatures: vec![key.sign_line("one\n\ntwo\n")] }.to_string();
    assert_eq!(Note::parse(good.as_bytes()).expect("a note").signature_status(key.public()), SignatureStatus::Valid);
    let bad = [
        good.trim_end().to_owned(),
        format!("{good}x"),
        format!("{good}\n"),
        good.replace("— ", "- "),
        good.replace("a.example ", "a example "),
        good.replace("a.example ", "a+example "),
        good.replace("one", "o\rne"),
        good.replacen("=\n", "\n", 1),
        "one\n— a.example AAAAAAA=\n".to_owned(),
        "one\n\n".to_owned(),
        String::new(),
    ];
    for bad in bad {
        assert_eq!(Note::parse(bad.as_bytes()), None, "{bad:?}");
    }
    assert!(NoteSigner::new("two words", SignatureType::Plain, &[7; 32]).is_none());
    assert_eq!(NoteSigner::from_secret_text(&key.secret_text()).expect("ours").public(), key.public());
    let weak = "x+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
    assert_eq!(VerifierKey::parse(weak), None, "a key that anybody can sign with");
}

#[test]
fn checkpoints_have_one_form() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let good = format!("example.com/behind-the-sofa\n20852163\n{root}\n");
    let checkpoint = Checkpoint::parse(&good).expect("the standard's example");
    assert_eq!((checkpoint.size, checkpoint.to_string()), (20_852_163, good.clone()));
    let sizes = ["020852163", "+20852163", "-1", "2e7", "", "99999999999999999999"];
    for bad in sizes.map(|size| good.replace("20852163", size)) {
        assert_eq!(Checkpoint::parse(&bad), None, "{bad:?}");
    }
    for bad in [good.replace('=', ""), format!("{good}extension\n"), good.trim_end().to_owned(), String::new()] {
        assert_eq!(Checkpoint::parse(&bad), None, "{bad:?}");
    }
}

#[test]
fn tiles_are_named_as_the_standard_says() {
    let path = |level, number, width| Tile { level, number, width }.path();
    assert_eq!(path(Some(0), 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(path(Some(1), 0, 17), "tile/1/000.p/17");
    assert_eq!(path(None, 273, 112), "tile/entries/273.p/112");
    // The standard's example: a tree of 70,000.
    let widths = |level| (0..300).filter_map(|n| tile_at(Some(level), n, 70_000)).map(|t| t.width).collect::<Vec<_>>();
    assert_eq!((widths(0).len(), widths(0)[273], widths(1), widths(2)), (274, 112, vec![256, 17], vec![1]));
    assert_eq!(tile_at(Some(1), 0, 256).map(|t| t.width), Some(1));
    assert_eq!(tile_at(Some(0), 1, 256), None);
}

#[test]
fn a_head_code_can_be_typed_carelessly() {
    let mut root = [0; 32];
    root[..10].copy_from_slice(&[0xFF, 0x00, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0]);
    let code = head_code(&root);
    // Python: crockford(int.from_bytes(...)), computed apart.
    assert_eq!(code, "ZW01-4D2P-F2DB-SQQG");
    assert_eq!(normalise(" zwol 4d2p-f2dbsqqg "), Some(code.clone()));
    for bad in ["", "ZW01-4D2P-F2DB-SQQ", "ZW01-4D2P-F2DB-SQQGG", "UW01-4D2P-F2DB-SQQG", "ŽW01-4D2P-F2DB-SQQG"] {
        assert_eq!(normalise(bad), None, "{bad}");
    }
}
