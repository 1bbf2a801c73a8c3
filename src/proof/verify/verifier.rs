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

/// Verifies a log whose lines it is given in order.
pub struct Verifier {
    policy: VerifyPolicy,
    head: SignedHead,
    closings: Vec<u8>,
    /// Whether the last closing was torn: the head must then be that closing.
    closings_torn: bool,
    chain: Option<EpochKeyChain>,
    range: CompactRange,
    checks: Vec<SignatureCheck>,
    /// Kept files named since the last [`Self::take_kept_files`].
    kept: Vec<(u64, String)>,
    /// Earlier heads that the log has yet to reach, the largest first.
    seen: Vec<Checkpoint>,
    found: VerifiedLog,
}

impl Verifier {
    /// Starts with the bytes of the files `checkpoint` and `closings`.
    ///
    /// # Errors
    /// [`VerifyError::HeadUnreadable`], [`VerifyError::OtherLog`] when the head is not this log's,
    /// [`VerifyError::WrongKey`] or [`VerifyError::HeadForged`] for its signature, [`VerifyError::RolledBack`] when it
    /// is older than a head seen earlier.
    pub fn new(head: &[u8], closings: &[u8], policy: VerifyPolicy) -> Result<Self, VerifyError> {
        let whole = without_torn_closing(closings, head);
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
        let mut seen = policy.earlier_heads.clone();
        for earlier in &seen {
            if earlier.origin != checkpoint.origin {
                return Err(VerifyError::OtherLog { origin: earlier.origin.clone() });
            }
            if earlier.size > checkpoint.size {
                return Err(VerifyError::RolledBack { size: checkpoint.size, seen: earlier.size });
            }
        }
        seen.retain(|earlier| earlier.size > 0);
        seen.sort_by_key(|earlier| std::cmp::Reverse(earlier.size));
        let found =
            VerifiedLog { origin: checkpoint.origin.clone(), entries: checkpoint.size, ..VerifiedLog::default() };
        Ok(Self {
            policy,
            head,
            closings: whole.unwrap_or(closings).to_vec(),
            closings_torn: whole.is_some(),
            chain: None,
            range: CompactRange::default(),
            checks: Vec::new(),
            kept: Vec::new(),
            seen,
            found,
        })
    }

    /// Resumes after the entries of `range`, given the state of the keys there; `closings` are those after it. The
    /// caller vouches that the range is this log's.
    ///
    /// # Errors
    /// As [`Self::new`], and [`VerifyError::ClosingsUnreadable`].
    pub fn resume(
        head: &[u8],
        closings: &[u8],
        policy: VerifyPolicy,
        range: CompactRange,
        key_state: &KeyChainState,
    ) -> Result<Self, VerifyError> {
        let mut verifier = Self::new(head, closings, policy)?;
        verifier.seen.retain(|earlier| earlier.size > range.size());
        verifier.chain = Some(EpochKeyChain::resume(key_state, &verifier.closings)?);
        verifier.found.key = Some(key_state.log_key.clone());
        verifier.range = range;
        Ok(verifier)
    }

    /// Returns the number of lines that the head covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.head.checkpoint.size
    }

    /// Returns the number of lines taken so far.
    #[must_use]
    pub fn lines_read(&self) -> u64 {
        self.range.size()
    }

    /// Returns a hasher of lines for [`Self::add_lines`].
    #[must_use]
    pub fn hasher(&self) -> LineHasher {
        LineHasher::new(self.policy.airing.as_deref())
    }

    /// Takes the next lines, with their hashes.
    ///
    /// # Errors
    /// The first fault in them. Signatures are not checked here: see [`Self::take_checks`].
    pub fn add_lines(&mut self, lines: &[&[u8]], digest: &HashedLines) -> Result<(), VerifyError> {
        let mut notable = digest.notable.iter().peekable();
        let mut nodes = [].iter();
        for (index, leaf) in digest.leaves.iter().enumerate() {
            let seq = self.range.size();
            if seq.is_multiple_of(TILE_WIDTH) {
                nodes = digest.nodes_from(index).unwrap_or_default().iter();
            }
            self.range.push_with_nodes(*leaf, &mut nodes);
            if seq == 0 {
                let genesis = notable.peek().filter(|s| s.index == 0 && s.kind == "genesis");
                genesis.ok_or(VerifyError::GenesisMissing)?;
                self.add_genesis(lines[index])?;
            }
            while let Some(entry) = notable.next_if(|s| s.index == index) {
                self.add_notable_entry(seq, entry.kind, lines[index])?;
            }
            self.check_root_at(seq + 1)?;
        }
        match digest.bad {
            Some(wrong) => Err(wrong.at(self.range.size())),
            None => Ok(()),
        }
    }

    /// Compares the root after so many entries with the head code and the heads seen earlier.
    fn check_root_at(&mut self, size: u64) -> Result<(), VerifyError> {
        if let Some(code) = &self.policy.head_code
            && self.found.code_at.is_none()
            && head_code(&self.range.root()) == *code
        {
            self.found.code_at = Some(size);
        }
        while let Some(earlier) = self.seen.pop_if(|earlier| earlier.size == size) {
            if earlier.root != self.range.root() {
                return Err(VerifyError::Fork { size });
            }
        }
        Ok(())
    }

    /// Returns the kept files that entries have named since the last call, with the numbers of those entries.
    pub fn take_kept_files(&mut self) -> Vec<(u64, String)> {
        std::mem::take(&mut self.kept)
    }

    /// Returns the signature checks that came up since the last call.
    pub fn take_checks(&mut self) -> Vec<SignatureCheck> {
        std::mem::take(&mut self.checks)
    }

    /// Finishes with the head's root; returns the facts about the log and the signature checks that are left.
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
        let from = self.chain.as_ref().map_or(0, EpochKeyChain::open_from);
        if self.range.root() != self.head.checkpoint.root {
            return Err(VerifyError::OpenEpochChanged { from, until: size });
        }
        if self.found.origin.starts_with(REHEARSAL_PREFIX) {
            return Err(VerifyError::Rehearsal { origin: self.found.origin });
        }
        if let Some(chain) = &mut self.chain {
            self.checks.push(chain.finish(&self.head, size)?);
            if self.closings_torn && chain.open_from() != size {
                return Err(VerifyError::ClosingsUnreadable);
            }
            self.found.epochs = chain.epoch() + 1;
            self.found.open_from = chain.open_from();
            self.found.key_state = Some(chain.state());
        }
        if let Some(witness) = &self.policy.witness {
            self.found.evidence.add_head(&self.head, witness);
        }
        if self.policy.head_code.is_some() && self.found.code_at.is_none() {
            return Err(VerifyError::NoSuchCode);
        }
        if self.policy.airing.is_some() && self.found.airing.is_none() {
            return Err(VerifyError::NoSuchAiring);
        }
        self.found.root = self.head.checkpoint.root;
        Ok((self.found, self.checks))
    }
}
