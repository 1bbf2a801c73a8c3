//! Countersigns an export that was verified and stored.
//!
//! A head is recorded durably before it is signed. The signed bytes are always those that were verified. Bytes that are
//! read from the store are only compared with them, because others may write to the store.
use std::io;

use super::heads::collected_head_path;
use crate::airlog::files::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::keys::SeedSource;
use crate::airlog::limits::none_if_too_large;
use crate::airlog::storage::Storage;
use crate::department::witness::Witness;
use crate::logstore::export::ExportSummary;
use crate::logstore::resume::VerifiedState;
use crate::proof::anchor::sign_anchor;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{MAX_NOTE_BYTES, Note, SignatureStatus, VerifierKey};
use crate::proof::verify::VerifyError;

/// The file name of the anchor in an export.
pub const ANCHOR_FILE: &str = "anchor";
/// The maximum size of a closings file that is read back, in bytes.
const MAX_STORED_CLOSINGS_BYTES: u64 = 1 << 26;

/// A verified export, which stays in memory until it is countersigned.
pub(super) struct VerifiedExport<'a> {
    /// The bytes of its signed head.
    pub(super) head: &'a [u8],
    /// The signed head, parsed as a note.
    pub(super) note: Note,
    /// The log's verifier key.
    pub(super) key: &'a VerifierKey,
    /// The result of verifying and storing the export.
    pub(super) summary: Box<ExportSummary>,
}

/// The contents of two files: a countersigned head, and the anchor that is returned with it.
pub(super) struct Countersignature {
    cosigned: Vec<u8>,
    anchor: Vec<u8>,
}

/// Returns the name of the first file whose bytes in the store differ from the verified ones; `None` if no file
/// differs.
pub(super) fn altered_file<T: Storage>(store: &T, export: &VerifiedExport<'_>) -> io::Result<Option<&'static str>> {
    let files = [
        (CHECKPOINT, export.head, MAX_NOTE_BYTES as u64),
        (CLOSINGS, export.summary.closings.as_slice(), MAX_STORED_CLOSINGS_BYTES),
    ];
    for (name, verified_bytes, max_bytes) in files {
        if store.read_all(name, max_bytes).or_else(none_if_too_large)?.unwrap_or_default() != verified_bytes {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Records the head, the verified state and the fold of an export in the witness's state.
pub(super) fn record_export<K: Storage>(witness: &mut Witness<K>, export: &VerifiedExport<'_>) -> io::Result<()> {
    let summary = &export.summary;
    let missing_names = summary.missing.iter().filter_map(faulty_kept_name).cloned();
    let state = summary.verified.key_state.clone().map(|key_state| {
        VerifiedState::new(summary.verified.entries, key_state, &summary.closings, missing_names.collect())
    });
    witness.record_fold(&export.key.name, &summary.plausibility.fold)?;
    witness.record_head(&export.key.name, &export.note, state.as_ref())
}

/// Countersigns a recorded head. `now` is in seconds since 1970. If `stored_note` is a countersignature of the same
/// head, its time is kept, because an earlier time proves more.
pub(super) fn countersign_head<K: Storage>(
    witness: &Witness<K>,
    note: &Note,
    stored_note: Option<Note>,
    now: u64,
    seed_source: SeedSource,
) -> io::Result<Countersignature> {
    let note_of_same_head = stored_note.filter(|stored| stored.text == note.text);
    let earlier_time = note_of_same_head.and_then(|stored| cosigned_at(&stored, witness.key().public()).ok());
    // The station's signature lines come from the verified note, not from the store.
    let cosigned = witness.countersign(note.clone(), earlier_time.unwrap_or(now)).to_string();
    let seed = seed_source()?;
    let mut random = [0; 16];
    random.copy_from_slice(&seed[..16]);
    let anchor = sign_anchor(witness.key(), now, random).to_string();
    Ok(Countersignature { cosigned: cosigned.into_bytes(), anchor: anchor.into_bytes() })
}

impl Countersignature {
    /// Writes the countersigned head to the store twice: as the newest head, and permanently under its size.
    pub(super) fn write_to_store<T: Storage>(&self, store: &mut T, export: &VerifiedExport<'_>) -> io::Result<()> {
        store.replace(COSIGNED, &self.cosigned)?;
        let path = collected_head_path(export.summary.verified.entries);
        for (path, bytes) in store.create(vec![(path, self.cosigned.clone())])? {
            let stored_bytes = store.read_all(&path, MAX_NOTE_BYTES as u64).or_else(none_if_too_large)?;
            let is_signed_head = |stored: Note| {
                stored.text == export.note.text || stored.signature_status(export.key) == SignatureStatus::Valid
            };
            if !stored_bytes.and_then(|bytes| Note::parse(&bytes)).is_some_and(is_signed_head) {
                // A power cut damaged the existing file, or somebody else wrote it.
                store.replace(&path, &bytes)?;
            }
        }
        store.sync_created()
    }

    /// Writes the countersigned head and the anchor to the source.
    pub(super) fn return_to_source<O: Storage>(&self, reply_to: &mut O) -> io::Result<()> {
        reply_to.replace(COSIGNED, &self.cosigned)?;
        reply_to.replace(ANCHOR_FILE, &self.anchor)
    }
}

/// Reads the countersigned head in the store; `None` if there is none, or it is not a note.
pub(super) fn stored_countersignature<T: Storage>(store: &T) -> io::Result<Option<Note>> {
    let bytes = store.read_all(COSIGNED, MAX_NOTE_BYTES as u64).or_else(none_if_too_large)?;
    Ok(bytes.and_then(|bytes| Note::parse(&bytes)))
}

/// Returns the name of the kept file that an error reports as missing or altered; `None` for other errors.
pub(super) fn faulty_kept_name(error: &VerifyError) -> Option<&String> {
    match error {
        VerifyError::KeptMissing { name } | VerifyError::KeptDiffers { name } => Some(name),
        _ => None,
    }
}
