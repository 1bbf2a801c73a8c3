//! What a department knows of a log that it has collected: enough to go on from there without reading it again.
//!
//! Its own machine remembers size, root and keys ([`Memo`]); the store's newest tiles give the rest, and must fit.
use std::fmt;
use std::io;

use sha2::{Digest as _, Sha256};

use crate::airlog::files::CLOSINGS;
use crate::airlog::limits::{MAX_CLOSINGS, none_if_too_large};
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::storage::Storage;
use crate::base::hash::hex;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::key_chain::KeyChainState;
use crate::proof::note::VerifierKey;
use crate::proof::tiles::{self, MAX_ENTRY, TILE_WIDTH, TileBuilder, tile_at};
use crate::proof::tree::{CompactRange, Hash};

const FIRST_LINE: &str = "loa/memo/v1";
const MAX_BUNDLE: u64 = TILE_WIDTH * (MAX_ENTRY as u64 + 2);
/// No file of closings is larger.

/// How the keys of a log stood at its newest collected head, in a form that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedState {
    /// Entries under that head.
    pub size: u64,
    /// The keys.
    pub key_state: KeyChainState,
    /// Bytes of its closings, and their SHA-256 in hex.
    pub closings_digest: (u64, String),
    /// Kept files that entries name and that have not come yet.
    pub missing_kept: Vec<String>,
}

/// So many lacking files are remembered.
const MAX_MISSING: usize = 100;

impl fmt::Display for VerifiedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let KeyChainState { log_key: log, epoch, key, previous_key: before, open_from } = &self.key_state;
        let before = before.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        writeln!(f, "{FIRST_LINE}\n{}\n{log}\n{epoch}\n{key}\n{before}\n{open_from}", self.size)?;
        writeln!(f, "{} {}", self.closings_digest.0, self.closings_digest.1)?;
        self.missing_kept.iter().try_for_each(|name| writeln!(f, "{name}"))
    }
}

impl VerifiedState {
    /// What is to be remembered of a log.
    #[must_use]
    pub fn new(size: u64, standing: KeyChainState, closings: &[u8], mut lacking: Vec<String>) -> Self {
        lacking.truncate(MAX_MISSING);
        Self {
            size,
            key_state: standing,
            closings_digest: (closings.len() as u64, hex(&Sha256::digest(closings))),
            missing_kept: lacking,
        }
    }

    /// Reads it back; none when it is not in its form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut next = || lines.next();
        if next()? != FIRST_LINE {
            return None;
        }
        let size = next()?.parse().ok()?;
        let log = VerifierKey::parse(next()?)?;
        let epoch = next()?.parse().ok()?;
        let key = VerifierKey::parse(next()?)?;
        let before = match next()? {
            "-" => None,
            key => Some(VerifierKey::parse(key)?),
        };
        let open_from = next()?.parse().ok()?;
        let (length, sha256) = next()?.split_once(' ')?;
        let closings = (length.parse().ok()?, sha256.to_owned());
        let lacking = lines.take(MAX_MISSING).map(str::to_owned).collect();
        Some(Self {
            size,
            key_state: KeyChainState { log_key: log, epoch, key, previous_key: before, open_from },
            closings_digest: closings,
            missing_kept: lacking,
        })
    }
}

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
    let same = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| hex(&Sha256::digest(bytes)) == memo.closings_digest.1);
    let fits = memo.size == head.size && fold.next_seq() == head.size && memo.key_state.log_key.name == head.origin;
    if !fits || !same(closings.get(..length)) {
        return Ok(None);
    }
    let stored = store.read_all(CLOSINGS, MAX_CLOSINGS).or_else(none_if_too_large)?.unwrap_or_default();
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

/// The tiles of a tree of this size that are not full. Of the bundle, every entry has the hash that the tile of level 0
/// says.
///
/// # Errors
/// When the storage fails.
pub fn load_partial_tiles<T: Storage>(store: &T, size: u64) -> io::Result<Option<TileBuilder>> {
    let partial = |level: Option<u8>| {
        let held = size.checked_shr(8 * u32::from(level.unwrap_or(0))).unwrap_or(0);
        tile_at(level, held / TILE_WIDTH, size).filter(|tile| tile.width < TILE_WIDTH)
    };
    let mut levels: Vec<Vec<Hash>> = Vec::new();
    for level in 0..8 {
        let hashes = match partial(Some(level)) {
            Some(tile) => match store.read_all(&tile.path(), TILE_WIDTH * 32).or_else(none_if_too_large)? {
                Some(bytes) if bytes.len() as u64 == tile.width * 32 => bytes.as_chunks().0.to_vec(),
                _ => return Ok(None),
            },
            None => Vec::new(),
        };
        levels.push(hashes);
    }
    while levels.last().is_some_and(Vec::is_empty) {
        levels.pop();
    }
    let bundle = match partial(None) {
        Some(tile) => {
            let bytes = store.read_all(&tile.path(), MAX_BUNDLE).or_else(none_if_too_large)?.unwrap_or_default();
            let entries = tiles::split_bundle(&bytes, tile.width).unwrap_or_default();
            let leaves: Vec<Hash> = entries.iter().map(|entry| crate::proof::tree::leaf_hash(entry)).collect();
            if levels.first() != Some(&leaves) {
                return Ok(None);
            }
            bytes
        }
        None => Vec::new(),
    };
    Ok(TileBuilder::resume(size, bundle, levels))
}

/// Whether the store's hash tiles lead from one head to a later one, so that neither can be made up.
///
/// # Errors
/// When the storage fails.
pub fn heads_are_consistent<T: Storage>(store: &T, from: &Checkpoint, to: &Checkpoint) -> io::Result<bool> {
    let Some(mut range) = tree_at(store, from.size, to.size)?.filter(|range| range.root() == from.root) else {
        return Ok(false);
    };
    while range.size() < to.size {
        let Some(tile) = tile_at(Some(0), range.size() / TILE_WIDTH, to.size) else {
            return Ok(false);
        };
        let bytes = store.read_all(&tile.path(), TILE_WIDTH * 32).or_else(none_if_too_large)?.unwrap_or_default();
        let hashes: &[Hash] = bytes.as_chunks().0;
        let known = usize::try_from(range.size() % TILE_WIDTH).unwrap_or(0);
        let width = usize::try_from(tile.width).unwrap_or(0);
        if hashes.len() != width || known >= width {
            return Ok(false);
        }
        hashes[known..].iter().for_each(|hash| range.push(*hash));
    }
    Ok(range.root() == to.root)
}

/// The tree over the first `size` entries in a store that holds `of`, by its hash tiles; none when they are not there.
fn tree_at<T: Storage>(store: &T, size: u64, of: u64) -> io::Result<Option<CompactRange>> {
    let mut levels: Vec<Vec<Hash>> = Vec::new();
    for level in 0..8_u8 {
        let held = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let wanted = usize::try_from(held % TILE_WIDTH).unwrap_or(0);
        let mut hashes: Vec<Hash> = Vec::new();
        if wanted > 0 {
            let Some(tile) = tile_at(Some(level), held / TILE_WIDTH, of) else {
                return Ok(None);
            };
            let bytes = store.read_all(&tile.path(), TILE_WIDTH * 32).or_else(none_if_too_large)?.unwrap_or_default();
            hashes = bytes.as_chunks().0.iter().copied().take(wanted).collect();
        }
        levels.push(hashes);
    }
    while levels.last().is_some_and(Vec::is_empty) {
        levels.pop();
    }
    Ok(TileBuilder::resume(size, Vec::new(), levels).map(|cutter| cutter.range()))
}
