//! Resumes from a log that a department has collected, without reading the collected entries again.
//!
//! The department's own machine remembers size and keys ([`VerifiedState`]); the newest tiles in the store give the
//! rest, and must match.
mod stored_tree;
mod verified_state;

use std::io;

use crate::airlog::files::CLOSINGS;
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::storage::Storage;
use crate::base::hash::sha256_hex;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::closings::MAX_CLOSINGS;
use crate::proof::key_chain::KeyChainState;
use crate::proof::tiles::TileBuilder;

pub use stored_tree::{heads_are_consistent, load_partial_tiles};
pub use verified_state::VerifiedState;

/// The state from which a collection resumes.
#[derive(Debug)]
pub struct ResumePoint {
    /// The unfinished tiles in the store.
    pub tile_builder: TileBuilder,
    /// The keys after the collected entries.
    pub key_state: KeyChainState,
    /// Number of bytes of the source's closings that are known.
    pub closings_len: usize,
    /// Kept files that were missing so far.
    pub missing_kept: Vec<String>,
    /// The plausibility fold over the collected entries.
    pub fold: PlausibilityFold,
}

/// Builds the resume point for the log in the store at this head, given the fold over its entries; `None` when the
/// store or the source's closings do not match the remembered state, so that the whole log must be read.
///
/// # Errors
/// Errors of the storage.
pub fn resume_point<T: Storage>(
    store: &T,
    head: &Checkpoint,
    state: VerifiedState,
    fold: PlausibilityFold,
    closings: &[u8],
) -> io::Result<Option<ResumePoint>> {
    let Ok(length) = usize::try_from(state.closings_digest.0) else {
        return Ok(None);
    };
    let same = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| sha256_hex(bytes) == state.closings_digest.1);
    let fits = state.size == head.size && fold.next_seq() == head.size && state.key_state.log_key.name == head.origin;
    if !fits || !same(closings.get(..length)) {
        return Ok(None);
    }
    let stored = store.read_bounded(CLOSINGS, MAX_CLOSINGS)?.unwrap_or_default();
    if !same(Some(&stored)) {
        return Ok(None);
    }
    let Some(tile_builder) = load_partial_tiles(store, head.size)? else {
        return Ok(None);
    };
    let range = tile_builder.range();
    let fits = range.size() == head.size && range.root() == head.root;
    Ok(fits.then_some(ResumePoint {
        tile_builder,
        key_state: state.key_state,
        closings_len: length,
        missing_kept: state.missing_kept,
        fold,
    }))
}
