//! Signature checks that a verifier defers, so that any thread can run them.
use super::error::VerifyError;
use super::note::{Note, SignatureStatus, VerifierKey, verify_batch};

/// Number of notes in one batch verification.
const BATCH: usize = 128;

/// A deferred check of the signatures on a note.
pub struct SignatureCheck {
    keys: Vec<VerifierKey>,
    note: Note,
    error: VerifyError,
}

impl SignatureCheck {
    /// Defers the check that all these keys have signed a note; `wrong` is the error if one has not.
    #[must_use]
    pub fn new(keys: Vec<VerifierKey>, note: Note, wrong: VerifyError) -> Self {
        Self { keys, note, error: wrong }
    }

    /// Runs several checks.
    ///
    /// # Errors
    /// The error of the first check that fails.
    pub fn verify_all(checks: &[Self]) -> Result<(), VerifyError> {
        for some in checks.chunks(BATCH) {
            if !Self::is_valid_batch(some) {
                some.iter().try_for_each(Self::verify)?;
            }
        }
        Ok(())
    }

    /// Verifies checks as one batch, if each key has exactly one signature; `false` means: check them one by one.
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

    /// Runs the check.
    ///
    /// # Errors
    /// The error given to [`Self::new`] when a key has not signed the note.
    pub fn verify(&self) -> Result<(), VerifyError> {
        let good = self.keys.iter().all(|key| self.note.signature_status(key) == SignatureStatus::Valid);
        if good { Ok(()) } else { Err(self.error.clone()) }
    }
}
