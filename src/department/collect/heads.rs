//! Signed heads of a log in the store, set against the head of an export.
use std::io;

use crate::airlog::storage::Storage;
use crate::logstore::resume::heads_are_consistent;
use crate::logstore::source::SignedHeads;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey, split_notes};

/// What a head says, and the note that it is.
pub(super) type ParsedHead = (Checkpoint, Note);

pub(super) fn parse_head(bytes: &[u8]) -> Option<ParsedHead> {
    Note::parse(bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)))
}

/// What is far too large is not ours.
pub(super) fn none_if_too_large(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(None) } else { Err(error) }
}

/// The closings that are not newer than the head.
pub(super) fn closings_up_to_head(heads: &SignedHeads) -> Vec<u8> {
    let size = parse_head(&heads.head).map_or(0, |(head, _)| head.size);
    let older = |note: &&&[u8]| parse_head(note).is_some_and(|(closing, _)| closing.size <= size);
    split_notes(&heads.closings).0.iter().take_while(older).flat_map(|note| note.iter().copied()).collect()
}

/// Whether a signed head is of an earlier state of what was collected: an older stick is no rollback. The store's tiles
/// must lead from the one signed head to the other; alone they prove nothing.
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

/// Another signed head of the same size, which was collected into this store, maybe by somebody else.
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

/// Keeps two signed heads that contradict each other; gives the folder's name.
pub(super) fn store_fork_evidence<T: Storage>(to: &mut T, seen: &str, presented: &[u8]) -> io::Result<String> {
    let mut number = 0;
    let folder = loop {
        let folder = format!("evidence/{number}");
        match to.read_all(&format!("{folder}/presented"), MAX_NOTE as u64)? {
            None => break folder,
            // The same again.
            Some(there) if there == presented => return Ok(folder),
            Some(_) => number += 1,
        }
    };
    to.replace(&format!("{folder}/seen"), seen.as_bytes())?;
    to.replace(&format!("{folder}/presented"), presented)?;
    Ok(folder)
}

/// The name of a head that was collected, in the folder of its log.
#[must_use]
pub fn collected_head_path(size: u64) -> String {
    format!("heads/{size}")
}
