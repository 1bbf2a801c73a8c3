//! The department as a witness: its key, and its record of every log.
mod countersigned;

use std::io;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::airlog::keys::{SeedSource, key_folder};
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::storage::Storage;
use crate::base::hash::hex;
use crate::department::registry::accepted::AcceptedRegistries;
use crate::logstore::resume::VerifiedState;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosign;
use crate::proof::note::{MAX_NOTE, Note, NoteSigner, SignatureType};

/// Name of the file with the witness's key.
const KEY: &str = "key";
/// Name of the file with the registries that people on this machine have accepted.
const REGISTRIES: &str = "registries";
/// Largest file of accepted registries, bytes: ten thousand stations in several stores.
const MAX_REGISTRIES: u64 = 64 * 1024 * 1024;
/// Largest fold of a log, bytes. The fold's own bounds keep it smaller.
const MAX_FOLD: u64 = 16 * 1024 * 1024;

/// Damage to the witness's key or state. Nothing is signed then.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The key file does not hold a secret key.
    #[error("the witness's key file is damaged")]
    KeyDamaged,
    /// A new key cannot be named.
    #[error("a key that cannot be used")]
    KeyUnusable,
    /// The recorded head of a log cannot be read.
    #[error("the witness's memory is damaged")]
    HeadDamaged,
    /// The accepted registries cannot be read.
    #[error("the witness's memory of registries is damaged")]
    RegistriesDamaged,
}

impl From<WitnessError> for io::Error {
    fn from(error: WitnessError) -> Self {
        Self::other(error)
    }
}

/// The department's key and records. Both stay on its machine.
pub struct Witness<K> {
    storage: K,
    key: NoteSigner,
}

impl<K: Storage> Witness<K> {
    /// Opens the witness of this machine, and creates its key if there is none.
    ///
    /// # Errors
    /// Errors of the storage and of the random source; [`WitnessError::KeyDamaged`].
    pub fn open(mut storage: K, seed_source: SeedSource) -> io::Result<Self> {
        let there = storage.read_all(KEY, 1024)?.map(Zeroizing::new);
        if let Some(bytes) = there {
            let key = std::str::from_utf8(&bytes).ok().and_then(NoteSigner::from_secret_text);
            let key = key.ok_or(WitnessError::KeyDamaged)?;
            return Ok(Self { storage, key });
        }
        let seed = seed_source()?;
        let unnamed = NoteSigner::new("x", SignatureType::Cosignature, &seed);
        let name = unnamed.map(|key| format!("loa-witness/{}", hex(&key.public().bytes()[..8]))).unwrap_or_default();
        let key = NoteSigner::new(&name, SignatureType::Cosignature, &seed);
        let key = key.ok_or(WitnessError::KeyUnusable)?;
        storage.replace(KEY, key.secret_text().as_bytes())?;
        Ok(Self { storage, key })
    }

    /// Returns the public key that others check its signatures with.
    #[must_use]
    pub fn verifier_key(&self) -> String {
        self.key.public().to_string()
    }

    /// Returns the newest head recorded for a log.
    ///
    /// # Errors
    /// Errors of the storage, and [`WitnessError::HeadDamaged`]. Nothing may be signed then.
    pub fn newest_head(&self, origin: &str) -> io::Result<Option<(Note, Checkpoint)>> {
        let Some(bytes) = self.storage.read_all(&head_name(origin), MAX_NOTE as u64)? else {
            return Ok(None);
        };
        let note = Note::parse(&bytes).ok_or(WitnessError::HeadDamaged)?;
        let head = Checkpoint::parse(&note.text).ok_or(WitnessError::HeadDamaged)?;
        Ok(Some((note, head)))
    }

    /// Records a head durably, with the state from which reading goes on.
    ///
    /// # Errors
    /// Errors of the storage. Nothing may be signed then.
    pub fn record_head(&mut self, origin: &str, note: &Note, state: Option<&VerifiedState>) -> io::Result<()> {
        let name = state_name(origin);
        match state {
            Some(state) => self.storage.replace(&name, state.to_string().as_bytes())?,
            None => self.storage.remove(&name)?,
        }
        // A state without its head is ignored when it is read.
        self.storage.replace(&head_name(origin), note.to_string().as_bytes())
    }

    /// Returns the state from which reading goes on after the recorded head; none when it is unknown.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn verified_state(&self, origin: &str) -> io::Result<Option<VerifiedState>> {
        let bytes = self.storage.read_all(&state_name(origin), 64 * 1024)?;
        Ok(bytes.and_then(|bytes| VerifiedState::parse(std::str::from_utf8(&bytes).ok()?)))
    }

    /// Returns the fold over the entries under the recorded head; none when it is missing or belongs to another head.
    /// Without it the whole log is judged again.
    ///
    /// # Errors
    /// Errors of the storage, and [`WitnessError::HeadDamaged`].
    pub fn fold(&self, origin: &str) -> io::Result<Option<PlausibilityFold>> {
        let size = self.newest_head(origin)?.map(|(_, head)| head.size);
        Ok(self.stored_fold(origin)?.filter(|fold| Some(fold.next_seq()) == size))
    }

    /// Returns when the log was first countersigned, seconds since 1970. This holds whatever head the stored fold
    /// belongs to.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn first_cosigned(&self, origin: &str) -> io::Result<Option<i64>> {
        Ok(self.stored_fold(origin)?.and_then(|fold| fold.first_cosigned()))
    }

    fn stored_fold(&self, origin: &str) -> io::Result<Option<PlausibilityFold>> {
        let bytes = self.storage.read_bounded(&fold_name(origin), MAX_FOLD)?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Records the fold over a log's entries.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn record_fold(&mut self, origin: &str, fold: &PlausibilityFold) -> io::Result<()> {
        let bytes = serde_json::to_vec(fold).map_err(io::Error::other)?;
        self.storage.replace(&fold_name(origin), &bytes)
    }

    /// Returns the registries that people on this machine have accepted.
    ///
    /// # Errors
    /// Errors of the storage, and [`WitnessError::RegistriesDamaged`]. No registry may be trusted then.
    pub fn accepted_registries(&self) -> io::Result<AcceptedRegistries> {
        let Some(bytes) = self.storage.read_all(REGISTRIES, MAX_REGISTRIES)? else {
            return Ok(AcceptedRegistries::default());
        };
        let accepted = std::str::from_utf8(&bytes).ok().and_then(AcceptedRegistries::parse);
        Ok(accepted.ok_or(WitnessError::RegistriesDamaged)?)
    }

    /// Records the accepted registries.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn record_accepted(&mut self, accepted: &AcceptedRegistries) -> io::Result<()> {
        self.storage.replace(REGISTRIES, accepted.to_string().as_bytes())
    }

    /// Returns the digest of an index as this machine last wrote it.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn index_digest(&self, index: &str) -> io::Result<Option<String>> {
        let bytes = self.storage.read_all(&index_name(index), 256)?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map(|text| text.trim_end().to_owned()))
    }

    /// Records the digest of an index.
    ///
    /// # Errors
    /// Errors of the storage.
    pub fn record_index_digest(&mut self, index: &str, digest: &str) -> io::Result<()> {
        self.storage.replace(&index_name(index), format!("{digest}\n").as_bytes())
    }

    /// Returns the key it signs with.
    #[must_use]
    pub fn key(&self) -> &NoteSigner {
        &self.key
    }

    /// Countersigns a recorded head at this time, seconds since 1970.
    #[must_use]
    pub fn countersign(&self, mut note: Note, time: u64) -> Note {
        // An older line of this witness gives way to the new one; all other lines stay.
        note.signatures.retain(|line| !self.key.public().is_named_in(line));
        note.signatures.push(cosign(&self.key, time, &note.text));
        note
    }
}

fn index_name(index: &str) -> String {
    format!("indexes/{}", &hex(&Sha256::digest(index.as_bytes()))[..16])
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
