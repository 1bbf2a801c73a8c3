//! The signing side of a log: its tree, its keys, and the head that is signed after every batch.
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

/// Entries after which an epoch ends.
pub const EPOCH_ENTRIES: u64 = 100;
/// Running time after which an epoch ends, in microseconds.
pub const EPOCH_RUN_US: i64 = 86_400 * SECOND_US;

/// Signs the heads of a log.
pub struct LogSigner<K> {
    /// Storage of the secret keys.
    keys: K,
    /// Name of the log.
    pub origin: String,
    log_key: NoteSigner,
    epoch_key: NoteSigner,
    /// Authenticates the marks of the open epoch.
    mark_key: MarkKey,
    /// Number of the open epoch.
    pub epoch: u64,
    /// Tree over all acknowledged entries.
    pub range: CompactRange,
    /// Entries in the open epoch.
    pub in_epoch: u64,
    /// Running time of the open epoch up to `last_counted`, in microseconds.
    ran_us: i64,
    last_counted: Option<BootTime>,
    seed_source: SeedSource,
    /// Key that was made for the next epoch.
    next_key: Option<NoteSigner>,
    /// Closing that is the present head, and is not among the closings yet.
    pending_closing: Option<Vec<u8>>,
    /// First epoch whose key must still be erased, with those after it up to the open one.
    erase_from_epoch: Option<u64>,
    /// Bytes of `closings` that are known to be complete.
    closings_len: u64,
    /// Records the newest head beside the keys.
    high_water: HighWaterWriter,
}

/// Secret keys of a log.
pub struct LogKeys {
    /// Name of the log.
    pub origin: String,
    /// Key of the log.
    pub log: NoteSigner,
    /// Number of the open epoch.
    pub epoch: u64,
    /// Key of the open epoch.
    pub epoch_key: NoteSigner,
}

impl<K: Storage> LogSigner<K> {
    /// Continues a tree, in the middle of an epoch.
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

    /// Sets the entries and the running time of the open epoch.
    pub fn set_epoch_progress(&mut self, in_epoch: u64, ran_us: i64) {
        (self.in_epoch, self.ran_us) = (in_epoch, ran_us);
    }

    /// Returns the public key of the log.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        self.log_key.public()
    }

    /// Returns the public key of the open epoch.
    #[must_use]
    pub fn epoch_key(&self) -> &VerifierKey {
        self.epoch_key.public()
    }

    /// Returns the newest root in 16 symbols.
    #[must_use]
    pub fn head_code(&self) -> String {
        head_code(&self.range.root())
    }

    /// Counts the running time, and returns whether the open epoch must end after `more` further entries.
    pub fn is_epoch_due(&mut self, now: BootTime, more: u64) -> bool {
        self.ran_us += self.last_counted.map_or(0, |seen| now.since(seen).max(0));
        self.last_counted = Some(now);
        let entries = self.in_epoch + more;
        entries >= EPOCH_ENTRIES || (entries > 0 && self.ran_us >= EPOCH_RUN_US)
    }

    /// Makes the key of the next epoch, unless it exists.
    ///
    /// # Errors
    /// Errors of [`keys::create_epoch_key`]; then the epoch goes on.
    pub fn prepare_next_key(&mut self) -> io::Result<VerifierKey> {
        let key = match self.next_key.take() {
            Some(key) => key,
            None => keys::create_epoch_key(&mut self.keys, &self.origin, self.epoch + 1, self.seed_source)?,
        };
        let public = key.public().clone();
        self.next_key = Some(key);
        Ok(public)
    }

    /// Returns the head over this tree, signed by the keys of the log and of the epoch.
    #[must_use]
    pub fn sign_head(&self, range: &CompactRange) -> Vec<u8> {
        let checkpoint = Checkpoint { origin: self.origin.clone(), size: range.size(), root: range.root() };
        checkpoint.sign_with(&[&self.log_key, &self.epoch_key]).to_string().into_bytes()
    }

    /// Takes over a tree whose head is durable. `closes`: the head ends the epoch.
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

    /// Returns the key that authenticates marks in this epoch.
    #[must_use]
    pub fn mark_key(&self) -> &MarkKey {
        &self.mark_key
    }

    /// Tries to write kept files to both places.
    ///
    /// # Errors
    /// Errors of [`KeptFileWriter::flush`].
    pub fn flush_kept_files(&mut self, airlog: &mut K, keeping: &mut KeptFileWriter) -> io::Result<()> {
        keeping.flush(airlog, &mut self.keys, &self.origin)
    }

    /// Removes the second copy of a file that is no longer in force.
    pub fn remove_copy(&mut self, airlog: &mut K, name: &str) {
        kept::remove_copy(airlog, &mut self.keys, &self.origin, name);
    }

    /// Returns the kept files of this log.
    pub fn kept_files<'a>(&'a self, airlog: &'a K) -> kept::KeptFiles<'a, K> {
        kept::KeptFiles::with_copies(airlog, &self.keys, &self.origin)
    }

    /// Appends the closing of the ended epoch to `closings`. Until this succeeds, no other head may be published.
    ///
    /// # Errors
    /// Errors of [`append_closing`]; call it again.
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
    /// Errors of [`keys::erase_epoch_key`]; call it again.
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

/// Appends a closing to `closings`, of which `len` bytes are complete. Returns the new length.
///
/// # Errors
/// Errors of [`Storage::replace`], which is the last resort after a failed append.
pub fn append_closing<S: Storage>(storage: &mut S, closing: &[u8], len: u64) -> io::Result<u64> {
    let added = storage
        .truncate(CLOSINGS, len)
        .and_then(|()| storage.append(CLOSINGS, closing))
        .and_then(|()| storage.sync(CLOSINGS));
    if added.is_err() {
        // After a failed sync the file is not trusted: replace it as a whole.
        let mut whole = storage.read_all(CLOSINGS, u64::MAX - 1)?.unwrap_or_default();
        whole.truncate(usize::try_from(len).unwrap_or(usize::MAX));
        whole.extend_from_slice(closing);
        storage.replace(CLOSINGS, &whole)?;
    }
    Ok(len + closing.len() as u64)
}
