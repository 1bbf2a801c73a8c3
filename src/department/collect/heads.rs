//! Compares the head of an export with the signed heads of its log in the store.
use std::io;

use crate::airlog::limits::none_if_too_large;
use crate::airlog::storage::Storage;
use crate::logstore::resume::heads_are_consistent;
use crate::logstore::source::RawHeads;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE_BYTES, Note, SignatureStatus, VerifierKey, split_notes};

/// The maximum number of folders with evidence that are listed for a log.
const MAX_LISTED_EVIDENCE_FOLDERS: u32 = 20;

/// A head, and the signed note from which it was parsed.
pub(super) type ParsedHead = (Checkpoint, Note);

/// Parses a signed head; `None` if the bytes are not a signed head.
pub(super) fn parse_head(bytes: &[u8]) -> Option<ParsedHead> {
    Note::parse(bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)))
}

/// Returns the closings that are not newer than the head, in the format of their file.
pub(super) fn closings_up_to_head(heads: &RawHeads) -> Vec<u8> {
    let head_size = parse_head(&heads.head).map_or(0, |(head, _)| head.size);
    let is_up_to_head = |note: &&&[u8]| parse_head(note).is_some_and(|(closing, _)| closing.size <= head_size);
    split_notes(&heads.closings).0.iter().take_while(is_up_to_head).flat_map(|note| note.iter().copied()).collect()
}

/// Returns whether a signed head belongs to an earlier state of the collected log. An export with such a head is an
/// older copy, not a rollback. The tiles in the store must prove that `head_in_store`, the store's signed head, extends
/// this head. If the store has no signed head, they prove nothing.
pub(super) fn is_old_copy<T: Storage>(
    store: &T,
    head: &Checkpoint,
    recorded_head: Option<&(Note, Checkpoint)>,
    head_in_store: Option<&Checkpoint>,
) -> io::Result<bool> {
    let newest_size = recorded_head.map(|(_, head)| head.size).max(head_in_store.map(|head| head.size)).unwrap_or(0);
    let Some(head_in_store) = head_in_store.filter(|stored| head.size < newest_size && head.size < stored.size) else {
        return Ok(false);
    };
    heads_are_consistent(store, head, head_in_store)
}

/// Returns the signed head in the store that has the same size as `head` but differs from it. Another machine may have
/// collected that other head into the same store.
pub(super) fn conflicting_head<T: Storage>(
    store: &T,
    head: &Checkpoint,
    note: &Note,
    key: &VerifierKey,
) -> io::Result<Option<String>> {
    let bytes = store.read_all(&collected_head_path(head.size), MAX_NOTE_BYTES as u64).or_else(none_if_too_large)?;
    let is_signed = |note: &Note| note.signature_status(key) == SignatureStatus::Valid;
    let conflicting_note = bytes
        .and_then(|bytes| Note::parse(&bytes))
        .filter(|stored| stored.text != note.text && is_signed(stored) && is_signed(note));
    Ok(conflicting_note.map(|stored| stored.to_string()))
}

/// Stores two signed heads that contradict each other: `known_head` was collected before, and `presented_head` came
/// with the export. Returns the path of their folder, relative to the log's folder.
pub(super) fn store_fork_evidence<T: Storage>(
    store: &mut T,
    known_head: &str,
    presented_head: &[u8],
) -> io::Result<String> {
    let mut number = 0;
    let folder = loop {
        let folder = format!("evidence/{number}");
        match store.read_all(&format!("{folder}/presented"), MAX_NOTE_BYTES as u64)? {
            None => break folder,
            // This head was stored as evidence before.
            Some(bytes) if bytes == presented_head => return Ok(folder),
            Some(_) => number += 1,
        }
    };
    store.replace(&format!("{folder}/seen"), known_head.as_bytes())?;
    store.replace(&format!("{folder}/presented"), presented_head)?;
    Ok(folder)
}

/// Returns the path of the collected head of this size, relative to the folder of its log.
#[must_use]
pub fn collected_head_path(size: u64) -> String {
    format!("heads/{size}")
}

/// Returns the folders with evidence against a log in the store, relative to the log's folder. The evidence is settled
/// once somebody has moved it out of the store.
#[must_use]
pub fn unsettled_evidence<T: Storage>(store: &T) -> Vec<String> {
    let folders = (0..MAX_LISTED_EVIDENCE_FOLDERS).map(|number| format!("evidence/{number}"));
    folders.take_while(|folder| store.exists(&format!("{folder}/presented"))).collect()
}
