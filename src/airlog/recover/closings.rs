//! Checks and repairs the closings of past epochs, and checks the chain of epoch keys.
use std::io;

use crate::airlog::damage::DamageReason;
use crate::airlog::files::CLOSINGS;
use crate::airlog::parts::LogLines;
use crate::airlog::replay::Replay;
use crate::airlog::signer::append_closing;
use crate::airlog::storage::Storage;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::closings::MAX_CLOSINGS_BYTES;
use crate::proof::entry::{EpochAnnouncement, GenesisKeys, entry_type};
use crate::proof::key_chain::EpochKeyChain;
use crate::proof::note::{self, Note, VerifierKey};
use crate::proof::signed_head::SignedHead;
use crate::proof::tree::{CompactRange, leaf_hash};

/// Checks the closings against the entries. The last closing is the same note as the head that ended the epoch. If a
/// power cut interrupted the write of that closing, the head is appended again. Returns the length of the complete
/// closings in bytes; `None` if the closings do not match the entries.
pub(super) fn repair_closings<S: Storage>(
    storage: &mut S,
    head: &SignedHead,
    replay: &Replay,
) -> io::Result<Option<u64>> {
    let bytes = storage.read_all(CLOSINGS, MAX_CLOSINGS_BYTES)?.unwrap_or_default();
    let (notes, torn_bytes) = note::split_notes(&bytes);
    let mut complete_bytes = (bytes.len() - torn_bytes.len()) as u64;
    let mut count = notes.len() as u64;
    let parse_closing = |bytes: &[u8]| Checkpoint::parse(&Note::parse(bytes)?.text);
    let mut last = notes.last().copied();
    // Drop the last closing if it does not parse, or if it is newer than the head. A torn closing still parses if it
    // was cut at the end of a line. Therefore a closing that covers as many entries as the head is dropped too, and
    // replaced below.
    if let Some(note) = last
        && parse_closing(note).is_none_or(|closing| {
            closing.size > head.checkpoint.size || replay.entries_in_epoch == 0 && closing.size == head.checkpoint.size
        })
        && count > 0
    {
        complete_bytes -= note.len() as u64;
        count -= 1;
        last = notes.len().checked_sub(2).map(|index| notes[index]);
    }
    if count + 1 == replay.epoch && replay.entries_in_epoch == 0 {
        return append_closing(storage, head.note.to_string().as_bytes(), complete_bytes).map(Some);
    }
    let last_closing_size = head.checkpoint.size - replay.entries_in_epoch;
    let is_complete = count == replay.epoch
        && last.is_none_or(|note| parse_closing(note).is_some_and(|closing| closing.size == last_closing_size));
    Ok(is_complete.then_some(complete_bytes))
}

/// Checks the chain of epoch keys over the lines under the head. Every closing must match the lines and be signed with
/// the right keys. The inner error is the reason why the log cannot be continued.
pub(super) fn check_key_chain<S: Storage>(
    storage: &S,
    head: &SignedHead,
    log_key: &VerifierKey,
) -> io::Result<Result<(), DamageReason>> {
    let size = head.checkpoint.size;
    let bytes = storage.read_all(CLOSINGS, MAX_CLOSINGS_BYTES)?.unwrap_or_default();
    let is_before_head = |note: &&[u8]| {
        let closing = Note::parse(note).and_then(|note| Checkpoint::parse(&note.text));
        closing.is_some_and(|closing| closing.size < size)
    };
    let (mut notes, _) = note::split_notes(&bytes);
    while notes.last().is_some_and(|note| !is_before_head(note)) {
        notes.pop();
    }
    let mut lines = LogLines::new(storage)?;
    let (mut line, mut range, mut chain) = (Vec::new(), CompactRange::default(), None);
    while range.size() < size
        && lines
            .next_into({
                line.clear();
                &mut line
            })?
            .is_ok()
    {
        let seq = range.size();
        range.push(leaf_hash(&line));
        if seq == 0 {
            let Ok(genesis) = serde_json::from_slice::<GenesisKeys>(&line) else {
                return Ok(Err(DamageReason::Changed));
            };
            chain = EpochKeyChain::begin(&genesis, log_key, &notes.concat()).ok();
        } else if entry_type(&line, seq) == Some("epoch") {
            let Ok(epoch) = serde_json::from_slice::<EpochAnnouncement>(&line) else {
                return Ok(Err(DamageReason::Changed));
            };
            let Some(chain) = &mut chain else { return Ok(Err(DamageReason::Closings)) };
            if chain.close_epoch(&epoch, seq + 1, range.root(), head).and_then(|check| check.verify()).is_err() {
                return Ok(Err(DamageReason::Closings));
            }
        }
    }
    let Some(chain) = &mut chain else { return Ok(Err(DamageReason::Closings)) };
    Ok(chain.finish(head, size).and_then(|check| check.verify()).map_err(|_| DamageReason::Changed))
}
