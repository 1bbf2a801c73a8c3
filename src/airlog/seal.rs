//! The seal on a log: its tree, its keys, and what is signed after every batch.
use std::io;

use super::highwater::Marking;
use super::kept;
use super::keys::{self, Chance};
use super::progress::MarkKey;
use super::storage::Storage;
use crate::instant::{Boot, SECOND};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::headcode::head_code;
use crate::proof::note::{SigningName, VerifierKey};
use crate::proof::tree::Range;

/// The newest signed head, in `airlog/`.
pub const CHECKPOINT: &str = "checkpoint";
/// The closing checkpoints of epochs, in `airlog/`.
pub const CLOSINGS: &str = "closings";
/// The newest head that the department has countersigned, in `airlog/`.
pub const COSIGNED: &str = "cosigned";
/// An epoch is over after so many entries,
pub const EPOCH_ENTRIES: u64 = 100;
/// or after so long of running.
pub const EPOCH_RUN_US: i64 = 86_400 * SECOND;

/// What a log signs with.
pub struct Seal<K> {
    /// Where the secret keys are.
    keys: K,
    /// The log's name.
    pub origin: String,
    log: SigningName,
    epoch_key: SigningName,
    /// Authenticates the marks of the epoch in force.
    mark_key: MarkKey,
    /// The epoch in force.
    pub epoch: u64,
    /// The tree over all acknowledged entries.
    pub range: Range,
    /// Entries of the open epoch.
    pub in_epoch: u64,
    /// How long it has run, as of `seen`.
    ran_us: i64,
    seen: Option<Boot>,
    chance: Chance,
    /// The key made for the next epoch.
    next: Option<SigningName>,
    /// A closing that is the head, and not yet among the closings.
    unclosed: Option<Vec<u8>>,
    /// The first epoch whose key is still to be erased; so are those after it, up to the present one.
    unerased: Option<u64>,
    /// Bytes of `closings` known to be whole.
    closings_len: u64,
    /// Remembers the newest head beside the keys.
    high_water: Marking,
}

/// What a seal begins with.
pub struct Keys {
    /// The log's name.
    pub origin: String,
    /// Its key.
    pub log: SigningName,
    /// The epoch in force.
    pub epoch: u64,
    /// Its key.
    pub epoch_key: SigningName,
}

impl<K: Storage> Seal<K> {
    /// A seal over a tree, in the middle of an epoch.
    pub fn new(keys: K, with: Keys, range: Range, closings_len: u64, chance: Chance) -> Self {
        Self {
            keys,
            origin: with.origin,
            log: with.log,
            mark_key: MarkKey::of(with.epoch, &with.epoch_key),
            epoch_key: with.epoch_key,
            epoch: with.epoch,
            range,
            in_epoch: 0,
            ran_us: 0,
            seen: None,
            chance,
            next: None,
            unclosed: None,
            unerased: None,
            closings_len,
            high_water: Marking::default(),
        }
    }

    /// Tells how far the open epoch has come.
    pub fn resume(&mut self, in_epoch: u64, ran_us: i64) {
        (self.in_epoch, self.ran_us) = (in_epoch, ran_us);
    }

    /// The log's key.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        self.log.public()
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
    pub fn due(&mut self, now: Boot, more: u64) -> bool {
        self.ran_us += self.seen.map_or(0, |seen| now.since(seen).max(0));
        self.seen = Some(now);
        let entries = self.in_epoch + more;
        entries >= EPOCH_ENTRIES || (entries > 0 && self.ran_us >= EPOCH_RUN_US)
    }

    /// Makes the key of the next epoch, if that is not done yet.
    ///
    /// # Errors
    /// When the keys' storage fails: the epoch goes on.
    pub fn prepare(&mut self) -> io::Result<VerifierKey> {
        let key = match self.next.take() {
            Some(key) => key,
            None => keys::make_epoch(&mut self.keys, &self.origin, self.epoch + 1, self.chance)?,
        };
        let public = key.public().clone();
        self.next = Some(key);
        Ok(public)
    }

    /// The head over this tree, signed by the log's and the epoch's key.
    #[must_use]
    pub fn sign(&self, range: &Range) -> Vec<u8> {
        let checkpoint = Checkpoint { origin: self.origin.clone(), size: range.size(), root: range.root() };
        checkpoint.signed(&[&self.log, &self.epoch_key]).to_string().into_bytes()
    }

    /// The head over this tree is durable. `closes` when it ends the epoch.
    pub fn signed(&mut self, range: Range, head: Vec<u8>, closes: bool) {
        self.in_epoch += range.size() - self.range.size();
        self.range = range;
        if closes && let Some(next) = self.next.take() {
            self.unclosed = Some(head);
            self.unerased.get_or_insert(self.epoch);
            self.epoch_key = next;
            self.epoch += 1;
            self.mark_key = MarkKey::of(self.epoch, &self.epoch_key);
            self.in_epoch = 0;
            self.ran_us = 0;
        }
        self.high_water.reached(&mut self.keys, &self.origin, &self.range, closes);
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
    pub fn keep(&mut self, airlog: &mut K, keeping: &mut kept::Keeping) -> io::Result<()> {
        keeping.settle(airlog, &mut self.keys, &self.origin)
    }

    /// Takes the second copy of a file away that is no longer in force.
    pub fn forget(&mut self, airlog: &mut K, name: &str) {
        kept::forget(airlog, &mut self.keys, &self.origin, name);
    }

    /// The kept files of this log, beside it and beside its keys.
    pub fn kept<'a>(&'a self, airlog: &'a K) -> kept::Kept<'a, K> {
        kept::Kept::with_copies(airlog, &self.keys, &self.origin)
    }

    /// Keeps the closing of the epoch that has ended. Until that is done no further head may take the place of the one
    /// that is it.
    ///
    /// # Errors
    /// When the storage fails; to be tried again.
    pub fn close<S: Storage>(&mut self, storage: &mut S) -> io::Result<()> {
        if let Some(closing) = &self.unclosed {
            self.closings_len = keep_closing(storage, closing, self.closings_len)?;
            self.unclosed = None;
        }
        Ok(())
    }

    /// Erases the keys of the epochs that have ended, once their closings are kept.
    ///
    /// # Errors
    /// When the keys' storage fails; to be tried again.
    pub fn erase(&mut self) -> io::Result<()> {
        if let (Some(first), None) = (self.unerased, &self.unclosed) {
            for epoch in first..self.epoch {
                keys::erase_epoch(&mut self.keys, &self.origin, epoch)?;
            }
            self.unerased = None;
        }
        Ok(())
    }
}

/// Adds a closing to those of `len` bytes; gives their length then.
///
/// # Errors
/// When the storage fails.
pub fn keep_closing<S: Storage>(storage: &mut S, closing: &[u8], len: u64) -> io::Result<u64> {
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
