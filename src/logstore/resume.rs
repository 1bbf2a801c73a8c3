//! Resumes the collection of a log without reading the collected entries again.
//!
//! The department's machine remembers the size and the keys of a log ([`VerifiedState`]). The tree is rebuilt from the
//! newest tiles in the store, which must match the collected head.
mod stored_tree;
mod verified_state;

use std::io;

use crate::airlog::files::CLOSINGS;
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::storage::Storage;
use crate::base::hash::sha256_hex;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::closings::MAX_CLOSINGS_BYTES;
use crate::proof::key_chain::KeyChainState;
use crate::proof::tiles::TileBuilder;

pub use stored_tree::{heads_are_consistent, load_partial_tiles};
pub use verified_state::VerifiedState;

/// The state from which a collection resumes.
#[derive(Debug)]
pub struct ResumePoint {
    /// Builder that continues the unfinished tiles in the store.
    pub tile_builder: TileBuilder,
    /// The state of the keys after the collected entries.
    pub key_state: KeyChainState,
    /// Number of bytes of the source's closings that were collected.
    pub closings_len: usize,
    /// Names of kept files that are still missing.
    pub missing_kept: Vec<String>,
    /// The state of the plausibility check after the collected entries.
    pub fold: PlausibilityFold,
}

/// Builds the resume point for the log in the store at this head. `state` and `fold` are the remembered state of the
/// log, and `closings` are the closings of the source. `None` if the store or the closings do not match that state;
/// then the complete log must be read.
///
/// # Errors
/// If the storage fails.
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
    let has_digest = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| sha256_hex(bytes) == state.closings_digest.1);
    let is_same_head =
        state.size == head.size && fold.is_current_at(head.size) && state.key_state.log_key.name == head.origin;
    if !is_same_head || !has_digest(closings.get(..length)) {
        return Ok(None);
    }
    let stored_closings = store.read_bounded(CLOSINGS, MAX_CLOSINGS_BYTES)?.unwrap_or_default();
    if !has_digest(Some(&stored_closings)) {
        return Ok(None);
    }
    let Some(tile_builder) = load_partial_tiles(store, head.size)? else {
        return Ok(None);
    };
    let range = tile_builder.range();
    let is_same_tree = range.size() == head.size && range.root() == head.root;
    Ok(is_same_tree.then_some(ResumePoint {
        tile_builder,
        key_state: state.key_state,
        closings_len: length,
        missing_kept: state.missing_kept,
        fold,
    }))
}
