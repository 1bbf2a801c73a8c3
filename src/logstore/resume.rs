//! What a department knows of a log that it has collected: enough to go on from there without reading it again.
//!
//! Its own machine remembers size, root and keys ([`Memo`]); the store's newest tiles give the rest, and must fit.
mod stored_tree;
mod verified_state;

use std::io;

use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::signer::CLOSINGS;
use crate::airlog::storage::Storage;
use crate::base::hash::sha256_hex;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::closings::MAX_CLOSINGS;
use crate::proof::key_chain::KeyChainState;
use crate::proof::tiles::TileBuilder;

pub use stored_tree::{heads_are_consistent, load_partial_tiles};
pub use verified_state::VerifiedState;

/// Where a collection can go on.
#[derive(Debug)]
pub struct ResumePoint {
    /// The store's newest tiles.
    pub tile_builder: TileBuilder,
    /// The keys.
    pub key_state: KeyChainState,
    /// Bytes of the source's closings that are known.
    pub closings_len: usize,
    /// Kept files that had not come.
    pub missing_kept: Vec<String>,
    /// What was found plausible so far.
    pub fold: PlausibilityFold,
}

/// What is known of the log in the store at this head, with the fold over the entries up to there; none when the store or
/// the source's closings do not fit what is remembered, so that all must be read.
///
/// # Errors
/// When the storage fails.
pub fn resume_point<T: Storage>(
    store: &T,
    head: &Checkpoint,
    memo: VerifiedState,
    fold: PlausibilityFold,
    closings: &[u8],
) -> io::Result<Option<ResumePoint>> {
    let Ok(length) = usize::try_from(memo.closings_digest.0) else {
        return Ok(None);
    };
    let same = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| sha256_hex(bytes) == memo.closings_digest.1);
    let fits = memo.size == head.size && fold.next_seq() == head.size && memo.key_state.log_key.name == head.origin;
    if !fits || !same(closings.get(..length)) {
        return Ok(None);
    }
    let stored = store.read_bounded(CLOSINGS, MAX_CLOSINGS)?.unwrap_or_default();
    if !same(Some(&stored)) {
        return Ok(None);
    }
    let Some(cutter) = load_partial_tiles(store, head.size)? else {
        return Ok(None);
    };
    let range = cutter.range();
    let fits = range.size() == head.size && range.root() == head.root;
    Ok(fits.then_some(ResumePoint {
        tile_builder: cutter,
        key_state: memo.key_state,
        closings_len: length,
        missing_kept: memo.missing_kept,
        fold,
    }))
}
