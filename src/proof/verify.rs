//! The judge of a whole log. It reads every line once, in order, in constant memory, and believes nothing.
//!
//! The work falls in three: a [`Hasher`] hashes runs of lines (any thread), [`Verifier::take`] walks the tree and the
//! chain of keys (in order), [`Check`] checks a signature (any thread).
mod error;
mod evidence;
mod fault_text;
mod line_hasher;

use super::checkpoint::Checkpoint;
use super::entry::{EpochAnnouncement, GenesisKeys, KeptFileNames, REHEARSAL_PREFIX};
use super::headcode::head_code;
use super::key_chain::{EpochKeyChain, KeyChainState, SignatureCheck};
use super::note::{self, Note, SignatureStatus, VerifierKey};
use super::tiles::TILE_WIDTH;
use super::tree::{CompactRange, Hash};
pub use error::VerifyError;
pub use evidence::{TimeBounds, TimeEvidence};
pub use fault_text::fault_text;
pub use line_hasher::{HashedLines, LineHasher};

/// What a verifier knows and asks beforehand.
#[derive(Debug, Clone, Default)]
pub struct VerifyPolicy {
    /// The log's key, from enrolment; without it the log's own word is taken for it.
    pub key: Option<VerifierKey>,
    /// The department's key.
    pub witness: Option<VerifierKey>,
    /// Heads of this log seen earlier: it must go on from them.
    pub earlier_heads: Vec<Checkpoint>,
    /// A head code to look for, in the form of [`head_code`].
    pub head_code: Option<String>,
    /// An airing to tell about, by its id.
    pub airing: Option<String>,
    /// The log has one key and no epochs.
    pub no_epochs: bool,
}

/// What is found out about a log.
#[derive(Debug, Clone, Default)]
pub struct VerifiedLog {
    /// Its name.
    pub origin: String,
    /// Its key, as it says itself.
    pub key: Option<VerifierKey>,
    /// Entries under its head.
    pub entries: u64,
    /// Root of the tree.
    pub root: Hash,
    /// Epochs so far, and the first entry of the open one.
    pub epochs: u64,
    /// The first entry that no closing covers.
    pub open_from: u64,
    /// After how many entries the code was the head's.
    pub code_at: Option<u64>,
    /// How its keys stand at the head; none for a log without epochs.
    pub key_state: Option<KeyChainState>,
    /// The outcome of the airing that was asked for.
    pub airing: Option<(u64, Vec<u8>)>,
    /// Times that a department has signed.
    pub evidence: TimeEvidence,
}

/// Reads a log and judges it.
pub struct Verifier {
    policy: VerifyPolicy,
    head: Note,
    checkpoint: Checkpoint,
    closings: Vec<u8>,
    /// The last closing is torn: the head must be it.
    closings_torn: bool,
    chain: Option<EpochKeyChain>,
    range: CompactRange,
    checks: Vec<SignatureCheck>,
    kept: Vec<(u64, String)>,
    /// Heads whose roots are to be met on the way, by size.
    seen: Vec<Checkpoint>,
    found: VerifiedLog,
}

impl Verifier {
    /// Begins with the bytes of `checkpoint` and `closings`.
    ///
    /// # Errors
    /// When the head is no checkpoint, or not this log's.
    pub fn new(head: &[u8], closings: &[u8], policy: VerifyPolicy) -> Result<Self, VerifyError> {
        let whole = without_torn_closing(closings, head);
        let head = Note::parse(head).ok_or(VerifyError::HeadUnreadable)?;
        let checkpoint = Checkpoint::parse(&head.text).ok_or(VerifyError::HeadUnreadable)?;
        if let Some(key) = &policy.key {
            if key.name != checkpoint.origin {
                return Err(VerifyError::OtherLog { origin: checkpoint.origin });
            }
            check_head_signature(&head, key)?;
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
            checkpoint,
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

    /// Goes on behind the entries of `range`, at whose end the keys stood so; `closings` are those after it. That the
    /// range is this log's is for the caller to know.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn resume(
        head: &[u8],
        closings: &[u8],
        policy: VerifyPolicy,
        range: CompactRange,
        standing: &KeyChainState,
    ) -> Result<Self, VerifyError> {
        let mut verifier = Self::new(head, closings, policy)?;
        verifier.seen.retain(|earlier| earlier.size > range.size());
        verifier.chain = Some(EpochKeyChain::resume(standing, &verifier.closings)?);
        verifier.found.key = Some(standing.log_key.clone());
        verifier.range = range;
        Ok(verifier)
    }

    /// Lines that the head covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.checkpoint.size
    }

    /// Lines taken so far.
    #[must_use]
    pub fn lines_read(&self) -> u64 {
        self.range.size()
    }

    /// What hashes lines for [`Self::take`].
    #[must_use]
    pub fn hasher(&self) -> LineHasher {
        LineHasher::new(self.policy.airing.as_deref())
    }

    /// Takes the next lines.
    ///
    /// # Errors
    /// The first thing that is wrong with them.
    pub fn add_lines(&mut self, lines: &[&[u8]], digest: &HashedLines) -> Result<(), VerifyError> {
        let mut special = digest.notable.iter().peekable();
        let mut nodes = [].iter();
        for (index, leaf) in digest.leaves.iter().enumerate() {
            let seq = self.range.size();
            if seq.is_multiple_of(TILE_WIDTH) {
                nodes = digest.nodes_from(index).unwrap_or_default().iter();
            }
            self.range.push_with_nodes(*leaf, &mut nodes);
            if seq == 0 {
                let genesis = special.peek().filter(|s| s.index == 0 && s.kind == "genesis");
                genesis.ok_or(VerifyError::GenesisMissing)?;
                self.add_genesis(lines[index])?;
            }
            while let Some(one) = special.next_if(|s| s.index == index) {
                self.add_notable_entry(seq, one.kind, lines[index])?;
            }
            self.check_root_at(seq + 1)?;
        }
        match digest.bad {
            Some(wrong) => Err(wrong.at(self.range.size())),
            None => Ok(()),
        }
    }

    fn add_genesis(&mut self, line: &[u8]) -> Result<(), VerifyError> {
        let genesis: GenesisKeys = serde_json::from_slice(line).map_err(|_| VerifyError::GenesisKeys)?;
        let own = VerifierKey::parse(&genesis.key).ok_or(VerifyError::GenesisKeys)?;
        if genesis.origin != self.checkpoint.origin {
            return Err(VerifyError::OtherLog { origin: genesis.origin });
        }
        if own.name != genesis.origin || self.policy.key.as_ref().is_some_and(|key| *key != own) {
            return Err(VerifyError::GenesisKeys);
        }
        check_head_signature(&self.head, &own)?;
        if !self.policy.no_epochs {
            self.chain = Some(EpochKeyChain::begin(&genesis, &own, &self.closings)?);
        }
        self.found.key = Some(own);
        Ok(())
    }

    fn add_notable_entry(&mut self, seq: u64, kind: &str, line: &[u8]) -> Result<(), VerifyError> {
        match kind {
            "genesis" if seq > 0 => return Err(VerifyError::Entry { seq }),
            "epoch" => {
                let announced: EpochAnnouncement =
                    serde_json::from_slice(line).map_err(|_| VerifyError::EpochEntry { seq })?;
                let root = self.range.root();
                if let Some(chain) = &mut self.chain {
                    self.checks.push(chain.close_epoch(&announced, seq + 1, root, &self.head)?);
                }
            }
            "schedule" | "plan" => {
                let names: KeptFileNames = serde_json::from_slice(line).map_err(|_| VerifyError::Entry { seq })?;
                self.kept.extend(names.names().into_iter().map(|name| (seq, name)));
            }
            "anchor" | "cosigned" => {
                if let Some(witness) = &self.policy.witness {
                    let chain = self.chain.as_ref();
                    let root_at = |size| chain.and_then(|chain| chain.root_at_closing(size));
                    self.found.evidence.add_entry(seq, line, witness, &self.found.origin, root_at);
                }
            }
            "outcome" => self.found.airing = Some((seq, line.to_vec())),
            _ => {}
        }
        Ok(())
    }

    /// What is to be compared with the root after so many entries.
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

    /// The names in `kept/` that entries have named since the last call, with those entries.
    pub fn take_kept_files(&mut self) -> Vec<(u64, String)> {
        std::mem::take(&mut self.kept)
    }

    /// The signatures that are to be checked since the last call.
    pub fn take_checks(&mut self) -> Vec<SignatureCheck> {
        std::mem::take(&mut self.checks)
    }

    /// Ends: the head's own root and signatures. The checks that are left are given back with what was found out.
    ///
    /// # Errors
    /// What is wrong.
    pub fn finish(mut self) -> Result<(VerifiedLog, Vec<SignatureCheck>), VerifyError> {
        let (lines, size) = (self.range.size(), self.checkpoint.size);
        if lines < size {
            return Err(VerifyError::Truncated { lines, size });
        }
        let from = self.chain.as_ref().map_or(0, EpochKeyChain::open_from);
        if self.range.root() != self.checkpoint.root {
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
        if let (Some(witness), Ok(checkpoint)) = (&self.policy.witness, Checkpoint::parse(&self.head.text).ok_or(())) {
            self.found.evidence.add_head(&self.head, &checkpoint, witness);
        }
        if self.policy.head_code.is_some() && self.found.code_at.is_none() {
            return Err(VerifyError::NoSuchCode);
        }
        if self.policy.airing.is_some() && self.found.airing.is_none() {
            return Err(VerifyError::NoSuchAiring);
        }
        self.found.root = self.checkpoint.root;
        Ok((self.found, self.checks))
    }
}

/// The closings without the last, when the power went while it was written: of the head, which it is, the beginning is
/// there. It may have been cut at the end of a line, and look like a note.
#[must_use]
pub fn without_torn_closing<'a>(closings: &'a [u8], head: &[u8]) -> Option<&'a [u8]> {
    let (notes, rest) = note::split_notes(closings);
    let last = if rest.is_empty() { notes.last().copied()? } else { rest };
    (last.len() < head.len() && head.starts_with(last)).then(|| &closings[..closings.len() - last.len()])
}

fn check_head_signature(head: &Note, key: &VerifierKey) -> Result<(), VerifyError> {
    match head.signature_status(key) {
        SignatureStatus::Valid => Ok(()),
        SignatureStatus::Absent => Err(VerifyError::WrongKey),
        SignatureStatus::Forged => Err(VerifyError::HeadForged),
    }
}
