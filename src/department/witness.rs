//! The department as a witness: its key, and its record of every log.
mod countersigned;

use std::io;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::airlog::keys::{SeedSource, key_folder};
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::storage::Storage;
use crate::base::hash::hex;
use crate::department::accepted_documents::AcceptedDocuments;
use crate::department::registry::accepted::AcceptedRegistries;
use crate::logstore::resume::VerifiedState;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosign;
use crate::proof::note::{MAX_NOTE_BYTES, Note, NoteSigner, SignatureType};

/// The name of the file with the witness's secret key.
const KEY_FILE: &str = "key";
/// The name of the file with the accepted registries.
const REGISTRIES_FILE: &str = "registries";
/// The maximum size of the file with the accepted registries, in bytes. It suffices for ten thousand stations in
/// several stores.
const MAX_REGISTRIES_BYTES: u64 = 64 * 1024 * 1024;
/// The name of the file with the accepted documents.
const DOCUMENTS_FILE: &str = "documents";
/// The maximum size of the file with the accepted documents, in bytes.
const MAX_DOCUMENTS_BYTES: u64 = 16 * 1024 * 1024;
/// The maximum size of a log's plausibility fold, in bytes. A fold limits its own size to less than this.
const MAX_FOLD_BYTES: u64 = 16 * 1024 * 1024;

/// A defect of the witness's key or records. A witness with a defect signs nothing.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The key file does not contain a secret key.
    #[error("the witness's key file is damaged")]
    KeyDamaged,
    /// No usable key could be created.
    #[error("the witness's key cannot be used")]
    KeyUnusable,
    /// The recorded head of a log is malformed.
    #[error("the witness's record of this log is damaged")]
    HeadDamaged,
    /// The file with the accepted registries is malformed.
    #[error("the witness's record of the accepted registries is damaged")]
    RegistriesDamaged,
    /// The file with the accepted documents is malformed.
    #[error("the witness's record of the accepted documents is damaged")]
    DocumentsDamaged,
}

impl From<WitnessError> for io::Error {
    fn from(error: WitnessError) -> Self {
        Self::other(error)
    }
}

/// The department's key and records, which never leave its machine.
pub struct Witness<K> {
    storage: K,
    key: NoteSigner,
}

impl<K: Storage> Witness<K> {
    /// Opens the witness whose key and records are in this storage. Creates a key if there is none.
    ///
    /// # Errors
    /// If the storage or the random source fails; [`WitnessError::KeyDamaged`] or [`WitnessError::KeyUnusable`].
    pub fn open(mut storage: K, seed_source: SeedSource) -> io::Result<Self> {
        let key_text = storage.read_all(KEY_FILE, 1024)?.map(Zeroizing::new);
        if let Some(bytes) = key_text {
            let key = std::str::from_utf8(&bytes).ok().and_then(NoteSigner::from_secret_text);
            let key = key.ok_or(WitnessError::KeyDamaged)?;
            return Ok(Self { storage, key });
        }
        let seed = seed_source()?;
        // The name contains the beginning of the public key, so a key with a provisional name is created first.
        let provisional_key = NoteSigner::new("x", SignatureType::Cosignature, &seed);
        let name =
            provisional_key.map(|key| format!("loa-witness/{}", hex(&key.public().bytes()[..8]))).unwrap_or_default();
        let key = NoteSigner::new(&name, SignatureType::Cosignature, &seed);
        let key = key.ok_or(WitnessError::KeyUnusable)?;
        storage.replace(KEY_FILE, key.secret_text().as_bytes())?;
        Ok(Self { storage, key })
    }

    /// Returns the verifier key, with which others check the witness's signatures.
    #[must_use]
    pub fn verifier_key(&self) -> String {
        self.key.public().to_string()
    }

    /// Returns the newest recorded head of a log; `None` if none was recorded.
    ///
    /// # Errors
    /// If the storage cannot be read; [`WitnessError::HeadDamaged`]. After an error, the log's heads must not be
    /// signed.
    pub fn newest_head(&self, origin: &str) -> io::Result<Option<(Note, Checkpoint)>> {
        let Some(bytes) = self.storage.read_all(&head_name(origin), MAX_NOTE_BYTES as u64)? else {
            return Ok(None);
        };
        let note = Note::parse(&bytes).ok_or(WitnessError::HeadDamaged)?;
        let head = Checkpoint::parse(&note.text).ok_or(WitnessError::HeadDamaged)?;
        Ok(Some((note, head)))
    }

    /// Records a head durably, and the state from which the next collection continues.
    ///
    /// # Errors
    /// If the storage cannot be written. After an error, the head must not be signed.
    pub fn record_head(&mut self, origin: &str, note: &Note, state: Option<&VerifiedState>) -> io::Result<()> {
        let name = state_name(origin);
        match state {
            Some(state) => self.storage.replace(&name, state.to_string().as_bytes())?,
            None => self.storage.remove(&name)?,
        }
        // If the head cannot be written, the new state does not match the recorded head, and is ignored.
        self.storage.replace(&head_name(origin), note.to_string().as_bytes())
    }

    /// Returns the state from which the next collection continues; `None` if it is missing or damaged.
    ///
    /// # Errors
    /// If the storage cannot be read.
    pub fn verified_state(&self, origin: &str) -> io::Result<Option<VerifiedState>> {
        let bytes = self.storage.read_all(&state_name(origin), 64 * 1024)?;
        Ok(bytes.and_then(|bytes| VerifiedState::parse(std::str::from_utf8(&bytes).ok()?)))
    }

    /// Returns the plausibility fold over the entries under the recorded head; `None` if it is missing, belongs to
    /// another head, or was made under other rules. In these cases the whole log is judged again.
    ///
    /// # Errors
    /// If the storage cannot be read; [`WitnessError::HeadDamaged`].
    pub fn fold(&self, origin: &str) -> io::Result<Option<PlausibilityFold>> {
        let size = self.newest_head(origin)?.map(|(_, head)| head.size);
        Ok(self.stored_fold(origin)?.filter(|fold| size.is_some_and(|size| fold.is_current_at(size))))
    }

    /// Returns the time of the log's first countersignature, in seconds since 1970; `None` if unknown. It is read from
    /// the stored fold, even if that fold belongs to another head or was made under other rules.
    ///
    /// # Errors
    /// If the storage cannot be read.
    pub fn first_cosigned_at(&self, origin: &str) -> io::Result<Option<i64>> {
        Ok(self.stored_fold(origin)?.and_then(|fold| fold.first_cosigned_s()))
    }

    fn stored_fold(&self, origin: &str) -> io::Result<Option<PlausibilityFold>> {
        let bytes = self.storage.read_bounded(&fold_name(origin), MAX_FOLD_BYTES)?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Records the plausibility fold over a log's entries.
    ///
    /// # Errors
    /// If the storage cannot be written.
    pub fn record_fold(&mut self, origin: &str, fold: &PlausibilityFold) -> io::Result<()> {
        let bytes = serde_json::to_vec(fold).map_err(io::Error::other)?;
        self.storage.replace(&fold_name(origin), &bytes)
    }

    /// Returns the registries that were accepted on this machine.
    ///
    /// # Errors
    /// If the storage cannot be read; [`WitnessError::RegistriesDamaged`]. After an error, no registry may be trusted.
    pub fn accepted_registries(&self) -> io::Result<AcceptedRegistries> {
        let Some(bytes) = self.storage.read_all(REGISTRIES_FILE, MAX_REGISTRIES_BYTES)? else {
            return Ok(AcceptedRegistries::default());
        };
        let accepted = std::str::from_utf8(&bytes).ok().and_then(AcceptedRegistries::parse);
        Ok(accepted.ok_or(WitnessError::RegistriesDamaged)?)
    }

    /// Records the accepted registries.
    ///
    /// # Errors
    /// If the storage cannot be written.
    pub fn record_accepted(&mut self, accepted: &AcceptedRegistries) -> io::Result<()> {
        self.storage.replace(REGISTRIES_FILE, accepted.to_string().as_bytes())
    }

    /// Returns the documents of stores that were accepted on this machine.
    ///
    /// # Errors
    /// If the storage cannot be read; [`WitnessError::DocumentsDamaged`]. After an error, no document may be trusted.
    pub fn accepted_documents(&self) -> io::Result<AcceptedDocuments> {
        let Some(bytes) = self.storage.read_all(DOCUMENTS_FILE, MAX_DOCUMENTS_BYTES)? else {
            return Ok(AcceptedDocuments::default());
        };
        let accepted = std::str::from_utf8(&bytes).ok().and_then(AcceptedDocuments::parse);
        Ok(accepted.ok_or(WitnessError::DocumentsDamaged)?)
    }

    /// Records the accepted documents.
    ///
    /// # Errors
    /// If the storage cannot be written.
    pub fn record_documents(&mut self, accepted: &AcceptedDocuments) -> io::Result<()> {
        self.storage.replace(DOCUMENTS_FILE, accepted.to_string().as_bytes())
    }

    /// Returns the recorded digest of the index at this path; `None` if none was recorded.
    ///
    /// # Errors
    /// If the storage cannot be read.
    pub fn index_digest(&self, index_path: &str) -> io::Result<Option<String>> {
        let bytes = self.storage.read_all(&index_name(index_path), 256)?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map(|text| text.trim_end().to_owned()))
    }

    /// Records the digest of the index that this machine has just written to this path.
    ///
    /// # Errors
    /// If the storage cannot be written.
    pub fn record_index_digest(&mut self, index_path: &str, digest: &str) -> io::Result<()> {
        self.storage.replace(&index_name(index_path), format!("{digest}\n").as_bytes())
    }

    /// Returns the storage of the witness's records.
    pub(in crate::department) fn storage(&self) -> &K {
        &self.storage
    }

    /// Returns the storage of the witness's records, for writing.
    pub(in crate::department) fn storage_mut(&mut self) -> &mut K {
        &mut self.storage
    }

    /// Returns the secret key with which the witness signs.
    #[must_use]
    pub fn key(&self) -> &NoteSigner {
        &self.key
    }

    /// Countersigns a recorded head. `cosigned_at` is in seconds since 1970.
    #[must_use]
    pub fn countersign(&self, mut note: Note, cosigned_at: u64) -> Note {
        // The new signature line replaces an earlier one of this witness. All other lines are kept.
        note.signatures.retain(|line| !self.key.public().is_named_in(line));
        note.signatures.push(cosign(&self.key, cosigned_at, &note.text));
        note
    }
}

fn index_name(index_path: &str) -> String {
    format!("indexes/{}", &hex(&Sha256::digest(index_path.as_bytes()))[..16])
}

fn head_name(origin: &str) -> String {
    format!("heads/{}", key_folder(origin))
}

fn fold_name(origin: &str) -> String {
    format!("folds/{}", key_folder(origin))
}

fn state_name(origin: &str) -> String {
    format!("memos/{}", key_folder(origin))
}
