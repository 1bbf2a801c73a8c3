//! Signature checks that a verifier puts off, so that any thread can do them.
use super::error::VerifyError;
use super::note::{Note, SignatureStatus, VerifierKey, verify_batch};

/// So many notes are checked together.
const BATCH: usize = 128;

/// A signature to be checked. It can be done by any thread, later.
pub struct SignatureCheck {
    keys: Vec<VerifierKey>,
    note: Note,
    error: VerifyError,
}

impl SignatureCheck {
    /// A note that all these keys must have signed.
    #[must_use]
    pub fn new(keys: Vec<VerifierKey>, note: Note, wrong: VerifyError) -> Self {
        Self { keys, note, error: wrong }
    }

    /// Checks several; gives the first that is not good.
    ///
    /// # Errors
    /// What is wrong.
    pub fn verify_all(checks: &[Self]) -> Result<(), VerifyError> {
        for some in checks.chunks(BATCH) {
            if !Self::is_valid_batch(some) {
                some.iter().try_for_each(Self::verify)?;
            }
        }
        Ok(())
    }

    /// Whether all are good, where that is plain to see: one signature for each key that must have signed.
    fn is_valid_batch(checks: &[Self]) -> bool {
        let mut signed = Vec::new();
        for check in checks {
            for key in &check.keys {
                let mut claims = check.note.signatures.iter().filter(|line| key.is_named_in(line));
                match (claims.next(), claims.next()) {
                    (Some(line), None) => signed.push((key, check.note.text.as_bytes(), line.signature())),
                    _ => return false,
                }
            }
        }
        signed.len() > 1 && verify_batch(&signed)
    }

    /// Checks it.
    ///
    /// # Errors
    /// What is wrong when it is not good.
    pub fn verify(&self) -> Result<(), VerifyError> {
        let good = self.keys.iter().all(|key| self.note.signature_status(key) == SignatureStatus::Valid);
        if good { Ok(()) } else { Err(self.error.clone()) }
    }
}
