//! Checks how the lines of a log are divided into chunks.
use super::*;
use crate::airlog::files::LOG;
use crate::airlog::storage::MemoryStorage;
use crate::proof::tiles::{MAX_ENTRY_BYTES, TileBuilder};
use crate::proof::verify::VerifyError;

#[test]
fn lines_before_a_problem_are_returned_first() {
    let mut storage = MemoryStorage::default();
    let mut builder = TileBuilder::default();
    let tiles: Vec<_> = (0..600_u64).flat_map(|n| builder.push(Some(n.to_string().as_bytes()), [0; 32])).collect();
    for (tile, bytes) in tiles {
        storage.replace(&tile.path(), &bytes).expect("write the file");
    }
    let source = LogSource { storage, form: LogForm::Export };
    let mut chunks = source.chunks(600).expect("open the log");
    let chunk = chunks.next_chunk().expect("read the storage").expect("read two bundles");
    assert_eq!((chunk.lines().len(), chunk.lines()[511]), (512, &b"511"[..]));
    assert_eq!(
        chunks.next_chunk().expect("read the storage").err(),
        Some(VerifyError::TileMissing { path: "tile/entries/002.p/88".to_owned() })
    );
    let mut storage = MemoryStorage::default();
    let text = format!("one\ntwo\n{}\nfour\n", "x".repeat(MAX_ENTRY_BYTES + 2));
    storage.append(LOG, text.as_bytes()).expect("write the file");
    let source = LogSource { storage, form: LogForm::Airlog };
    let mut chunks = source.chunks(4).expect("open the log");
    let chunk = chunks.next_chunk().expect("read the storage").expect("read two lines");
    assert!(chunk.lines() == [b"one", b"two"], "{}", chunk.lines().len());
    for _ in 0..2 {
        assert_eq!(chunks.next_chunk().expect("read the storage").err(), Some(VerifyError::TooLong { seq: 2 }));
    }
}

#[test]
fn a_chunk_of_long_lines_ends_with_a_tile() {
    let mut storage = MemoryStorage::default();
    let text = format!("{}\n", "x".repeat(40_000)).repeat(300);
    storage.append(LOG, text.as_bytes()).expect("write the file");
    let source = LogSource { storage, form: LogForm::Airlog };
    let mut chunks = source.chunks(300).expect("open the log");
    let mut next_length = || chunks.next_chunk().expect("read the storage").expect("read the lines").lines().len();
    assert_eq!((next_length(), next_length(), next_length()), (256, 44, 0));
}
