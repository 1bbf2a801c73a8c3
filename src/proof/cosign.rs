//! Countersignatures: `cosignature/v1` of c2sp.org/tlog-cosignature.
use super::note::{Note, NoteSigner, SignatureLine, SignatureStatus, VerifierKey};

/// Builds the signed message: the time and the checkpoint's text.
fn message(time_s: u64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {time_s}\n{text}").into_bytes()
}

/// Signs the statement that at `time_s` (seconds since 1970) the witness saw this checkpoint and nothing that
/// contradicts it. `text` is the checkpoint's text.
#[must_use]
pub fn cosign(witness: &NoteSigner, time_s: u64, text: &str) -> SignatureLine {
    let mut signature = time_s.to_be_bytes().to_vec();
    signature.extend_from_slice(&witness.sign(&message(time_s, text)));
    witness.signature_line(&signature)
}

/// Returns true when a line under the note has the length of a countersignature. The signature is not checked.
#[must_use]
pub fn has_cosignature(note: &Note) -> bool {
    // A countersignature is a time (8 bytes) and an Ed25519 signature (64 bytes); other lines have only a signature.
    note.signatures.iter().any(|line| line.signature().len() == 8 + 64)
}

/// Returns the time at which this witness first countersigned the note (seconds since 1970).
///
/// # Errors
/// [`SignatureStatus::Absent`] if the witness has not countersigned it, [`SignatureStatus::Forged`] if a
/// countersignature in the witness's name was not made with the witness's key.
pub fn cosigned_at(note: &Note, witness: &VerifierKey) -> Result<u64, SignatureStatus> {
    let mut earliest_time = Err(SignatureStatus::Absent);
    for line in note.signatures.iter().filter(|line| witness.is_named_in(line)) {
        let Some((time, signature)) = line.signature().split_first_chunk::<8>() else {
            return Err(SignatureStatus::Forged);
        };
        let time = u64::from_be_bytes(*time);
        if i64::try_from(time).is_err() || !witness.verifies(&message(time, &note.text), signature) {
            return Err(SignatureStatus::Forged);
        }
        earliest_time = Ok(earliest_time.unwrap_or(time).min(time));
    }
    earliest_time
}
