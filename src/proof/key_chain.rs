//! The chain of epoch keys: which key may sign at which entry, and what was signed when each epoch ended.
use super::checkpoint::Checkpoint;
use super::closings::parse_closings;
use super::entry::{EpochAnnouncement, GenesisKeys};
use super::error::VerifyError;
use super::note::{Note, VerifierKey};
use super::origin::{origin_matches_keys, parse_epoch_key};
use super::signature_check::SignatureCheck;
use super::signed_head::SignedHead;
use super::tree::Hash;

/// Follows the keys of a log from entry to entry.
pub struct EpochKeyChain {
    /// The public key of the log.
    log_key: VerifierKey,
    /// Number of the epoch in force.
    epoch: u64,
    key: VerifierKey,
    previous_key: Option<VerifierKey>,
    closings: std::vec::IntoIter<Note>,
    /// First entry of the epoch in which the chain began or resumed.
    resumed_from: u64,
    /// Size and root at the end of each epoch closed since then, in ascending order.
    closed: Vec<(u64, Hash)>,
}

/// The keys of a log at some size: enough to resume from there.
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
    /// First entry that no closing covers.
    pub open_from: u64,
}

impl EpochKeyChain {
    /// Starts the chain at a `genesis` entry; `closings` are the bytes of that file.
    ///
    /// # Errors
    /// [`VerifyError::GenesisKeys`] when the keys do not match the origin, [`VerifyError::ClosingsUnreadable`].
    pub fn begin(genesis: &GenesisKeys, log: &VerifierKey, closings: &[u8]) -> Result<Self, VerifyError> {
        let first = genesis.epoch_key.as_deref().and_then(|key| parse_epoch_key(key, &genesis.origin, 0));
        let first =
            first.filter(|key| origin_matches_keys(&genesis.origin, log, key)).ok_or(VerifyError::GenesisKeys)?;
        Ok(Self {
            log_key: log.clone(),
            epoch: 0,
            key: first,
            previous_key: None,
            closings: parse_closings(closings)?,
            resumed_from: 0,
            closed: Vec::new(),
        })
    }

    /// Resumes at a known state; `closings` are the bytes of the closings after it.
    ///
    /// # Errors
    /// [`VerifyError::ClosingsUnreadable`] when the closings cannot be parsed.
    pub fn resume(state: &KeyChainState, closings: &[u8]) -> Result<Self, VerifyError> {
        let KeyChainState { log_key, epoch, key, previous_key, open_from } = state.clone();
        Ok(Self {
            log_key,
            epoch,
            key,
            previous_key,
            closings: parse_closings(closings)?,
            resumed_from: open_from,
            closed: Vec::new(),
        })
    }

    /// Returns the keys at the present entry, to resume from later.
    #[must_use]
    pub fn state(&self) -> KeyChainState {
        KeyChainState {
            log_key: self.log_key.clone(),
            epoch: self.epoch,
            key: self.key.clone(),
            previous_key: self.previous_key.clone(),
            open_from: self.open_from(),
        }
    }

    /// Takes an `epoch` entry, the last entry of the tree of this size and root, and returns the check of its closing.
    /// The head of the log stands in for a missing last closing.
    ///
    /// # Errors
    /// [`VerifyError::ClosingMissing`], [`VerifyError::ClosingsUnreadable`], [`VerifyError::EpochChanged`] when the
    /// closing is for other entries, [`VerifyError::EpochEntry`] when the entry announces the wrong epoch or key.
    pub fn close_epoch(
        &mut self,
        announced: &EpochAnnouncement,
        size: u64,
        root: Hash,
        head: &SignedHead,
    ) -> Result<SignatureCheck, VerifyError> {
        let (epoch, from) = (self.epoch, self.open_from());
        let covered = &head.checkpoint;
        let note = match self.closings.next() {
            Some(note) => note,
            None if covered.size == size => head.note.clone(),
            None => return Err(VerifyError::ClosingMissing { epoch, from, until: size }),
        };
        let closing = Checkpoint::parse(&note.text).ok_or(VerifyError::ClosingsUnreadable)?;
        if closing.origin != covered.origin || closing.size != size || closing.root != root {
            return Err(VerifyError::EpochChanged { epoch, from, until: size });
        }
        let next = parse_epoch_key(&announced.epoch_key, &covered.origin, epoch + 1);
        let next = next.filter(|_| announced.epoch == epoch + 1).ok_or(VerifyError::EpochEntry { seq: size - 1 })?;
        let before = std::mem::replace(&mut self.key, next);
        let check =
            SignatureCheck::new(vec![before.clone(), self.log_key.clone()], note, VerifyError::ClosingForged { epoch });
        self.previous_key = Some(before);
        self.epoch += 1;
        self.closed.push((size, root));
        Ok(check)
    }

    /// Returns the check of the head, once all entries are read.
    ///
    /// # Errors
    /// [`VerifyError::ExtraClosings`] when closings are left over.
    pub fn finish(&mut self, head: &SignedHead, size: u64) -> Result<SignatureCheck, VerifyError> {
        if self.closings.next().is_some() {
            return Err(VerifyError::ExtraClosings);
        }
        let (key, epoch) = match &self.previous_key {
            Some(before) if self.open_from() == size => (before, self.epoch - 1),
            _ => (&self.key, self.epoch),
        };
        Ok(SignatureCheck::new(
            vec![key.clone()],
            head.note.clone(),
            VerifyError::HeadEpoch { epoch, from: self.open_from() },
        ))
    }

    /// Returns the first entry that no closing covers.
    #[must_use]
    pub fn open_from(&self) -> u64 {
        self.closed.last().map_or(self.resumed_from, |(size, _)| *size)
    }

    /// Returns the number of the epoch in force.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Returns the root at the end of the epoch that closed at this size.
    #[must_use]
    pub fn root_at_closing(&self, size: u64) -> Option<Hash> {
        let at = self.closed.binary_search_by_key(&size, |(size, _)| *size).ok()?;
        self.closed.get(at).map(|(_, root)| *root)
    }
}
