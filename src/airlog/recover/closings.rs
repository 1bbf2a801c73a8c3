//! The closings of past epochs, and the chain of keys that they prove.
use std::io;

use crate::airlog::damage::DamageReason;
use crate::airlog::files::CLOSINGS;
use crate::airlog::parts::LogLines;
use crate::airlog::replay::Replay;
use crate::airlog::signer::append_closing;
use crate::airlog::storage::Storage;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::closings::MAX_CLOSINGS;
use crate::proof::entry::{EpochAnnouncement, GenesisKeys, entry_type};
use crate::proof::key_chain::EpochKeyChain;
use crate::proof::note::{self, Note, VerifierKey};
use crate::proof::signed_head::SignedHead;
use crate::proof::tree::{CompactRange, leaf_hash};

/// Returns the bytes of complete closings; `None` when they do not fit the entries. The last closing is the head that
/// ended the epoch: it is copied from there if the power was cut before it was stored.
pub(super) fn repair_closings<S: Storage>(
    storage: &mut S,
    head: &SignedHead,
    replay: &Replay,
) -> io::Result<Option<u64>> {
    let bytes = storage.read_all(CLOSINGS, MAX_CLOSINGS)?.unwrap_or_default();
    let (notes, rest) = note::split_notes(&bytes);
    let mut len = (bytes.len() - rest.len()) as u64;
    let mut count = notes.len() as u64;
    let parse = |bytes: &[u8]| Checkpoint::parse(&Note::parse(bytes)?.text);
    let mut last = notes.last().copied();
    // A torn closing can still parse, if it was cut at the end of a line.
    if let Some(note) = last
        && parse(note)
            .is_none_or(|c| c.size > head.checkpoint.size || replay.in_epoch == 0 && c.size == head.checkpoint.size)
        && count > 0
    {
        len -= note.len() as u64;
        count -= 1;
        last = notes.len().checked_sub(2).map(|n| notes[n]);
    }
    if count + 1 == replay.epoch && replay.in_epoch == 0 {
        return append_closing(storage, head.note.to_string().as_bytes(), len).map(Some);
    }
    let closed_at = head.checkpoint.size - replay.in_epoch;
    let fits = count == replay.epoch && last.is_none_or(|note| parse(note).is_some_and(|c| c.size == closed_at));
    Ok(fits.then_some(len))
}

/// Checks the chain of epoch keys over the lines under the head: every closing matches the lines and is signed.
pub(super) fn check_key_chain<S: Storage>(
    storage: &S,
    head: &SignedHead,
    public: &VerifierKey,
) -> io::Result<Result<(), DamageReason>> {
    let size = head.checkpoint.size;
    let bytes = storage.read_all(CLOSINGS, MAX_CLOSINGS)?.unwrap_or_default();
    let before =
        |note: &&[u8]| Note::parse(note).and_then(|n| Checkpoint::parse(&n.text)).is_some_and(|c| c.size < size);
    let (mut notes, _) = note::split_notes(&bytes);
    while notes.last().is_some_and(|note| !before(note)) {
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
            chain = EpochKeyChain::begin(&genesis, public, &notes.concat()).ok();
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
