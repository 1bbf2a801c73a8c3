//! The department as a witness: its key, and what it remembers of every log.
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

/// The witness's key, in its own folder.
const KEY: &str = "key";
/// The registries that people on this machine have accepted.
const REGISTRIES: &str = "registries";
/// Room for ten thousand stations in some stores.
const MAX_REGISTRIES: u64 = 64 * 1024 * 1024;
/// Largest fold of a log, bytes. The fold's own bounds keep it smaller.
const MAX_FOLD: u64 = 16 * 1024 * 1024;

/// Damage of the witness's key or state. Nothing is signed with it.
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

/// The department's key and memory, local to its machine.
pub struct Witness<K> {
    storage: K,
    key: NoteSigner,
}

impl<K: Storage> Witness<K> {
    /// The witness of this machine; made when there is none yet.
    ///
    /// # Errors
    /// When the storage or the system's chance fails, or the key file is none.
    pub fn open(mut memory: K, seed_source: SeedSource) -> io::Result<Self> {
        let there = memory.read_all(KEY, 1024)?.map(Zeroizing::new);
        if let Some(bytes) = there {
            let key = std::str::from_utf8(&bytes).ok().and_then(NoteSigner::from_secret_text);
            let key = key.ok_or(WitnessError::KeyDamaged)?;
            return Ok(Self { storage: memory, key });
        }
        let seed = seed_source()?;
        let unnamed = NoteSigner::new("x", SignatureType::Cosignature, &seed);
        let name = unnamed.map(|key| format!("loa-witness/{}", hex(&key.public().bytes()[..8]))).unwrap_or_default();
        let key = NoteSigner::new(&name, SignatureType::Cosignature, &seed);
        let key = key.ok_or(WitnessError::KeyUnusable)?;
        memory.replace(KEY, key.secret_text().as_bytes())?;
        Ok(Self { storage: memory, key })
    }

    /// What others check its signatures with.
    #[must_use]
    pub fn verifier_key(&self) -> String {
        self.key.public().to_string()
    }

    /// The newest head that was taken of a log.
    ///
    /// # Errors
    /// When the storage fails, or what is remembered cannot be read: nothing is signed then.
    pub fn newest_head(&self, origin: &str) -> io::Result<Option<(Note, Checkpoint)>> {
        let Some(bytes) = self.storage.read_all(&head_name(origin), MAX_NOTE as u64)? else {
            return Ok(None);
        };
        let note = Note::parse(&bytes).ok_or(WitnessError::HeadDamaged)?;
        let head = Checkpoint::parse(&note.text).ok_or(WitnessError::HeadDamaged)?;
        Ok(Some((note, head)))
    }

    /// Remembers a head, durably, and how to go on from it.
    ///
    /// # Errors
    /// When the storage fails: nothing may be signed then.
    pub fn record_head(&mut self, origin: &str, note: &Note, memo: Option<&VerifiedState>) -> io::Result<()> {
        let name = memo_name(origin);
        match memo {
            Some(memo) => self.storage.replace(&name, memo.to_string().as_bytes())?,
            None => self.storage.remove(&name)?,
        }
        // A memo without its head is of no use, and does no harm.
        self.storage.replace(&head_name(origin), note.to_string().as_bytes())
    }

    /// How to go on from the head that is remembered, as far as that is known.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn verified_state(&self, origin: &str) -> io::Result<Option<VerifiedState>> {
        let bytes = self.storage.read_all(&memo_name(origin), 64 * 1024)?;
        Ok(bytes.and_then(|bytes| VerifiedState::parse(std::str::from_utf8(&bytes).ok()?)))
    }

    /// The fold over a log's entries up to the head that is remembered, if it was kept and is of that head. Without it
    /// the whole log is judged again.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn fold(&self, origin: &str) -> io::Result<Option<PlausibilityFold>> {
        let size = self.newest_head(origin)?.map(|(_, head)| head.size);
        Ok(self.stored_fold(origin)?.filter(|fold| Some(fold.next_seq()) == size))
    }

    /// When the log was first countersigned, as far as that was kept: the time holds, whatever head the fold is of.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn first_cosigned(&self, origin: &str) -> io::Result<Option<i64>> {
        Ok(self.stored_fold(origin)?.and_then(|fold| fold.first_cosigned()))
    }

    fn stored_fold(&self, origin: &str) -> io::Result<Option<PlausibilityFold>> {
        let read = self.storage.read_all(&fold_name(origin), MAX_FOLD);
        let bytes = match read {
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => None,
            read => read?,
        };
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn record_fold(&mut self, origin: &str, fold: &PlausibilityFold) -> io::Result<()> {
        let bytes = serde_json::to_vec(fold).map_err(io::Error::other)?;
        self.storage.replace(&fold_name(origin), &bytes)
    }

    /// The registries that were accepted on this machine.
    ///
    /// # Errors
    /// When the storage fails, or what is remembered cannot be read: nobody's registry is believed then.
    pub fn accepted_registries(&self) -> io::Result<AcceptedRegistries> {
        let Some(bytes) = self.storage.read_all(REGISTRIES, MAX_REGISTRIES)? else {
            return Ok(AcceptedRegistries::default());
        };
        let accepted = std::str::from_utf8(&bytes).ok().and_then(AcceptedRegistries::parse);
        Ok(accepted.ok_or(WitnessError::RegistriesDamaged)?)
    }

    /// Remembers them.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn record_accepted(&mut self, accepted: &AcceptedRegistries) -> io::Result<()> {
        self.storage.replace(REGISTRIES, accepted.to_string().as_bytes())
    }

    /// The digest of an index as this machine last wrote it.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn index_digest(&self, index: &str) -> io::Result<Option<String>> {
        let bytes = self.storage.read_all(&index_name(index), 256)?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()).map(|text| text.trim_end().to_owned()))
    }

    /// Remembers it.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn record_index_digest(&mut self, index: &str, digest: &str) -> io::Result<()> {
        self.storage.replace(&index_name(index), format!("{digest}\n").as_bytes())
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &NoteSigner {
        &self.key
    }

    /// Countersigns a head that is remembered, at this time (seconds since 1970).
    #[must_use]
    pub fn countersign(&self, mut note: Note, time: u64) -> Note {
        // Only the station's own lines go with it: what others may have written under it is theirs.
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

fn memo_name(origin: &str) -> String {
    format!("memos/{}", key_folder(origin))
}
