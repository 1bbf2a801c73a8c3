//! Follows the tree and the chain of keys through the lines of a log.
mod entries;

use super::line_hasher::{HashedLines, LineHasher};
use super::{VerifiedLog, VerifyPolicy};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::closings::without_torn_closing;
use crate::proof::error::VerifyError;
use crate::proof::headcode::head_code;
use crate::proof::key_chain::{EpochKeyChain, KeyChainState};
use crate::proof::origin::REHEARSAL_PREFIX;
use crate::proof::signature_check::SignatureCheck;
use crate::proof::signed_head::SignedHead;
use crate::proof::tiles::TILE_WIDTH;
use crate::proof::tree::CompactRange;

/// Verifies a log from its lines, which the caller adds in order.
pub struct Verifier {
    policy: VerifyPolicy,
    head: SignedHead,
    /// Bytes of the complete closings.
    closings: Vec<u8>,
    /// True when the last closing was torn and removed: the head must then be the closing of the last epoch.
    has_torn_closing: bool,
    /// `None` before the `genesis` entry, and in a log without epochs.
    chain: Option<EpochKeyChain>,
    /// The tree over the lines so far.
    range: CompactRange,
    /// Deferred checks since the last [`Self::take_checks`].
    checks: Vec<SignatureCheck>,
    /// Kept files that entries have named since the last [`Self::take_kept_files`], with the numbers of the entries.
    kept_files: Vec<(u64, String)>,
    /// Earlier heads that cover more than the lines so far, the largest first.
    earlier_heads: Vec<Checkpoint>,
    facts: VerifiedLog,
}

impl Verifier {
    /// Starts a verification from the bytes of the files `checkpoint` and `closings`.
    ///
    /// # Errors
    /// [`VerifyError::HeadUnreadable`], [`VerifyError::OtherLog`] if the head belongs to a different log,
    /// [`VerifyError::WrongKey`] or [`VerifyError::HeadForged`] for the head's signature, [`VerifyError::RolledBack`]
    /// if the head is older than one of the earlier heads.
    pub fn new(head: &[u8], closings: &[u8], policy: VerifyPolicy) -> Result<Self, VerifyError> {
        let complete_closings = without_torn_closing(closings, head);
        let head = SignedHead::parse(head).ok_or(VerifyError::HeadUnreadable)?;
        let checkpoint = &head.checkpoint;
        if let Some(key) = &policy.key {
            if key.name != checkpoint.origin {
                return Err(VerifyError::OtherLog { origin: checkpoint.origin.clone() });
            }
            head.check_signed_by(key)?;
        }
        if checkpoint.size == 0 {
            return Err(VerifyError::HeadUnreadable);
        }
        let mut earlier_heads = policy.earlier_heads.clone();
        for earlier_head in &earlier_heads {
            if earlier_head.origin != checkpoint.origin {
                return Err(VerifyError::OtherLog { origin: earlier_head.origin.clone() });
            }
            if earlier_head.size > checkpoint.size {
                return Err(VerifyError::RolledBack { size: checkpoint.size, seen: earlier_head.size });
            }
        }
        earlier_heads.retain(|earlier_head| earlier_head.size > 0);
        earlier_heads.sort_by_key(|earlier_head| std::cmp::Reverse(earlier_head.size));
        let facts =
            VerifiedLog { origin: checkpoint.origin.clone(), entries: checkpoint.size, ..VerifiedLog::default() };
        Ok(Self {
            policy,
            head,
            closings: complete_closings.unwrap_or(closings).to_vec(),
            has_torn_closing: complete_closings.is_some(),
            chain: None,
            range: CompactRange::default(),
            checks: Vec::new(),
            kept_files: Vec::new(),
            earlier_heads,
            facts,
        })
    }

    /// Resumes after the entries of `range`, with the state of the keys at that size; `closings` are the closings after
    /// that size. The caller must know that the range belongs to this log.
    ///
    /// # Errors
    /// The errors from [`Self::new`], and [`VerifyError::ClosingsUnreadable`].
    pub fn resume(
        head: &[u8],
        closings: &[u8],
        policy: VerifyPolicy,
        range: CompactRange,
        key_state: &KeyChainState,
    ) -> Result<Self, VerifyError> {
        let mut verifier = Self::new(head, closings, policy)?;
        verifier.earlier_heads.retain(|earlier_head| earlier_head.size > range.size());
        verifier.chain = Some(EpochKeyChain::resume(key_state, &verifier.closings)?);
        verifier.facts.key = Some(key_state.log_key.clone());
        verifier.range = range;
        Ok(verifier)
    }

    /// Returns the number of lines that the head covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.head.checkpoint.size
    }

    /// Returns the number of lines added so far, including those before [`Self::resume`].
    #[must_use]
    pub fn lines_read(&self) -> u64 {
        self.range.size()
    }

    /// Returns a hasher for the lines that go to [`Self::add_lines`].
    #[must_use]
    pub fn hasher(&self) -> LineHasher {
        LineHasher::new(self.policy.airing.as_deref())
    }

    /// Adds the next lines, with their hashes.
    ///
    /// # Errors
    /// The first fault of the lines. Signatures are not checked here: see [`Self::take_checks`].
    pub fn add_lines(&mut self, lines: &[&[u8]], hashed_lines: &HashedLines) -> Result<(), VerifyError> {
        let mut notable_entries = hashed_lines.notable_entries.iter().peekable();
        let mut nodes = [].iter();
        for (index, leaf) in hashed_lines.leaves.iter().enumerate() {
            let seq = self.range.size();
            if seq.is_multiple_of(TILE_WIDTH) {
                nodes = hashed_lines.nodes_from(index).unwrap_or_default().iter();
            }
            self.range.push_with_nodes(*leaf, &mut nodes);
            if seq == 0 {
                let genesis = notable_entries.peek().filter(|entry| entry.index == 0 && entry.kind == "genesis");
                genesis.ok_or(VerifyError::GenesisMissing)?;
                self.add_genesis(lines[index])?;
            }
            while let Some(entry) = notable_entries.next_if(|entry| entry.index == index) {
                self.add_notable_entry(seq, entry.kind, lines[index])?;
            }
            self.check_root_at(seq + 1)?;
        }
        match hashed_lines.line_fault {
            Some(fault) => Err(fault.into_error(self.range.size())),
            None => Ok(()),
        }
    }

    /// Compares the root over the first `size` entries with the head code and the earlier heads.
    fn check_root_at(&mut self, size: u64) -> Result<(), VerifyError> {
        if let Some(code) = &self.policy.head_code
            && self.facts.head_code_size.is_none()
            && head_code(&self.range.root()) == *code
        {
            self.facts.head_code_size = Some(size);
        }
        while let Some(earlier_head) = self.earlier_heads.pop_if(|earlier_head| earlier_head.size == size) {
            if earlier_head.root != self.range.root() {
                return Err(VerifyError::Fork { size });
            }
        }
        Ok(())
    }

    /// Returns the kept files that entries have named since the last call, with the numbers of those entries.
    pub fn take_kept_files(&mut self) -> Vec<(u64, String)> {
        std::mem::take(&mut self.kept_files)
    }

    /// Returns the signature checks that were deferred since the last call.
    pub fn take_checks(&mut self) -> Vec<SignatureCheck> {
        std::mem::take(&mut self.checks)
    }

    /// Compares the tree with the head. Returns the facts about the log and the remaining signature checks.
    ///
    /// # Errors
    /// [`VerifyError::Truncated`], [`VerifyError::OpenEpochChanged`], [`VerifyError::Rehearsal`],
    /// [`VerifyError::ExtraClosings`], [`VerifyError::ClosingsUnreadable`], [`VerifyError::NoSuchCode`] or
    /// [`VerifyError::NoSuchAiring`].
    pub fn finish(mut self) -> Result<(VerifiedLog, Vec<SignatureCheck>), VerifyError> {
        let (lines, size) = (self.range.size(), self.head.checkpoint.size);
        if lines < size {
            return Err(VerifyError::Truncated { lines, size });
        }
        let from = self.chain.as_ref().map_or(0, EpochKeyChain::first_open_entry);
        if self.range.root() != self.head.checkpoint.root {
            return Err(VerifyError::OpenEpochChanged { from, until: size });
        }
        if self.facts.origin.starts_with(REHEARSAL_PREFIX) {
            return Err(VerifyError::Rehearsal { origin: self.facts.origin });
        }
        if let Some(chain) = &mut self.chain {
            self.checks.push(chain.finish(&self.head, size)?);
            if self.has_torn_closing && chain.first_open_entry() != size {
                return Err(VerifyError::ClosingsUnreadable);
            }
            self.facts.epochs = chain.epoch() + 1;
            self.facts.first_open_entry = chain.first_open_entry();
            self.facts.key_state = Some(chain.state());
        }
        if let Some(witness) = &self.policy.witness {
            self.facts.evidence.add_head(&self.head, witness);
        }
        if self.policy.head_code.is_some() && self.facts.head_code_size.is_none() {
            return Err(VerifyError::NoSuchCode);
        }
        if self.policy.airing.is_some() && self.facts.airing.is_none() {
            return Err(VerifyError::NoSuchAiring);
        }
        self.facts.root = self.head.checkpoint.root;
        Ok((self.facts, self.checks))
    }
}
