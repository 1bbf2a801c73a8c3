//! Signed heads: the newest checkpoint of a log, with its signatures.
use super::checkpoint::Checkpoint;
use super::error::VerifyError;
use super::note::{Note, SignatureStatus, VerifierKey};

/// A note whose text is a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    /// The note, with its signatures.
    pub note: Note,
    /// The checkpoint in the note's text.
    pub checkpoint: Checkpoint,
}

impl SignedHead {
    /// Parses a signed checkpoint; `None` when the bytes are not exactly one.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let note = Note::parse(bytes)?;
        Some(Self { checkpoint: Checkpoint::parse(&note.text)?, note })
    }

    /// Checks that this key has signed the head.
    ///
    /// # Errors
    /// [`VerifyError::WrongKey`] if the key has not signed it, [`VerifyError::HeadForged`] if a signature in the key's
    /// name was not made with the key.
    pub fn check_signed_by(&self, key: &VerifierKey) -> Result<(), VerifyError> {
        match self.note.signature_status(key) {
            SignatureStatus::Valid => Ok(()),
            SignatureStatus::Absent => Err(VerifyError::WrongKey),
            SignatureStatus::Forged => Err(VerifyError::HeadForged),
        }
    }
}
