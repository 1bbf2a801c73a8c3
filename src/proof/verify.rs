//! The judge of a whole log. It reads every line once, in order, in constant memory, and believes nothing.
//!
//! The work falls in three: a [`Hasher`] hashes runs of lines (any thread), [`Verifier::take`] walks the tree and the
//! chain of keys (in order), [`Check`] checks a signature (any thread).
mod digest;
mod evidence;
mod wrong;

use super::chain::{Chain, Check, Standing};
use super::checkpoint::Checkpoint;
use super::entry::{EpochKey, GenesisKeys, KeptNames, REHEARSAL};
use super::headcode::head_code;
use super::note::{self, Note, Signed, VerifierKey};
use super::tiles::WIDTH;
use super::tree::{Hash, Range};
pub use digest::{Digest, Hasher};
pub use evidence::{Bounds, Evidence};
pub use wrong::Wrong;

/// What a verifier knows and asks beforehand.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The log's key, from enrolment; without it the log's own word is taken for it.
    pub key: Option<VerifierKey>,
    /// The department's key.
    pub witness: Option<VerifierKey>,
    /// Heads of this log seen earlier: it must go on from them.
    pub seen: Vec<Checkpoint>,
    /// A head code to look for, in the form of [`head_code`].
    pub code: Option<String>,
    /// An airing to tell about, by its id.
    pub airing: Option<String>,
    /// The log has one key and no epochs.
    pub no_epochs: bool,
}

/// What is found out about a log.
#[derive(Debug, Clone, Default)]
pub struct Found {
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
    pub standing: Option<Standing>,
    /// The outcome of the airing that was asked for.
    pub airing: Option<(u64, Vec<u8>)>,
    /// Times that a department has signed.
    pub evidence: Evidence,
}

/// Reads a log and judges it.
pub struct Verifier {
    policy: Policy,
    head: Note,
    checkpoint: Checkpoint,
    closings: Vec<u8>,
    /// The last closing is torn: the head must be it.
    torn: bool,
    chain: Option<Chain>,
    range: Range,
    checks: Vec<Check>,
    kept: Vec<(u64, String)>,
    /// Heads whose roots are to be met on the way, by size.
    seen: Vec<Checkpoint>,
    found: Found,
}

impl Verifier {
    /// Begins with the bytes of `checkpoint` and `closings`.
    ///
    /// # Errors
    /// When the head is no checkpoint, or not this log's.
    pub fn new(head: &[u8], closings: &[u8], policy: Policy) -> Result<Self, Wrong> {
        let whole = untorn(closings, head);
        let head = Note::parse(head).ok_or(Wrong::HeadUnreadable)?;
        let checkpoint = Checkpoint::parse(&head.text).ok_or(Wrong::HeadUnreadable)?;
        if let Some(key) = &policy.key {
            if key.name != checkpoint.origin {
                return Err(Wrong::OtherLog { origin: checkpoint.origin });
            }
            head_signed(&head, key)?;
        }
        if checkpoint.size == 0 {
            return Err(Wrong::HeadUnreadable);
        }
        let mut seen = policy.seen.clone();
        for earlier in &seen {
            if earlier.origin != checkpoint.origin {
                return Err(Wrong::OtherLog { origin: earlier.origin.clone() });
            }
            if earlier.size > checkpoint.size {
                return Err(Wrong::RolledBack { size: checkpoint.size, seen: earlier.size });
            }
        }
        seen.retain(|earlier| earlier.size > 0);
        seen.sort_by_key(|earlier| std::cmp::Reverse(earlier.size));
        let found = Found { origin: checkpoint.origin.clone(), entries: checkpoint.size, ..Found::default() };
        Ok(Self {
            policy,
            head,
            checkpoint,
            closings: whole.unwrap_or(closings).to_vec(),
            torn: whole.is_some(),
            chain: None,
            range: Range::default(),
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
        policy: Policy,
        range: Range,
        standing: &Standing,
    ) -> Result<Self, Wrong> {
        let mut verifier = Self::new(head, closings, policy)?;
        verifier.seen.retain(|earlier| earlier.size > range.size());
        verifier.chain = Some(Chain::resume(standing, &verifier.closings)?);
        verifier.found.key = Some(standing.log.clone());
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
    pub fn taken(&self) -> u64 {
        self.range.size()
    }

    /// What hashes lines for [`Self::take`].
    #[must_use]
    pub fn hasher(&self) -> Hasher {
        Hasher::new(self.policy.airing.as_deref())
    }

    /// Takes the next lines.
    ///
    /// # Errors
    /// The first thing that is wrong with them.
    pub fn take(&mut self, lines: &[&[u8]], digest: &Digest) -> Result<(), Wrong> {
        let mut special = digest.special.iter().peekable();
        let mut nodes = [].iter();
        for (index, leaf) in digest.leaves.iter().enumerate() {
            let seq = self.range.size();
            if seq.is_multiple_of(WIDTH) {
                nodes = digest.nodes_from(index).unwrap_or_default().iter();
            }
            self.range.push_known(*leaf, &mut nodes);
            if seq == 0 {
                let genesis = special.peek().filter(|s| s.index == 0 && s.kind == "genesis");
                genesis.ok_or(Wrong::GenesisMissing)?;
                self.genesis(lines[index])?;
            }
            while let Some(one) = special.next_if(|s| s.index == index) {
                self.special(seq, one.kind, lines[index])?;
            }
            self.met(seq + 1)?;
        }
        match digest.bad {
            Some(wrong) => Err(wrong.at(self.range.size())),
            None => Ok(()),
        }
    }

    fn genesis(&mut self, line: &[u8]) -> Result<(), Wrong> {
        let genesis: GenesisKeys = serde_json::from_slice(line).map_err(|_| Wrong::GenesisKeys)?;
        let own = VerifierKey::parse(&genesis.key).ok_or(Wrong::GenesisKeys)?;
        if genesis.origin != self.checkpoint.origin {
            return Err(Wrong::OtherLog { origin: genesis.origin });
        }
        if own.name != genesis.origin || self.policy.key.as_ref().is_some_and(|key| *key != own) {
            return Err(Wrong::GenesisKeys);
        }
        head_signed(&self.head, &own)?;
        if !self.policy.no_epochs {
            self.chain = Some(Chain::begin(&genesis, &own, &self.closings)?);
        }
        self.found.key = Some(own);
        Ok(())
    }

    fn special(&mut self, seq: u64, kind: &str, line: &[u8]) -> Result<(), Wrong> {
        match kind {
            "genesis" if seq > 0 => return Err(Wrong::Entry { seq }),
            "epoch" => {
                let announced: EpochKey = serde_json::from_slice(line).map_err(|_| Wrong::EpochEntry { seq })?;
                let root = self.range.root();
                if let Some(chain) = &mut self.chain {
                    self.checks.push(chain.close(&announced, seq + 1, root, &self.head)?);
                }
            }
            "schedule" | "plan" => {
                let names: KeptNames = serde_json::from_slice(line).map_err(|_| Wrong::Entry { seq })?;
                self.kept.extend(names.names().into_iter().map(|name| (seq, name)));
            }
            "anchor" | "cosigned" => {
                if let Some(witness) = &self.policy.witness {
                    let chain = self.chain.as_ref();
                    let root_at = |size| chain.and_then(|chain| chain.closed_root(size));
                    self.found.evidence.take(seq, line, witness, &self.found.origin, root_at);
                }
            }
            "outcome" => self.found.airing = Some((seq, line.to_vec())),
            _ => {}
        }
        Ok(())
    }

    /// What is to be compared with the root after so many entries.
    fn met(&mut self, size: u64) -> Result<(), Wrong> {
        if let Some(code) = &self.policy.code
            && self.found.code_at.is_none()
            && head_code(&self.range.root()) == *code
        {
            self.found.code_at = Some(size);
        }
        while let Some(earlier) = self.seen.pop_if(|earlier| earlier.size == size) {
            if earlier.root != self.range.root() {
                return Err(Wrong::Fork { size });
            }
        }
        Ok(())
    }

    /// The names in `kept/` that entries have named since the last call, with those entries.
    pub fn kept(&mut self) -> Vec<(u64, String)> {
        std::mem::take(&mut self.kept)
    }

    /// The signatures that are to be checked since the last call.
    pub fn checks(&mut self) -> Vec<Check> {
        std::mem::take(&mut self.checks)
    }

    /// Ends: the head's own root and signatures. The checks that are left are given back with what was found out.
    ///
    /// # Errors
    /// What is wrong.
    pub fn finish(mut self) -> Result<(Found, Vec<Check>), Wrong> {
        let (lines, size) = (self.range.size(), self.checkpoint.size);
        if lines < size {
            return Err(Wrong::Short { lines, size });
        }
        let from = self.chain.as_ref().map_or(0, Chain::open_from);
        if self.range.root() != self.checkpoint.root {
            return Err(Wrong::Root { from, until: size });
        }
        if self.found.origin.starts_with(REHEARSAL) {
            return Err(Wrong::Rehearsal { origin: self.found.origin });
        }
        if let Some(chain) = &mut self.chain {
            self.checks.push(chain.end(&self.head, size)?);
            if self.torn && chain.open_from() != size {
                return Err(Wrong::ClosingsUnreadable);
            }
            self.found.epochs = chain.epoch() + 1;
            self.found.open_from = chain.open_from();
            self.found.standing = Some(chain.standing());
        }
        if let (Some(witness), Ok(checkpoint)) = (&self.policy.witness, Checkpoint::parse(&self.head.text).ok_or(())) {
            self.found.evidence.head(&self.head, &checkpoint, witness);
        }
        if self.policy.code.is_some() && self.found.code_at.is_none() {
            return Err(Wrong::NoSuchCode);
        }
        if self.policy.airing.is_some() && self.found.airing.is_none() {
            return Err(Wrong::NoSuchAiring);
        }
        self.found.root = self.checkpoint.root;
        Ok((self.found, self.checks))
    }
}

/// The closings without the last, when the power went while it was written: of the head, which it is, the beginning is
/// there. It may have been cut at the end of a line, and look like a note.
#[must_use]
pub fn untorn<'a>(closings: &'a [u8], head: &[u8]) -> Option<&'a [u8]> {
    let (notes, rest) = note::split(closings);
    let last = if rest.is_empty() { notes.last().copied()? } else { rest };
    (last.len() < head.len() && head.starts_with(last)).then(|| &closings[..closings.len() - last.len()])
}

fn head_signed(head: &Note, key: &VerifierKey) -> Result<(), Wrong> {
    match head.signed_by(key) {
        Signed::Yes => Ok(()),
        Signed::No => Err(Wrong::WrongKey),
        Signed::Forged => Err(Wrong::HeadForged),
    }
}
