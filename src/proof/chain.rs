//! The chain of epoch keys: who may sign at which entry, and what was signed when an epoch ended.
use super::checkpoint::Checkpoint;
use super::entry::{EpochKey, GenesisKeys, epoch_key, origin_fits};
use super::note::{self, Note, Signed, VerifierKey, all_good};
use super::tree::Hash;
use super::verify::Wrong;

/// So many notes are checked together.
const TOGETHER: usize = 128;

/// A signature to be checked. It can be done by any thread, later.
pub struct Check {
    keys: Vec<VerifierKey>,
    note: Note,
    wrong: Wrong,
}

impl Check {
    /// A note that all these keys must have signed.
    #[must_use]
    pub fn new(keys: Vec<VerifierKey>, note: Note, wrong: Wrong) -> Self {
        Self { keys, note, wrong }
    }

    /// Checks several; gives the first that is not good.
    ///
    /// # Errors
    /// What is wrong.
    pub fn run_all(checks: &[Self]) -> Result<(), Wrong> {
        for some in checks.chunks(TOGETHER) {
            if !Self::good_together(some) {
                some.iter().try_for_each(Self::run)?;
            }
        }
        Ok(())
    }

    /// Whether all are good, where that is plain to see: one signature for each key that must have signed.
    fn good_together(checks: &[Self]) -> bool {
        let mut signed = Vec::new();
        for check in checks {
            for key in &check.keys {
                let mut claims = check.note.signatures.iter().filter(|line| key.claims(line));
                match (claims.next(), claims.next()) {
                    (Some(line), None) => signed.push((key, check.note.text.as_bytes(), line.signature())),
                    _ => return false,
                }
            }
        }
        signed.len() > 1 && all_good(&signed)
    }

    /// Checks it.
    ///
    /// # Errors
    /// What is wrong when it is not good.
    pub fn run(&self) -> Result<(), Wrong> {
        let good = self.keys.iter().all(|key| self.note.signed_by(key) == Signed::Yes);
        if good { Ok(()) } else { Err(self.wrong.clone()) }
    }
}

/// Follows the keys of a log from entry to entry.
pub struct Chain {
    /// The log's key.
    log: VerifierKey,
    /// The epoch in force, its key, and the key before it.
    epoch: u64,
    key: VerifierKey,
    before: Option<VerifierKey>,
    closings: std::vec::IntoIter<Note>,
    /// The first entry of the epoch with which this began.
    base: u64,
    /// Roots of the epochs that are over since then, by size.
    closed: Vec<(u64, Hash)>,
}

/// What is known of a log's keys at some size, so that one can go on from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The log's key.
    pub log: VerifierKey,
    /// The epoch in force.
    pub epoch: u64,
    /// Its key.
    pub key: VerifierKey,
    /// The key before it, if there was one.
    pub before: Option<VerifierKey>,
    /// The first entry that no closing covers.
    pub open_from: u64,
}

impl Chain {
    /// The chain that a genesis entry begins, over the bytes of `closings`.
    ///
    /// # Errors
    /// When the keys are not what the origin says.
    pub fn begin(genesis: &GenesisKeys, log: &VerifierKey, closings: &[u8]) -> Result<Self, Wrong> {
        let first = genesis.epoch_key.as_deref().and_then(|key| epoch_key(key, &genesis.origin, 0));
        let first = first.filter(|key| origin_fits(&genesis.origin, log, key)).ok_or(Wrong::GenesisKeys)?;
        Ok(Self {
            log: log.clone(),
            epoch: 0,
            key: first,
            before: None,
            closings: notes(closings)?,
            base: 0,
            closed: Vec::new(),
        })
    }

    /// Goes on from a standing, with the closings that follow it.
    ///
    /// # Errors
    /// When the closings cannot be read.
    pub fn resume(standing: &Standing, closings: &[u8]) -> Result<Self, Wrong> {
        let Standing { log, epoch, key, before, open_from } = standing.clone();
        Ok(Self { log, epoch, key, before, closings: notes(closings)?, base: open_from, closed: Vec::new() })
    }

    /// What it has come to.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let (log, key, before) = (self.log.clone(), self.key.clone(), self.before.clone());
        Standing { log, epoch: self.epoch, key, before, open_from: self.open_from() }
    }

    /// Takes an `epoch` entry, the last of the tree of this size and root: the next closing must be for it. `head` is
    /// the log's head, which stands for a last closing that is lacking.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn close(&mut self, announced: &EpochKey, size: u64, root: Hash, head: &Note) -> Result<Check, Wrong> {
        let (epoch, from) = (self.epoch, self.open_from());
        let at = Checkpoint::parse(&head.text).ok_or(Wrong::HeadUnreadable)?;
        let note = match self.closings.next() {
            Some(note) => note,
            None if at.size == size => head.clone(),
            None => return Err(Wrong::ClosingMissing { epoch, from, until: size }),
        };
        let closing = Checkpoint::parse(&note.text).ok_or(Wrong::ClosingsUnreadable)?;
        let wrong = Wrong::Closing { epoch, from, until: size };
        if closing.origin != at.origin || closing.size != size || closing.root != root {
            return Err(wrong);
        }
        let next = epoch_key(&announced.epoch_key, &at.origin, epoch + 1);
        let next = next.filter(|_| announced.epoch == epoch + 1).ok_or(Wrong::EpochEntry { seq: size - 1 })?;
        let before = std::mem::replace(&mut self.key, next);
        let check = Check::new(vec![before.clone(), self.log.clone()], note, Wrong::ClosingForged { epoch });
        self.before = Some(before);
        self.epoch += 1;
        self.closed.push((size, root));
        Ok(check)
    }

    /// The check of the head, once all entries are read.
    ///
    /// # Errors
    /// When closings are left over.
    pub fn end(&mut self, head: &Note, size: u64) -> Result<Check, Wrong> {
        if self.closings.next().is_some() {
            return Err(Wrong::ClosingsLeft);
        }
        let (key, epoch) = match &self.before {
            Some(before) if self.open_from() == size => (before, self.epoch - 1),
            _ => (&self.key, self.epoch),
        };
        Ok(Check::new(vec![key.clone()], head.clone(), Wrong::HeadEpoch { epoch, from: self.open_from() }))
    }

    /// The first entry that no closing covers.
    #[must_use]
    pub fn open_from(&self) -> u64 {
        self.closed.last().map_or(self.base, |(size, _)| *size)
    }

    /// The epoch in force.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The root at the end of an epoch.
    #[must_use]
    pub fn closed_root(&self, size: u64) -> Option<Hash> {
        let at = self.closed.binary_search_by_key(&size, |(size, _)| *size).ok()?;
        self.closed.get(at).map(|(_, root)| *root)
    }
}

fn notes(closings: &[u8]) -> Result<std::vec::IntoIter<Note>, Wrong> {
    let (notes, rest) = note::split(closings);
    if !rest.is_empty() {
        return Err(Wrong::ClosingsUnreadable);
    }
    let notes: Option<Vec<_>> = notes.into_iter().map(Note::parse).collect();
    Ok(notes.ok_or(Wrong::ClosingsUnreadable)?.into_iter())
}
