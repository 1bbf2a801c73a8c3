//! Receipts: the outcome of one airing with its proof, in the format of c2sp.org/tlog-proof.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::checkpoint::Checkpoint;
use super::entry::entry_type;
use super::error::VerifyError;
use super::note::VerifierKey;
use super::origin::REHEARSAL_PREFIX;
use super::signed_head::SignedHead;
use super::tiles::MAX_ENTRY_BYTES;
use super::time_evidence::TimeEvidence;
use super::tree::{Hash, leaf_hash, root_from_inclusion_proof};

/// First line of a receipt.
pub const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// Maximum size of a receipt, in bytes.
pub const MAX_RECEIPT_BYTES: u64 = 256 * 1024;

/// The entry of one airing, with the proof that a signed head covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Number of the entry in the log.
    pub seq: u64,
    /// The exact bytes of the entry.
    pub line: Vec<u8>,
    /// Inclusion proof: hashes, from the leaf's sibling upwards.
    pub proof: Vec<Hash>,
    /// The signed head that covers the entry.
    pub head: String,
}

impl Receipt {
    /// Returns the text of the receipt's file.
    #[must_use]
    pub fn text(&self) -> String {
        let proof: String = self.proof.iter().map(|hash| BASE64.encode(hash) + "\n").collect();
        let extra = BASE64.encode(&self.line);
        format!("{FIRST_LINE}\nextra {extra}\nindex {}\n{proof}\n{}", self.seq, self.head)
    }

    /// Parses a receipt; `None` when the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let remainder = text.strip_prefix(FIRST_LINE)?.strip_prefix("\nextra ")?;
        let (extra, remainder) = remainder.split_once("\nindex ")?;
        let (index, remainder) = remainder.split_once('\n')?;
        let (proof, head) = match remainder.strip_prefix('\n') {
            Some(head) => ("", head),
            None => remainder.split_once("\n\n")?,
        };
        let seq: u64 = index.parse().ok().filter(|n: &u64| n.to_string() == index)?;
        let parse_hash = |line: &str| BASE64.decode(line).ok()?.try_into().ok();
        let proof: Vec<Hash> = proof.lines().map(parse_hash).collect::<Option<_>>()?;
        let line = BASE64.decode(extra).ok().filter(|line| line.len() <= MAX_ENTRY_BYTES)?;
        (proof.len() <= 64).then(|| Self { seq, line, proof, head: head.to_owned() })
    }

    /// Verifies the receipt with the log's key. Returns its checkpoint and, if the department's key is given, the times
    /// that the department has signed.
    ///
    /// # Errors
    /// [`VerifyError::HeadUnreadable`], [`VerifyError::OtherLog`] if the key belongs to a different log,
    /// [`VerifyError::WrongKey`] or [`VerifyError::HeadForged`] for the signature, [`VerifyError::Entry`] if the
    /// entry's number is wrong, [`VerifyError::ReceiptProof`] if the proof does not match the head,
    /// [`VerifyError::Rehearsal`] if the log belongs to a rehearsal.
    pub fn verify(
        &self,
        key: &VerifierKey,
        witness: Option<&VerifierKey>,
    ) -> Result<(Checkpoint, TimeEvidence), VerifyError> {
        let head = SignedHead::parse(self.head.as_bytes()).ok_or(VerifyError::HeadUnreadable)?;
        let checkpoint = &head.checkpoint;
        if key.name != checkpoint.origin {
            return Err(VerifyError::OtherLog { origin: checkpoint.origin.clone() });
        }
        head.check_signed_by(key)?;
        if entry_type(&self.line, self.seq).is_none() {
            return Err(VerifyError::Entry { seq: self.seq });
        }
        let root = root_from_inclusion_proof(leaf_hash(&self.line), self.seq, checkpoint.size, &self.proof);
        if root != Some(checkpoint.root) {
            return Err(VerifyError::ReceiptProof { seq: self.seq });
        }
        if checkpoint.origin.starts_with(REHEARSAL_PREFIX) {
            return Err(VerifyError::Rehearsal { origin: checkpoint.origin.clone() });
        }
        let mut evidence = TimeEvidence::default();
        if let Some(witness) = witness {
            evidence.add_head(&head, witness);
        }
        Ok((head.checkpoint, evidence))
    }
}
