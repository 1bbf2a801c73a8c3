//! The department as a witness: its key, and what it remembers of every log.
use std::collections::HashSet;
use std::io;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::airlog::keys::{SeedSource, key_folder};
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::base::hash::hex;
use crate::department::registry::Registry;
use crate::department::registry::accepted::{AcceptedRegistries, CountersignedLogs};
use crate::logstore::resume::VerifiedState;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosign;
use crate::proof::note::{MAX_NOTE, Note, NoteSigner, SignatureStatus, SignatureType};
use crate::proof::origin::station_in_origin;
use crate::proof::signed_head::SignedHead;

/// The witness's key, in its own folder.
const KEY: &str = "key";
/// The registries that people on this machine have accepted.
const REGISTRIES: &str = "registries";
/// Room for ten thousand stations in some stores.
const MAX_REGISTRIES: u64 = 64 * 1024 * 1024;

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
            let key = key.ok_or_else(|| io::Error::other("the witness's key file is damaged"))?;
            return Ok(Self { storage: memory, key });
        }
        let seed = seed_source()?;
        let unnamed = NoteSigner::new("x", SignatureType::Cosignature, &seed);
        let name = unnamed.map(|key| format!("loa-witness/{}", hex(&key.public().bytes()[..8]))).unwrap_or_default();
        let key = NoteSigner::new(&name, SignatureType::Cosignature, &seed);
        let key = key.ok_or_else(|| io::Error::other("a key that cannot be used"))?;
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
        let head = SignedHead::parse(&bytes).ok_or_else(|| io::Error::other("the witness's memory is damaged"))?;
        Ok(Some((head.note, head.checkpoint)))
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
        let bytes = self.storage.read_bounded(&fold_name(origin), MAX_FOLD)?;
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
        accepted.ok_or_else(|| io::Error::other("the witness's memory of registries is damaged"))
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

impl Witness<FolderStorage> {
    /// The logs that it has countersigned and that are not enrolled here.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn unenrolled_logs(&self, registry: &Registry) -> io::Result<Vec<String>> {
        let known: HashSet<String> = registry.logs().map(|log| key_folder(&log.key.name)).collect();
        let mut origins: Vec<String> = Vec::new();
        self.each_head(|name| !known.contains(name), |_, head| origins.push(head.origin))?;
        origins.sort();
        Ok(origins)
    }

    /// What it has countersigned of a registry's stations.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn countersigned(&self, registry: &Registry) -> io::Result<CountersignedLogs> {
        let mut witnessed = CountersignedLogs::default();
        self.each_head(
            |_| true,
            |note, head| {
                witnessed.stations.extend(station_in_origin(&head.origin).map(str::to_owned));
                if registry
                    .log(&head.origin)
                    .is_some_and(|log| note.signature_status(&log.key) == SignatureStatus::Valid)
                {
                    witnessed.logs.insert(head.origin);
                }
            },
        )?;
        Ok(witnessed)
    }

    /// Gives every remembered head whose file's name is asked for.
    fn each_head(&self, asked: impl Fn(&str) -> bool, mut take: impl FnMut(&Note, Checkpoint)) -> io::Result<()> {
        let entries = match std::fs::read_dir(self.storage.folder().join("heads")) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let name = entry?.file_name();
            let Some(name) = name.to_str().filter(|name| asked(name)) else { continue };
            let bytes = self.storage.read_all(&format!("heads/{name}"), MAX_NOTE as u64)?.unwrap_or_default();
            let head = SignedHead::parse(&bytes);
            // What stands under another name was left by a write that was cut off.
            if let Some(head) = head.filter(|head| key_folder(&head.checkpoint.origin) == name) {
                take(&head.note, head.checkpoint);
            }
        }
        Ok(())
    }
}

fn index_name(index: &str) -> String {
    format!("indexes/{}", &hex(&Sha256::digest(index.as_bytes()))[..16])
}

fn head_name(origin: &str) -> String {
    format!("heads/{}", key_folder(origin))
}

/// What is kept of the plausibility of a log is not larger: the bounds that the fold has of its own lie below.
const MAX_FOLD: u64 = 16 * 1024 * 1024;

fn fold_name(origin: &str) -> String {
    format!("folds/{}", key_folder(origin))
}

fn memo_name(origin: &str) -> String {
    format!("memos/{}", key_folder(origin))
}
