//! Countersigning of an export that was verified and stored.
//!
//! Nothing is signed before it is recorded durably, and the bytes that a store returns are never signed: they are
//! compared with the bytes that were verified.
use std::io;

use super::heads::{collected_head_path, none_if_too_large};
use crate::airlog::files::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::keys::SeedSource;
use crate::airlog::storage::Storage;
use crate::department::witness::Witness;
use crate::logstore::export::ExportSummary;
use crate::logstore::resume::VerifiedState;
use crate::proof::anchor::sign_anchor;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey};
use crate::proof::verify::VerifyError;

/// Name of the anchor in an export.
pub const ANCHOR: &str = "anchor";
/// Largest file of closings that is read back, bytes.
const MAX_CLOSINGS: u64 = 1 << 26;

/// A verified export, which stays in memory until it is signed.
pub(super) struct VerifiedExport<'a> {
    /// The bytes of its head.
    pub(super) head: &'a [u8],
    /// The head as a note.
    pub(super) note: Note,
    /// The log's key.
    pub(super) key: &'a VerifierKey,
    /// The store's new entries and what is known of them.
    pub(super) exported: Box<ExportSummary>,
}

/// A countersignature, and the anchor that goes back with it.
pub(super) struct Countersignature {
    cosigned: Vec<u8>,
    anchor: Vec<u8>,
}

/// Returns the name of the first file that the store does not return as it was verified.
pub(super) fn altered_file<T: Storage>(store: &T, export: &VerifiedExport<'_>) -> io::Result<Option<&'static str>> {
    let files =
        [(CHECKPOINT, export.head, MAX_NOTE as u64), (CLOSINGS, export.exported.closings.as_slice(), MAX_CLOSINGS)];
    for (name, verified, limit) in files {
        if store.read_all(name, limit).or_else(none_if_too_large)?.unwrap_or_default() != verified {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Records an export in the witness's state.
pub(super) fn record<K: Storage>(witness: &mut Witness<K>, export: &VerifiedExport<'_>) -> io::Result<()> {
    let exported = &export.exported;
    let missing = exported.missing.iter().filter_map(missing_kept_name).cloned();
    let state = exported.verified.key_state.clone().map(|key_state| {
        VerifiedState::new(exported.verified.entries, key_state, &exported.closings, missing.collect())
    });
    witness.record_fold(&export.key.name, &exported.plausibility.fold)?;
    witness.record_head(&export.key.name, &export.note, state.as_ref())
}

/// Signs a recorded head at this time, seconds since 1970. The same head again keeps its earlier time, which says more.
pub(super) fn sign<K: Storage>(
    witness: &Witness<K>,
    note: &Note,
    stored: Option<Note>,
    now: u64,
    seed_source: SeedSource,
) -> io::Result<Countersignature> {
    let same = stored.filter(|stored| stored.text == note.text);
    let earlier = same.and_then(|stored| cosigned_at(&stored, witness.key().public()).ok());
    // The station's lines are those of the head that was verified.
    let cosigned = witness.countersign(note.clone(), earlier.unwrap_or(now)).to_string();
    let seed = seed_source()?;
    let mut random = [0; 16];
    random.copy_from_slice(&seed[..16]);
    let anchor = sign_anchor(witness.key(), now, random).to_string();
    Ok(Countersignature { cosigned: cosigned.into_bytes(), anchor: anchor.into_bytes() })
}

impl Countersignature {
    /// Writes the countersigned head to the store: as the newest, and under its size for good.
    pub(super) fn store<T: Storage>(&self, store: &mut T, export: &VerifiedExport<'_>) -> io::Result<()> {
        store.replace(COSIGNED, &self.cosigned)?;
        let path = collected_head_path(export.exported.verified.entries);
        for (path, bytes) in store.create(vec![(path, self.cosigned.clone())])? {
            let there = store.read_all(&path, MAX_NOTE as u64).or_else(none_if_too_large)?;
            let is_head = |there: Note| {
                there.text == export.note.text || there.signature_status(export.key) == SignatureStatus::Valid
            };
            if !there.and_then(|there| Note::parse(&there)).is_some_and(is_head) {
                // A power cut damaged the file, or somebody else wrote it.
                store.replace(&path, &bytes)?;
            }
        }
        store.sync_created()
    }

    /// Gives countersignature and anchor back to the source.
    pub(super) fn give_back<O: Storage>(&self, reply_to: &mut O) -> io::Result<()> {
        reply_to.replace(COSIGNED, &self.cosigned)?;
        reply_to.replace(ANCHOR, &self.anchor)
    }
}

/// Reads the countersigned head in the store.
pub(super) fn stored_countersignature<T: Storage>(store: &T) -> io::Result<Option<Note>> {
    let bytes = store.read_all(COSIGNED, MAX_NOTE as u64).or_else(none_if_too_large)?;
    Ok(bytes.and_then(|bytes| Note::parse(&bytes)))
}

/// Returns the kept file that is missing, or is not what its name says.
pub(super) fn missing_kept_name(wrong: &VerifyError) -> Option<&String> {
    match wrong {
        VerifyError::KeptMissing { name } | VerifyError::KeptDiffers { name } => Some(name),
        _ => None,
    }
}
