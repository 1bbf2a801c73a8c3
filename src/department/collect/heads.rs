//! Signed heads of a log in the store, compared with the head of an export.
use std::io;

use crate::airlog::storage::Storage;
use crate::logstore::resume::heads_are_consistent;
use crate::logstore::source::RawHeads;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey, split_notes};

/// A head, and the signed note it was parsed from.
pub(super) type ParsedHead = (Checkpoint, Note);

pub(super) fn parse_head(bytes: &[u8]) -> Option<ParsedHead> {
    Note::parse(bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)))
}

/// Makes a file that is too large a missing file: loa never wrote it.
pub(super) fn none_if_too_large(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(None) } else { Err(error) }
}

/// Returns the closings that are not newer than the head.
pub(super) fn closings_up_to_head(heads: &RawHeads) -> Vec<u8> {
    let size = parse_head(&heads.head).map_or(0, |(head, _)| head.size);
    let older = |note: &&&[u8]| parse_head(note).is_some_and(|(closing, _)| closing.size <= size);
    split_notes(&heads.closings).0.iter().take_while(older).flat_map(|note| note.iter().copied()).collect()
}

/// Returns whether a signed head is an earlier state of the collected log: an older stick is not a rollback. The
/// store's tiles must lead from this head to the store's signed head; alone they prove nothing.
pub(super) fn is_old_copy<T: Storage>(
    to: &T,
    head: &Checkpoint,
    remembered: Option<&(Note, Checkpoint)>,
    stored: Option<&Checkpoint>,
) -> io::Result<bool> {
    let newest = remembered.map(|(_, head)| head.size).max(stored.map(|head| head.size)).unwrap_or(0);
    let Some(stored) = stored.filter(|stored| head.size < newest && head.size < stored.size) else {
        return Ok(false);
    };
    heads_are_consistent(to, head, stored)
}

/// Returns another signed head of the same size from the store. Somebody else may have collected it.
pub(super) fn conflicting_head<T: Storage>(
    to: &T,
    (head, note): &ParsedHead,
    key: &VerifierKey,
) -> io::Result<Option<String>> {
    let there = to.read_all(&collected_head_path(head.size), MAX_NOTE as u64).or_else(none_if_too_large)?;
    let there = there.and_then(|bytes| Note::parse(&bytes));
    let other = there.filter(|there| there.text != note.text && there.signature_status(key) == SignatureStatus::Valid);
    Ok(other.filter(|_| note.signature_status(key) == SignatureStatus::Valid).map(|other| other.to_string()))
}

/// Stores two signed heads that contradict each other; returns the name of their folder.
pub(super) fn store_fork_evidence<T: Storage>(to: &mut T, seen: &str, presented: &[u8]) -> io::Result<String> {
    let mut number = 0;
    let folder = loop {
        let folder = format!("evidence/{number}");
        match to.read_all(&format!("{folder}/presented"), MAX_NOTE as u64)? {
            None => break folder,
            // The same pair was stored before.
            Some(there) if there == presented => return Ok(folder),
            Some(_) => number += 1,
        }
    };
    to.replace(&format!("{folder}/seen"), seen.as_bytes())?;
    to.replace(&format!("{folder}/presented"), presented)?;
    Ok(folder)
}

/// Returns the path of a collected head in the folder of its log.
#[must_use]
pub fn collected_head_path(size: u64) -> String {
    format!("heads/{size}")
}
