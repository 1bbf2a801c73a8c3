//! Deferred signature checks: a verifier collects them, and any thread can run them.
use super::error::VerifyError;
use super::note::{Note, SignatureStatus, VerifierKey, verify_batch};

/// Maximum number of notes that are verified in one batch.
const MAX_BATCH_NOTES: usize = 128;

/// A deferred check of the signatures on a note.
pub struct SignatureCheck {
    keys: Vec<VerifierKey>,
    note: Note,
    error: VerifyError,
}

impl SignatureCheck {
    /// Returns a check that each of these keys has signed the note. If a key has not, the check fails with `error`.
    #[must_use]
    pub fn new(keys: Vec<VerifierKey>, note: Note, error: VerifyError) -> Self {
        Self { keys, note, error }
    }

    /// Runs the checks, in batches where possible.
    ///
    /// # Errors
    /// The error from the first check that fails.
    pub fn verify_all(checks: &[Self]) -> Result<(), VerifyError> {
        for batch in checks.chunks(MAX_BATCH_NOTES) {
            if !Self::is_valid_batch(batch) {
                batch.iter().try_for_each(Self::verify)?;
            }
        }
        Ok(())
    }

    /// Runs the checks as one batch. Returns false when the batch fails, when it has fewer than two signatures, or when
    /// a key does not have exactly one signature under its note. The checks must then be run one by one.
    fn is_valid_batch(checks: &[Self]) -> bool {
        let mut signatures = Vec::new();
        for check in checks {
            for key in &check.keys {
                let mut key_lines = check.note.signatures.iter().filter(|line| key.is_named_in(line));
                match (key_lines.next(), key_lines.next()) {
                    (Some(line), None) => signatures.push((key, check.note.text.as_bytes(), line.signature())),
                    _ => return false,
                }
            }
        }
        signatures.len() > 1 && verify_batch(&signatures)
    }

    /// Runs the check.
    ///
    /// # Errors
    /// The error given to [`Self::new`], if a key has not signed the note.
    pub fn verify(&self) -> Result<(), VerifyError> {
        let all_signed = self.keys.iter().all(|key| self.note.signature_status(key) == SignatureStatus::Valid);
        if all_signed { Ok(()) } else { Err(self.error.clone()) }
    }
}
