//! Signs a log: holds its tree and its keys, and signs the head after every batch.
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

/// Number of entries after which an epoch ends.
pub const MAX_EPOCH_ENTRIES: u64 = 100;
/// Running time after which an epoch ends, in microseconds.
pub const MAX_EPOCH_RUNTIME_US: i64 = 86_400 * SECOND_US;

/// Signs the heads of a log.
pub struct LogSigner<K> {
    /// Storage of the secret keys.
    key_storage: K,
    /// Origin, which is the name of the log.
    pub origin: String,
    log_key: NoteSigner,
    epoch_key: NoteSigner,
    /// Authenticates the progress marks of the open epoch.
    mark_key: MarkKey,
    /// Number of the open epoch.
    pub epoch: u64,
    /// Merkle tree over all acknowledged entries.
    pub range: CompactRange,
    /// Number of entries in the open epoch.
    pub entries_in_epoch: u64,
    /// Running time of the station in the open epoch up to `counted_until`, in microseconds.
    epoch_runtime_us: i64,
    /// Time up to which that running time is counted.
    counted_until: Option<BootTime>,
    seed_source: SeedSource,
    /// Key of the next epoch, if it already exists.
    next_key: Option<NoteSigner>,
    /// The current head, if it ends an epoch and is not in `closings` yet.
    pending_closing: Option<Vec<u8>>,
    /// First ended epoch whose key is not erased yet. The keys of this epoch and all later ended ones must be erased.
    first_unerased_epoch: Option<u64>,
    /// Length of the complete closings in the file `closings`, in bytes.
    closings_len: u64,
    /// Records the newest head beside the keys.
    high_water: HighWaterWriter,
}

/// The secret keys of a log.
pub struct LogKeys {
    /// Origin, which is the name of the log.
    pub origin: String,
    /// Key of the log.
    pub log: NoteSigner,
    /// Number of the open epoch.
    pub epoch: u64,
    /// Key of the open epoch.
    pub epoch_key: NoteSigner,
}

impl<K: Storage> LogSigner<K> {
    /// Creates a signer that continues this tree. For an epoch with entries, call [`Self::set_epoch_progress`] next.
    pub fn new(
        key_storage: K,
        log_keys: LogKeys,
        range: CompactRange,
        closings_len: u64,
        seed_source: SeedSource,
    ) -> Self {
        Self {
            key_storage,
            origin: log_keys.origin,
            log_key: log_keys.log,
            mark_key: MarkKey::of(log_keys.epoch, &log_keys.epoch_key),
            epoch_key: log_keys.epoch_key,
            epoch: log_keys.epoch,
            range,
            entries_in_epoch: 0,
            epoch_runtime_us: 0,
            counted_until: None,
            seed_source,
            next_key: None,
            pending_closing: None,
            first_unerased_epoch: None,
            closings_len,
            high_water: HighWaterWriter::default(),
        }
    }

    /// Sets the number of entries and the running time of the open epoch.
    pub fn set_epoch_progress(&mut self, entries_in_epoch: u64, epoch_runtime_us: i64) {
        (self.entries_in_epoch, self.epoch_runtime_us) = (entries_in_epoch, epoch_runtime_us);
    }

    /// Returns the public key of the log.
    #[must_use]
    pub fn log_key(&self) -> &VerifierKey {
        self.log_key.public()
    }

    /// Returns the public key of the open epoch.
    #[must_use]
    pub fn epoch_key(&self) -> &VerifierKey {
        self.epoch_key.public()
    }

    /// Returns the head code: 16 symbols that stand for the newest root.
    #[must_use]
    pub fn head_code(&self) -> String {
        head_code(&self.range.root())
    }

    /// Adds the running time up to `now`. Returns true when the open epoch must end after `further_entries` more
    /// entries.
    pub fn add_runtime_and_check_due(&mut self, now: BootTime, further_entries: u64) -> bool {
        self.epoch_runtime_us += self.counted_until.map_or(0, |counted_until| now.since(counted_until).max(0));
        self.counted_until = Some(now);
        let entries = self.entries_in_epoch + further_entries;
        entries >= MAX_EPOCH_ENTRIES || (entries > 0 && self.epoch_runtime_us >= MAX_EPOCH_RUNTIME_US)
    }

    /// Creates the key of the next epoch if it does not exist, and returns its public key.
    ///
    /// # Errors
    /// If [`keys::create_epoch_key`] fails. Then the open epoch continues.
    pub fn prepare_next_key(&mut self) -> io::Result<VerifierKey> {
        let key = match self.next_key.take() {
            Some(key) => key,
            None => keys::create_epoch_key(&mut self.key_storage, &self.origin, self.epoch + 1, self.seed_source)?,
        };
        let public = key.public().clone();
        self.next_key = Some(key);
        Ok(public)
    }

    /// Returns the head of this tree, signed with the key of the log and the key of the open epoch.
    #[must_use]
    pub fn sign_head(&self, range: &CompactRange) -> Vec<u8> {
        let checkpoint = Checkpoint { origin: self.origin.clone(), size: range.size(), root: range.root() };
        checkpoint.sign_with(&[&self.log_key, &self.epoch_key]).to_string().into_bytes()
    }

    /// Adopts a tree whose head is durable. `ends_epoch` is true when this head ends the epoch.
    pub fn adopt_published_head(&mut self, range: CompactRange, head: Vec<u8>, ends_epoch: bool) {
        self.entries_in_epoch += range.size() - self.range.size();
        self.range = range;
        if ends_epoch && let Some(next_key) = self.next_key.take() {
            self.pending_closing = Some(head);
            self.first_unerased_epoch.get_or_insert(self.epoch);
            self.epoch_key = next_key;
            self.epoch += 1;
            self.mark_key = MarkKey::of(self.epoch, &self.epoch_key);
            self.entries_in_epoch = 0;
            self.epoch_runtime_us = 0;
        }
        self.high_water.record_head(&mut self.key_storage, &self.origin, &self.range, ends_epoch);
    }

    /// Returns the key that authenticates the progress marks of the open epoch.
    #[must_use]
    pub fn mark_key(&self) -> &MarkKey {
        &self.mark_key
    }

    /// Tries to write the waiting kept files to both folders.
    ///
    /// # Errors
    /// If [`KeptFileWriter::flush`] fails.
    pub fn flush_kept_files(&mut self, airlog: &mut K, writer: &mut KeptFileWriter) -> io::Result<()> {
        writer.flush(airlog, &mut self.key_storage, &self.origin)
    }

    /// Removes the second copy of a file that is no longer in force.
    pub fn remove_copy(&mut self, airlog: &mut K, name: &str) {
        kept::remove_copy(airlog, &mut self.key_storage, &self.origin, name);
    }

    /// Returns a reader of this log's kept files.
    pub fn kept_files<'a>(&'a self, airlog: &'a K) -> kept::KeptFiles<'a, K> {
        kept::KeptFiles::with_copies(airlog, &self.key_storage, &self.origin)
    }

    /// Appends the closing of the ended epoch to `closings`. Until this succeeds, no other head may be published.
    ///
    /// # Errors
    /// If [`append_closing`] fails. Call this function again after an error.
    pub fn store_closing<S: Storage>(&mut self, storage: &mut S) -> io::Result<()> {
        if let Some(closing) = &self.pending_closing {
            self.closings_len = append_closing(storage, closing, self.closings_len)?;
            self.pending_closing = None;
        }
        Ok(())
    }

    /// Erases the keys of the ended epochs, once their closings are stored.
    ///
    /// # Errors
    /// If [`keys::erase_epoch_key`] fails. Call this function again after an error.
    pub fn erase_old_keys(&mut self) -> io::Result<()> {
        if let (Some(first), None) = (self.first_unerased_epoch, &self.pending_closing) {
            for epoch in first..self.epoch {
                keys::erase_epoch_key(&mut self.key_storage, &self.origin, epoch)?;
            }
            self.first_unerased_epoch = None;
        }
        Ok(())
    }
}

/// Appends a closing to the file `closings`. The first `complete_bytes` bytes of the file are complete; anything after
/// them is overwritten. Returns the new length in bytes.
///
/// # Errors
/// If [`Storage::read_all`] or [`Storage::replace`] fails; they are used after a failed append.
pub fn append_closing<S: Storage>(storage: &mut S, closing: &[u8], complete_bytes: u64) -> io::Result<u64> {
    let result = storage
        .truncate(CLOSINGS, complete_bytes)
        .and_then(|()| storage.append(CLOSINGS, closing))
        .and_then(|()| storage.sync(CLOSINGS));
    if result.is_err() {
        // A file whose sync failed cannot be trusted, so the entire file is replaced.
        // `u64::MAX - 1` means no limit: `read_all` adds one to it.
        let mut closings = storage.read_all(CLOSINGS, u64::MAX - 1)?.unwrap_or_default();
        closings.truncate(usize::try_from(complete_bytes).unwrap_or(usize::MAX));
        closings.extend_from_slice(closing);
        storage.replace(CLOSINGS, &closings)?;
    }
    Ok(complete_bytes + closing.len() as u64)
}
