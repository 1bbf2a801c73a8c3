//! The seal on a log: its tree, its keys, and what is signed after every batch.
use std::io;

use super::files::CLOSINGS;
use super::highwater::HighWaterWriter;
use super::kept;
use super::kept_writer::KeptFileWriter;
use super::keys::{self, SeedSource};
use super::progress::MarkKey;
use super::storage::Storage;
use crate::base::instant::{BootTime, SECOND_US};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::headcode::head_code;
use crate::proof::note::{NoteSigner, VerifierKey};
use crate::proof::tree::CompactRange;

/// An epoch is over after so many entries,
pub const EPOCH_ENTRIES: u64 = 100;
/// or after so long of running.
pub const EPOCH_RUN_US: i64 = 86_400 * SECOND_US;

/// What a log signs with.
pub struct LogSigner<K> {
    /// Where the secret keys are.
    keys: K,
    /// The log's name.
    pub origin: String,
    log_key: NoteSigner,
    epoch_key: NoteSigner,
    /// Authenticates the marks of the epoch in force.
    mark_key: MarkKey,
    /// The epoch in force.
    pub epoch: u64,
    /// The tree over all acknowledged entries.
    pub range: CompactRange,
    /// Entries of the open epoch.
    pub in_epoch: u64,
    /// How long it has run, as of `seen`.
    ran_us: i64,
    last_counted: Option<BootTime>,
    seed_source: SeedSource,
    /// The key made for the next epoch.
    next_key: Option<NoteSigner>,
    /// A closing that is the head, and not yet among the closings.
    pending_closing: Option<Vec<u8>>,
    /// The first epoch whose key is still to be erased; so are those after it, up to the present one.
    erase_from_epoch: Option<u64>,
    /// Bytes of `closings` known to be whole.
    closings_len: u64,
    /// Remembers the newest head beside the keys.
    high_water: HighWaterWriter,
}

/// What a seal begins with.
pub struct LogKeys {
    /// The log's name.
    pub origin: String,
    /// Its key.
    pub log: NoteSigner,
    /// The epoch in force.
    pub epoch: u64,
    /// Its key.
    pub epoch_key: NoteSigner,
}

impl<K: Storage> LogSigner<K> {
    /// A seal over a tree, in the middle of an epoch.
    pub fn new(keys: K, with: LogKeys, range: CompactRange, closings_len: u64, seed_source: SeedSource) -> Self {
        Self {
            keys,
            origin: with.origin,
            log_key: with.log,
            mark_key: MarkKey::of(with.epoch, &with.epoch_key),
            epoch_key: with.epoch_key,
            epoch: with.epoch,
            range,
            in_epoch: 0,
            ran_us: 0,
            last_counted: None,
            seed_source,
            next_key: None,
            pending_closing: None,
            erase_from_epoch: None,
            closings_len,
            high_water: HighWaterWriter::default(),
        }
    }

    /// Tells how far the open epoch has come.
    pub fn set_epoch_progress(&mut self, in_epoch: u64, ran_us: i64) {
        (self.in_epoch, self.ran_us) = (in_epoch, ran_us);
    }

    /// The log's key.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        self.log_key.public()
    }

    /// The present epoch's key.
    #[must_use]
    pub fn epoch_key(&self) -> &VerifierKey {
        self.epoch_key.public()
    }

    /// The newest root in 16 symbols.
    #[must_use]
    pub fn head_code(&self) -> String {
        head_code(&self.range.root())
    }

    /// Whether the open epoch is to end with `more` entries more.
    pub fn is_epoch_due(&mut self, now: BootTime, more: u64) -> bool {
        self.ran_us += self.last_counted.map_or(0, |seen| now.since(seen).max(0));
        self.last_counted = Some(now);
        let entries = self.in_epoch + more;
        entries >= EPOCH_ENTRIES || (entries > 0 && self.ran_us >= EPOCH_RUN_US)
    }

    /// Makes the key of the next epoch, if that is not done yet.
    ///
    /// # Errors
    /// When the keys' storage fails: the epoch goes on.
    pub fn prepare_next_key(&mut self) -> io::Result<VerifierKey> {
        let key = match self.next_key.take() {
            Some(key) => key,
            None => keys::create_epoch_key(&mut self.keys, &self.origin, self.epoch + 1, self.seed_source)?,
        };
        let public = key.public().clone();
        self.next_key = Some(key);
        Ok(public)
    }

    /// The head over this tree, signed by the log's and the epoch's key.
    #[must_use]
    pub fn sign_head(&self, range: &CompactRange) -> Vec<u8> {
        let checkpoint = Checkpoint { origin: self.origin.clone(), size: range.size(), root: range.root() };
        checkpoint.sign_with(&[&self.log_key, &self.epoch_key]).to_string().into_bytes()
    }

    /// The head over this tree is durable. `closes` when it ends the epoch.
    pub fn head_published(&mut self, range: CompactRange, head: Vec<u8>, closes: bool) {
        self.in_epoch += range.size() - self.range.size();
        self.range = range;
        if closes && let Some(next) = self.next_key.take() {
            self.pending_closing = Some(head);
            self.erase_from_epoch.get_or_insert(self.epoch);
            self.epoch_key = next;
            self.epoch += 1;
            self.mark_key = MarkKey::of(self.epoch, &self.epoch_key);
            self.in_epoch = 0;
            self.ran_us = 0;
        }
        self.high_water.record_head(&mut self.keys, &self.origin, &self.range, closes);
    }

    /// What authenticates marks in this epoch.
    #[must_use]
    pub fn mark_key(&self) -> &MarkKey {
        &self.mark_key
    }

    /// Tries to put kept files beside the log and beside its keys.
    ///
    /// # Errors
    /// As [`kept::Keeping::settle`].
    pub fn flush_kept_files(&mut self, airlog: &mut K, keeping: &mut KeptFileWriter) -> io::Result<()> {
        keeping.flush(airlog, &mut self.keys, &self.origin)
    }

    /// Takes the second copy of a file away that is no longer in force.
    pub fn remove_copy(&mut self, airlog: &mut K, name: &str) {
        kept::remove_copy(airlog, &mut self.keys, &self.origin, name);
    }

    /// The kept files of this log, beside it and beside its keys.
    pub fn kept_files<'a>(&'a self, airlog: &'a K) -> kept::KeptFiles<'a, K> {
        kept::KeptFiles::with_copies(airlog, &self.keys, &self.origin)
    }

    /// Keeps the closing of the epoch that has ended. Until that is done no further head may take the place of the one
    /// that is it.
    ///
    /// # Errors
    /// When the storage fails; to be tried again.
    pub fn store_closing<S: Storage>(&mut self, storage: &mut S) -> io::Result<()> {
        if let Some(closing) = &self.pending_closing {
            self.closings_len = append_closing(storage, closing, self.closings_len)?;
            self.pending_closing = None;
        }
        Ok(())
    }

    /// Erases the keys of the epochs that have ended, once their closings are kept.
    ///
    /// # Errors
    /// When the keys' storage fails; to be tried again.
    pub fn erase_old_keys(&mut self) -> io::Result<()> {
        if let (Some(first), None) = (self.erase_from_epoch, &self.pending_closing) {
            for epoch in first..self.epoch {
                keys::erase_epoch_key(&mut self.keys, &self.origin, epoch)?;
            }
            self.erase_from_epoch = None;
        }
        Ok(())
    }
}

/// Adds a closing to those of `len` bytes; gives their length then.
///
/// # Errors
/// When the storage fails.
pub fn append_closing<S: Storage>(storage: &mut S, closing: &[u8], len: u64) -> io::Result<u64> {
    let added = storage
        .truncate(CLOSINGS, len)
        .and_then(|()| storage.append(CLOSINGS, closing))
        .and_then(|()| storage.sync(CLOSINGS));
    if added.is_err() {
        // After a failed sync a file is not trusted any more: the whole is written anew.
        let mut whole = storage.read_all(CLOSINGS, u64::MAX - 1)?.unwrap_or_default();
        whole.truncate(usize::try_from(len).unwrap_or(usize::MAX));
        whole.extend_from_slice(closing);
        storage.replace(CLOSINGS, &whole)?;
    }
    Ok(len + closing.len() as u64)
}
