//! The chain of epoch keys: the key in force at each entry, and the signed size and root at the end of each epoch.
use super::checkpoint::Checkpoint;
use super::closings::parse_closings;
use super::entry::{EpochAnnouncement, GenesisKeys};
use super::error::VerifyError;
use super::note::{Note, VerifierKey};
use super::origin::{origin_matches_keys, parse_epoch_key};
use super::signature_check::SignatureCheck;
use super::signed_head::SignedHead;
use super::tree::Hash;

/// Tracks the keys in force while the entries of a log are read.
pub struct EpochKeyChain {
    /// The public key of the log.
    log_key: VerifierKey,
    /// Number of the epoch in force.
    epoch: u64,
    /// The public key of that epoch.
    key: VerifierKey,
    /// The public key of the epoch before it; `None` in epoch 0.
    previous_key: Option<VerifierKey>,
    /// The closings that have not been checked yet.
    closings: std::vec::IntoIter<Note>,
    /// Number of the first entry of the epoch in which the chain was begun or resumed.
    first_epoch_start: u64,
    /// Size and root of the log at the end of each epoch that was closed since then, in ascending order.
    closed_epochs: Vec<(u64, Hash)>,
}

/// The keys of a log at a given size, from which the chain can be resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChainState {
    /// The public key of the log.
    pub log_key: VerifierKey,
    /// Number of the epoch in force.
    pub epoch: u64,
    /// The public key of that epoch.
    pub key: VerifierKey,
    /// The public key of the epoch before it, if any.
    pub previous_key: Option<VerifierKey>,
    /// Number of the first entry that no closing covers.
    pub first_open_entry: u64,
}

impl EpochKeyChain {
    /// Starts the chain at a `genesis` entry; `closings` are the bytes of the file `closings`.
    ///
    /// # Errors
    /// [`VerifyError::GenesisKeys`] if the keys do not match the origin, [`VerifyError::ClosingsUnreadable`] if the
    /// closings cannot be parsed.
    pub fn begin(genesis: &GenesisKeys, log_key: &VerifierKey, closings: &[u8]) -> Result<Self, VerifyError> {
        let first_key = genesis.epoch_key.as_deref().and_then(|key| parse_epoch_key(key, &genesis.origin, 0));
        let first_key = first_key
            .filter(|key| origin_matches_keys(&genesis.origin, log_key, key))
            .ok_or(VerifyError::GenesisKeys)?;
        Ok(Self {
            log_key: log_key.clone(),
            epoch: 0,
            key: first_key,
            previous_key: None,
            closings: parse_closings(closings)?,
            first_epoch_start: 0,
            closed_epochs: Vec::new(),
        })
    }

    /// Resumes the chain from a state; `closings` are the bytes of the closings after that state.
    ///
    /// # Errors
    /// [`VerifyError::ClosingsUnreadable`] if the closings cannot be parsed.
    pub fn resume(state: &KeyChainState, closings: &[u8]) -> Result<Self, VerifyError> {
        let KeyChainState { log_key, epoch, key, previous_key, first_open_entry } = state.clone();
        Ok(Self {
            log_key,
            epoch,
            key,
            previous_key,
            closings: parse_closings(closings)?,
            first_epoch_start: first_open_entry,
            closed_epochs: Vec::new(),
        })
    }

    /// Returns the keys in force after the last processed entry, for [`Self::resume`].
    #[must_use]
    pub fn state(&self) -> KeyChainState {
        KeyChainState {
            log_key: self.log_key.clone(),
            epoch: self.epoch,
            key: self.key.clone(),
            previous_key: self.previous_key.clone(),
            first_open_entry: self.first_open_entry(),
        }
    }

    /// Processes an `epoch` entry, the last entry of the tree with this size and root. Returns the deferred check of
    /// the closing's signatures. If the last closing is missing, the head of the log takes its place.
    ///
    /// # Errors
    /// [`VerifyError::ClosingMissing`] or [`VerifyError::ClosingsUnreadable`] if there is no valid closing,
    /// [`VerifyError::EpochChanged`] if the closing covers other entries, [`VerifyError::EpochEntry`] if the entry
    /// announces the wrong epoch or key.
    pub fn close_epoch(
        &mut self,
        announcement: &EpochAnnouncement,
        size: u64,
        root: Hash,
        head: &SignedHead,
    ) -> Result<SignatureCheck, VerifyError> {
        let (epoch, from) = (self.epoch, self.first_open_entry());
        let head_checkpoint = &head.checkpoint;
        let note = match self.closings.next() {
            Some(note) => note,
            None if head_checkpoint.size == size => head.note.clone(),
            None => return Err(VerifyError::ClosingMissing { epoch, from, until: size }),
        };
        let closing = Checkpoint::parse(&note.text).ok_or(VerifyError::ClosingsUnreadable)?;
        if closing.origin != head_checkpoint.origin || closing.size != size || closing.root != root {
            return Err(VerifyError::EpochChanged { epoch, from, until: size });
        }
        let next_key = parse_epoch_key(&announcement.epoch_key, &head_checkpoint.origin, epoch + 1);
        let next_key =
            next_key.filter(|_| announcement.epoch == epoch + 1).ok_or(VerifyError::EpochEntry { seq: size - 1 })?;
        let old_key = std::mem::replace(&mut self.key, next_key);
        let keys = vec![old_key.clone(), self.log_key.clone()];
        let check = SignatureCheck::new(keys, note, VerifyError::ClosingForged { epoch });
        self.previous_key = Some(old_key);
        self.epoch += 1;
        self.closed_epochs.push((size, root));
        Ok(check)
    }

    /// Returns the deferred check of the head's signatures. Call it after the last entry.
    ///
    /// # Errors
    /// [`VerifyError::ExtraClosings`] if a closing does not belong to any epoch of the log.
    pub fn finish(&mut self, head: &SignedHead, size: u64) -> Result<SignatureCheck, VerifyError> {
        if self.closings.next().is_some() {
            return Err(VerifyError::ExtraClosings);
        }
        let (key, epoch) = match &self.previous_key {
            // The last entry closed an epoch, so the key of that epoch signs the head.
            Some(previous_key) if self.first_open_entry() == size => (previous_key, self.epoch - 1),
            _ => (&self.key, self.epoch),
        };
        Ok(SignatureCheck::new(
            vec![key.clone()],
            head.note.clone(),
            VerifyError::HeadEpoch { epoch, from: self.first_open_entry() },
        ))
    }

    /// Returns the number of the first entry that no closing covers.
    #[must_use]
    pub fn first_open_entry(&self) -> u64 {
        self.closed_epochs.last().map_or(self.first_epoch_start, |(size, _)| *size)
    }

    /// Returns the number of the epoch in force.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Returns the root at the end of the epoch that closed at this size; `None` when no epoch was closed there since
    /// the chain was begun or resumed.
    #[must_use]
    pub fn root_at_closing(&self, size: u64) -> Option<Hash> {
        let index = self.closed_epochs.binary_search_by_key(&size, |(size, _)| *size).ok()?;
        self.closed_epochs.get(index).map(|(_, root)| *root)
    }
}
